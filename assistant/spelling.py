"""Pure: a question typed without capitals, with its names as the documents spell them.

A small model, and an embedder, take "helga" for another word than "Helga".
"""

import re
from collections.abc import Iterable

from index.language import function_words
from index.words import fold

_WORD = re.compile(r"[^\W\d_]+")
_AMID = re.compile(r"(?<=[\w,;«“„(] )[^\W\d_]+|(?<=['’\-«“„(])[^\W\d_]+")
"""A word that opens no sentence."""
_LONG_ENOUGH = 5
"""Letters of the shortest word that may be a name with a typing error."""
_ERRORS = 1
"""Letters added, left out, changed or swapped, for that to be."""


def with_names(question: str, texts: Iterable[str]) -> str:
    """The question as it is, if it has a capital behind its first letter."""
    if question[1:] != question[1:].lower():
        return question
    names, others = _spelled(texts)

    def spelled(match: re.Match[str]) -> str:
        word = match[0]
        typed = fold(word)
        if typed in others or function_words(word):
            return word
        if typed in names:
            return names[typed]
        return names[alike[0]] if len(alike := _alike(typed, names)) == 1 else word

    return _WORD.sub(spelled, question)


def _spelled(texts: Iterable[str]) -> tuple[dict[str, str], set[str]]:
    """Words that never stand without a capital but open sentences, by how they are folded; and all others, folded."""
    names: dict[str, str] = {}
    others: set[str] = set()
    for text in texts:
        others.update(fold(word) for word in _WORD.findall(text) if word == word.lower())
        names |= {fold(word): word for word in _AMID.findall(text) if word != word.lower()}
    return {typed: name for typed, name in names.items() if typed not in others}, others


def _alike(typed: str, names: Iterable[str]) -> list[str]:
    from rapidfuzz.distance import OSA

    if len(typed) < _LONG_ENOUGH:
        return []
    near = (name for name in names if name[0] == typed[0] and len(name) >= _LONG_ENOUGH)
    return [name for name in near if OSA.distance(typed, name, score_cutoff=_ERRORS) <= _ERRORS]
