"""Pure: signals of relevance -> one score, and the order of hits."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

KEYWORD_WEIGHT = 0.15
"""Of the keyword score (0 to 1) beside cosines; see scripts/retrieval_eval.py."""
SENTENCE_SHARE = 0.3
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


_SHINGLE = 5
_DUPLICATE = 0.8


def drop_near_duplicates(word_lists: Sequence[Sequence[str]], k: int) -> list[int]:
    """Positions of the first k texts that share less than 80% of their word runs with each earlier one."""
    kept: list[int] = []
    shingles: list[set[tuple[str, ...]]] = []
    for position, words in enumerate(word_lists):
        if len(kept) == k:
            break
        runs = {tuple(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1))}
        if all(len(runs & other) < _DUPLICATE * max(len(runs), len(other)) for other in shingles):
            kept.append(position)
            shingles.append(runs)
    return kept
