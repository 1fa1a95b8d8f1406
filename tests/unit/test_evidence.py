"""Hits and documents -> passages -> what the model reads."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import around, as_prompt, select, stretches, titles, whole
from index.types import Document, Hit, Span

HIT = Hit("a.txt", "A", 0, 10, "0123456789", 1.0)


def hit(source: str, start: int, text: str = "0123456789") -> Hit:
    return Hit(source, source.upper(), start, start + len(text), text, 1.0)


def document(source: str, text: str, title: str = "Title", date: str | None = None) -> Document:
    return Document(source, text, "0" * 64, title, date, "en")


def test_passages_stand_in_document_order_whatever_their_rank() -> None:
    hits = [hit("b", 0), hit("a", 50), hit("a", 10)]
    assert [(p.source, p.start) for p in select(hits)] == [("a", 10), ("a", 50), ("b", 0)]
    assert select(hits) == select(hits[::-1])


def test_the_best_hits_within_the_budget() -> None:
    hits = [hit("c", 0), hit("b", 0), hit("a", 0)]
    assert [p.source for p in select(hits, budget=20)] == ["b", "c"]


def test_the_best_hit_is_read_even_if_it_is_over_the_budget() -> None:
    assert [p.source for p in select([hit("b", 0), hit("a", 0)], budget=1)] == ["b"]
    assert select([]) == ()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.integers(1, 90)), max_size=12))
def test_any_hits_stay_within_the_budget(drawn: list[tuple[str, int, int]]) -> None:
    hits = [hit(source, start, "x" * length) for source, start, length in drawn]
    passages = select(hits, budget=100)
    assert len(passages) <= 1 or sum(len(p.text) for p in passages) <= 100
    assert [(p.source, p.start) for p in passages] == sorted((p.source, p.start) for p in passages)
    assert bool(passages) == bool(hits)


TEXT = "".join(f"{number}{'x' * 698}\n" for number in range(10))
CHUNKS = [Span(start, start + 699) for start in range(0, 7_000, 700)]


def test_stretches_are_whole_chunks_that_leave_nothing_out() -> None:
    found = stretches(document("a", TEXT), CHUNKS)
    assert [(p.start, p.end) for p in found] == [(start, start + 1_399) for start in range(0, 7_000, 1_400)]
    assert all(p.text == TEXT[p.start : p.end] for p in found)


def test_a_chunk_that_is_too_long_is_a_stretch() -> None:
    assert [p.end for p in stretches(document("a", TEXT), [Span(0, 3_000), Span(3_000, 3_100)])] == [3_000, 3_100]


def test_hits_of_one_stretch_are_read_in_the_same_passage() -> None:
    read = [around(hit("a", span.start, TEXT[span.start : span.end]), document("a", TEXT), CHUNKS) for span in CHUNKS]
    assert around(hit("a", 10 * len(TEXT), "of an older text"), document("a", TEXT), CHUNKS) is None
    assert [p.start for p in read] == [0, 0, 1_400, 1_400, 2_800, 2_800, 4_200, 4_200, 5_600, 5_600]


def test_whole_documents_by_source() -> None:
    passages = whole([document("b.txt", "Bee."), document("a.txt", "Ay.")])
    assert [(p.source, p.start, p.end, p.text) for p in passages] == [("a.txt", 0, 3, "Ay."), ("b.txt", 0, 4, "Bee.")]


def test_the_model_reads_title_date_and_paragraphs() -> None:
    read = as_prompt(whole([document("a.txt", "One.\n\n\n\nTwo.\n", "Letters", "2020-01-02")]))
    assert read.splitlines()[:3] == ["Title: Letters", "Date: 2020-01-02", ""]
    assert read.endswith("One.\n\nTwo.")


def test_a_title_that_opens_the_text_is_read_once() -> None:
    assert as_prompt(whole([document("a.txt", "Letters\n\nOne.", "Letters")])).count("Letters") == 1


@pytest.mark.parametrize("text", ["Letters\n\nOne.", "# Letters\nOne.", "## Letters ##\r\n\r\nOne."])
def test_a_heading_is_not_read_twice(text: str) -> None:
    assert as_prompt(whole([document("a.md", text, "Letters")])) == "Title: Letters\n\nOne."


@pytest.mark.parametrize("text", ["Letters are signs.", "Letters, long ago.\n\nOne.", "Lettersmith was his name."])
def test_a_sentence_that_begins_with_the_title_is_read_whole(text: str) -> None:
    assert as_prompt(whole([document("a.txt", text, "Letters")])) == f"Title: Letters\n\n{text}"


def test_a_title_is_read_once_for_all_passages_of_a_document() -> None:
    read = as_prompt(select([replace(HIT, start=0, text="First."), replace(HIT, start=100, text="Second.")]))
    assert read.count("Title: A") == 1
    assert read.index("First.") < read.index("Second.")


def test_titles_that_stand_in_their_texts() -> None:
    bees = document("b", "\n# Bees\n\nThey sting.", "Bees"), [Span(1, 7), Span(9, 20)]
    front_matter = document("a", "Aye.", "From the front matter"), [Span(0, 4)]
    (passage,) = titles([bees, front_matter])
    assert (passage.source, passage.start, passage.end, passage.text) == ("b", 1, 7, "# Bees")
    assert as_prompt([passage]) == "Title: Bees"


@pytest.mark.parametrize("text", ["Bees sting.", "All about Bees", "Long ago,\nBees were few.", "Beeswax"])
def test_a_sentence_that_holds_the_words_of_a_title_is_not_the_title(text: str) -> None:
    assert titles([(document("Bees.txt", text, "Bees"), [Span(0, len(text))])]) == ()


@pytest.mark.parametrize("text", ["Bees", "## Bees ##", "Bees\r\nOf wax.", "---\ntitle: Bees\n---", 'title: "Bees"'])
def test_a_line_that_is_the_title(text: str) -> None:
    (passage,) = titles([(document("b.md", text, "Bees"), [Span(0, len(text))])])
    assert passage.text == text


def test_documents_are_read_under_their_own_titles() -> None:
    read = as_prompt(whole([document("a", "One.", "Alpha"), document("b", "Two.", "Beta")]))
    assert [read.index(part) for part in ("Alpha", "One.", "Beta", "Two.")] == sorted(
        read.index(part) for part in ("Alpha", "One.", "Beta", "Two.")
    )
