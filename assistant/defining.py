"""Pure: does a question ask what or who somebody is, or what a name stands for, and does a sentence say just that?

A model that was taught by questions for facts doubts the plainest ones: "What is Solvig?" of "Solvig is a port".
"""

import re
from collections.abc import Mapping

from assistant import counting
from assistant.grounding import CAPITAL_NOUNS
from index.language import function_words
from index.words import fold

_ARTICLE = (
    r"(?i:(?:the|an?|les?|la|une?|de[rnms]|die|das|eine?[rnms]?|el|l[oa]s|un[ao]s?|il|lo|gli|i|os?|as?|uma?|het|een) "
    r"|l['’])"
)
"""Of any of the languages; without a Dutch "de", which others have for "of"."""

_KIND = (
    r"(?:(?:company|firm|start-?up|organi[sz]ation|association|group|project|institute|foundation|abbreviation|acronym"
    r"|entreprise|société|jeune pousse|organisation|groupe|projet|institut|fondation|sigle|acronyme|abréviation"
    r"|Firma|Unternehmen|Start-?[uU]p|Gruppe|Verein|Projekt|Stiftung|Verband|Abkürzung"
    r"|empresa|organización|grupo|proyecto|instituto|fundación|asociación|siglas?|abreviatura"
    r"|azienda|società|gruppo|progetto|istituto|fondazione|organizzazione|associazione|sigla"
    r"|organização|projeto|fundação|associação|bedrijf|groep|stichting|vereniging|afkorting) )"
)
"""What bears a name, before it."""

_NAME = rf"(?P<article>{_ARTICLE})?(?P<kind>{_KIND})?(?P<name>\w[^?,;:!]{{0,80}}?)"


def _questions(*patterns: str) -> tuple[re.Pattern[str], ...]:
    told = (pattern.replace("…", rf"(?-i:{_NAME})") for pattern in patterns)
    return tuple(re.compile(rf"^\W*(?:{pattern})\W*$", re.IGNORECASE) for pattern in told)


_WHAT_IT_IS: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "en": _questions(r"(?:what|who) (?:is|are|was|were) …", r"what (?:does|do) … do"),
    "fr": _questions(
        r"(?:qu['’]est[- ]ce (?:que c['’]est )?qu(?:e |['’])|c['’]est quoi |qui (?:est|sont|était) )…",
        r"que (?:fait|font) …",
        r"qu['’]est[- ]ce qu(?:e |['’])… (?:fait|font)",
    ),
    "de": _questions(r"(?:was|wer) (?:ist|sind|war|waren) …", r"was (?:macht|machen|tut) …"),
    "es": _questions(
        r"qu(?:é|e|ién|ien|iénes|ienes) (?:es|son|era|fue) …", r"qu[eé] hacen? …", r"a qu[eé] se dedican? …"
    ),
    "it": _questions(
        r"(?:(?:che )?cos['’]è|che cosa è|chi (?:è|era)|(?:che )?cosa fa) …", r"di (?:che )?cosa si occupa …"
    ),
    "pt": _questions(r"(?:o que|quem) (?:é|são|era|foi) …", r"o que faz(?:em)? …"),
    "nl": _questions(r"(?:wat|wie) (?:is|zijn|was) …", r"wat (?:doet|doen) …"),
}
"""Questions for what a name means, or for what whoever bears it does, and for nothing else."""

_STANDS_FOR: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "en": _questions(r"what (?:does|do|did) … (?:stand for|mean)", r"what (?:is|are) … short for"),
    "fr": _questions(r"que (?:signifie|veut dire) …", r"qu['’]est[- ]ce que (?:signifie|veut dire) …"),
    "de": _questions(r"(?:wofür|für was) steht …", r"was bedeutet …"),
    "es": _questions(r"qu[eé] significan? …"),
    "it": _questions(r"(?:che )?cosa significa …"),
    "pt": _questions(r"o que significa …"),
    "nl": _questions(r"waar staat … voor", r"wat betekent …"),
}
"""Questions for the words that a name abbreviates."""

_LONGEST = 5
"""Words of a name."""
_POSSESSIVE = re.compile(r"['’]s(?: |$)")

_OPENS = rf"(?:^|[,;:.–—(«“\"] ?){_ARTICLE}?"
"""Of a name that a sentence is about: behind other words, it may belong to these ("the captain of …")."""

_ENDS = r"(?![\w'’-]| [^\W\d_a-zß-öø-ÿ])"
"""Of a name: no letter follows, and no further word with a capital."""

_SAID: Mapping[str, re.Pattern[str]] = {
    language: re.compile(
        rf"[”\"»]?(?: \([^()]{{0,80}}\))?(?: (?:{verbs}) (?=(?:{articles})\b)|, (?=(?:{articles_of_one})\b))"
    )
    for language, (verbs, articles, articles_of_one) in {
        "en": ("is|are|was|were", "an?|the", "an?"),
        "fr": ("est|était|fut|sont", "une?|les?|la|l(?=['’])|des", "une?"),
        "de": ("ist|war|sind|waren", "eine?|der|die|das", "eine?"),
        "es": ("es|era|fue|son", "una?|el|la|los|las", "una?"),
        "it": ("è|era|fu|sono", "un[ao]?|il|la|lo|l(?=['’])|i|gli|le", "un[ao]?"),
        "pt": ("é|era|foi|são", "uma?|os?|as?", "uma?"),
        "nl": ("is|was|zijn|waren", "een|de|het", "een"),
    }.items()
}
"""By the sentence's language: what may stand between a name and the words for what it is."""

_OF = frozenset(
    ("of", "for", "in", "de", "du", "des", "von", "für", "pour", "del", "di", "da", "do", "para", "per", "van")
)
"""Behind these stands what a word is about, not what it is."""

_FEW_WORDS = r"(?:[^\s,;:.]+ ){0,3}(?:\w{1,2}['’])?"
"""Between "is" and the words that tell what it is: an article, and some words about them."""


def defines(sentence: str, quote: str, question: str, *, language: str, spoken: str | None) -> bool:
    """Does the sentence, in the words of the quote, say what a name is, and does the question, of that language, ask
    just that?

    `spoken` is the sentence's language.
    """
    if name := _asked(_STANDS_FOR, question, language):
        return _spells_out(sentence, name, quote)
    name = _asked(_WHAT_IT_IS, question, language)
    return bool(name and quote) and (
        _stands_before(sentence, name, quote)
        or _stands_behind(sentence, name, quote, spoken)
        or (name.isupper() and _spells_out(sentence, name, quote))
    )


def name_asked_for(question: str, language: str) -> str:
    """The name of which it asks what it is or stands for; "" where it asks anything else."""
    return _asked(_STANDS_FOR, question, language) or _asked(_WHAT_IT_IS, question, language)


def _asked(patterns: Mapping[str, tuple[re.Pattern[str], ...]], question: str, language: str) -> str:
    """The name that it asks for; "" where it asks anything else."""
    for found in filter(None, (pattern.search(question) for pattern in patterns.get(language, ()))):
        said = found["name"].split()
        if language in CAPITAL_NOUNS and found["article"] and not found["kind"] and not any(map(_is_brand, said)):
            continue  # a noun behind its article is no name
        is_name = len(said) <= _LONGEST and _has_capital(said[0]) and _has_capital(said[-1])
        of_words = all(_has_capital(word) or function_words(word) for word in said)
        if is_name and of_words and not _POSSESSIVE.search(found["name"]):
            return " ".join(said)
    return ""


def _spells_out(sentence: str, name: str, quote: str) -> bool:
    """ "Salt of the North (SON)", or the other way round: the letters of the one stand in the other, in their order."""
    full = quote.removesuffix(f"({name})").rstrip()
    letters = iter(fold(full))
    told = (rf"{re.escape(full)} ?\({re.escape(name)}\)", rf"{re.escape(name)} ?\({re.escape(full)}\)")
    return (
        len(full.split()) > 1
        and all(letter in letters for letter in fold(name) if letter.isalnum())
        and any(re.search(rf"(?<!\w){each}", sentence) for each in told)
    )


def _stands_before(sentence: str, name: str, quote: str) -> bool:
    """ "the northern port Solvig", "the northern port, Solvig,"; not "the captain of Solvig", nor an enumeration."""
    *more, last = quote.removesuffix(name).rstrip(" ,").split() or [""]
    if not more or function_words(last) or name in counting.members(sentence):
        return False
    said, named = re.escape(" ".join((*more, last))), re.escape(name)
    at_once = rf"(?:{_ARTICLE}|(?={_ARTICLE})){said} {named}{_ENDS}"
    apart = rf"(?:{_ARTICLE}|(?={_ARTICLE})){said}, {named}(?=[,;.)]|$)(?!, and\b)"
    return re.search(rf"(?<!\w)(?:{at_once}|{apart})", sentence) is not None


def _stands_behind(sentence: str, name: str, quote: str, spoken: str | None) -> bool:
    """ "Solvig is a port", "Solvig, a port"; not "Solvig is the capital of the north", of which the north is asked."""
    if (said := _SAID.get(spoken or "")) is None:
        return False
    behind = (found.end() for found in re.finditer(rf"{_OPENS}{re.escape(name)}{_ENDS}", sentence))
    opened = (said.match(sentence, at) for at in behind)
    told = re.compile(rf"(?P<before>{_FEW_WORDS}){re.escape(quote)}(?!\w)")
    for found in filter(None, (told.match(sentence, each.end()) for each in opened if each)):
        _, *others = found["before"].lower().split() or [""]
        if _OF.isdisjoint(others):
            return True
    return False


def _has_capital(word: str) -> bool:
    return word[:1].isupper()


def _is_brand(word: str) -> bool:
    """Has it a capital inside, as no noun has?"""
    return word[1:] != word[1:].lower()
