"""Pure: signals of relevance -> one score, and the order of hits."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.types import Hit
from index.words import words

KEYWORD_WEIGHT = 0.1
"""Of the keyword score (0 to 1) beside cosines; see scripts/retrieval_eval.py."""
SENTENCE_SHARE = 0.5
"""Of the best sentence's cosine; the rest is the chunk's."""


def fuse(
    chunk: NDArray[np.float32], best_sentence: NDArray[np.float32], keywords: NDArray[np.float32]
) -> NDArray[np.float32]:
    """One score a chunk from its cosine, its best sentence's cosine and its keyword score (0 to 1)."""
    cosine = (1 - SENTENCE_SHARE) * chunk + SENTENCE_SHARE * best_sentence
    return np.asarray(cosine + KEYWORD_WEIGHT * keywords, dtype=np.float32)


def top(scores: NDArray[np.float32], n: int) -> list[int]:
    """Positions of the n highest scores, highest first; ties by position."""
    return [int(i) for i in np.argsort(-scores, kind="stable")[:n]]


_RUN = 5
"""Words that are compared together."""
_SAME = 0.8
"""Share of word runs from which two texts count as one."""


def without_near_duplicates(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The hits whose text does not nearly repeat that of an earlier one, all its numbers included."""
    kept: list[frozenset[tuple[str, ...]]] = []
    for hit in hits:
        runs = _runs(hit.text)
        if not any(_repeats(runs, other) for other in kept):
            kept.append(runs)
            yield hit


def _repeats(runs: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    same = len(runs & other) >= _SAME * max(len(runs), len(other))
    return same and _numbers(runs) <= _numbers(other)  # two of a kind may differ in a date or a sum alone


def _numbers(runs: frozenset[tuple[str, ...]]) -> frozenset[str]:
    return frozenset(word for run in runs for word in run if word.isdigit())


@lru_cache(maxsize=1_000)  # the chunks that are found come again
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    found = words(text)
    return frozenset(tuple(found[i : i + _RUN]) for i in range(max(1, len(found) - _RUN + 1)))
