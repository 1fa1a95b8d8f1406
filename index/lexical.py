"""Keyword index: BM25 over folded, stemmed words. The only bm25s import."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamagedError
from index.words import stems, words


def _tokens(text: str, code: str) -> list[str]:
    return [f"{code}:{stem}" for stem in stems(text, code)]


class LexicalIndex:
    """BM25 over texts, each stemmed by its own language; a query is stemmed by each of them in turn."""

    def __init__(self, bm25: Any, languages: Sequence[str]) -> None:
        self._bm25 = bm25
        self._languages = tuple(languages)
        self._of_text = np.array(languages)
        columns: NDArray[np.int64] = np.asarray(bm25.scores["indptr"])
        self._frequencies = {token: int(columns[i + 1] - columns[i]) for token, i in bm25.vocab_dict.items() if token}

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
    def load(cls, folder: Path, languages: Sequence[str | None]) -> "LexicalIndex":
        """What `save` wrote. Raises IndexDamagedError."""
        import bm25s

        try:
            bm25 = bm25s.BM25.load(folder)
            if bm25.scores["num_docs"] != len(languages):
                raise ValueError("it is of other texts")
            return cls(bm25, [language or "" for language in languages])
        except (OSError, ValueError, KeyError, IndexError, EOFError, TypeError) as error:
            raise IndexDamagedError(
                f"The keyword index cannot be read: {error}", fix="Build it anew: `assistant index --rebuild`."
            ) from error

    def save(self, folder: Path) -> None:
        """Write into a new folder."""
        self._bm25.save(folder)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Relevance of each text, in order: 0 without a shared word, towards 1 where all words stand in it often.

        The scale is the best score that the query could have in the text's language, words that no text has
        included: so it fades by itself where the query is in another language.
        """
        total = np.zeros(len(self._languages), dtype=np.float32)
        for code in sorted(set(self._languages)):
            tokens = _tokens(query, code)
            best = sum(self._idf(token) for token in tokens)
            known = [token for token in tokens if token in self._frequencies]
            if known:
                total += np.where(self._of_text == code, self._bm25.get_scores(known) / best, 0.0)
        return total

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
