"""Keyword index: BM25 over folded, stemmed words. The only bm25s and Stemmer import."""

import math
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamagedError

if TYPE_CHECKING:
    from Stemmer import Stemmer

_WORD = re.compile(r"[぀-ヿ㐀-鿿]|\w+")  # Chinese and Japanese do not part words: their characters stand for them
_SNOWBALL = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip


def fold(text: str) -> str:
    """Without case and accents: "Hôpital" and "hopital" are one word."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """Folded words in order."""
    return _WORD.findall(fold(text))


def stems(text: str, language: str | None) -> list[str]:
    """Folded words in order, cut to their stems by the rules of the language."""
    found = words(text)
    stemmer = _stemmer(language)
    return stemmer.stemWords(found) if stemmer else found


@lru_cache(maxsize=32)
def _stemmer(language: str | None) -> "Stemmer | None":
    import Stemmer

    name = _SNOWBALL.get(language or "")
    return Stemmer.Stemmer(name) if name else None


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
            return cls(bm25s.BM25.load(folder), [language or "" for language in languages])
        except (OSError, ValueError, KeyError, EOFError) as error:
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
