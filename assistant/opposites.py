"""Pure: does a sentence say the opposite of what a question asks for? The words are in opposites.yaml."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from assistant.grounding import CAPITAL_NOUNS
from index.words import fold

_WORD = re.compile(r"\w+")
_MEASURED = re.compile(r"\b(?:how|wie|hoe|cuán|qué tan|quanto)\s+\w+", re.IGNORECASE)
"""How old something is does not tell that it is."""
_AT_LEAST = re.compile(
    r"\b(?:at (?:least|most)|more or less|au (?:moins|plus)|plus ou moins|al menos|por lo menos|a lo más|más o menos"
    r"|al(?:meno| massimo)|più o meno|(?:ao|pelo) menos|mais ou menos|mehr oder weniger|nicht mehr|ten minste)\b",
    re.IGNORECASE,
)

_Sides = tuple[re.Pattern[str], re.Pattern[str]]


def opposed(sentence: str, spoken: str | None, question: str, language: str) -> bool:
    """Has the question, in `language`, a word of which a sentence in the language `spoken` has only the opposite?"""
    asked = list(_common(_MEASURED.sub(" ", question), language))
    told = list(_common(sentence, spoken))
    return any(
        _holds(asked, pair[language][side])
        and not _holds(asked, pair[language][not side])
        and _holds(told, pair[spoken][not side])
        and not _holds(told, pair[spoken][side])
        for pair in _pairs()
        if spoken in pair and language in pair
        for side in (False, True)
    )


def _common(text: str, language: str | None) -> Iterator[str]:
    """Its words, folded; those with a capital may be part of a name, but for the first."""
    for number, word in enumerate(_WORD.findall(_AT_LEAST.sub(" ", text))):
        if number == 0 or word == word.lower() or language in CAPITAL_NOUNS:
            yield fold(word)


def _holds(said: list[str], words: re.Pattern[str]) -> bool:
    return any(map(words.fullmatch, said))


@cache
def _pairs() -> tuple[Mapping[str | None, _Sides], ...]:
    import yaml

    written = yaml.safe_load(files("assistant").joinpath("opposites.yaml").read_text(encoding="utf-8"))
    return tuple({language: _sides(*sides) for language, sides in pair.items()} for pair in written)


def _sides(one: str, other: str) -> _Sides:
    return re.compile(one), re.compile(other)
