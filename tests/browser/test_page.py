"""The page as a reader uses it, over an assistant that the test plays."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assistant.errors import ChatTimeoutError, ModelNotFoundError, QuestionError

Open = Callable[..., Page]

QUOTE = "It carried forty-two barrels of salt to Norrport."
HOSTILE = (
    "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'>\"><svg onload=window.hacked=1> "
    "**bold** [a](javascript:1) $x^2$ ${window.hacked=1} {{value}} {{{value}}} `code` \\frac{1}{2} &lt;b&gt;"
)

MARKUP = ":is(#header, #past, #current) :is(script, img, svg, strong, code, .katex)"


def ask(page: Page, question: str) -> None:
    box = page.get_by_role("textbox")
    box.fill(question)
    box.press("Enter")


def answer_salt(assistant: Any, page: Page, question: str = "What did it carry?") -> Any:
    """A whole exchange, with one citation."""
    ask(page, question)
    run = assistant.next_run()
    run.found()
    run.answer("It carried salt. [1]", assistant.cite(QUOTE))
    expect(page.locator("#current .reply.answer")).to_be_visible()
    return run


def test_an_answer_streams_word_by_word(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    ask(page, "What did it carry?")
    run = assistant.next_run()
    reply = page.locator("#current .reply")
    expect(reply).to_contain_text("Searching the documents…")
    expect(page.get_by_role("textbox")).to_have_value("")
    expect(page.locator("#current [aria-live]")).to_have_attribute("aria-busy", "true")
    run.found()
    expect(reply).to_contain_text("Reading one passage…")
    run.say("It ")
    expect(reply.locator(".text")).to_have_text("It")
    run.say("carried ", "salt")
    expect(reply.locator(".text")).to_have_text("It carried salt")
    run.answer("It carried salt. [1]", assistant.cite(QUOTE))
    expect(page.locator("#current .reply.answer .text")).to_have_text("It carried salt.1")
    expect(page.locator("#current [aria-live]")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def test_a_marker_opens_the_source_with_its_quote_highlighted(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    answer_salt(assistant, page)
    card = page.locator("details.source")
    expect(card).to_contain_text("The harbour letter")
    expect(card).to_contain_text("letters/harbour.txt · 9 May 1871")
    expect(card.locator("mark")).to_be_hidden()
    page.get_by_role("link", name="Source 1").click()
    expect(card.locator("mark")).to_be_visible()
    expect(card.locator("mark")).to_have_text(QUOTE)
    expect(card.locator("blockquote")).to_have_text(f"The ferry left at noon. {QUOTE}")
    expect(card).to_be_in_viewport()
    expect(card).to_have_class(re.compile("flash"))
    assert page.url.endswith("/")


def test_markers_work_in_earlier_answers_and_by_keyboard(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    answer_salt(assistant, page)
    answer_salt(assistant, page, "Again?")
    page.locator("#past .marker").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#past mark")).to_be_visible()
    expect(page.locator("#current mark")).to_be_hidden()


def test_no_marker_begins_a_line(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant, viewport={"width": 390, "height": 664})
    ask(page, "What did it carry?")
    text = " ".join(f"{'Salt' * (number % 5 + 1)}! [1]" for number in range(60))
    assistant.next_run().answer(text, assistant.cite(QUOTE))
    expect(page.locator(".marker")).to_have_count(60)
    begins_line = """(marker) => {
      const word = document.createRange();
      word.setStart(marker.previousSibling, marker.previousSibling.length - 1);
      word.setEnd(marker.previousSibling, marker.previousSibling.length);
      return marker.getBoundingClientRect().top > word.getBoundingClientRect().bottom;
    }"""
    assert not page.evaluate(f"[...document.querySelectorAll('.marker')].some({begins_line})")


def test_a_follow_up_knows_the_conversation(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    answer_salt(assistant, page)
    expect(page.get_by_role("textbox")).to_be_focused()
    run = answer_salt(assistant, page, "And how many?")
    assert [(turn.question, turn.answer) for turn in run.history] == [("What did it carry?", "It carried salt. [1]")]
    expect(page.locator(".question div")).to_have_text(["What did it carry?", "And how many?"])


def test_stop_ends_the_answer_at_once_and_frees_the_model(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    ask(page, "A long story?")
    run = assistant.next_run()
    run.say("Once upon ")
    expect(page.locator("#current .text")).to_have_text("Once upon")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#current .reply.stopped")).to_contain_text("Once upon")
    expect(page.locator("#current .reply.stopped")).to_contain_text("Stopped.")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(page.get_by_role("textbox")).to_be_focused()
    run.say("a time")  # the model hands over its next word, and learns that nobody reads
    assert run.wait_closed()
    answer_salt(assistant, page, "Something shorter?")


def test_retry_asks_again(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    ask(page, "What did it carry?")
    assistant.next_run().fail(ChatTimeoutError("No answer within 2 s", fix="Ask again."))
    expect(page.get_by_role("alert")).to_contain_text("No answer within 2 s")
    expect(page.get_by_role("alert")).to_contain_text("Ask again.")
    page.get_by_role("button", name="Try again").click()
    run = assistant.next_run()
    assert (run.question, run.history) == ("What did it carry?", ())
    run.answer("Salt.")
    expect(page.locator("#current .reply.answer")).to_contain_text("Salt.")
    expect(page.locator(".exchange")).to_have_count(1)


def test_clear_during_an_answer_empties_the_page(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    answer_salt(assistant, page)
    ask(page, "A long story?")
    run = assistant.next_run()
    run.say("Once ")
    expect(page.locator("#current .text")).to_have_text("Once")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".exchange")).to_have_count(0)
    expect(page.locator(".example").first).to_be_visible()
    run.say("upon ")
    assert run.wait_closed()
    run = answer_salt(assistant, page, "Anew?")
    assert run.history == ()
    expect(page.locator(".exchange")).to_have_count(1)


def test_copy_takes_the_text_with_its_sources(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant, permissions=["clipboard-read", "clipboard-write"])
    answer_salt(assistant, page)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"It carried salt. [1]\n\n[1] The harbour letter (letters/harbour.txt, 9 May 1871): “{QUOTE}”"


def test_copy_without_permission_finds_another_way_or_says_that_it_failed(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant, permissions=["clipboard-read", "clipboard-write"])
    answer_salt(assistant, page)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('forbidden')); }")
    told = page.locator("[role=status].spoken")
    page.get_by_role("button", name="Copy").click()
    expect(told).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith("It carried salt. [1]")
    expect(page.get_by_role("button", name="Copy")).to_be_focused()
    page.evaluate("() => { document.execCommand = () => false; }")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Not copied")).to_be_visible()
    expect(told).to_have_text("Not copied")
    expect(told).to_be_empty()


def test_a_refused_question_returns_into_the_box(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant, viewport={"width": 390, "height": 664})
    too_long = "Too long?\n" * 50 + "Really?"
    ask(page, too_long)
    assistant.next_run().fail(QuestionError("The question is too long", fix="Shorten it."))
    expect(page.get_by_role("alert")).to_contain_text("The question is too long. Shorten it.")
    box = page.get_by_role("textbox")
    expect(box).to_have_value(too_long)
    expect(page.get_by_role("alert")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    box.fill("Short?")
    box.press("Enter")
    run = assistant.next_run()
    assert run.question == "Short?"
    run.answer("Salt.")
    expect(page.locator("#current .reply.answer")).to_contain_text("Salt.")
    expect(box).to_have_value("")


def test_an_opened_source_stays_open(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    answer_salt(assistant, page)
    answer_salt(assistant, page, "Again?")
    page.locator("#past summary").click()
    page.get_by_role("link", name="Source 1").last.click()
    answer_salt(assistant, page, "And again?")
    expect(page.locator("details.source")).to_have_count(3)
    expect(page.locator("mark:visible")).to_have_count(2)
    page.locator("#past summary").first.click()
    answer_salt(assistant, page, "Once more?")
    expect(page.locator("details.source")).to_have_count(4)
    expect(page.locator("mark:visible")).to_have_count(1)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".exchange")).to_have_count(0)
    answer_salt(assistant, page)
    answer_salt(assistant, page, "Again?")
    expect(page.locator("#past details.source")).to_have_count(1)
    expect(page.locator("mark:visible")).to_have_count(0)


def test_an_example_is_asked_with_a_click(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    page.get_by_role("button", name="What is the document about?").click()
    run = assistant.next_run()
    assert run.question == "What is the document about?"
    run.answer("A ferry.")
    expect(page.locator("#current .reply.answer")).to_contain_text("A ferry.")


def test_a_decline_is_calm_and_has_no_card(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    ask(page, "Who is the president?")
    assistant.next_run().answer("The documents do not say.", abstained=True)
    expect(page.locator(".reply.decline")).to_contain_text("Not in the documents")
    expect(page.locator("details")).to_have_count(0)


def test_reload_keeps_the_conversation(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    answer_salt(assistant, page)
    page.reload()
    expect(page.locator("#current .reply.answer")).to_contain_text("It carried salt.")
    page.get_by_role("link", name="Source 1").click()
    expect(page.locator("mark")).to_have_text(QUOTE)
    run = answer_salt(assistant, page, "And how many?")
    assert len(run.history) == 1


def test_reload_during_an_answer_frees_the_model(assistant: Any, open_page: Open, wait_left: Any) -> None:
    page = open_page(assistant)
    ask(page, "A long story?")
    run = assistant.next_run()
    run.say("Once ")
    expect(page.locator("#current .text")).to_have_text("Once")
    page.reload()
    expect(page.locator("#current .reply.stopped")).to_be_visible()
    assert wait_left()
    run.say("upon ")  # the model hands over its next word, and learns that nobody reads
    assert run.wait_closed()
    page.get_by_role("button", name="Try again").click()
    assistant.next_run().answer("Salt.")
    expect(page.locator("#current .reply.answer")).to_contain_text("Salt.")


def test_two_readers_do_not_see_each_other(assistant: Any, contexts: Callable[..., Any], serve: Any) -> None:
    address = serve(assistant)
    pages = [contexts().new_page() for _ in range(2)]
    for page in pages:
        page.goto(address)
        page.locator(".example").first.wait_for()
    first, second = pages
    ask(first, "First reader?")
    first_run = assistant.next_run()
    answer_salt(assistant, second, "Second reader?")  # while the first one is still waiting
    expect(second.locator(".question div")).to_have_text(["Second reader?"])
    first_run.answer("Salt.")
    expect(first.locator("#current .reply.answer")).to_contain_text("Salt.")
    expect(first.locator(".question div")).to_have_text(["First reader?"])


@pytest.mark.parametrize(
    ("locale", "title", "send", "searching"),
    [
        ("en-US", "Ask your documents", "Send", "Searching the documents…"),
        ("fr-FR", "Interrogez vos documents", "Envoyer", "Recherche dans les documents…"),
        ("de-AT", "Fragen Sie Ihre Dokumente", "Senden", "Die Dokumente werden durchsucht…"),
        ("ja-JP", "Ask your documents", "Send", "Searching the documents…"),
    ],
)
def test_the_page_speaks_the_browser_s_language(
    assistant: Any, open_page: Open, locale: str, title: str, send: str, searching: str
) -> None:
    page = open_page(assistant, locale=locale)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page).to_have_title(title)
    expect(page.get_by_role("button", name=send)).to_be_visible()
    language = locale[:2] if locale[:2] != "ja" else "en"
    expect(page.locator("html")).to_have_attribute("lang", language)
    ask(page, "?")
    expect(page.locator("#current .reply")).to_contain_text(searching)
    assistant.next_run().answer("Salt.")
    expect(page.locator("#current .reply.answer")).to_be_visible()


def test_nothing_from_outside_is_executed_or_formatted(assistant: Any, open_page: Open) -> None:
    document = assistant.with_document(title=HOSTILE, source=HOSTILE, text=f"{HOSTILE} quote {HOSTILE}")
    page = open_page(assistant)
    expect(page.locator("#header")).to_contain_text(HOSTILE)
    ask(page, HOSTILE)
    run = assistant.next_run()
    assert run.question == HOSTILE
    run.say(HOSTILE)
    expect(page.locator("#current .text")).to_have_text(HOSTILE)
    run.answer(f"{HOSTILE} [1]", assistant.cite(f"quote {HOSTILE}"))
    page.get_by_role("link", name="Source 1").click()
    expect(page.locator("#current .question div")).to_have_text(HOSTILE)
    expect(page.locator("mark")).to_have_text(f"quote {HOSTILE}")
    expect(page.locator("blockquote")).to_have_text(document.text)
    ask(page, "Next?")
    assistant.next_run().fail(ChatTimeoutError(HOSTILE, fix=HOSTILE))
    expect(page.get_by_role("alert")).to_contain_text(HOSTILE)
    expect(page.locator("#past .text")).to_have_text(f"{HOSTILE}1")
    page.reload()
    expect(page.locator("#past mark")).to_have_text(f"quote {HOSTILE}")
    assert page.evaluate("window.hacked") is None
    assert page.locator(MARKUP).count() == 0


def test_titles_of_several_documents_stay_text_in_the_examples(assistant: Any, open_page: Open) -> None:
    assistant.documents = tuple(replace(assistant.documents[0], title=f"{number} {HOSTILE}") for number in (1, 2))
    page = open_page(assistant)
    expect(page.locator("#header p")).to_have_attribute("title", "\n".join(each.title for each in assistant.documents))
    expect(page.locator(".example")).to_have_text([re.compile(re.escape(f"“{n} {HOSTILE[:60]}")) for n in (1, 2)])
    page.locator(".example").first.click()
    run = assistant.next_run()
    assert HOSTILE[:60] in run.question
    run.answer("Salt.")
    expect(page.locator("#current .question div")).to_have_text(run.question)
    assert page.evaluate("window.hacked") is None
    assert page.locator(MARKUP).count() == 0


def test_loading_is_visible_and_turns_into_ready(assistant: Any, open_page: Open) -> None:
    assistant.loaded.clear()
    page = open_page(assistant)
    status = page.locator("#status [role=status]")
    expect(status).to_have_text("Loading the model…")
    ask(page, "Too early?")
    expect(page.locator("#current .reply")).to_contain_text("The model is still loading.")
    assistant.loaded.set()
    expect(status).to_have_text("Ready")
    assistant.next_run().answer("Salt.")
    expect(page.locator("#current .reply.answer")).to_be_visible()


def test_a_kept_conversation_is_shown_while_the_model_loads(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    answer_salt(assistant, page)
    assistant.loaded.clear()
    page.reload()
    expect(page.locator("#status [role=status]")).to_have_text("Loading the model…")
    expect(page.locator("blockquote")).to_have_text(QUOTE)
    assistant.loaded.set()
    expect(page.locator("blockquote")).to_have_text(f"The ferry left at noon. {QUOTE}")


def test_a_model_that_cannot_be_loaded_is_explained(assistant: Any, open_page: Open) -> None:
    assistant.loaded.clear()
    assistant.warm_up_error = ModelNotFoundError("The chat model is not here", fix="Run: assistant pull")
    page = open_page(assistant)
    expect(page.locator("#status [role=status]")).to_contain_text("Not available")
    expect(page.locator("#status [role=status]")).to_contain_text("The chat model is not here. Run: assistant pull")


def test_a_phone_shows_everything_without_sideways_scrolling(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant, viewport={"width": 390, "height": 664}, has_touch=True, is_mobile=True)
    box = page.get_by_role("textbox")
    expect(box).to_be_in_viewport(ratio=1)
    for number in range(3):
        answer_salt(assistant, page, f"Question {number}, {'quite-long-indeed-' * 8}?")
        expect(box).to_be_in_viewport(ratio=1)
    ask(page, "And then?")
    assistant.next_run().fail(ChatTimeoutError("No answer within 2 s", fix="Ask again."))
    expect(page.get_by_role("button", name="Try again")).to_be_in_viewport(ratio=1)  # the page follows what comes
    page.locator("#past .marker").first.click()
    expect(page.locator("#past mark").first).to_be_in_viewport()
    expect(box).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_enter_sends_and_shift_enter_starts_a_line(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    box = page.get_by_role("textbox", name="Your question")
    expect(box).to_be_focused()
    page.keyboard.press("Enter")  # an empty box sends nothing
    page.keyboard.type("One")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two?")
    page.keyboard.press("Enter")
    run = assistant.next_run()
    assert run.question == "One\ntwo?"
    page.keyboard.type("While it writes")
    page.keyboard.press("Enter")  # one answer at a time: the text waits in the box
    run.answer("Salt.")
    expect(page.locator("#current .reply.answer")).to_be_visible()
    expect(box).to_have_value("While it writes")
    assert assistant.runs.empty()


@pytest.mark.parametrize("button", ["What is the document about?", "Try again"])
def test_enter_waits_for_the_answer_that_a_button_asked_for(assistant: Any, open_page: Open, button: str) -> None:
    page = open_page(assistant)
    if button == "Try again":
        ask(page, "What did it carry?")
        assistant.next_run().fail(ChatTimeoutError("No answer within 2 s", fix="Ask again."))
    page.get_by_role("button", name=button).click()
    run = assistant.next_run()
    run.say("It ")
    expect(page.locator("#current .text")).to_have_text("It")
    ask(page, "While it writes?")
    run.say("carried ")
    expect(page.locator("#current .text")).to_have_text("It carried")
    run.answer("It carried salt.")
    expect(page.locator("#current .reply.answer .text")).to_have_text("It carried salt.")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value("While it writes?")
    expect(page.locator(".exchange")).to_have_count(1)
    assert assistant.runs.empty()


def test_dark_mode_follows_the_reader(assistant: Any, open_page: Open) -> None:
    colours = {
        open_page(assistant, color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert len(colours) == 2
