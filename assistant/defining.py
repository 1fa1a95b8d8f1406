"""Pure: does a question ask what or who somebody is, and does a sentence say just that?

A model that was taught by questions for facts doubts the plainest ones: "What is Solvig?" of "Solvig is a port".
"""

import re
from collections.abc import Mapping

_ASKED: Mapping[str, re.Pattern[str]] = {
    language: re.compile(rf"^\W*{pattern} (?P<name>\w[^?,;:!]{{0,80}}?)\W*$", re.IGNORECASE)
    for language, pattern in {
        "en": r"(?:what|who) (?:is|are|was|were)(?: the)?",
        "fr": r"(?:qu['’]est[- ]ce que(?: c['’]est que)?|c['’]est quoi|qui (?:est|sont|était))(?: l[ae])?",
        "de": r"(?:was|wer) (?:ist|sind|war|waren)(?: de[rn]| die| das)?",
        "es": r"qu(?:é|e|ién|ien|iénes|ienes) (?:es|son|era|fue)(?: el| la)?",
        "it": r"(?:(?:che )?cos['’]è|che cosa è|chi (?:è|era))(?: il| la)?",
        "pt": r"(?:o que|quem) (?:é|são|era|foi)(?: [oa])?",
        "nl": r"(?:wat|wie) (?:is|zijn|was)(?: de| het)?",
    }.items()
}
"""A question for what a name means, and for nothing else."""

_LONGEST = 5
"""Words of a name."""

_OPENS = (
    r"(?:^|[,;:.–—(«“\"] ?)(?:(?:[Tt]he|[Ll]es|[Ll][ae]|[Dd]er|[Dd]ie|[Dd]as|[Ee]l|[Dd]e|[Hh]et|[Ii]l|[OA]) |[Ll]['’])?"
)
"""Of a name that a sentence is about: behind other words, it may belong to these ("the captain of …")."""

_SAID: Mapping[str, re.Pattern[str]] = {
    language: re.compile(rf"(?: \([^)]*\))?(?: (?:{verbs}) (?=(?:{articles})\b)|, (?=(?:{articles_of_one})\b))")
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


def asked_for(question: str, language: str) -> str:
    """The name of which the question asks what or who it is; "" where it asks anything else."""
    found = _ASKED[language].search(question) if language in _ASKED else None
    name = found["name"].strip() if found else ""
    return name if len(name.split()) <= _LONGEST and all(map(_of_a_name, name.split())) else ""


def says(sentence: str, name: str, quote: str, spoken: str | None) -> bool:
    """Does the sentence say of the name what it is, in the words of the quote?"""
    said = _SAID.get(spoken or "")
    if said is None or not quote:
        return False
    before = quote.removesuffix(name).rstrip(" ,")
    if len(before.split()) > 1 and re.search(rf"(?<!\w){re.escape(before)},? {re.escape(name)}(?!\w)", sentence):
        return True  # "the northern port Solvig", "the northern port, Solvig,"
    behind = (found.end() for found in re.finditer(rf"{_OPENS}{re.escape(name)}(?!\w)", sentence))
    opened = (said.match(sentence, at) for at in behind)
    return any(quote in sentence[each.end() :] for each in opened if each)


def _of_a_name(word: str) -> bool:
    """With a capital, or a little word ("of", "de") between others."""
    return word != word.lower() or len(word) <= len("van")
