"""Pure: does a quote name some of those that somebody works with, where its sentence names more?

A model quotes one of them, where a question for all is answered by the sentence.
"""

import re
from collections.abc import Mapping

from assistant import grounding
from index.language import function_words
from index.words import words

_WITH_WHOM: Mapping[str, re.Pattern[str]] = {
    language: re.compile(pattern, re.IGNORECASE)
    for language, pattern in {
        "en": r"\bwith (?:whom?|which|what)\b|\bwh(?:om?|ich|at)\b.*\bwith\W*$|\bpartners?\b|\bwho are\b",
        "fr": r"\bavec (?:qui|quel\w*|lesquel\w*|lequel|laquelle)\b|\bpartenaires?\b|\bqui sont\b",
        "de": r"\bmit (?:wem|welche\w*)\b|\bpartner(?:n|in|innen)?\b|\bwer sind\b",
        "es": r"\bcon (?:qui[eé]n(?:es)?|qu[eé]|cu[aá]l(?:es)?)\b|\bsoci[oa]s?\b|\bqui[eé]nes son\b",
        "it": r"\bcon (?:chi|quale|quali)\b|\bpartner\b|\bchi sono\b",
        "pt": r"\bcom (?:quem|qual|quais)\b|\bparceir[oa]s?\b|\bquem são\b",
        "nl": r"\bmet (?:wie|welke?)\b|\bpartners?\b|\bwie zijn\b",
    }.items()
}

_BELONGING = re.compile(
    r"(?:\b(?:de|du|des|of|of the|von|van|di|del|della|do|da|in|à|en)\s|\b[dD]['’])[A-ZÀ-ÖØ-Þ][\w-]+"
)
"""A name that only tells more of what stands before: "the oldest mill of Wales"."""


_HYPHENED = re.compile(r"\w+(?:-\w+)+")


def leaves_out(quote: str, sentence: str, question: str, *, spoken: str | None, language: str) -> bool:
    """Is the question, in `language`, one for those that somebody works with, and does the quote lack some of them?

    `spoken` is the language of the sentence, which the quote is from.
    """
    if language not in _WITH_WHOM or not _WITH_WHOM[language].search(question) or not grounding.named(quote):
        return False
    named = grounding.lacking(_BELONGING.sub(" ", sentence), spoken or "", [(f"{quote} {question}", spoken)])
    return any(map(str.isalpha, named - _halves(sentence, question)))


def _halves(sentence: str, question: str) -> set[str]:
    """Words of names with a hyphen of which the question has some: it may misspell the others."""
    asked = {word for word in words(question) if not function_words(word)}
    return {half for name in _HYPHENED.findall(sentence) if not asked.isdisjoint(words(name)) for half in words(name)}
