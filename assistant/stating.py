"""Pure: the words of the documents as an answer, where a reader can read them: no model says them better."""

from assistant import counting, grounding, phrases


def stated(quote: str, spoken: str | None, language: str) -> str | None:
    """A sentence in `language` that gives a quote from a document in the language `spoken`.

    None where it would have to be translated first: names may be spelled otherwise, a list of them or a number hardly.
    """
    return _given(phrases.STATED, quote, spoken, language)


def also(quote: str, spoken: str | None, language: str) -> str | None:
    """The same of what answers besides."""
    return _given(phrases.ALSO, quote, spoken, language)


def _given(wordings: phrases.Wordings, quote: str, spoken: str | None, language: str) -> str | None:
    if language not in wordings:
        return None
    told = quote if spoken == language else _in_any_language(quote)
    return wordings[language].format(told=told.strip(" .,;:")) if told else None


def _in_any_language(quote: str) -> str:
    if grounding.is_number(quote):
        return quote
    return ", ".join(counting.members(quote)) if grounding.only_names(quote) else ""
