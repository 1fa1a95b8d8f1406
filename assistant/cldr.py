"""Pure: large numbers, grouped ones, the "and" of a list and countries in the words of another language; small models
take a "milliard" for a million, copy the "and", and make up places.

The wording is that of Unicode's CLDR (compact formats, list patterns, territories), which babel knows.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from assistant.quantities import in_digits
from index.words import fold, words

_LARGE = re.compile(
    r"(?:(?P<count>\d+(?:[.,]\d+)?|an?|ein(?:e[rmn]?)?) )?(?P<number>[1-9]\d{6,})(?![\d.,]*\d)", re.IGNORECASE
)

_SINGULAR = re.compile(r"^(?:1 (mil .*)|(1 milli(?:on|ard))s)$")
"""The Spanish say "mil millones" without the 1 of CLDR's pattern; babel gives the French one the plural's s."""

_MANY = re.compile(r"^5 (?P<thousand>mil )?")


def in_words_of(text: str, source: str | None, target: str) -> str:
    """The text with its large numbers as `target` words them: "2,5 Milliarden" for "2.5 billion".

    It comes back as it was where nothing in it is that large, or where a language is unknown.
    """
    if source is None or source == target or not _has_words(target):
        return text
    digits = in_digits(text, source)
    vague = len(digits.split()) == len(text.split())  # each word is still one word, so the scale stood alone

    def worded(match: re.Match[str]) -> str:
        if match["number"] in text:  # no words before: a code, or a number that small models copy
            return match[0]
        number, count = Decimal(match["number"]), match["count"] or ""
        if count[:1].isdigit():
            return _compact(Decimal(count.replace(",", ".")) * number, target)
        if vague and not count and re.fullmatch("10+", match["number"]):  # "several billion"
            return _MANY.sub(lambda five: "miles de " if five["thousand"] else "", _compact(5 * number, target))
        return _compact(number, target)

    found = _LARGE.sub(worded, digits)
    return text if found == digits else found


def with_grouping(text: str, source: str | None, target: str) -> str:
    """The text with its numbers grouped as in `target`: "18.400" for "18,400", which a German reads as 18.4.

    It comes back as it was where there are none, or where a language is unknown.
    """
    pattern = _grouped(source or "") if source != target and names(target, "number_symbols") else None
    return pattern.sub(lambda match: _grouped_as_in(target, match), text) if pattern else text


def listed(items: Sequence[str], language: str) -> str:
    """The items as `language` lists them: "Ada und Berta"."""
    from babel import UnknownLocaleError
    from babel.lists import format_list

    try:
        return format_list(items, locale=language)
    except (UnknownLocaleError, ValueError):
        return ", ".join(items)


def territory(name: str, spoken: str, language: str) -> str | None:
    """A country, or a part of the world, by its name in another language; None where it is none."""
    code = _territories(spoken).get(name.strip())
    return names(language, "territories").get(code) if code else None


def is_common(word: str, language: str) -> bool:
    """Does it name a day, a month or a language? Some languages write these with a capital, like names."""
    return fold(word) in _common(language)


_ALSO_DECIMAL = frozenset(("es",))
"""Languages in which some write as a decimal mark what groups digits for others: "3.125" is rather such a one."""

_LIKE_OTHERS = frozenset(("DM", "GD", "GE", "JE", "JO", "MU", "RE", "TD", "TG"))
"""Territories that in some language are called like a person, a town or a thing: Maurice, Granada, Jordan."""


@lru_cache
def _grouped(language: str) -> re.Pattern[str] | None:
    """Numbers whose digits are grouped, with what stands behind their decimal mark; no versions, dates, telephones."""
    symbols = names(language, "number_symbols").get("latn", {})
    group, decimal = symbols.get("group", ""), symbols.get("decimal", "")
    if not group or not decimal:
        return None
    between = r"[ \u00a0\u202f]" if group.isspace() else re.escape(group)
    last = "0" if language in _ALSO_DECIMAL else r"\d"
    digits = rf"(?P<whole>\d{{1,3}}(?:{between}\d{{3}})*{between}\d\d{last})(?:{re.escape(decimal)}(?P<part>\d+))?"
    return re.compile(rf"(?<![\w.,:/+-])(?<!\d ){digits}(?![\w/-]|[.,:]\d| \d)")


def _grouped_as_in(language: str, match: re.Match[str]) -> str:
    from babel.numbers import format_decimal

    whole, part = re.sub(r"\D", "", match["whole"]), match["part"] or ""
    places = f".{'0' * len(part)}" if part else ""
    return format_decimal(Decimal(f"{whole}.{part or 0}"), format=f"#,##0{places}", locale=language)


@lru_cache
def _territories(language: str) -> dict[str, str]:
    named = names(language, "territories").items()
    return {name: code for code, name in named if code not in _LIKE_OTHERS and name != name.lower()}


@lru_cache
def _common(language: str) -> frozenset[str]:
    times = [name for part in ("days", "months") for form in _forms(language, part) for name in form.values()]
    return frozenset(word for name in (*times, *names(language, "languages").values()) for word in words(name))


def _forms(language: str, part: str) -> list[Mapping[int, str]]:
    return [form for context in names(language, part).values() for form in context.values()]


def names(language: str, part: str) -> Mapping[str, Any]:
    """What CLDR has of a part (babel's name of it); nothing of a language that it does not know."""
    from babel import Locale, UnknownLocaleError

    try:
        named: Mapping[str, Any] = getattr(Locale.parse(language), part)
    except (UnknownLocaleError, ValueError):
        return {}
    return named


def _has_words(language: str) -> bool:
    from babel import Locale, UnknownLocaleError

    try:
        return "long" in Locale.parse(language).compact_decimal_formats
    except (UnknownLocaleError, ValueError):
        return False


def _compact(number: Decimal, language: str) -> str:
    from babel.numbers import format_compact_decimal

    significant = len(number.normalize().as_tuple().digits)
    decimals = max(0, significant - number.adjusted() % 3 - 1)
    text = format_compact_decimal(number, format_type="long", locale=language, fraction_digits=decimals)
    return _SINGULAR.sub(r"\1\2", text)
