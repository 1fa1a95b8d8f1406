"""Pure: does a sentence say the opposite of what a question asks for? The words are in opposites.yaml."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from index.words import stems

_Sides = tuple[frozenset[str], frozenset[str]]
"""Stems of words, and of those that mean the opposite."""


def opposed(sentence: str, spoken: str | None, question: str, language: str) -> bool:
    """Has the question, in `language`, a word of which a sentence in the language `spoken` has only the opposite?"""
    asked, told = frozenset(stems(question, language)), frozenset(stems(sentence, spoken))
    return any(
        asked & pair[language][side]
        and not asked & pair[language][not side]
        and told & pair[spoken][not side]
        and not told & pair[spoken][side]
        for pair in _pairs()
        if spoken in pair and language in pair
        for side in (False, True)
    )


@cache
def _pairs() -> tuple[Mapping[str | None, _Sides], ...]:
    import yaml

    written = yaml.safe_load(files("assistant").joinpath("opposites.yaml").read_text(encoding="utf-8"))
    return tuple({language: _stemmed(language, *sides) for language, sides in pair.items()} for pair in written)


def _stemmed(language: str, one: str, other: str) -> _Sides:
    return frozenset(stems(one, language)), frozenset(stems(other, language))
