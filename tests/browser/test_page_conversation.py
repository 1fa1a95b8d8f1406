"""Asking, following up, stopping and reloading, over an assistant that the test plays."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from assistant.errors import ChatTimeoutError, QuestionError

from .readers import QUOTE, Open, answer_salt, ask, enter


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


@pytest.mark.parametrize("width", [1280, 390])
def test_the_words_of_the_documents_come_first(width: int, assistant: Any, open_page: Open) -> None:
    page = open_page(assistant, viewport={"width": width, "height": 800})
    answer_salt(assistant, page, "Where did the ferry go?")
    ask(page, "What did it carry?")
    run = assistant.next_run()
    run.found()
    run.quote("It carried ")
    quoted = page.locator("#current .quoted")
    expect(quoted).to_have_text("In the documents:It carried")
    run.quote("forty-two barrels of salt", " to Norrport. <b>&amp;</b>")
    expect(quoted.locator("blockquote")).to_have_text("It carried forty-two barrels of salt to Norrport. <b>&amp;</b>")
    expect(page.locator("#current .activity")).to_have_text("Wording the answer…")
    run.say("It carried ", "salt")
    expect(page.locator("#current .text")).to_have_text("It carried salt")
    expect(quoted).to_be_in_viewport(ratio=1)
    expect(page.locator("#current [aria-live]")).to_have_attribute("aria-busy", "true")
    assert quoted.bounding_box()["y"] < page.locator("#current .text").bounding_box()["y"]
    run.answer("It carried salt. [1]", assistant.cite(QUOTE))
    expect(page.locator("#current .reply.answer .text")).to_have_text("It carried salt.1")
    expect(quoted).to_have_count(0)
    page.reload()
    expect(page.locator("#current .reply.answer .text")).to_have_text("It carried salt.1")
    expect(page.locator(".quoted")).to_have_count(0)


@pytest.mark.parametrize(
    ("locale", "width", "two", "one"),
    [
        ("en-GB", 1280, "2 questions before yours…", "1 question before yours…"),
        ("fr-FR", 390, "2 questions avant la vôtre…", "1 question avant la vôtre…"),
        ("de-DE", 390, "2 Fragen vor Ihrer…", "1 Frage vor Ihrer…"),
    ],
)
def test_the_place_in_the_queue_is_told(
    locale: str, width: int, two: str, one: str, assistant: Any, open_page: Open
) -> None:
    page = open_page(assistant, viewport={"width": width, "height": 800}, locale=locale)
    ask(page, "What did it carry?")
    run = assistant.next_run()
    run.found()
    run.wait(2)
    activity, spoken = page.locator("#current .activity"), page.locator("body > .spoken[role=status]")
    expect(activity).to_have_text(two)
    expect(spoken).to_have_text(two)
    run.wait(1)
    expect(activity).to_have_text(one)
    expect(spoken).to_have_text(one)
    run.wait(0)
    expect(page.locator("#current .queue")).to_have_count(0)
    expect(spoken).to_have_text("")
    expect(activity).to_be_visible()
    run.answer("It carried salt. [1]", assistant.cite(QUOTE))
    expect(page.locator("#current .reply.answer")).to_be_visible()


def test_a_question_stopped_in_the_queue_is_gone(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant)
    ask(page, "What did it carry?")
    run = assistant.next_run()
    run.wait(1)
    run.quote("It carried")
    expect(page.locator("#current .quoted")).to_be_visible()
    page.locator("#stop").click()
    expect(page.locator("#current .reply.stopped")).to_contain_text("Stopped.")
    expect(page.locator("#current .quoted")).to_have_count(0)
    run.quote(" salt")
    assert run.wait_closed()


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


def test_a_refused_question_returns_into_the_box(assistant: Any, open_page: Open) -> None:
    page = open_page(assistant, viewport={"width": 390, "height": 664})
    too_long = "Too long?\n" * 50 + "Really?"
    enter(page, too_long)
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
    enter(page, "While it writes?")
    run.say("carried ")
    expect(page.locator("#current .text")).to_have_text("It carried")
    run.answer("It carried salt.")
    expect(page.locator("#current .reply.answer .text")).to_have_text("It carried salt.")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value("While it writes?")
    expect(page.locator(".exchange")).to_have_count(1)
    assert assistant.runs.empty()
