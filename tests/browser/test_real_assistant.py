"""The page over the real assistant: real index, embedder and chat model, as `assistant serve` has them."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant

pytestmark = pytest.mark.chat_model

SEEDS = Path(__file__).parents[2] / "seeds"
PATIENCE_MS = 300_000  # a slow machine reads the documents for a while before its first word
RECORD_DRAFTS = """() => {
  window.drafts = new Set();
  const current = document.querySelector("#current");
  new MutationObserver(() => {
    const draft = current.querySelector(".writing .text");
    if (draft) window.drafts.add(draft.textContent);
  }).observe(current, { childList: true, subtree: true, characterData: true });
}"""


def test_a_reader_s_visit(
    seeds_assistant: Assistant, open_page: Callable[..., Page], picture: Callable[[Page], None]
) -> None:
    page = open_page(seeds_assistant, locale="fr-FR")
    answered = page.locator("#current .reply.answer > .text")  # without the source cards
    expect(page.locator("#status")).to_have_text("Prêt", timeout=PATIENCE_MS)

    # asks, and sees the sentences that have passed, of which none is taken back
    page.evaluate(RECORD_DRAFTS)
    _ask(page, "Combien de partenariats stratégiques ont été présentés lors du sommet ?")
    expect(answered).to_contain_text("18", timeout=PATIENCE_MS)
    drafts: Any = page.evaluate("[...window.drafts]")
    assert (answered.text_content() or "").startswith(drafts[0])
    assert all(later.startswith(earlier) for earlier, later in pairwise(drafts))

    # clicks a marker, and sees the quote highlighted in its paragraph
    page.get_by_role("link", name="Source 1").first.click()
    mark = page.locator("#current mark").first
    expect(mark).to_be_in_viewport()
    quote = mark.text_content() or ""
    text = next(SEEDS.glob("*.txt")).read_text(encoding="utf-8")
    assert "18 nouveaux partenariats" in quote
    assert quote in text
    assert (page.locator("#current blockquote").first.text_content() or "") in text
    picture(page)

    # asks a follow-up, which only the conversation makes complete
    _ask(page, "Et quel volume représentent-ils ?")
    expect(page.locator("#past .exchange")).to_have_count(1)
    expect(answered).to_contain_text("milliard", timeout=PATIENCE_MS)

    # stops an answer, after which the next question is answered
    _ask(page, "Quelles entreprises sont mentionnées dans le document ?")
    page.get_by_role("button", name="Arrêter").click()
    expect(page.locator("#current .reply.stopped")).to_contain_text("Arrêté.")
    _ask(page, "Dans quelle ville le sommet a-t-il eu lieu ?")
    expect(answered).to_contain_text("Berlin", timeout=PATIENCE_MS)

    # reloads, and finds the conversation again
    page.reload()
    expect(answered).to_contain_text("Berlin")
    expect(page.locator(".exchange")).to_have_count(4)
    expect(page.locator("#past mark").first).to_have_text(quote)


def _ask(page: Page, question: str) -> None:
    box = page.get_by_role("textbox")
    box.fill(question)
    box.press("Enter")
