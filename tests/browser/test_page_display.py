"""What is shown to whom: languages, hostile text, loading, phones, dark mode."""

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from assistant.errors import ChatTimeoutError, ModelNotFoundError

from .readers import QUOTE, Open, answer_salt, ask

HOSTILE = (
    "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'>\"><svg onload=window.hacked=1> "
    "**bold** [a](javascript:1) $x^2$ ${window.hacked=1} {{value}} {{{value}}} `code` \\frac{1}{2} &lt;b&gt;"
)

MARKUP = ":is(#header, #past, #current) :is(script, img, svg, strong, code, .katex)"


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


def test_dark_mode_follows_the_reader(assistant: Any, open_page: Open) -> None:
    colours = {
        open_page(assistant, color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert len(colours) == 2
