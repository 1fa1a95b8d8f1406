"""Pure: does a question ask what or who somebody is, and does a sentence say just that?

A model that was taught by questions for facts doubts the plainest ones: "What is Solvig?" of "Solvig is a port".
"""

import re
from collections.abc import Mapping

from index.language import function_words

_ARTICLE = (
    r"(?i:(?:(?:the|an?|les?|la|une?|de[rn]|die|das|eine?|el|l[oa]s|il|lo|gli|i|una?|uno|os?|as?|uma?|de|het|een) )"
    r"|l['’])?"
)
"""Of any of the languages."""

_ASKED: Mapping[str, re.Pattern[str]] = {
    language: re.compile(rf"^\W*(?i:{pattern})(?: |(?<=['’])){_ARTICLE}(?P<name>\w[^?,;:!]{{0,80}}?)\W*$")
    for language, pattern in {
        "en": r"(?:what|who) (?:is|are|was|were)",
        "fr": r"(?:qu['’]est[- ]ce (?:que c['’]est )?qu(?:e|['’])|c['’]est quoi|qui (?:est|sont|était))",
        "de": r"(?:was|wer) (?:ist|sind|war|waren)",
        "es": r"qu(?:é|e|ién|ien|iénes|ienes) (?:es|son|era|fue)",
        "it": r"(?:(?:che )?cos['’]è|che cosa è|chi (?:è|era))",
        "pt": r"(?:o que|quem) (?:é|são|era|foi)",
        "nl": r"(?:wat|wie) (?:is|zijn|was)",
    }.items()
}
"""A question for what a name means, and for nothing else."""

_LONGEST = 5
"""Words of a name."""

_OPENS = rf"(?:^|[,;:.–—(«“\"] ?){_ARTICLE}"
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

_FEW_WORDS = r"(?:[^\s,;:.]+ ){0,3}(?:\w{1,2}['’])?"
"""Between "is" and the words that tell what it is: an article, and some words about them."""


def asked_for(question: str, language: str) -> str:
    """The name of which the question asks what or who it is; "" where it asks anything else."""
    found = _ASKED[language].search(question) if language in _ASKED else None
    said = found["name"].split() if found else []
    is_name = 0 < len(said) <= _LONGEST and all(map(_has_capital, (said[0], said[-1])))
    return " ".join(said) if is_name and all(_has_capital(word) or function_words(word) for word in said) else ""


def says(sentence: str, name: str, quote: str, spoken: str | None) -> bool:
    """Does the sentence say of the name what it is, in the words of the quote?"""
    said = _SAID.get(spoken or "")
    if said is None or not quote:
        return False
    *more, last = quote.removesuffix(name).split() or [""]
    if more and not function_words(last):  # "the northern port Solvig", not "the captain of Solvig"
        before = " ".join((*more, last))
        if re.search(rf"(?<!\w){re.escape(before)} {re.escape(name)}{_ENDS}", sentence):
            return True
    behind = (found.end() for found in re.finditer(rf"{_OPENS}{re.escape(name)}{_ENDS}", sentence))
    opened = (said.match(sentence, at) for at in behind)
    told = re.compile(rf"{_FEW_WORDS}{re.escape(quote)}(?!\w)")
    return any(told.match(sentence, each.end()) for each in opened if each)


def _has_capital(word: str) -> bool:
    return word[:1].isupper()
