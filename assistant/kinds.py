"""Pure: of what kind has an answer to be, by its question?"""

import re
from collections.abc import Mapping

from assistant import asking
from assistant.grounding import only_names
from assistant.quantities import is_number, numbers
from index.words import words

_AMOUNTS: Mapping[str, re.Pattern[str]] = {
    language: re.compile(pattern)
    for language, pattern in {
        "en": r"an?|one|two|both|half|halves|quarters?|thirds?|none?|no|nothing|zero|free|all|every|most|majority"
        r"|minority|twice|double[ds]?|triple[ds]?|times|several|few|many|much|hundreds?|thousands?|dozens?|[mb]illions?|tens"
        r"|pair|couple|single|only|once|thrice|nobody|enough|entire|whole|little|less|more|decades?|century|centuries|large|small",
        "fr": r"une?|deux|moitie|tiers|quarts?|aucune?|rien|zero|gratuit\w*|tou[st]|toutes?|plupart|majorite|double"
        r"|triple|fois|plusieurs|peu|beaucoup|centaines?|milliers?|\w+aines?|millions?|milliards?|couple|seule?|entiere?|moins"
        r"|plus|decennies?|siecles?|nombreu\w+|quelques|autant|personne|assez",
        "de": r"eine?[mnrs]?|zwei|beide[nr]?|halb\w*|halfte|\w*drittel\w*|viertel|keine?[nrs]?|nichts|null|kostenlos\w*"
        r"|gratis|frei|alle[ns]?|jede\w*|meisten|mehrheit|doppelt\w*|\w+mal|niemand|genug|\w+fache\w*|mehrere[nr]?|wenige?[nr]?"
        r"|viele?[nr]?|hunderte?n?|tausende?n?|dutzende?n?|million\w*|milliarde\w*|paar|einzige[nr]?|ganze[nr]?|weniger"
        r"|mehr|jahrzehnt\w*|jahrhundert\w*|gro(?:ss|ß)e\w*|riesige\w*|zahlreiche\w*|einige[nr]?",
        "es": r"una?|uno|dos|amb[oa]s|mitad|medi[oa]|tercios?|cuartos?|ningun[ao]?|nada|cero|gratis|gratuit\w+"
        r"|tod[ao]s?|cada|mayoria|doble|triple|veces|vari[ao]s|poc[ao]s?|much[ao]s?|cientos|centenares|miles|docenas?|decenas?"
        r"|millones|par|sol[ao]|enter[ao]|menos|mas|decadas?|siglos?|numeros[ao]s|algun[ao]s"
        r"|nadie|bastante",
        "it": r"una?|uno|due|entramb[ei]|meta|mezz[oa]|terz[oi]|quart[oi]|nessun[oa]?|niente|nulla|zero|gratis"
        r"|gratuit\w+|tutt[oaie]|ogni|maggior|maggioranza|doppio|triplo|volte|varie?|poc[oahi]+|molt[oaie]|centinaia|migliaia"
        r"|dozzin[ae]|decin[ae]|milioni|miliardi|paio|sol[oa]|inter[oa]|meno|piu|decenni\w*|secol[oi]|numeros[ei]"
        r"|alcun[ie]",
        "pt": r"uma?|dois|duas|amb[oa]s|metade|mei[oa]|tercos?|quartos?|nenhuma?|nada|zero|gratis|gratuit\w+|tod[oa]s?"
        r"|cada|maioria|dobro|triplo|vezes|vari[oa]s|pouc[oa]s?|muit[oa]s?|centenas|milhares|duzias?|dezenas?|milhoes|par"
        r"|so|inteir[oa]|menos|mais|decadas?|seculos?|numeros[oa]s|algu\w+|ninguem",
        "nl": r"een|twee|beide|half|helft|derde|kwart|geen|niets|nul|gratis|alle|elke?|meeste|meerderheid|dubbel\w*"
        r"|keer|verscheidene|meerdere|weinig|veel|honderden|duizenden|tientallen|dozijn\w*|miljoen\w*|miljard\w*|paar|enige"
        r"|hele|minder|meer|decennia|eeuw\w*|talrijke|enkele|\w+maal|niemand|genoeg|drievierde",
    }.items()
}
"""Folded: words that tell an amount without a number. Of the answers to "how much" and "how many" in SQuAD 2.0's
development set, PIAF 1.1 and XQuAD 17 of 745 have neither, most of them mistakes (counted by an ad-hoc script).
"""

_MONEY = re.compile(
    r"[€$£¥] ?[\d.,  ]+\w*(?: \w+)?"
    r"|[\d.,  ]+(?:\w+\.? )?(?:de |d['’]|di )?(?:[€$£¥]|euros?|dollars?|d[oó]lares|dollari|pence|centimes?|c[eé]ntimos"
    r"|francs?|franken|eur|usd|gbp|chf)",
    re.IGNORECASE,
)
"""A sum and nothing else."""


def fits(quote: str, question: str, spoken: str | None) -> bool:
    """Can it be the answer? Somebody, a place, a way or a reason is no mere number, nor is a reason a mere name. A
    count is no date, and none of money unless it is asked for, nor is a sum a percentage; a sum of money or a date has
    a number, and so has an amount, or a word for it.

    `spoken` is the quote's language.
    """
    if asking.for_no_number(question) and is_number(quote):
        return False
    if asking.for_reason(question) and only_names(quote, spoken):
        return False
    if (asking.for_sum(question) or asking.for_date(question)) and not numbers(quote, spoken):
        return False
    if asking.for_amount(question) and not _tells_amount(quote, spoken):
        return False
    if (asking.for_count(question) or asking.for_rate(question)) and _MONEY.fullmatch(quote.strip(" .")):
        return False
    return not asking.for_time(question) or not is_number(quote) or len(quote.strip(" .")) == len("1908")


def _tells_amount(quote: str, spoken: str | None) -> bool:
    """Where the language is not known, it may."""
    pattern = _AMOUNTS.get(spoken or "")
    return pattern is None or bool(numbers(quote, spoken)) or any(map(pattern.fullmatch, words(quote)))
