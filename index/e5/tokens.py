"""Text -> token ids: the unigram tokenizer of XLM-RoBERTa, with the words it met before remembered.

In Python, because the `tokenizers` library takes seconds and 270 MB to load 250,000 pieces.
"""

import re
from functools import lru_cache

from index.e5.weights import Vocabulary

_WORD_START = "\u2581"
"""Stands for a blank; in the vocabulary, only at the beginning of a piece, so words can be cut one by one."""
_UNKNOWN_PENALTY = 10.0
_REMEMBERED_WORDS = 20_000
_REMEMBERED_LENGTH = 32
"""Longer ones hardly come twice."""


class Tokenizer:
    """The most probable cut of each word into pieces of the vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._ids = dict(zip(vocabulary.pieces, range(len(vocabulary.pieces)), strict=True))
        del self._ids[vocabulary.pieces[vocabulary.unknown]]
        self._scores = vocabulary.scores
        self._longest = max(map(len, vocabulary.pieces))
        self._unknown = vocabulary.unknown
        self._unknown_score = min(vocabulary.scores) - _UNKNOWN_PENALTY
        # The vocabulary says nothing of NUL, which separates at best.
        self._replacements = {0: " ", **vocabulary.replacements}
        self._remembered = lru_cache(_REMEMBERED_WORDS)(self._cut)

    def ids(self, text: str) -> list[int]:
        """Without the tokens that begin and end a text. Half of a surrogate pair counts as a question mark."""
        text = text.encode(errors="replace").decode().translate(self._replacements)
        ids: list[int] = []
        # a blank begins a word, and there is one before the first; several in a row count as one
        for word in re.sub(" {2,}", " ", text).removeprefix(" ").split(" "):
            cut = self._remembered if len(word) <= _REMEMBERED_LENGTH else self._cut
            ids += cut(_WORD_START + word)
        return ids

    def _cut(self, word: str) -> tuple[int, ...]:
        """Viterbi: the best cut of each beginning of the word, from the shortest on."""
        best = [0.0] + [float("-inf")] * len(word)
        came_from = [(0, self._unknown)] * (len(word) + 1)
        for start in range(len(word)):
            score = best[start]
            if score + self._unknown_score > best[start + 1]:
                best[start + 1], came_from[start + 1] = score + self._unknown_score, (start, self._unknown)
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                piece = self._ids.get(word[start:end])
                if piece is not None and score + self._scores[piece] > best[end]:
                    best[end], came_from[end] = score + self._scores[piece], (start, piece)
        ids = []
        at = len(word)
        while at:
            at, piece = came_from[at]
            ids.append(piece)
        return tuple(reversed(ids))
