"""Pure: does a text deny something that its quotes do not, or a question something that a sentence does not?"""

import re
from collections.abc import Iterable, Mapping
from unicodedata import normalize

from index.words import stems

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

_CLAUSE = re.compile(r"[,;:–—]|\b(?:and|but|et|mais|und|aber|sondern|y|pero|sino|e|ma|mas|en|maar)\b", re.IGNORECASE)
"""Where another clause may begin."""

_SHORT_NOT = re.compile(r"n['’]t\b")

_NO_DENIAL = re.compile(
    r"\bor (?:may )?not\b|\bnot (?:only|just)\b|\bno (?:fewer|less|more) than\b|\bno\.? ?\d"
    r"|\bou (?:pas|non)\b|\bn(?:e |['’])\w+(?: \w+)? (?:pas (?:seulement|que)|que)\b|\bn['’]est-ce pas\b"
    r"|\bavant qu\w*.*\bne\b|\bpas-de-\w+"
    r"|\boder (?:nicht|kein\w*)\b|\bnicht (?:nur|bloß|weniger als|mehr als)\b"
    r"|\bo no\b|\bno (?:s[oó]lo|solamente|menos de)\b|\bo(?:ppure)? no\b|\bnon (?:solo|soltanto)\b"
    r"|\bou n[aã]o\b|\bn[aã]o (?:s[oó]|apenas)\b|\bof niet\b|\bniet alleen\b",
    re.IGNORECASE,
)
"""Words of denial that deny nothing: "or not", "not only", "No. 5"."""

_AS_GOOD_AS: Mapping[str, re.Pattern[str]] = {
    language: re.compile(rf"\b(?:{pattern})", re.IGNORECASE)
    for language, pattern in {
        "en": r"fail|refus|lack|exclu|except|unable|reject|prevent|prohibit|forbid|forbad|ban(?:s|ned)?\b|avoid"
        r"|instead\b|rather than\b|unlike|den(?:y|ie)|oppos|ceas|stop|absen|insignifi|impossib"
        r"|non-?[a-z]+|inactiv|declin|abst|boycott|withdr|only\b|but\b|in(?:capa|valid|suffi|eff)|neglect"
        r"|ignor|miss(?:ed|ing)?\b|(?!un)\w{3,}less\b|un(?!i|d|t)\w{4,}",
        "fr": r"refus|manqu|exclu|sauf\b|hormis\b|échou|impossib|interdi|empêch|plutôt que|non\b|absen|rejet"
        r"|évit|cess|arrêt|contrairement|dépourvu|échapp|oppos|s['’]oppos|abst|s['’]abst|déclin|seul"
        r"|in(?:capa|suffi)|ignor|mais\b",
        "de": r"unmöglich|unfähig|ungelöst|unbe\w+|\w{4,}los(?:e[nrms]?)?\b|(?:ge)?fehlt|fehlen|außer\b"
        r"|(?:ge|ver)?weiger|verbot|verbiet|verhinder|(?:an)?statt (?!find|gef)|anstelle|scheiter|kaum\b"
        r"|ausnahme|abgesehen|mangel|abgelehnt|ablehn|lehnte?n?\b|vermei|gegen\b|sondern\b|ausgeschlossen"
        r"|ausgenommen|nur\b|lediglich|aber\b|enthielt|boykott",
        "es": r"rechaz|falt|excep|salvo\b|prohib|imposib|evit|n[ie]e?g(?:a|ó|aron|arse)\b|fracas|en lugar|ausen"
        r"|carec|exclu|opus|opon|abst|solo\b|sólo\b|pero\b|in(?:capa|sufi)",
        "it": r"rifiut|manca|esclu|tranne\b|salvo\b|vieta|impossib|evit|nega|fall|invece\b|assen|oppos|asten"
        r"|solo\b|ma\b|in(?:capa|suff)",
        "pt": r"rejeit|recus|falt|excet|salvo\b|proib|impossív|evit|nega(?:r|m|ram)?\b|negou|fracass|em vez"
        r"|ausen|exclu|opôs|abst|só\b|apenas|mas\b|in(?:capa|sufi)",
        "nl": r"(?:ge)?weiger|ontbre|behalve\b|verbod|verbied|onmogelijk|onbekend|\w{4,}loos\b|vermijd|mislu"
        r"|in plaats van|alleen\b|maar\b|tegen\b",
    }.items()
}
"""Words that tell what is not so without denying it ("refused", "pistonless"), or set one thing against another."""


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


def drops_denial(sentence: str, language: str, quotes: Iterable[tuple[str, str | None]], question: str) -> bool:
    """Does it tell without a denial what its quotes, which come with their languages, deny?

    What a quote denies in one clause it may tell in another one: of its own language, the denied clauses have
    to hold a word of it that stands in no other and not in the question; of others, the quote has to be one clause.
    """
    quotes = list(quotes)
    known = language in _DENIALS and all(spoken in _DENIALS for _, spoken in quotes)
    if not known or denies(sentence, language) or _AS_GOOD_AS[language].search(sentence):
        return False
    denied, told = set[str](), set[str]()
    for text, spoken in quotes:
        clauses = [clause for clause in _CLAUSE.split(_NO_DENIAL.sub(" ", text)) if _WORD.search(clause)]
        for clause in clauses:
            is_denied = bool(_denials(clause, spoken or "") - _WITHOUT)
            if spoken != language and len(clauses) > 1:
                return False
            (denied if is_denied else told).update(stems(clause, spoken))
    said = set(stems(sentence, language))
    if any(spoken != language for _, spoken in quotes):
        return bool(denied) and not told
    new = said - set(stems(question, language)) or said
    return not new.isdisjoint(denied - told)


def hides_denial(quote: str, sentence: str, spoken: str | None) -> bool:
    """Does a sentence in the language `spoken` deny something that words of it leave undenied?"""
    return denies(sentence, spoken or "") and not denies(quote, spoken or "")


def undenied(sentence: str, spoken: str | None, question: str, language: str) -> bool:
    """Does a question ask who or what does not, where a sentence tells of none? Both come with their languages.

    Where either language is not known well enough, it may.
    """
    if spoken is None or spoken not in _DENIALS or language not in _DENIALS:
        return False
    asked = _denials(_NO_DENIAL.sub(" ", question), language) - _WITHOUT
    return bool(asked) and not denies(sentence, spoken) and _AS_GOOD_AS[spoken].search(sentence) is None


def _denials(text: str, language: str) -> frozenset[str]:
    text = normalize("NFC", text)
    said = frozenset(_WORD.findall(text.casefold()))
    short = frozenset(_SHORT_NOT.findall(text)) if language == "en" else frozenset()
    return (said & _DENIALS.get(language, frozenset())) | short
