"""Pure: the dates of a text, their months and weekdays, in another language; small models take one month, or day, for
another.

The wording is that of Unicode's CLDR.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from assistant.cldr import names
from assistant.quantities import is_number
from index.language import DOTTED_ORDINALS, function_words
from index.words import fold, words

_LONGEST_JOIN = 12
"""Characters of what joins the days of a range."""

_SHORTEST_MONTH = 3
"""Letters that a month is abbreviated to at least."""

_WEEKDAY_STEM = 5
"""Letters of a weekday that its inflected forms have in common."""

_SHORT = 2
"""Letters of a word that is no abbreviation unless it has a full stop."""

_SATURDAY = 5

_BEFORE_WEEKDAY = r"(?:^(?:[Ee]l|[Ll]e|[Ii]l|[Aa]m|[Dd]er|[Dd]en|[Oo]n|[Oo]p) )?"
"""What a date with its weekday may open with in some languages, and does not in others."""

_LEAP_YEAR = 2000
"""Has every day of a year."""

_WORD = re.compile(r"[^\W\d_]+")

_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")

_DIGITS = re.compile(r"(?<!\d)(?:\d{4}-(\d\d)-\d\d|(\d{1,2})([./-]) ?(\d{1,2})\3 ?(?:\d{4}|\d\d))(?!\d)")
"""A date in digits; day and month in any order."""

_UNINFLECTED = frozenset(("de", "en", "es", "fr", "it", "nl", "pt"))
"""Languages that do not inflect months, and weekdays only at their end."""

_RANGE_BEFORE = re.compile(r"\d[.ºª]? ?(?:[-–—/]|au|bis|al?|to|et|und|and|y|e|en|of|ou|o|or|oder) ?$")

_RANGE_BEHIND = re.compile(r" ?[-–—/] ?\d")


def with_dates(text: str, source: str | None, target: str) -> str:
    """The text with its dates, which name a month, as `target` words them: "2. Januar" for "January 2".

    It comes back as it was where there are none, or where a language is unknown; so do the days of a range ("2-5 May").
    """
    pattern = _dates(source or "") if source != target and _months(target) else None
    return pattern.sub(lambda match: _date(match, source or "", target), text) if pattern else text


def is_day(number: str, sentence: str, spoken: str | None) -> bool:
    """Does a number in digits stand in the sentence only as a day or the like, "3." for "3rd"?

    What follows tells it from a count at a sentence's end: a month, another number, or a word without a capital.
    """
    if spoken not in DOTTED_ORDINALS or not is_number(number):
        return False
    alone = rf"(?<![\d.,]){re.escape(number.strip(' .'))}"
    behind = [found["behind"] for found in re.finditer(rf"{alone}\.\s+(?P<behind>\w+)", sentence)]
    is_count = re.search(rf"{alone}(?!\.\s+\w|[\d.,])", sentence)
    is_told = all(word[0].isdigit() or word[0].islower() or _months_in(word, spoken) for word in behind)
    return bool(behind) and not is_count and is_told


def is_date(text: str, language: str | None) -> bool:
    """Is it a date that names a month, and nothing else?"""
    pattern = _dates(language or "")
    return pattern is not None and pattern.fullmatch(text) is not None


def keeps_dates(told: str, language: str, text: str, spoken: str) -> bool:
    """Does a translation of a text, or of a wording of it with dates in `language`, name the months that it names, and
    no other weekday?

    True where one of the languages inflects them.
    """
    if not {language, spoken} <= _UNINFLECTED:
        return True
    if weekdays_beyond(told, language, [(text, spoken), (text, language)]):
        return False
    pattern = _dates(language)
    dates = [match[0] for match in pattern.finditer(text)] if pattern else []
    named = _months_in(text, spoken) | _months_in(" ".join(dates), language)
    return named <= _months_in(told, language)


def months_of_dates(
    sentence: str, language: str, quotes: Sequence[tuple[str, str | None]]
) -> tuple[frozenset[str], frozenset[str]]:
    """Months of a sentence's dates, folded: those that its quotes, which come with their languages, tell of in their
    way (abbreviated, say), and those instead of which they tell of others.

    Neither where they tell of none that is known, or where one of the languages inflects them.
    """
    if not {language, *(spoken for _, spoken in quotes)} <= _UNINFLECTED:
        return frozenset(), frozenset()
    told = {number for text, spoken in quotes for number in _months_told(text, spoken or "")}
    named = _months(language)
    said = {fold(word): named[word] for word in _months_said(sentence, language)} if told else {}
    known = frozenset(word for word, number in said.items() if number in told)
    return known, frozenset(said) - known


def weekdays_beyond(sentence: str, language: str, quotes: Sequence[tuple[str, str | None]]) -> frozenset[str]:
    """Weekdays, folded, that a sentence names and none of its quotes does, which come with their languages, and tell of
    others instead.

    None where one of the languages inflects them.
    """
    days = _weekdays(language)
    said = {fold(word): days[word.lower()] for word in _COMPOUND.findall(sentence) if word.lower() in days}
    if not said or not {language, *(spoken for _, spoken in quotes)} <= _UNINFLECTED:
        return frozenset()
    told = {number for text, spoken in quotes for number in _weekdays_told(text, spoken or "")}
    held = {word for text, _ in quotes for word in words(text)}  # a name in another language: "Santo Domingo"
    return frozenset(word for word, number in said.items() if told and number not in told and word not in held)


def _months_told(text: str, language: str) -> Iterator[int]:
    """In any way: in full, abbreviated, in capitals, in digits."""
    said = tuple(word for word in words(text) if len(word) >= _SHORTEST_MONTH)
    for name, number in _months(language).items():
        if any(fold(name).startswith(word) for word in said):
            yield number
    yield from (int(number) for found in _DIGITS.finditer(text) for number in found.group(1, 2, 4) if number)


def _months_said(sentence: str, language: str) -> list[str]:
    """In its dates; and alone, where no capital may make a name of them."""
    pattern = _dates(language)
    dates = [match[0] for match in pattern.finditer(sentence)] if pattern else []
    lower = [word for word in _WORD.findall(sentence) if word.islower()] if language != "en" else []
    return [word for word in (*_WORD.findall(" ".join(dates)), *lower) if word in _months(language)]


@lru_cache
def _weekdays(language: str) -> dict[str, int]:
    """The whole names in lower case, and those of several such days."""
    named = names(language, "days").get("format", {}).get("wide", {})
    return {form: number for number, name in named.items() for form in (name.lower(), f"{name.lower()}s")}


def _weekdays_told(text: str, language: str) -> Iterator[int]:
    """In any way: in full, inflected, in a compound ("Dienstagabend", "Karfreitag"), abbreviated."""
    said = tuple(words(text))
    for name, number in _weekdays(language).items():
        stem = fold(name)[:_WEEKDAY_STEM]
        if any(word.startswith(stem) or word.endswith(fold(name)) for word in said):
            yield number
    yield from (_SATURDAY for word in said if language == "de" and word.startswith("sonnabend"))
    for number, name in names(language, "days").get("format", {}).get("abbreviated", {}).items():
        short = fold(name.rstrip("."))
        if (
            short in said
            and language not in function_words(short)
            and (len(short) > _SHORT or f"{short}." in fold(text))
        ):
            yield number


def _months_in(text: str, language: str) -> frozenset[int]:
    """A capital may only open a sentence."""
    named = _months(language)
    found = (named.get(word) or named.get(word[:1].lower() + word[1:]) for word in _WORD.findall(text))
    return frozenset(filter(None, found))


@lru_cache
def _months(language: str) -> dict[str, int]:
    """The whole names, some of their cases included."""
    forms = [context["wide"] for context in names(language, "months").values() if "wide" in context]
    return {name: number for form in forms for number, name in form.items() if _WORD.fullmatch(name)}


@lru_cache
def _dates(language: str) -> re.Pattern[str] | None:
    months = _months(language)
    if not months:
        return None
    named = "|".join(sorted({*months, *(name[:1].upper() + name[1:] for name in months)}, key=len, reverse=True))
    day, month, year = r"(?P<day{0}>\d{{1,2}})", rf"(?P<month{{0}}>{named})", r"(?P<year{0}>[12]\d{{3}})"
    forms = (
        rf"{day.format(1)}(?:er|st|nd|rd|th|[.ºª])? (?:de )?{month.format(1)}(?:,? (?:del? )?{year.format(1)})?",
        rf"{month.format(2)} {day.format(2)}(?:st|nd|rd|th)?(?!\d)(?:, {year.format(2)})?",
        rf"{month.format(3)} (?:del? )?{year.format(3)}",
    )
    days = "|".join(re.escape(name) for day in _weekdays(language) for name in (day, day.capitalize()))
    weekday = rf"(?:{_BEFORE_WEEKDAY}(?P<weekday>{days}),? (?:(?:den|dem|the|le|el|il) )?)?" if days else ""
    return re.compile(rf"(?<![\w.])(?:{weekday}(?:{'|'.join(forms)}))(?!\w)")


def _date(match: re.Match[str], source: str, target: str) -> str:
    from babel.dates import format_date, format_skeleton

    before, behind = match.string[: match.start()], match.string[match.end() :]
    if _RANGE_BEFORE.search(before[-_LONGEST_JOIN:]) or _RANGE_BEHIND.match(behind):
        return match[0]
    said = {name.rstrip("123"): value for name, value in match.groupdict().items() if value}
    named, day, year = said["month"], int(said.get("day", 1)), int(said.get("year", _LEAP_YEAR))
    month = _months(source).get(named) or _months(source)[named[:1].lower() + named[1:]]
    try:
        told = date(year, month, day)
    except ValueError:
        return match[0]
    opening = _weekday(said["weekday"], source, target) if "weekday" in said else ""
    if {"day", "year"} <= said.keys():
        return opening + format_date(told, "long", locale=target)
    return opening + format_skeleton("MMMMd" if "day" in said else "yMMMM", told, locale=target)


def _weekday(name: str, source: str, target: str) -> str:
    """As it opens a date in `target`: "Dienstag, "; as it was where that puts it elsewhere."""
    from babel import Locale

    number = _weekdays(source)[name.lower()]
    days, pattern = names(target, "days").get("format", {}).get("wide", {}), Locale.parse(target).date_formats["full"]
    opens = re.match(r"EEEE([^\w']+)", pattern.pattern)
    return f"{days[number]}{opens[1]}" if opens and number in days else f"{name} "
