"""Conversation to HTML: markers, cards, quotes in their paragraph, and nothing from outside left unescaped."""

from dataclasses import dataclass, replace
from html.parser import HTMLParser

import pytest

from assistant.types import (
    Answer,
    Carrier,
    Citation,
    Considered,
    DeclineReason,
    Explanation,
    Extent,
    FoundExtent,
    JudgedSentence,
    Timings,
)
from ui import render
from ui.conversation import Exchange, Problem, Stage
from ui.texts import ENGLISH, FRENCH, GERMAN, Texts
from ui.warmup import Readiness

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "[click](javascript:alert(1)) **bold** # title",
    "$x^2$ $$\\int$$ ${alert(1)} {{alert}} {{{alert}}} `code`",
    "&lt;script&gt; &amp; </details></div>",
]


@dataclass(frozen=True)
class Doc:
    source: str = "a/b.txt"
    title: str = "A letter"
    text: str = "A letter\n\nFirst sentence. The quote. Last sentence.\n\nAnother paragraph."
    date: str | None = "2020-02-03"
    language: str | None = "en"


class Reader(HTMLParser):
    """What a browser would see: visible text, tags and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data

    def attribute(self, name: str) -> list[str | None]:
        return [value for key, value in self.attributes if key == name]


def citation(quote: str = "The quote.", marker: int = 1, doc: Doc | None = None) -> Citation:
    doc = doc or Doc()
    start = doc.text.index(quote)
    return Citation(marker, doc.source, doc.title, quote, start, start + len(quote))


def answer(text: str, *citations: Citation, reason: str | None = None) -> Answer:
    return Answer("Q?", text, "en", "Q?", citations, reason is not None, reason, Timings(0.1, 0.2, 1.5))


def shown(exchange: Exchange, doc: Doc | None = None) -> Reader:
    documents = {doc.source: doc} if doc else {}
    return Reader(render.current((exchange,), documents, ENGLISH))


def answered(*args: Citation, text: str, reason: str | None = None) -> Exchange:
    return Exchange("Q?", Stage.ANSWERED, answer=answer(text, *args, reason=reason))


def test_markers_lead_to_cards() -> None:
    page = shown(answered(citation(), citation("Another", 2), text="One. [1] Two. [2]"), Doc())
    assert page.attribute("href") == ["#source-1-1", "#source-1-2"]
    assert {"source-1-1", "source-1-2"} <= set(page.attribute("id"))
    assert page.attribute("aria-label") == ["Source 1", "Source 2"]


def test_brackets_without_a_citation_stay_text() -> None:
    page = shown(answered(citation(), text="In [2019] and [7]. [1]"), Doc())
    assert page.attribute("href") == ["#source-1-1"]
    assert "In [2019] and [7]." in page.text


def test_an_index_at_a_word_stays_text() -> None:
    page = shown(answered(citation(), text="It is array[1]. [1]"), Doc())
    assert page.attribute("href") == ["#source-1-1"]
    assert "It is array[1]." in page.text


def test_the_quote_is_marked_in_its_paragraph_only() -> None:
    html = render.current((answered(citation(), text="X. [1]"),), {"a/b.txt": Doc()}, ENGLISH)
    assert ">First sentence. <mark>The quote.</mark> Last sentence.</blockquote>" in html
    assert "Another paragraph" not in html
    assert "a/b.txt · 3 February 2020" in html


def test_a_document_that_changed_or_vanished_shows_the_quote_alone() -> None:
    exchange = answered(citation(), text="X. [1]")
    for documents in ({}, {"a/b.txt": Doc(text="Something else entirely, and much longer than before.")}):
        html = render.current((exchange,), documents, ENGLISH)
        assert "><mark>The quote.</mark></blockquote>" in html


def test_a_long_paragraph_is_cut_around_the_quote() -> None:
    doc = Doc(text="word " * 2000 + "The quote." + " tail" * 2000)
    page = shown(answered(citation(doc=doc), text="X. [1]"), doc)
    assert len(page.text) < 3000
    assert "… word" in page.text
    assert "tail …" in page.text


def test_a_page_number_is_shown() -> None:
    page = shown(answered(replace(citation(), page=3), text="X. [1]"), Doc())
    assert "page 3" in page.text


def test_a_decline_looks_calm_and_has_no_card() -> None:
    page = shown(answered(text="The documents do not say.", reason="not_covered"))
    assert "reply decline" in page.attribute("class")
    assert ENGLISH.no_claim[DeclineReason.NOT_COVERED] in page.text
    assert "details" not in page.tags


@pytest.mark.parametrize("reason", [DeclineReason.DETAIL_MISSING, DeclineReason.CONTRADICTED])
def test_what_is_shown_in_place_of_a_claim_is_unfolded(reason: DeclineReason) -> None:
    page = shown(answered(citation(), text="Not exactly this. [1]", reason=reason))
    assert "reply decline" in page.attribute("class")
    assert ENGLISH.no_claim[reason] in page.text
    assert "open" in dict(page.attributes)
    assert "open" not in dict(shown(answered(citation(), text="X. [1]")).attributes)


def test_how_an_answer_came_about_is_folded_away() -> None:
    explanation = Explanation((), (), "all are short", (), "", (), "The draft.", (), "a claim")
    explained = replace(answer("X. [1]", citation()), explanation=explanation)
    page = shown(replace(answered(citation(), text="X. [1]"), answer=explained))
    assert ENGLISH.why in page.text
    assert "draft: The draft." in page.text
    assert "open" not in dict(page.attributes)
    assert ENGLISH.why not in shown(answered(citation(), text="X. [1]")).text


def test_the_stages_of_an_answer() -> None:
    exchange = Exchange("Q?")
    assert ENGLISH.searching in shown(exchange).text
    assert ENGLISH.reading_one in shown(replace(exchange, passages=1)).text
    assert "Reading 4 passages" in shown(replace(exchange, passages=4)).text
    writing = shown(replace(exchange, stage=Stage.WRITING, draft="So far"))
    assert "So far" in writing.text
    assert "true" in writing.attribute("aria-busy")
    stopped = shown(replace(exchange, stage=Stage.STOPPED, draft="So far"))
    assert "So far" in stopped.text
    assert ENGLISH.stopped in stopped.text
    assert "false" in stopped.attribute("aria-busy")
    assert ENGLISH.waiting in render.current((exchange,), {}, ENGLISH, loading=True)


def test_the_place_in_the_queue() -> None:
    exchange = Exchange("Q?", passages=3, waiting=1)
    for texts in (ENGLISH, FRENCH, GERMAN):
        one = Reader(render.current((exchange,), {}, texts))
        assert texts.queue_one in one.text
        assert (
            texts.queue_many.format(count=3) in Reader(render.current((replace(exchange, waiting=3),), {}, texts)).text
        )
        assert "activity queue" in one.attribute("class")
    assert "question" not in shown(replace(exchange, waiting=0)).text


@pytest.mark.parametrize("quote", ["The quote", *HOSTILE])
def test_the_words_of_the_documents_stand_above_the_answer_under_way_only(quote: str) -> None:
    quoting = Exchange("Q?", passages=3, quote=quote)
    writing = replace(quoting, stage=Stage.WRITING, draft="So far")
    for exchange in (quoting, writing):
        page = shown(exchange)
        assert f"{ENGLISH.quoted}{quote}" in page.text
        assert page.tags.count("blockquote") == 1
        assert not {"script", "img", "svg", "a"} & set(page.tags)
        assert "true" in page.attribute("aria-busy")
    assert page.text.index(quote) < page.text.index("So far")
    assert ENGLISH.wording in shown(quoting).text
    for ended in (Stage.STOPPED, Stage.FAILED):
        assert ENGLISH.quoted not in shown(replace(writing, stage=ended)).text
    assert "blockquote" not in shown(replace(quoting, quote=" \n")).tags


def test_a_failure_says_what_happened_and_what_to_do() -> None:
    problem = Problem("The server is away", "Start it.", "ChatUnreachableError")
    page = shown(Exchange("Q?", Stage.FAILED, problem=problem))
    assert page.attribute("role") == ["alert"]
    assert "The server is away. Start it." in page.text
    assert "en" in page.attribute("lang")
    assert ENGLISH.retry in page.text
    assert ENGLISH.unexpected in shown(Exchange("Q?", Stage.FAILED)).text


@pytest.mark.parametrize("texts", [FRENCH, GERMAN])
def test_a_failure_speaks_the_reader_s_language_and_keeps_the_command(texts: Texts) -> None:
    missing = Problem("The index is gone", "Build it: `assistant index DIR`.", "IndexNotFoundError")
    for html in (
        render.current((Exchange("Q?", Stage.FAILED, problem=missing),), {}, texts),
        render.status(texts, Readiness.FAILED, missing),
    ):
        page = Reader(html)
        assert texts.problems["IndexNotFoundError"].format(command="`assistant index DIR`") in page.text
        assert "The index is gone" not in page.text
        assert page.attribute("lang") == []
    for untold in (
        replace(missing, kind="NoSpaceError"),
        replace(missing, fix="Look for it."),
        replace(missing, kind=""),
    ):
        page = Reader(render.status(texts, Readiness.FAILED, untold))
        assert str(untold) in page.text
        assert page.attribute("lang") == ["en"]


def test_a_command_in_a_failure_is_kept_in_one_piece() -> None:
    html = render.status(ENGLISH, Readiness.FAILED, Problem("No index", "Build it: `assistant index --x`.", ""))
    assert '<span class="command" dir="ltr">&#96;assistant index --x&#96;</span>.' in html


def test_a_refused_question_is_not_offered_again_as_it_is() -> None:
    page = shown(Exchange("Q?" * 2_000, Stage.FAILED, problem=Problem("Too long", "Shorten it.", "QuestionError")))
    assert "Too long. Shorten it." in page.text
    assert ENGLISH.retry not in page.text
    assert "reply failure refused" in page.attribute("class")


def test_only_the_last_exchange_can_be_retried() -> None:
    first, last = answered(text="A."), answered(text="B.")
    assert ENGLISH.retry not in render.past((first, last), {}, ENGLISH)
    assert ENGLISH.retry in render.current((first, last), {}, ENGLISH)


def test_ids_differ_between_exchanges() -> None:
    conversation = (answered(citation(), text="A. [1]"), answered(citation(), text="B. [1]"))
    html = render.past(conversation, {}, ENGLISH) + render.current(conversation, {}, ENGLISH)
    ids = Reader(html).attribute("id")
    assert len(ids) == len(set(ids)) == 2


def test_copied_text_is_plain_and_has_its_sources() -> None:
    given = answer("X. [1]", citation())
    assert render.copyable(given, {"a/b.txt": Doc()}, ENGLISH) == (
        "X. [1]\n\n[1] A letter (a/b.txt, 3 February 2020): “The quote.”"
    )
    assert render.copyable(answer("No."), {}, ENGLISH) == "No."


def test_header_names_one_document_and_counts_many() -> None:
    assert "A letter" in Reader(render.header(FRENCH, [Doc()])).text
    many = Reader(render.header(GERMAN, [Doc(title="One"), Doc(title="Two")]))
    assert "2 Dokumenten" in many.text
    assert many.attribute("title") == ["One\nTwo"]
    assert Reader(render.header(ENGLISH, [])).text == ENGLISH.title


def test_examples_fit_any_folder() -> None:
    assert render.examples(ENGLISH, []) == ()
    assert render.examples(ENGLISH, [Doc()]) == ENGLISH.example_one
    assert render.examples(ENGLISH, [Doc(title="One"), Doc(title="{Two}")]) == (
        "What is “One” about?",
        "What does “{Two}” report as new?",
    )
    assert len(render.examples(ENGLISH, [Doc(title="word " * 100)] * 2)[0]) < 130
    assert render.welcome(ENGLISH, ()) == ""


def test_status_shows_the_problem_of_a_failed_load() -> None:
    assert ENGLISH.loading in render.status(ENGLISH, Readiness.LOADING, None)
    problem = Problem("No model", "Run pull.")
    failed = Reader(render.status(ENGLISH, Readiness.FAILED, problem))
    assert "No model. Run pull." in failed.text
    assert "No model" not in render.status(ENGLISH, Readiness.READY, problem)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_outside_becomes_markup(text: str) -> None:
    doc = Doc(source=text, title=text, text=f"{text} before {text} after {text}", date=text, language=text)
    quoted = citation(f"before {text} after", doc=doc)
    judged = JudgedSentence(text, text, (Carrier(text, 0, 1, text, 0.5),))
    found, read = (FoundExtent(text, 0, 1, 0.5, text),), (Extent(text, 0, 1),)
    considered = (Considered(text, None, text), Considered(text, 0.5, None))
    explanation = Explanation(found, read, text, (), text, considered, text, (judged,), text)
    given = replace(answer(f"{text} [1] {text}", quoted), language=text, explanation=explanation)
    exchanges = (
        Exchange(text, Stage.ANSWERED, answer=given),
        Exchange(text, Stage.ANSWERED, answer=replace(given, abstained=True, decline_reason=text)),
        Exchange(text, Stage.WRITING, draft=text),
        Exchange(text, Stage.FAILED, problem=Problem(text, text)),
    )
    documents = {doc.source: doc}
    for exchange in exchanges:
        page = shown(exchange, doc)
        assert page.text.count(text) >= 2
        _assert_harmless(page)
    for html in (
        render.header(ENGLISH, [doc]),
        render.header(ENGLISH, [doc, doc]),
        render.welcome(ENGLISH, render.examples(ENGLISH, [doc])),
        render.status(ENGLISH, Readiness.FAILED, Problem(text, text)),
        render.status(FRENCH, Readiness.FAILED, Problem(text, f"`{text}`", "IndexNotFoundError")),
        render.past((*exchanges, exchanges[0]), documents, ENGLISH),
    ):
        _assert_harmless(Reader(html))


def _assert_harmless(page: Reader) -> None:
    assert not {"script", "img", "svg", "b", "style", "iframe"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
    assert all((href or "").startswith("#source-") for href in page.attribute("href"))


@pytest.mark.parametrize("template", ["${x}", "{{x}}", "`x`"])
def test_template_languages_of_the_page_see_no_braces(template: str) -> None:
    assert not set("${}`") & set(render.escaped(template))
