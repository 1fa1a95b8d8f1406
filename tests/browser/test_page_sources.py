"""Markers, the cards of their sources, and copying both."""

import re
from typing import Any

from playwright.sync_api import expect

from .readers import QUOTE, Open, answer_salt, ask


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
