"""Pure: which sentences of the evidence carry a sentence of the answer, and the markers that say so.

Words count by their rarity, meaning by the cosine of sentence embeddings; the two add up. Choosing the quotes is code's
work because small models, asked to cite, name the right line half of the time.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from assistant.types import Citation
from index.types import Span

COSINE_WEIGHT = 6.0
"""E5 cosines lie within about .15 of each other where shares of words lie within 1."""

QUESTION_WEIGHT = 0.5
"""The question's words help to find the place; the answer's words are what has to be carried."""

QUOTED_WEIGHT = 1.5
"""Words quoted by the model are in the language of the documents, whatever the answer's."""

SECOND_QUOTE_GAIN = 0.2
"""Share of the sentence's weighted words that a second quote has to add."""

_NUMBERS = r"\[\s*(?:-(?=\d{1,2}\]))?\^?\d{1,2}(?:\s*[,;–-]\s*\^?\d{1,2})*\s*\]"
_MARKER = re.compile(rf"\s*(?:(?<![\w\]]){_NUMBERS}|\[\^\d{{1,2}}\]|【[^】\n]*】)(?:\s*{_NUMBERS})*")
"""Numbers of one or two digits in brackets: "[2019, 2020]" is text. Brackets at a word are its index: "array[3]"."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of the evidence."""

    source: str
    title: str
    span: Span
    text: str
    words: frozenset[str]
    """Stemmed."""
    cosine: float
    """To the sentence of the answer that is to be carried."""


@dataclass(frozen=True, slots=True)
class Supported:
    """A sentence of an answer, and the sentences of the evidence that carry it."""

    sentence: str
    quotes: tuple[Candidate, ...]


Rarity = Callable[[str], float]


def choose(
    words: frozenset[str],
    question: frozenset[str],
    quoted: frozenset[str],
    candidates: Sequence[Candidate],
    rarity: Rarity,
    gap: float = inf,
) -> list[int]:
    """Positions of the one or two candidates that carry a sentence with these words, best first.

    The second one's cosine is at most `gap` below the first one's.

    `quoted` are the words that the model found in the documents before it wrote the sentence; none if it was not asked.
    """
    if not candidates:
        return []
    lexical = np.array(
        [
            _share(words, c.words, rarity)
            + QUESTION_WEIGHT * _share(question, c.words, rarity)
            + QUOTED_WEIGHT * _share(quoted, c.words, rarity)
            for c in candidates
        ]
    )
    scores: NDArray[np.float64] = lexical + COSINE_WEIGHT * np.array([c.cosine for c in candidates])
    best = int(np.argmax(scores))
    left = words - candidates[best].words
    if quoted:  # a draft has nothing to add to what it was to say, whatever stands elsewhere in the documents
        left &= quoted | question
    gains = [
        _weight(left & c.words, rarity) / max(_weight(words, rarity), 1e-9) if akin(c, candidates[best], gap) else 0.0
        for c in candidates
    ]
    second = max(range(len(candidates)), key=lambda i: (gains[i], scores[i], -i))
    return [best, second] if gains[second] >= SECOND_QUOTE_GAIN else [best]


def akin(candidate: Candidate, best: Candidate, gap: float) -> bool:
    """May it carry a sentence together with the best one? Words that are met by chance are not what it is about."""
    return candidate.cosine >= best.cosine - gap


def without_markers(text: str) -> str:
    """Text without what looks like a marker: only code sets markers."""
    return _MARKER.sub("", text)


def cite(sentences: Sequence[Supported]) -> tuple[str, tuple[Citation, ...]]:
    """The answer's text, each sentence followed by its markers, and the citations in the order of their markers."""
    numbers: dict[tuple[str, Span], int] = {}
    citations: list[Citation] = []
    parts: list[str] = []
    for supported in sentences:
        markers = []
        for quote in supported.quotes:
            key = (quote.source, quote.span)
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                citations.append(
                    Citation(numbers[key], quote.source, quote.title, quote.text, quote.span.start, quote.span.end)
                )
            markers.append(numbers[key])
        parts.append(" ".join([supported.sentence, *(f"[{number}]" for number in sorted(markers))]))
    return " ".join(parts), tuple(citations)


def _weight(words: frozenset[str], rarity: Rarity) -> float:
    return sum(rarity(word) for word in sorted(words))


def _share(words: frozenset[str], of: frozenset[str], rarity: Rarity) -> float:
    """Weighted share of `words` that is in `of`."""
    return _weight(words & of, rarity) / max(_weight(words, rarity), 1e-9)
