"""Pure: what does a question ask for, by its words?"""

import re
from collections.abc import Mapping

from index.words import words

_INTERROGATIVES: Mapping[str, frozenset[str]] = {
    language: frozenset(said.split())
    for language, said in {
        "en": "who whom whose what which when where why how",
        "fr": "qui quoi quel quelle quels quelles quand comment pourquoi combien lequel laquelle lesquels lesquelles",
        "de": "wer wen wem wessen welche welcher welches welchen welchem wann wo wohin woher wie warum wieso weshalb "
        "wofur womit wozu worum wodurch wieviel",
        "es": "quien quienes cual cuales cuando donde cuanto cuanta cuantos cuantas",
        "it": "chi quale quali quando dove perche quanto quanta quanti quante",
        "pt": "quem qual quais quando onde quanto quanta quantos quantas",
        "nl": "wie wat welk welke wanneer waar hoe waarom hoeveel",
    }.items()
}
"""Folded."""
_OPENING_INTERROGATIVES: Mapping[str, frozenset[str]] = {
    "fr": frozenset(("que", "qu", "ou")),
    "de": frozenset(("was",)),
    "es": frozenset(("que", "como")),
    "it": frozenset(("che", "cosa", "come")),
    "pt": frozenset(("que", "como")),
}
"""Words that ask only where they open a question."""
_WHEN = frozenset(("when", "quand", "wann", "cuando", "quando", "wanneer"))
"""Folded; words of a question for a time."""
_DATE = frozenset(("date", "datum", "fecha", "data"))
"""The same, behind another interrogative."""
_DATED = re.compile(
    r"\b(?:what|which|quell?e?|welche[mnrs]?|qu[eé]|cu[aá]l|quale?|welke?)"
    r"(?: (?:is|was|est|était|ist|war|es|fue|è|era)(?: (?:the|la|das|der))?)?"
    r" (?:exact |exakten? |genaue[mnrs]? )?(?:date|year|année|datum|jahr|fecha|año|anno|ano|jaar)\b"
    r"|\b(?:quale?|que|che) data\b",
    re.IGNORECASE,
)
"""Of several languages: a question for a date or a year, by that name."""
_WHO = frozenset(("who", "whom", "qui", "wer", "wen", "wem", "quien", "quienes", "chi", "quem"))
"""Folded; words of a question for somebody."""
_WHY = re.compile(
    r"\b(?:why|pourquoi|warum|wieso|weshalb|por ?qu[eéê]|perch[eé]|waarom)\b"
    r"|\b(?:what|which|quelle|welche[mn]?|qu[eé]|cu[aá]l|quale|qual|welke)"
    r" (?:reasons?|raison|gr[uü]nde?|raz[oó]n|motivo|reden)\b",
    re.IGNORECASE,
)
"""Of several languages."""
_SUM = re.compile(
    r"\b(?:what|which|quel|quelle|welche[rns]?|cu[aá]l|qu[eé]|quale?|wat|welke?)"
    r"(?: (?:is|was|are|were|est|était|fut|ist|war|es|era|fue|è|fu|é|foi))?"
    r"(?: (?:the|le|la|der|die|das|el|il|o|a|het|de))?(?: (?:total|exact|genaue|exacto))?"
    r" (?:(?:amount|sum|price|montant|somme|betrag|summe|importe|monto|suma|precio|importo|somma|prezzo|montante|preço"
    r"|bedrag)\b|(?:prix|preis|prijs) (?:du|de|des|der|von|für|pour|van|voor)\b|prix d['’])",  # a prize, else
    re.IGNORECASE,
)
"""Of several languages: a question for a sum of money."""


def wants_words(question: str, language: str = "") -> bool:
    """Does it want more than a yes or no? A word of any language tells where the question's is not known."""
    asked = words(question)
    return not _asking(_INTERROGATIVES, language).isdisjoint(asked) or not _asking(
        _OPENING_INTERROGATIVES, language
    ).isdisjoint(asked[:1])


def for_time(question: str) -> bool:
    """Is a time the first thing that it asks for?"""
    said, asking = words(question), _asking(_INTERROGATIVES, "")
    first = next((number for number, word in enumerate(said) if word in asking), None)
    return first is not None and (said[first] in _WHEN or not _DATE.isdisjoint(said[first + 1 : first + 4]))


def for_date(question: str) -> bool:
    """Does it ask for a date or a year, by that name?"""
    return _DATED.search(question) is not None


def for_somebody(question: str) -> bool:
    """Is somebody the first thing that it asks for?"""
    asking = _asking(_INTERROGATIVES, "")
    return next((word for word in words(question) if word in asking), "") in _WHO


def for_reason(question: str) -> bool:
    """Does it ask why?"""
    return _WHY.search(question) is not None


def for_sum(question: str) -> bool:
    """Does it ask for a sum of money, by that name?"""
    return _SUM.search(question) is not None


def _asking(by_language: Mapping[str, frozenset[str]], language: str) -> frozenset[str]:
    known = language in _INTERROGATIVES
    return by_language.get(language, frozenset()) if known else frozenset().union(*by_language.values())
