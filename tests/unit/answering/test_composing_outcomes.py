"""When a small local model is believed: do its readings find the answer stated? what is counted, what declined?"""

import pytest

from assistant import conversation
from assistant.drafting import Drafter
from assistant.pipeline import Pipeline
from assistant.types import Answer, QuoteDelta
from index.search import Index

from ..answering_fakes import (
    CAPTAIN,
    CARGO,
    FERRY_DE,
    WHO,
    Call,
    FakeRuntime,
    OpenIndex,
    ask,
    assert_declines,
    indexed,
    local,
    scripted,
)
from .composing_fakes import ADA, WER, model, run

# --- counting ---

FEAST = "The feast\n\nThe guests of the feast were Anna Berg, Bo Dahl, Carl Ek and Dora Falk. It lasted all night.\n"


@pytest.mark.parametrize("first", ["Anna Berg, Bo Dahl, Carl Ek", "It lasted all night."])
def test_what_the_documents_enumerate_is_counted(first: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    def quote(call: Call) -> str:
        return "Anna Berg, Bo Dahl, Carl Ek, Dora Falk" if "Which guests" in call.text else first

    with indexed(tmp_path_factory.mktemp("feast"), {"feast.txt": FEAST}) as feast:
        streamed, answer = run(feast, model(quote=quote), "How many guests were at the feast?")
    assert streamed == "The documents name 4: Anna Berg, Bo Dahl, Carl Ek, Dora Falk."
    assert answer.text == f"{streamed} [1]"
    assert [citation.quote for citation in answer.citations] == [FEAST.split("\n")[2].partition(" It lasted")[0]]


def test_a_number_that_stands_in_the_documents_is_not_counted(index: Index) -> None:
    scripted = model(quote=CARGO)
    _, answer = run(index, scripted, "How many barrels did the ferry carry?")
    assert scripted.kinds == ["quote", "stated", "alone"]
    assert answer.text.startswith(CARGO)


LEFT = "The ferry left Solvig at noon on Monday."


def test_what_is_quoted_for_the_members_stands_apart(index: Index) -> None:
    asked = Pipeline(index, Drafter(local(model(quote=LEFT))))
    *events, _ = asked.run("How many captains does the ferry have?", ())
    shown = "".join(event.text for event in events if isinstance(event, QuoteDelta))
    assert shown == f"{LEFT}\n{LEFT}"


def test_what_is_not_enumerated_is_not_counted(index: Index) -> None:
    scripted = model(quote=LEFT)
    _, answer = run(index, scripted, "How many captains does the ferry have?")
    assert any("Which captains" in call.text for call in scripted.calls)
    assert "The documents name" not in answer.text


def test_nothing_is_counted_where_the_number_is_out_of_the_question(index: Index) -> None:
    scripted = model(quote=LEFT, stated="No", alone="No")
    _, answer = run(index, scripted, "How many captains does the ferry have?")
    assert not any("Which captains" in call.text for call in scripted.calls)
    assert_declines(answer)


# --- declining ---


@pytest.mark.parametrize(("stated", "alone"), [("Yes", "No"), ("No", "Yes"), ("No", "No")])
def test_both_readings_have_to_find_the_answer_stated(stated: str, alone: str, index: Index) -> None:
    scripted = model(stated=stated, alone=alone, quote=CAPTAIN)
    _, answer = run(index, scripted, WHO)
    assert set(scripted.kinds) == {"quote", "stated", "alone"}
    assert_declines(answer)
    assert CAPTAIN in [citation.quote for citation in answer.citations], "it is shown all the same"


def test_where_no_sentence_stands_the_quote_is_translated(index: Index) -> None:
    echo = "Der Kapitän der Fähre ist der Kapitän."
    streamed, _ = run(index, model(quote=CAPTAIN, draft=echo, phrase=echo, translate=FERRY_DE), WER)
    assert streamed == FERRY_DE


def test_a_sentence_is_read_behind_the_one_that_names_what_it_means(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rain = "It rains. " * 3
    letters = {"a.txt": f"Norrport has a mill. Solvig has a harbour. {rain}Snow fell. The town was founded in 1821.\n"}
    scripted = model(quote="The town was founded in 1821.")
    with indexed(tmp_path_factory.mktemp("town"), letters) as opened:
        run(opened, scripted, "When was Solvig founded?")
    call = next(call for call in scripted.calls if call.kind == "alone")
    assert "\nSolvig has a harbour. Snow fell. The town was founded in 1821.\n" in call.text


def test_a_title_that_answers_but_cannot_be_said_is_shown(tmp_path_factory: pytest.TempPathFactory) -> None:
    letters = {"ferry.txt": "Three towns want a ferry\n\nTwo towns asked the king for a ferry on Monday.\n"}
    scripted = model(quote="Two towns", draft="Seven towns want it.", phrase="Seven towns want it.")
    with indexed(tmp_path_factory.mktemp("title"), letters) as opened:
        _, answer = run(opened, scripted, "How many towns want a ferry, in the headline?")
    assert answer.abstained
    assert "Three towns want a ferry" in [citation.quote for citation in answer.citations]
    assert "quote" not in scripted.kinds, "the text is not asked"


def test_the_quoted_sentence_is_read_alone(index: Index) -> None:
    scripted = model(quote="Ada Lindqvist", draft=ADA)
    run(index, scripted, WHO)
    call = next(call for call in scripted.calls if call.kind == "alone")
    assert CAPTAIN in call.text
    assert CARGO not in call.text


@pytest.mark.parametrize(("caution", "claims"), [(0.0, True), (0.5, True), (1.0, False)])
def test_the_line_is_a_setting(caution: float, claims: bool, index: Index) -> None:
    *_, answer = Pipeline(index, Drafter(local(model(quote=CAPTAIN))), caution=caution).run(WHO, ())
    assert isinstance(answer, Answer)
    assert answer.abstained != claims


def test_a_model_that_says_no_is_not_asked_for_a_draft(index: Index) -> None:
    scripted = model(stated="No", quote=CARGO)
    _, answer = run(index, scripted, WHO)
    assert_declines(answer)
    assert set(scripted.kinds) == {"quote", "stated", "alone"}


def test_where_the_best_document_does_not_answer_the_next_one_is_read(open_index: OpenIndex) -> None:
    ferries = open_index(
        {
            "a.txt": "The ferry of Norrport\n\nThe captain of the Norrport ferry is well known in all of Norrport.\n",
            "b.txt": f"Staff\n\n{CAPTAIN}\n",
        }
    )

    def quote(call: Call) -> str:
        return CAPTAIN if CAPTAIN in call.text else "The captain of the Norrport ferry"

    def stated(call: Call) -> str:
        return "Yes" if CAPTAIN in call.text else "No"

    scripted = model(quote=quote, stated=stated, alone=stated)
    _, answer = run(ferries, scripted, "Who is the captain of the ferry of Norrport?")
    assert [citation.source for citation in answer.citations] == ["b.txt"]
    assert not answer.abstained
    assert answer.explanation.why_read == "the document around another hit: the better ones do not answer"
    assert [extent.source for extent in answer.explanation.read] == ["b.txt"]


@pytest.mark.parametrize("quote", ["", " \n", "…", "[1]\x00"])
def test_a_model_that_quotes_nothing_and_finds_nothing_declines(quote: str, index: Index) -> None:
    _, answer = run(index, model(quote=quote, alone="No", draft="[1]"), WHO)
    assert answer.abstained


@pytest.mark.parametrize("quote", ["", "[1]\x00", "The captain of the ferry is Berta Quist, 1907."])
def test_where_the_quote_stands_nowhere_the_sentences_most_like_the_question_are_read(quote: str, index: Index) -> None:
    def alone(call: Call) -> str:
        return "Yes" if CAPTAIN in call.text else "No"

    _, answer = run(index, model(quote=quote, alone=alone), WHO)
    assert [citation.quote for citation in answer.citations] == [CAPTAIN]
    assert "Lindqvist" in answer.text


@pytest.mark.parametrize("invented", ["77", "siebenundsiebzig", "eine Million"])
def test_no_number_is_invented_on_the_way(invented: str, index: Index) -> None:
    draft = f"Die Fähre trug {invented} Fässer mit Salz nach Norrport."
    _, answer = run(index, model(quote=CARGO, draft=draft, phrase=draft), "Was trug die Fähre nach Norrport?")
    assert answer.abstained


def test_first_words_do_not_wait_for_what_tells_languages(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    telling = conversation.question_language
    monkeypatch.setattr(conversation, "question_language", lambda *args: asked.append(args) or telling(*args))
    stream = Pipeline(index, Drafter(local(model(quote=CAPTAIN, draft=FERRY_DE), FakeRuntime()))).run(WER, ())
    next(event for event in stream if isinstance(event, QuoteDelta))
    assert asked == []
    assert isinstance(list(stream)[-1], Answer)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("said", "names", "stands"),
    [
        ("four", ": Anna Berg, Bo Dahl, Carl Ek and Dora Falk", True),
        ("five", ": Anna Berg, Bo Dahl, Carl Ek and Dora Falk", False),
        ("four", "", False),
    ],
)
def test_a_hosted_model_may_count_the_names_that_it_tells(
    said: str, names: str, stands: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    counted = f"There were {said} guests at the feast{names}."
    with indexed(tmp_path_factory.mktemp("feast"), {"feast.txt": FEAST}) as feast:
        answer = ask(feast, scripted(counted), "How many guests were at the feast?")
    assert answer.abstained != stands
    assert (answer.text == f"{counted} [1]") == stands
