"""Markers and quotes: from any evidence and any draft."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citations import Candidate, Supported, choose, cite, without_markers
from assistant.types import Citation
from index.types import Span

from .answering_fakes import markers

WORDS = st.frozensets(st.sampled_from(["ferry", "salt", "noon", "captain", "forty", "two"]), max_size=4)


def candidate(
    number: int, words: frozenset[str] = frozenset(), cosine: float = 0.8, source: str = "a.txt"
) -> Candidate:
    return Candidate(source, "A", Span(10 * number, 10 * number + 9), f"Quote {number}.", words, cosine)


CANDIDATES = st.lists(st.tuples(WORDS, st.floats(-1, 1)), max_size=8).map(
    lambda drawn: [candidate(number, words, cosine) for number, (words, cosine) in enumerate(drawn)]
)


NOTHING: frozenset[str] = frozenset()


def rarity(word: str) -> float:
    return float(len(word))


@given(WORDS, WORDS, WORDS, CANDIDATES)
def test_one_or_two_quotes_carry_a_sentence(
    words: frozenset[str], question: frozenset[str], quoted: frozenset[str], candidates: list[Candidate]
) -> None:
    chosen = choose(words, question, quoted, candidates, rarity)
    assert len(chosen) == min(len(chosen), 2) == len(set(chosen))
    assert all(0 <= i < len(candidates) for i in chosen)
    assert bool(chosen) == bool(candidates)
    assert chosen == choose(words, question, quoted, candidates, rarity)


def test_rare_words_find_the_quote() -> None:
    candidates = [candidate(0, frozenset({"the"})), candidate(1, frozenset({"captain", "the"}))]
    assert choose(frozenset({"captain", "the"}), NOTHING, NOTHING, candidates, rarity) == [1]


def test_meaning_finds_the_quote_where_words_do_not() -> None:
    candidates = [candidate(0, cosine=0.80), candidate(1, cosine=0.86), candidate(2, cosine=0.81)]
    assert choose(frozenset({"captain"}), NOTHING, NOTHING, candidates, rarity) == [1]


def test_words_that_the_model_quoted_find_the_place_whatever_the_answer_s_language() -> None:
    candidates = [candidate(0, frozenset({"ada"}), cosine=0.83), candidate(1, frozenset({"1891"}), cosine=0.80)]
    said = frozenset({"ada", "wurde", "geboren", "1891"})
    assert choose(said, NOTHING, frozenset({"1891"}), candidates, rarity)[0] == 1


def test_a_second_quote_carries_what_the_first_leaves_out() -> None:
    candidates = [
        candidate(0, frozenset({"salt"})),
        candidate(1, frozenset({"ferry", "noon"})),
        candidate(2, frozenset({"ferry"})),
    ]
    assert sorted(choose(frozenset({"ferry", "noon", "salt"}), NOTHING, NOTHING, candidates, rarity)) == [0, 1]


def test_a_second_quote_that_adds_nothing_is_left_out() -> None:
    candidates = [candidate(0, frozenset({"salt", "noon"})), candidate(1, frozenset({"salt"}))]
    assert choose(frozenset({"salt", "noon"}), NOTHING, NOTHING, candidates, rarity) == [0]


def test_words_of_a_number_as_long_as_the_words_of_everything() -> None:
    """Words that each sentence has weigh nothing, and nothing divides by zero."""
    assert choose(
        frozenset({"the"}),
        frozenset({"the"}),
        frozenset({"the"}),
        [candidate(0), candidate(1)],
        dict.fromkeys(["the"], 0.0).__getitem__,
    ) == [0]


def cited(sentences: Sequence[str], carried: Sequence[Sequence[Candidate]]) -> tuple[str, tuple[Citation, ...]]:
    return cite([Supported(sentence, tuple(quotes)) for sentence, quotes in zip(sentences, carried, strict=True)])


def test_sentences_that_rely_on_the_same_quote_share_its_marker() -> None:
    first, second = candidate(0), candidate(1)
    text, citations = cited(["One.", "Two.", "Three."], [[first], [first, second], [second]])
    assert text == "One. [1] Two. [1] [2] Three. [2]"
    assert [(c.marker, c.quote, c.start, c.end) for c in citations] == [(1, "Quote 0.", 0, 9), (2, "Quote 1.", 10, 19)]


def test_the_same_place_in_two_files_is_two_quotes() -> None:
    text, citations = cited(["One.", "Two."], [[candidate(0, source="a.txt")], [candidate(0, source="b.txt")]])
    assert markers(text) == [1, 2]
    assert [c.source for c in citations] == ["a.txt", "b.txt"]


@given(st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=2, unique=True), max_size=5))
def test_markers_count_from_one_in_the_order_of_the_text(carried: list[list[int]]) -> None:
    text, citations = cited(["It is."] * len(carried), [[candidate(i) for i in quotes] for quotes in carried])
    assert [c.marker for c in citations] == list(range(1, len(citations) + 1))
    assert list(dict.fromkeys(markers(text))) == [c.marker for c in citations]
    for sentence, quotes in zip(re.findall(r"It is\.((?: \[\d+\])+)", text), carried, strict=True):
        shown = {citations[number - 1].quote for number in markers(sentence)}
        assert shown == {f"Quote {i}." for i in quotes}


def test_nothing_to_cite() -> None:
    assert cited([], []) == ("", ())


@pytest.mark.parametrize(
    "draft",
    [
        "It is so [1].",
        "It is so.[12]",
        "It is so. [12]",
        "It is so [1][2] [3].",
        "It is so.[1][2]",
        "It is so [1, 2].",
        "It is so [1-3].",
        "It is so [^1].",
        "It is so [-1].",
        "It is so[^1][2].",
        "It is so 【1】.",
        "It is so【4:0†source】[2].",
        "It is so [ 1 ].",
    ],
)
def test_a_model_sets_no_markers(draft: str) -> None:
    assert without_markers(draft) == "It is so."


@pytest.mark.parametrize(
    "text",
    [
        "[sic] It is so [note].",
        "It was kept within [-5, 5] degrees.",
        "It is the last of array[3].",
        "Take matrix[1][2] or row_2[ 1 ].",
        "It rained in two years [2019, 2020].",
        "It rained in [2019] and 1891 [1890-1892].",
    ],
)
def test_other_brackets_are_text(text: str) -> None:
    assert without_markers(text) == text
