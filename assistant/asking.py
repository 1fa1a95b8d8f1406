"""Pure: what does a question ask for, by its words?"""

import re
from collections.abc import Mapping

from index.language import function_words
from index.words import fold, words

_INTERROGATIVES: Mapping[str, frozenset[str]] = {
    language: frozenset(said.split())
    for language, said in {
        "en": "who whom whose what which when where why how wich",
        "fr": "qui quoi quel quelle quels quelles quand comment pourquoi combien lequel laquelle lesquels lesquelles "
        "koi kel kelle kels kelles",
        "de": "wer wen wem wessen welche welcher welches welchen welchem wann wo wohin woher wie warum wieso weshalb "
        "wofur womit wozu worum wodurch wieviel worauf woran worin woruber woraus wovon wogegen wobei wonach wovor wan",
        "es": "quien quienes cual cuales cuando donde cuanto cuanta cuantos cuantas kien kienes kual kuando",
        "it": "chi quale quali quando dove perche quanto quanta quanti quante",
        "pt": "quem qual quais quando onde quanto quanta quantos quantas",
        "nl": "wie wat welk welke wanneer waar hoe waarom hoeveel",
    }.items()
}
"""Folded; some as people type them in haste."""
_OPENING_INTERROGATIVES: Mapping[str, frozenset[str]] = {
    "fr": frozenset(("que", "qu", "ou")),
    "de": frozenset(("was",)),
    "es": frozenset(("que", "como", "ke")),
    "it": frozenset(("che", "cosa", "come")),
    "pt": frozenset(("que", "como")),
}
"""Words that ask only where they open a question."""
_AND: Mapping[str, frozenset[str]] = {
    language: frozenset(said.split())
    for language, said in {
        "en": "and but",
        "fr": "et mais",
        "de": "und aber",
        "es": "y pero",
        "it": "e ma",
        "pt": "e mas",
        "nl": "en maar",
    }.items()
}
"""May stand before a question."""
_POLAR: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        r"^\W*(?:(?:and|but) )?(?:do|does|did|is|are|was|were|am|has|have|had|can|could|will|would|shall|should|may"
        r"|might|must)(?:n['’]t)?\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(r"\best-ce qu|\w-(?:t-)?(?:ils?|elles?|on|ce)\b", re.IGNORECASE),
}
"""How a question for a yes or no is told, in languages where more than a missing interrogative tells it."""
_FOR_MORE = re.compile(
    r"\boù\b|\bwaar"
    r"|\b(?:you|vous|tu|sie|du|usted|puedes?|puoi|può|pode[sm]?|kunt|kun)\b.{0,20}\b(?:tell|give|name|list|say|explain"
    r"|dire|donner|nommer|citer|sagen|nennen|geben|deci\w+|da(?:r|rme|rmi)|nombrar|dirmi|dizer|zeggen|noemen)\b",
    re.IGNORECASE,
)
"""Of several languages: it only looks like one ("Can you tell me …?")."""
_SPOKEN = re.compile(r"[^\W_]+")
_FIRST = re.compile(r"^\W*(\w+)")
_ACCENTED = re.compile(r"\b(?:qué|cómo)\b|\boù\W*$", re.IGNORECASE)
"""Spanish: with the accent, they ask anywhere; French, at the end."""
_BEFORE_ASKING = 3
"""Words among which an interrogative opens a question, with those before it; and the fewest of a question."""
_WHAT_ABOUT = re.compile(
    r"(?:what|how) about\b|qu['’]en est|quand même\b|was ist mit\b|wie (?:steht|sieht|ist) es\b|qué (?:hay|pasa|tal)\b"
    r"|(?:per|em|in) quanto\b|wat (?:is er )?met\b|hoe zit\b|e quanto a\b",
    re.IGNORECASE,
)
"""Of several languages: words that ask for nothing of their own."""
_JOINING = frozenset(
    (
        *("many", "much", "of", "for", "from", "with", "about", "on", "in", "at", "by", "viel", "viele", "von", "fur"),
        *("mit", "bei", "zu", "de", "du", "des", "d", "en", "a", "avec", "pour", "par", "por", "para", "con", "del"),
        *("di", "della", "per", "da", "do", "com", "van", "voor", "met"),
    )
)
"""Folded, of several languages: what may stand between an interrogative and a noun, verbs aside."""
_OF_TWO_WORDS = frozenset(("how", "wie"))
"""Interrogatives that ask with the word behind them."""
_WHEN = frozenset(("when", "quand", "wann", "wan", "cuando", "kuando", "quando", "wanneer"))
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
_WHO = frozenset(("who", "whom", "qui", "wer", "wen", "wem", "quien", "quienes", "kien", "kienes", "chi", "quem"))
"""Folded; words of a question for somebody."""
_WHICH_FIRM = re.compile(
    r"\b(?:which|what|quell?e?s?|welche[rsnm]?|qu[eé]|cu[aá]l|quale?|qual|welke?) (?:[\w-]+ )?"
    r"(?:company|firm|start-?up|office|entreprise|soci[eé]t[eé]|bureau|firma|unternehmen|konzern|b[uü]ro"
    r"|empresa|compañ[ií]a|azienda|società|bedrijf|person\w*"
    r"|m[ae]n|wom[ae]n|homme|femme|mann|frau|hombre|mujer)\b",
    re.IGNORECASE,
)
"""The same in other words, and for a firm."""
_WHERE = frozenset(("where", "wo", "wohin", "woher", "donde", "dove", "onde", "waar"))
"""The same for a place; French "où" is told by its accent, for "or" has the same letters."""
_AS_TO = re.compile(
    r"\ben cuanto a\b|\b(?:per|in) quanto\b|\bquanto (?:ao?s?|às?)\b|\bt(?:ão|ant[oa]s?)\b.*\bquant[oa]s?\b",
    re.IGNORECASE,
)
"""Words for an amount that ask for none."""
_HOW = re.compile(
    r"^\W*(?:how (?!many|much|long|old|far|tall|big|large|often|high|deep|fast|wide|heavy|late|early|soon|small|few"
    r"|close|near|hot|cold|strong|rich|thick|thin|likely|young|expensive|dense|frequent\w*)[a-z]"
    r"|wie (?!viele?\b|lange?\b|alt|weit|gro(?:ß|ss)|hoch|hohe|oft|tief|schnell|breit|schwer|stark|häufig|heiß|kalt"
    r"|nah|warm|spät|früh|dick|reich|jung|teuer|wahrscheinlich|heiss|hieß|lautet)\w"
    r"|hoe (?!veel|lang|oud|ver|groot|hoog|vaak|diep|snel|breed|zwaar|laat|vroeg|jong|duur|heet)\w"
    r"|comment\b(?! (?:s['’]appel|se nomm))|c[oó]mo\b(?! se (?:ll?am|cham))|come\b(?! si (?:chiam|intitol))"
    r"|wodurch\b|womit\b)",
    re.IGNORECASE,
)
"""Of several languages: a question for a way, not for a measure."""
_HOW_MUCH = re.compile(
    r"\bhow (?:many|much)\b|\bcombien\b|\bwie ?viele?\b|\bcu[aá]nt[oa]s?\b|\bquant[oaie]\b|\bquant[oa]s\b|\bhoeveel\b",
    re.IGNORECASE,
)
"""Of several languages: a question for an amount."""
_HOW_MANY = re.compile(
    r"\b(?:how many\b|combien (?:de\b|d['’])|wie ?viele\b|cu[aá]nt[oa]s\b|quant[ie]\b|quant[oa]s\b)"
    r" ?(?P<counted>\w+(?: \w+)?)",
    re.IGNORECASE,
)
"""Of several languages: a question for a number of things, with their name."""
_COUNTED_MONEY = re.compile(
    r"\b(?:euros?|dollars?|d[oó]lar\w*|dollari|pounds?|pence|centimes?|c[eé]ntimos?|cents?|francs?|franken|libras?|pfund|pesos?|yen"
    r"|money|argent|geld|gelder|dinero|soldi|denaro|dinheiro|funds?|fonds|mittel|fondos?|fondi|fundos|debts?|dettes?|schulden"
    r"|deudas?|debiti|d[ií]vidas?|taxe?s?|imp[oôu]\w+|steuern|revenues?|ingresos|aides?|subventions?|subsidies|hilfen|ayudas"
    r"|m?illi\w+|m?iliard\w+|millones|mi[ol]|mrd|bn|miles|migliaia|milhares|tausend\w*|thousands?|bilh\w+|milh\w+|hundred\w*)\b",
    re.IGNORECASE,
)
"""Words of several languages for what is counted in money, and for large numbers."""
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
_RATE = re.compile(
    r"\b(?:(?:how (?:much|many)|combien(?: de)?|wie ?viele?|cu[aá]nt[oa]s?|quant[oaie]|hoeveel)"
    r"|(?:what|which|how(?! m)|quel(?:le)?s?|welche[mnrs]?|wie(?! ?viel)|qu[eé]|cu[aá]l(?:es)?|qual[ei]?|che"
    r"|wat|welke?|hoe)(?: (?:[^\W\d]|['’])+){0,5})"
    r" (?:l['’])?(?:per ?cent(?:ages?)?|pour ?cent(?:ages?)?|prozent(?:s[aä]tz\w*|anteil\w*)?"
    r"|por ?cent(?:aje|ual|agem)\w*|por ciento|percentual[ei]|interest rates?|taux d['’]intérêt|zinss[aä]tz\w*"
    r"|(?:tasas?|tipos?) de inter[eé]s|tass[oi] (?:di |d['’])interesse|taxas? de juros?|rentevoet)\b",
    re.IGNORECASE,
)
"""Of several languages: a question for a share, or for interest."""

_SEVERAL: Mapping[str, re.Pattern[str]] = {
    language: re.compile(pattern, re.IGNORECASE)
    for language, pattern in {
        "en": r"\bwhich (?!does\b|this\b)\w{2,}[^s\W]s\b|\b(?:which|what) are\b|\ball (?:the |of )?\w|\blist\b"
        r"|\b(?:which|what) (?:\w+ )?\w{3,}s (?:are|were|have|had|do|does|did|will|can|could|\w+ed)\b",
        "fr": r"\bquel(?:le)?s\b|\blesquel(?:le)?s\b|\btous les\b|\btoutes les\b|\bliste\b",
        "de": r"\bwelche \w+(?:en|er|s)\b|\bwelche \w+e (?:\w+ )?\w+en\b|\balle\b|\bliste\b",
        "es": r"\bcu[aá]les\b|\bqui[eé]nes\b|\bqu[eé] \w{3,}[aeo]s\b|\btod[oa]s l[oa]s\b|\blista\b",
        "it": r"\bquali\b|\btutt[ie]\b|\blista\b|\belenco\b",
        "pt": r"\bquais\b|\bque \w{3,}[aeo]s\b|\btod[oa]s [oa]s\b|\blista\b",
        "nl": r"\bwelke \w+(?:en|s)\b|\balle\b|\blijst\b",
    }.items()
}
"""A question for more than one thing."""


def wants_words(question: str, language: str = "") -> bool:
    """Does it want more than a yes or no? A word of any language tells where the question's is not known."""
    asked = words(question)
    after_and = bool(asked) and (_FIRST.findall(question.lower()) or [""])[0] in _asking(_AND, "")
    opening = asked[1:2] if after_and else asked[:1]
    return (
        not _asking(_INTERROGATIVES, language).isdisjoint(asked)
        or not _asking(_OPENING_INTERROGATIVES, language).isdisjoint(opening)
        or _ACCENTED.search(question) is not None
    )


def for_yes_or_no(question: str, language: str) -> bool:
    """Is a yes or no all that it asks for, as far as the language is known?"""
    if language not in _INTERROGATIVES or not question.rstrip().endswith("?") or wants_words(question, language):
        return False
    asking = _asking(_OPENING_INTERROGATIVES, language)
    opening = words(re.sub(r"(?i)^\W*est-ce qu(?:e |['’])", "", question))[:_BEFORE_ASKING]
    if not asking.isdisjoint(opening) or _FOR_MORE.search(question):
        return False
    return language not in _POLAR or _POLAR[language].search(question) is not None


def opens_with_and(question: str, language: str) -> bool:
    """Does it go on from another question, by its first word?"""
    return fold((_FIRST.findall(question) or [""])[0]) in _AND.get(language, ())


def goes_on(question: str, language: str) -> bool:
    """Does it go on from another question, by its first word, or by "what about" among the first?"""
    opening = list(_SPOKEN.finditer(question))[:_BEFORE_ASKING]
    return opens_with_and(question, language) or any(_WHAT_ABOUT.match(question, word.start()) for word in opening)


def only_asks(text: str) -> bool:
    """Is it made of interrogatives, of any language, and of what joins them to a noun ("How many of", "Was für")?"""
    return {*words(text)} <= _asking(_INTERROGATIVES, "") | _asking(_OPENING_INTERROGATIVES, "") | _JOINING


def opening(question: str, language: str) -> str:
    """The words with which it asks, and what stands before them, without an "and": "¿Para qué" of "¿Y para qué sirve?".

    "" where it opens with something else, has hardly another word, or asks "what about …".
    """
    said = list(_SPOKEN.finditer(question))[opens_with_and(question, language) :]
    if len(said) < _BEFORE_ASKING or _WHAT_ABOUT.match(question, said[0].start()):
        return ""
    asking = _asking(_INTERROGATIVES, language) | _asking(_OPENING_INTERROGATIVES, language)
    for number, word in enumerate(said[:_BEFORE_ASKING]):
        if fold(word[0]) in asking and word[0].lower() != "ou":
            last = min(number + (fold(word[0]) in _OF_TWO_WORDS), len(said) - 1)
            opened = question[said[0].start() : said[last].end()]
            elided = question[said[last].end() :][:1] in ("'", "’")
            mark = "¿" if "¿" in question[: said[0].start()] else ""
            return "" if elided or not opened.replace(" ", "").isalpha() else mark + opened[:1].upper() + opened[1:]
        if not function_words(word[0]):
            break
    return ""


def for_time(question: str) -> bool:
    """Is a time the first thing that it asks for?"""
    said, asking = words(question), _asking(_INTERROGATIVES, "")
    first = next((number for number, word in enumerate(said) if word in asking), None)
    if first is None or said[first] in _WHEN:
        return first is not None
    dates = _DATE - {"data"} if said[first] in _INTERROGATIVES["en"] else _DATE  # English "data" are none
    return not dates.isdisjoint(said[first + 1 : first + 4])


def for_date(question: str) -> bool:
    """Does it ask for a date or a year, by that name?"""
    return _DATED.search(question) is not None


def for_amount(question: str) -> bool:
    """Is an amount the first thing that it asks for, how much or how many?"""
    question = _AS_TO.sub(" ", question)
    found = _HOW_MUCH.search(question)
    return found is not None and _asking(_INTERROGATIVES, "").isdisjoint(words(question[: found.start()]))


def for_somebody(question: str) -> bool:
    """Is somebody, or a firm, the first thing that it asks for?"""
    said, asking = words(question), _asking(_INTERROGATIVES, "")
    return next((word for word in said if word in asking), "") in _WHO or _WHICH_FIRM.search(question) is not None


def for_count(question: str) -> bool:
    """Does it ask how many of something there are that is neither money nor a mere number?"""
    found = _HOW_MANY.search(question)
    return found is not None and _COUNTED_MONEY.search(found["counted"]) is None


def for_no_number(question: str) -> bool:
    """Is somebody, a place, a way or a reason the first thing that it asks for, and no number at all?"""
    if _HOW_MUCH.search(_AS_TO.sub(" ", question)):
        return False
    said, asking = words(question), _asking(_INTERROGATIVES, "") | _WHERE
    first = next((word for word in said if word in asking), "")
    where = first in _WHERE or (said[:1] == ["ou"] and "où" in question.lower())
    return first in _WHO or where or _HOW.search(question) is not None or for_reason(question)


def for_reason(question: str) -> bool:
    """Does it ask why?"""
    return _WHY.search(question) is not None


def for_sum(question: str) -> bool:
    """Does it ask for a sum of money, by that name?"""
    return _SUM.search(question) is not None


def for_rate(question: str) -> bool:
    """Does it ask for a percentage, or for the rate of interest?"""
    return _RATE.search(question) is not None


def several(question: str, language: str) -> bool:
    """Does it ask for more than one thing?"""
    return language in _SEVERAL and _SEVERAL[language].search(question) is not None


def _asking(by_language: Mapping[str, frozenset[str]], language: str) -> frozenset[str]:
    known = language in _INTERROGATIVES
    return by_language.get(language, frozenset()) if known else frozenset().union(*by_language.values())
