"""Pure: a question typed without capitals, with its names as the documents spell them.

A small model, and an embedder, take "helga" for another word than "Helga".
"""

import re
from collections.abc import Iterable

from assistant.grounding import CAPITAL_NOUNS
from index.language import function_words
from index.types import Hit
from index.words import fold

_WORD = re.compile(r"[^\W\d_]+")
_AMID = re.compile(r"(?<=[\w,;«“„(] )[^\W\d_]+|(?<=['’\-«“„(\"])[^\W\d_]+")
"""A word that opens no sentence."""
_LONG_ENOUGH = 7
"""Letters that a name or what was typed for it has: of shorter ones, others are as like ("Martin", "Marvin")."""
_ERRORS = 1
"""Letters added, left out, changed or swapped, for that to be."""


def with_names(question: str, hits: Iterable[Hit]) -> str:
    """The question as it is, if it has a capital behind its first word.

    Where a document writes all nouns with a capital, none of its words is guessed to be meant by others.
    """
    if any(word != word.lower() and word != "I" for word in _WORD.findall(question)[1:]):
        return question
    names, others, nouns = _spelled(hits)

    def spelled(match: re.Match[str]) -> str:
        word = match[0]
        typed = fold(word)
        if typed in others or function_words(word):
            return word
        if typed in names:
            return names[typed]
        return names[alike[0]] if len(alike := _alike(typed, names.keys() - nouns)) == 1 else word

    return _WORD.sub(spelled, question)


def _spelled(hits: Iterable[Hit]) -> tuple[dict[str, str], set[str], set[str]]:
    """Words that never stand without a capital but open sentences, by how they are folded; all others, folded; and
    those of the first that are of a language in which they may be nouns.
    """
    names: dict[str, str] = {}
    others: set[str] = set()
    nouns: set[str] = set()
    for hit in hits:
        others.update(fold(word) for word in _WORD.findall(hit.text) if word == word.lower())
        found = {fold(word): word for word in _AMID.findall(hit.text) if word != word.lower()}
        names |= found
        nouns |= found.keys() if hit.language in CAPITAL_NOUNS else set()
    return {typed: name for typed, name in names.items() if typed not in others}, others, nouns


def _alike(typed: str, names: Iterable[str]) -> list[str]:
    """The names that it may be: with the same first letter, and the same last one, for an ending is no error."""
    from rapidfuzz.distance import OSA

    near = (name for name in names if (name[0], name[-1]) == (typed[0], typed[-1]))
    long = (name for name in near if max(len(name), len(typed)) >= _LONG_ENOUGH)
    return [name for name in long if OSA.distance(typed, name, score_cutoff=_ERRORS) <= _ERRORS]
