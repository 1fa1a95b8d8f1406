"""Which sentences are like a question, or like one that answers it?"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from assistant import deciding, grounding
from assistant.citations import Candidate
from assistant.evidence import Passage
from assistant.sources import candidates, carriers, in_order, spans_of, stems_of
from index.search import Index
from index.types import Hit

EXTRACTS = 2
"""Sentences in an answer without a chat model."""

CLOSEST = 4
"""Sentences that are shown where nothing answers."""

NEAR_ENOUGH = 0.3
"""An extract without a chat model needs this share of the question's weighted words, or a cosine of NEAR_COSINE."""

NEAR_COSINE = 0.86

ALIKE = 0.84
"""Cosine, by the embedded model, below which sentences hardly tell the same but for a word."""

AS_LIKE = 0.02
"""Cosine to the question, by the embedded model, by which another one may be less like it."""

SHARED = 0.2
"""Share of its weighted words that such a sentence has in common with another one of its language at least."""

ALIKE_WORDS = 0.7
"""Of other models: the share of words that they have in common."""

RESTATING = 0.6
"""Share of a question's weighted words from which a sentence says, or denies, what it asks: who is meant may be said by
a pronoun. Drawn by hand.
"""

_HEADING = re.compile(r"\s*#{1,6}\s")
"""It says what follows is about, and answers nothing."""

_HEADLIKE = re.compile(r"(?!\s*[-*+•|>])[^\d:|]{1,80}(?<![.!?…»”\")])\s*")
"""A line that may be a heading: without an end, a number or a colon, and no item of a list. Others come first."""


@dataclass(frozen=True, slots=True)
class Other:
    """A sentence besides those of an answer."""

    candidate: Candidate
    alike: bool
    """May it tell the same as the answer's first one, but for a word or a number? It is like that one, or about as like
    the question.
    """


@dataclass(frozen=True, slots=True)
class Nearest:
    """The sentence of the documents that is most like the question."""

    cosine: float
    language: str | None
    """Of its document."""


def nearest(index: Index, parts: Sequence[Hit | Passage], question: str) -> Nearest | None:
    """Of their sentences; None where there are none."""
    vector = index.embed_query(question)
    found = []
    for part in parts:
        vectors = index.sentence_vectors(part.source, spans_of(index, part))
        found += [Nearest(float(cosine), part.language) for cosine in vectors @ vector]
    return max(found, key=lambda each: each.cosine, default=None)


def closest(index: Index, passages: Sequence[Passage], question: str, told: Iterable[str]) -> list[Candidate]:
    """What is nearest to the question, in document order: where `told` words stand, and the sentences most like it."""
    carrying = [carrier for words in told if words for carrier in carriers(index, passages, words, question)[:1]]
    alike = [candidate for candidate, _ in _by_likeness(index, passages, question)]
    each = {(candidate.source, candidate.span): candidate for candidate in (*carrying, *alike)}
    return sorted(list(each.values())[:CLOSEST], key=in_order)


def extracts(index: Index, passages: Sequence[Passage], question: str) -> list[Candidate]:
    """The sentences nearest to the question, no headings, in document order; none where nothing is near."""
    best = _by_likeness(index, passages, question)[:EXTRACTS]
    line = NEAR_COSINE if index.embedding_model == deciding.fitted().embedding_model else inf
    return sorted((c for c, share in best if share >= NEAR_ENOUGH or c.cosine >= line), key=in_order)


def likely(index: Index, passages: Sequence[Passage], question: str, count: int) -> list[Candidate]:
    """The sentences most like the question, no headings and no questions, the best first."""
    return [candidate for candidate, _ in _told(index, passages, question)[:count]]


def restating(index: Index, passages: Sequence[Passage], question: str, count: int) -> list[Candidate]:
    """Those of them that hold most of its words, in one of the documents' languages."""
    return [candidate for candidate, share in _told(index, passages, question)[:count] if share >= RESTATING]


def _told(index: Index, passages: Sequence[Passage], question: str) -> list[tuple[Candidate, float]]:
    return [pair for pair in _by_likeness(index, passages, question) if not grounding.is_question(pair[0].text)]


def others(index: Index, passages: Sequence[Passage], question: str, quoted: Sequence[Candidate]) -> list[Other]:
    """The sentences but the quoted ones, headings and titles included, the most like the question first."""
    first, *_ = quoted
    (vector,) = index.sentence_vectors(first.source, [first.span])
    comparable = index.embedding_model == deciding.fitted().embedding_model
    known = {(quote.source, quote.span) for quote in quoted}

    spoken = {passage.source: passage.language for passage in passages}
    total = sum(map(index.idf, sorted(first.words)))
    found = [candidate for candidate, _ in _by_likeness(index, passages, question, headings=True)]
    likeness = next((each.cosine for each in found if (each.source, each.span) == (first.source, first.span)), 1.0)

    def alike(candidate: Candidate) -> bool:
        if len(first.words & candidate.words) >= ALIKE_WORDS * len(first.words):
            return True
        if not comparable:
            return False
        cosine = float(index.sentence_vectors(candidate.source, [candidate.span])[0] @ vector)
        if cosine < ALIKE and candidate.cosine < likeness - AS_LIKE:
            return False
        shared = sum(map(index.idf, sorted(first.words & candidate.words)))
        return spoken[candidate.source] != spoken[first.source] or shared >= SHARED * total

    return [Other(each, alike(each)) for each in found if (each.source, each.span) not in known]


def _by_likeness(
    index: Index, passages: Sequence[Passage], question: str, *, headings: bool = False
) -> list[tuple[Candidate, float]]:
    """All sentences, the most like the question first, with the share of its weighted words that they hold."""
    found = [
        candidate
        for candidate in candidates(index, passages, question)
        if headings or (not _HEADING.match(candidate.text) and candidate.text != candidate.title)
    ]
    languages = sorted({passage.language or "" for passage in passages})
    asked = stems_of(question, languages)
    total = sum(index.idf(word) for word in sorted(asked)) or 1.0

    def share(candidate: Candidate) -> float:
        return sum(index.idf(word) for word in sorted(asked & candidate.words)) / total

    shares = [(c, share(c)) for c in found]

    def rank(pair: tuple[Candidate, float]) -> tuple[bool, float, tuple[str, int]]:
        candidate, held = pair
        headlike = not headings and _HEADLIKE.fullmatch(candidate.text) is not None
        return headlike, -(candidate.cosine * 4 + held), in_order(candidate)

    return sorted(shares, key=rank)
