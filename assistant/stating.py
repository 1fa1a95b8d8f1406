"""Pure: the words of the documents as an answer, where a reader can read them: no model says them better."""

import re

from assistant import counting, grounding, phrases, scales
from assistant.citations import without_markers
from assistant.conversation import spoken_in
from index.language import function_words

_WORD = re.compile(r"\w+")

_ENDS = " .,;:。，、；："

_WORDS_THAT_TELL = 8
"""Words from which on the language of a text is certain enough."""


def stated(quote: str, spoken: str | None, language: str) -> str | None:
    """A sentence in `language` that gives a quote from a document in the language `spoken`.

    None where it would have to be translated first: names may be spelled otherwise, a list of them or a number hardly.
    """
    return _given(phrases.STATED, quote, spoken, language)


def also(quote: str, spoken: str | None, language: str) -> str | None:
    """The same of what answers besides."""
    return _given(phrases.ALSO, quote, spoken, language)


def worded(quote: str, spoken: str | None, language: str) -> str:
    """A quote in the language `spoken` for a model that is to say it in `language`: its large numbers, and the "and"
    between names, are in that one's words.
    """
    items = counting.items(quote)
    if spoken != language and len(items) > 1 and all(map(grounding.only_names, items)):
        return scales.listed([item.strip(_ENDS) for item in items], language)
    return scales.in_words_of(quote, spoken, language)


def framed(told: str, language: str, wordings: phrases.Wordings) -> str:
    """A sentence in `language` that gives words in it; these alone where there is no wording for that."""
    return wordings.get(language, "{told}").format(told=told.strip(_ENDS))


def cased(told: str, quote: str, language: str) -> str:
    """A translation, without the capital that it begins with where the quote begins with a common word."""
    said = _WORD.findall(quote)
    named = len(said) > 1 and function_words(said[0]) and not said[1].islower()
    common = bool(said) and said[0].islower() and not named and not told[1:2].isupper()
    return told[:1].lower() + told[1:] if common and language not in grounding.CAPITAL_NOUNS else told


def _given(wordings: phrases.Wordings, quote: str, spoken: str | None, language: str) -> str | None:
    if language not in wordings:
        return None
    told = without_markers(quote) if spoken == language else _in_any_language(quote)
    if spoken == language and len(told.split()) >= _WORDS_THAT_TELL and not spoken_in(told, language):
        return None  # a document may quote another language
    return wordings[language].format(told=told.strip(_ENDS)) if told.strip(_ENDS) else None


def _in_any_language(quote: str) -> str:
    if grounding.is_number(quote):
        return quote
    names = counting.members(quote)
    return ", ".join(names) if len(names) == len(counting.items(quote)) else ""
