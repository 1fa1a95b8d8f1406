"""Pure: does a text deny something that its quotes do not, or a question something that a sentence does not?"""

import re
from collections.abc import Iterable, Mapping
from unicodedata import normalize

from index.language import function_words
from index.words import stems, words

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

_CLAUSES = {
    language: re.compile(rf"[,;:–—]|\b(?:{words})\b", re.IGNORECASE)
    for language, words in {
        "en": "and|but|that|which|who|when|while",
        "fr": "et|mais|qui|quand|lorsque",
        "de": "und|aber|sondern",
        "es": "y|pero|sino|cuando",
        "it": "e|ma|quando",
        "pt": "e|mas|quando",
        "nl": "en|maar|toen",
    }.items()
}
"""Where another clause may begin."""

_LIMITS = re.compile(
    r"\b(?:until|till|before|longer|later|earlier|sooner|other|doubt|else|hasta|antes|más|duda|vor|bis|mehr|länger|später"
    r"|zuletzt|zweifel|jusqu\w*|avant|plus|que|doute|fino|prima|più|dubbio|até|mais|dúvida|tot|voor|meer|later)\b",
    re.IGNORECASE,
)
"""Words with which a denial tells what is so: "not until May", "no longer", "no doubt"."""

_ANSWER = re.compile(r"^\w{1,3},\s")
"""Of a sentence that says yes or no first."""

_NEARLY_ALL = 0.8
"""Of the words of a clause."""

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


def drops_denial(sentence: str, language: str, quotes: Iterable[tuple[str, str | None]]) -> bool:
    """Does it tell in the words of a quote, which come with their languages, what that denies?

    Only in its own language and nearly word for word: it may be told in other words ("not before May": "in May").
    """
    if language not in _DENIALS or denies(sentence, language):
        return False
    said = _content(_ANSWER.sub("", sentence), language)
    for text, spoken in quotes:
        if spoken == language and not _LIMITS.search(text):
            for clause in _CLAUSES[language].split(_NO_DENIAL.sub(" ", text)):
                denied = _content(clause, language)
                if _denials(clause, language) - _WITHOUT and said <= denied and len(said) >= _NEARLY_ALL * len(denied):
                    return True
    return False


def _content(text: str, language: str) -> frozenset[str]:
    """Stems of its words but those that only hold others together."""
    return frozenset(stems(" ".join(word for word in words(text) if language not in function_words(word)), language))


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
