"""What a reader of the page does."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

Open = Callable[..., Page]

QUOTE = "It carried forty-two barrels of salt to Norrport."


def enter(page: Page, question: str) -> None:
    box = page.get_by_role("textbox")
    box.fill(question)
    box.press("Enter")


def ask(page: Page, question: str) -> None:
    """Press Enter until the page takes the question: it waits in the box while Gradio ends the event before, for a
    moment after the page shows the answer.
    """
    enter(page, question)
    box = page.get_by_role("textbox")
    for _ in range(10):
        try:
            expect(box).to_have_value("", timeout=1_000)
        except AssertionError:
            box.press("Enter")
        else:
            return
    raise AssertionError(f"The page does not take the question {question!r}.")


def answer_salt(assistant: Any, page: Page, question: str = "What did it carry?") -> Any:
    """A whole exchange, with one citation."""
    ask(page, question)
    run = assistant.next_run()
    run.found()
    run.answer("It carried salt. [1]", assistant.cite(QUOTE))
    expect(page.locator("#current .reply.answer")).to_be_visible()
    expect(page.locator("#stop")).to_be_hidden()  # until then, nothing else is sent
    return run
