"""Keyword index: BM25 over folded, stemmed words. The only bm25s import."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamagedError
from index.remedy import Remedy
from index.words import stems, words


def _tokens(text: str, code: str) -> list[str]:
    return [f"{code}:{stem}" for stem in stems(text, code)]


_LONG_ENOUGH = 4
"""Letters of the shortest stem that can be a typing error of another."""
_ALIKE = 0.75
"""From this share of letters in common on, two stems count as one: one error in four letters, two in eight."""


class LexicalIndex:
    """BM25 over texts, each stemmed by its own language; a query is stemmed by each of them in turn."""

    def __init__(self, bm25: Any, languages: Sequence[str]) -> None:
        self._bm25 = bm25
        self._languages = tuple(languages)
        self._of_text = np.array(languages)
        columns: NDArray[np.int64] = np.asarray(bm25.scores["indptr"])
        self._frequencies = {token: int(columns[i + 1] - columns[i]) for token, i in bm25.vocab_dict.items() if token}
        self._stems_of: dict[str, list[str]] = {code: [] for code in languages}
        for token in self._frequencies:
            code, _, stem = token.partition(":")
            self._stems_of[code].append(stem)

    @classmethod
    def from_texts(cls, texts: Sequence[str], languages: Sequence[str | None]) -> "LexicalIndex":
        """One entry a text, in order."""
        import bm25s

        codes = [language or "" for language in languages]
        tokens = [_tokens(text, code) or [""] for text, code in zip(texts, codes, strict=True)]
        bm25 = bm25s.BM25()
        bm25.index(tokens, show_progress=False)
        return cls(bm25, codes)

    @classmethod
    def load(cls, folder: Path, languages: Sequence[str | None], remedy: Remedy) -> "LexicalIndex":
        """What `save` wrote. Raises IndexDamagedError."""
        import bm25s

        try:
            bm25 = bm25s.BM25.load(folder)
            if bm25.scores["num_docs"] != len(languages):
                raise ValueError("it is of other texts")
            return cls(bm25, [language or "" for language in languages])
        except (OSError, ValueError, KeyError, IndexError, EOFError, TypeError) as error:
            raise IndexDamagedError(f"The keyword index cannot be read: {error}", fix=remedy.update) from error

    def save(self, folder: Path) -> None:
        """Write into a new folder."""
        self._bm25.save(folder)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Relevance of each text, in order: 0 without a shared word, towards 1 where all words stand in it often.

        The scale is the best score that the query could have in the text's language, words that no text has
        included: so it fades by itself where the query is in another language. A word that no text has counts as the
        one most like it, if there is one: a typing error costs little.
        """
        total = np.zeros(len(self._languages), dtype=np.float32)
        for code in sorted(set(self._languages)):
            tokens = _tokens(query, code)
            best = sum(self._idf(token) for token in tokens)
            for token in tokens:
                if match := self._closest(token, code):
                    found, likeness = match
                    total += np.where(self._of_text == code, likeness * self._bm25.get_scores([found]) / best, 0.0)
        return total

    def _closest(self, token: str, code: str) -> tuple[str, float] | None:
        """The token itself or the one most like it, and how like it is: up to 1."""
        if token in self._frequencies:
            return token, 1.0
        if len(token) - len(f"{code}:") < _LONG_ENOUGH:
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        stem = token.removeprefix(f"{code}:")
        found = process.extractOne(
            stem,
            self._stems_of[code],
            scorer=DamerauLevenshtein.normalized_similarity,
            score_cutoff=_ALIKE,
        )
        return (f"{code}:{found[0]}", found[1]) if found else None

    def idf(self, term: str) -> float:
        """Rarity of a word: 0 where every text has it, highest where none has."""
        return max(
            (
                min(self._idf(token) for code in set(self._languages) for token in _tokens(word, code))
                for word in words(term)
            ),
            default=0.0,
        )

    def _idf(self, token: str) -> float:
        n, frequency = len(self._languages), self._frequencies.get(token, 0)
        return math.log(1 + (n - frequency + 0.5) / (frequency + 0.5))
