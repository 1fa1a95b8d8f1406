"""Pure: the numbers of a text, in digits or in words."""

import re
from decimal import Decimal
from importlib import import_module

_NUMBER = re.compile(
    r"(?P<grouped>(?<!\d)\d{1,3}(?:[.,'’ ]\d{3})+(?!\d))"
    r"|(?P<decimal>(?<!\d[.,])(?<!\d)\d+[.,]\d+(?![.,]?\d))"
    r"|(?P<plain>\d+)"
)
_FIGURE = re.compile(r"\d+(?:\s?%)?")
"""Of digits alone: what parts them is not the same everywhere."""
_SCALE = re.compile(r" (1(?:000)+)\b")
"""A thousand, a million, … behind a number, once words are digits: "12 1000000"."""
_ABBREVIATED = re.compile(r"(?<=\d) ?(?:(?P<billion>Mrd|Mds?|bn|mld)|Mio|mln|M(?=[€$£]))\b")
_MILLIARD = re.compile(r"\b1000 de 1000000\b")
"""How text2num reads the Spanish "miles de millones"."""
_BILLON = re.compile(r"\bbill(?:ón|ones)\b")
"""Spanish for 10¹², which text2num leaves as it is."""
_NUMBER_WORDS = {"fr", "en", "es", "pt", "de", "nl", "it"}
"""Languages whose number words text2num reads; those of other languages are not checked."""


def in_digits(text: str, language: str) -> str:
    """The text with number words as digits, where text2num knows the language's."""
    if language not in _NUMBER_WORDS:
        return text
    alpha2digit = import_module("text_to_num").alpha2digit  # it ships no types
    read = str(alpha2digit(text, language))
    return _BILLON.sub("1000000000000", _MILLIARD.sub("1000000000", read)) if language == "es" else read


def numbers(text: str, language: str | None) -> frozenset[str]:
    """Numbers of a text in digits: "two thousand" and "2 000" are both 2000, "2.5 million" is 2500000."""
    text = re.sub(r"[\u00a0\u202f]", " ", text)
    read = in_digits(text, language) if language else text
    read = _ABBREVIATED.sub(lambda match: " 1000000000" if match["billion"] else " 1000000", read)
    found: set[str] = set()
    position = 0
    while match := _NUMBER.search(read, position):
        position = match.end()
        number = Decimal(re.sub(r"\D", "", match[0]) if match["grouped"] else match[0].replace(",", "."))
        scale = _SCALE.match(read, position)
        if scale and scale[1] not in text:  # it was a word
            number *= int(scale[1])
            position = scale.end()
        found.add(f"{number.normalize():f}")
    return frozenset(found)


def is_number(text: str) -> bool:
    """Is it a whole one in digits, a year or a share say, with nothing else?"""
    return _FIGURE.fullmatch(text.strip(" .")) is not None
