"""Pure: the words of the documents as an answer, where a reader can read them: no model says them better."""

import re
from collections.abc import Sequence

from assistant import cldr, counting, dates, first_person, grounding, phrases, quantities, tidying
from assistant.citations import without_markers
from assistant.conversation import spoken_in
from index.language import function_words

_WORD = re.compile(r"\w+")

_OPENS = re.compile(r"(?:^|[\n.!?:;«»“”„\"‘'(\[–—*#|>•-])\s*$")
"""What stands before a word that has a capital for being the first one."""

_ENDS = " .,;:。，、；："

_WORDS_THAT_TELL = 8
"""Words from which on the language of a text is certain enough."""

_LAID_OUT = re.compile(
    r"[*|<>#\[\]`]|^\s*(?:\d+[.)]|[-–•+])\s|\S\t|\n\s*[^\W\d_a-zß-ÿ]"
    r"|:\s*\n\s*\d|\n\s*\d.*\n\s*\d"
)
"""Markup, or a line that may begin a sentence of its own, or a row."""

_CLOSES = " \n\u00a0\u202f”“„\"»«›‹)’‘'"
"""What may stand behind a question mark."""

_LONG = 40
"""Words of a sentence that is no short answer any more. Drawn by hand."""


def stated(quote: str, spoken: str | None, language: str, sentence: str = "") -> str | None:
    """A sentence in `language` that gives a quote from a document in the language `spoken`, of this sentence.

    None where it would have to be translated first. Numbers and names need not: these are given as the documents spell
    them, but for countries.
    """
    told = given(quote, spoken, language, sentence)
    return framed(told, language, phrases.STATED) if told and language in phrases.STATED else None


def given(quote: str, spoken: str | None, language: str, sentence: str = "") -> str:
    """The words of it that a reader of `language` can read; "" where they would have to be translated first."""
    told = without_markers(quote) if spoken == language else _in_any_language(quote, spoken, language, sentence)
    if spoken == language and len(told.split()) >= _WORDS_THAT_TELL and not spoken_in(told, language):
        return ""  # a document may quote another language
    return told.strip(_ENDS)


def together(told: Sequence[str], language: str) -> str:
    """What several sentences name, as one enumeration."""
    names = all(word[:1].isupper() or word[:1].isdigit() for each in told for word in each.split())
    return cldr.listed(told, language) if names and not any("," in each for each in told) else "; ".join(told)


def in_its_sentence(quote: str, sentence: str, language: str) -> str | None:
    """The sentence of a document that a quote is of, both in `language`; None where it is not fit to be an answer.

    It says what the words are an answer to, which a model that quotes too few of them, or the wrong ones, does not.
    """
    if _LAID_OUT.search(sentence) or sentence.rstrip(_CLOSES).endswith(("?", "？")):
        return None  # a heading, an item, a line of a table, what is hidden
    if first_person.used(sentence, language):
        return None
    told = tidying.tidy(sentence)
    short = len(told.split()) <= _LONG and grounding.is_sentence(told)
    holds = all(grounding.stands_in(item, told) for item in counting.items(quote))
    return told if short and holds and spoken_in(told, language) else None


def worded(quote: str, spoken: str | None, language: str) -> str:
    """A quote in the language `spoken` for a model that is to say it in `language`: its numbers, its dates and the
    "and" between names are as in that one.
    """
    items = counting.items(quote)
    if spoken != language and len(items) > 1 and all(map(grounding.only_names, items)):
        return cldr.listed([item.strip(_ENDS) for item in items], language)
    dated = dates.with_dates(quote, spoken, language)
    told = cldr.in_words_of(dated, spoken, language)
    return told if told != dated else cldr.with_grouping(dated, spoken, language)


def framed(told: str, language: str, wordings: phrases.Wordings) -> str:
    """A sentence in `language` that gives words in it; these alone where there is no wording for that."""
    return wordings.get(language, "{told}").format(told=told.strip(_ENDS))


def cased(told: str, quote: str, language: str) -> str:
    """A translation, without the capital that it begins with where the quote begins with a common word."""
    said = _WORD.findall(quote)
    named = len(said) > 1 and function_words(said[0]) and not said[1].islower()
    common = bool(said) and said[0].islower() and not named and not told[1:2].isupper()
    return told[:1].lower() + told[1:] if common and language not in grounding.CAPITAL_NOUNS else told


def _in_any_language(quote: str, spoken: str | None, language: str, sentence: str) -> str:
    if quantities.is_number(quote):
        return quote
    if dates.is_date(dated := dates.with_dates(quote.strip(_ENDS), spoken, language), language):
        return dated
    names = counting.members(quote)
    if len(names) == len(counting.items(quote)) and not any(_is_common(name, spoken) for name in names):
        return ", ".join((spoken and cldr.territory(name, spoken, language)) or name for name in names)
    if spoken is None or spoken in grounding.CAPITAL_NOUNS:
        return ""
    items = [item.strip(_ENDS) for item in counting.items(quote)]
    told = [cldr.territory(item, spoken, language) or _name(item, spoken, sentence) for item in items]
    return cldr.listed(told, language) if all(told) else ""


def _is_common(name: str, spoken: str | None) -> bool:
    """Does it name a day, a month or a language, or may it be a noun?"""
    if spoken is None:
        return False
    return cldr.is_common(name, spoken) or (
        spoken in grounding.CAPITAL_NOUNS and name[1:].isalpha() and name[1:].islower()
    )


def _name(item: str, spoken: str, sentence: str) -> str:
    """The item, if it is a name, of several words, with capitals inside, or behind others; else ""."""
    said = [word.strip("()") for word in item.split()]
    capitals = all(word[:1] != word[:1].lower() and word[:1].isalpha() for word in said)
    shouted = len(said) > 1 and item == item.upper()
    common = (word for word in said if len(word) == 1 or not word.isupper())
    if (
        not said
        or not capitals
        or shouted
        or any(spoken in function_words(word) or cldr.is_common(word, spoken) for word in common)
    ):
        return ""
    opens = _OPENS.search(sentence.partition(item)[0]) is not None
    return "" if opens and len(said) == 1 and item[1:] == item[1:].lower() else item
