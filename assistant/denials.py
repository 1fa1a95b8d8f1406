"""Pure: does a text deny something, and what it is held against as well?"""

import re
from collections.abc import Iterable, Mapping

from assistant.asking import wants_words

_DENIALS: Mapping[str, frozenset[str]] = {
    language: frozenset(said.split())
    for language, said in {
        "en": "not no never none nothing nobody neither nor without cannot",
        "fr": "ne n pas jamais aucun aucune rien sans ni",
        "de": "nicht nichts kein keine keinen keinem keiner keines nie niemals niemand ohne weder",
        "es": "no nunca jamás jamas nada nadie ningún ningun ninguna ninguno sin ni tampoco",
        "it": "non mai niente nulla nessun nessuna nessuno senza",
        "pt": "não nao nunca jamais nada ninguém ninguem nenhum nenhuma sem nem",
        "nl": "niet niets geen nooit niemand zonder noch",
    }.items()
}
"""Words that deny; with their accents, for French "né" is no "ne"."""

_WITHOUT = frozenset(("without", "sans", "ohne", "sin", "senza", "sem", "zonder"))
"""Those that may only tell of what kind something is."""

_WORD = re.compile(r"n(?=['’])|\w{2,}")

_SHORT_NOT = re.compile(r"n['’]t\b")

_NO_DENIAL = re.compile(
    r"\b(?:or|may) (?:may )?not\b|\bnot only\b|\bou (?:pas|non)\b|\bpas seulement\b|\bn['’]est-ce pas\b"
    r"|\boder (?:nicht|kein\w*)\b|\bnicht nur\b|\bo no\b|\bno s[oó]lo\b|\bo(?:ppure)? no\b|\bnon solo\b"
    r"|\bou n[aã]o\b|\bn[aã]o s[oó]\b|\bof niet\b|\bniet alleen\b"
    r"|\bno\.? ?\d",
    re.IGNORECASE,
)
"""Words of denial that deny nothing: "or not", "not only", "No. 5"."""

_WHY = re.compile(r"\b(?:why|pourquoi|warum|wieso|weshalb|por ?qu[eéê]|perch[eé]|waarom)\b", re.IGNORECASE)
"""A reason is told without what it is the reason of."""

_AS_GOOD_AS: Mapping[str, re.Pattern[str]] = {
    language: re.compile(rf"\b(?:{pattern})", re.IGNORECASE)
    for language, pattern in {
        "en": r"fail|refus|lack|exclud|except|unable|reject|prevent|prohibit|forb|ban(?:s|ned)?\b|avoid|instead\b"
        r"|rather than\b|unlike|den(?:y|ie)|oppos|cease|stop|absen|insignifi|im?possib|unaffec|non|inactiv|\w+less\b"
        r"|un(?!i|d|t)\w{4,}|in(?:capa|valid|suffi|eff|dep)|oblivious|neglect|ignor|miss",
        "fr": r"refus|manqu|exclu|sauf\b|hormis\b|échou|impossib|interdi|empêch|plutôt que|non\b|absen|rejet|évit|cess"
        r"|arrêt|contrairement|dépourvu|échapp|in(?:capa|suffi|dép)|ignor",
        "de": r"un(?!d|ter|ser|s\b|i)\w{4,}|\w+los(?:e[nrms]?)?\b|fehl|außer\b|verweiger|verb[io]|verhinder|statt\b"
        r"|scheiter|kaum\b|ausnahme|abgesehen|mang|ablehn|abgelehnt|vermei|gegen|sondern|ausge(?:schlossen|nommen)|kein",
        "es": r"rechaz|falt|excep|salvo\b|prohib|imposib|evit|neg[aóo]|fracas|en lugar|ausen|carec|exclu|opus|opon"
        r"|in(?:capa|sufi|dep)",
        "it": r"rifiut|manc|escl|tranne\b|salvo\b|viet|impossib|evit|neg[aò]|fall|invece\b|assen|in(?:capa|suff|dip)",
        "pt": r"rejeit|recus|falt|excet|salvo\b|proib|impossív|evit|neg[ao]|fracass|em vez|ausen|exclu"
        r"|in(?:capa|sufi|dep)",
        "nl": r"weiger|ontbre|behalve\b|verb[io]|onmogelijk|on(?!d)\w{4,}|\w+loos\b|vermijd|mislu|in plaats|geen",
    }.items()
}
"""Words that tell what is not so without denying it: "refused", "unable", "pistonless"."""


def denies(text: str, language: str) -> bool:
    """Does it hold a word that denies? Of some languages that is not known."""
    return bool(_denials(text, language))


def denies_alone(sentence: str, language: str, quotes: Iterable[tuple[str, str | None]]) -> bool:
    """Does it deny something, where its quotes, which come with their languages, deny nothing?

    False where one of the languages is not known well enough. What a quote denies may be told without a "not".
    """
    quotes = list(quotes)
    known = language in _DENIALS and all(spoken in _DENIALS for _, spoken in quotes)
    return known and denies(sentence, language) and not any(denies(text, spoken or "") for text, spoken in quotes)


def hides_denial(quote: str, sentence: str, spoken: str | None) -> bool:
    """Does a sentence in the language `spoken` deny something that words of it leave undenied?"""
    return denies(sentence, spoken or "") and not denies(quote, spoken or "")


def undenied(sentence: str, spoken: str | None, question: str, language: str) -> bool:
    """Does a question ask who or what does not, where a sentence tells of none? Both come with their languages.

    Where either language is not known well enough, it may.
    """
    if spoken is None or spoken not in _DENIALS or language not in _DENIALS:
        return False
    return _asks_for_denial(question, language) and not _tells_of_none(sentence, spoken)


def _asks_for_denial(question: str, language: str) -> bool:
    """Does it ask who or what is, has or does something not? One for a yes or no, or for a reason, does not."""
    if _WHY.search(question) or not wants_words(question, language):
        return False
    return bool(_denials(_NO_DENIAL.sub(" ", question), language) - _WITHOUT)


def _tells_of_none(sentence: str, spoken: str) -> bool:
    return denies(sentence, spoken) or _AS_GOOD_AS[spoken].search(sentence) is not None


def _denials(text: str, language: str) -> frozenset[str]:
    said = frozenset(_WORD.findall(text.casefold()))
    short = frozenset(_SHORT_NOT.findall(text))
    return (said & _DENIALS.get(language, frozenset())) | short
