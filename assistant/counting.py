"""Pure: how many of something the documents name, counted from an enumeration instead of guessed by a model.

A question for a number becomes one for the members; what a sentence enumerates for it is counted.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median_high

from assistant import asking, grounding, quantities

LEAST = 3
"""Names in a row from which a sentence enumerates."""

_ITEM_WORDS = 5
"""Of a name, at most."""


@dataclass(frozen=True, slots=True)
class _Wording:
    how_many: re.Pattern[str]
    which: str
    told: str


def _wording(how_many: str, which: str, told: str) -> _Wording:
    return _Wording(re.compile(how_many, re.IGNORECASE), which, told)


_WORDINGS: Mapping[str, _Wording] = {
    "fr": _wording(r"\bcombien (?:de |d['’])", "quels ", "Les documents en nomment {count} : {members}."),
    "en": _wording(r"\bhow many\b", "which", "The documents name {count}: {members}."),
    "de": _wording(r"\bwie ?viele\b", "welche", "Die Dokumente nennen {count}: {members}."),
    "es": _wording(r"\bcu[aá]nt[ao]s\b", "qué", "Los documentos nombran {count}: {members}."),
    "it": _wording(r"\bquant[ie]\b", "quali", "I documenti ne nominano {count}: {members}."),
    "pt": _wording(r"\bquant[ao]s\b", "quais", "Os documentos nomeiam {count}: {members}."),
    "nl": _wording(r"\bhoeveel\b", "welke", "De documenten noemen er {count}: {members}."),
}

_ASKED = re.compile(
    r"\b(?:which|what|quels|quelles|lesquels|lesquelles|welche[nr]?|qu[eé]|cu[aá]les|quali|quais|que|welke)"
    r"(?: (?:are|were|sont|sind|waren|son|sono|são|zijn))?(?: (?:the|les|die|los|las|i|gli|le|os|as|de))?"
    r" (?:([3-9])|2|two|deux|zwei|dos|due|dois|duas|twee)(?![-\w])",
    re.IGNORECASE,
)
"""A question for so many, its number in digits, as far as text2num reads it: it leaves a 2."""

_PARTICLES = frozenset(
    (
        *("de", "du", "des", "of", "the", "von", "van", "der", "den", "di", "da", "do", "del", "della"),
        *("la", "le", "les", "los", "las", "el"),
    )
)
"""Words that may stand inside a name."""

_COMMA = re.compile(r",\s+")
_AND = re.compile(r"\s+(?:et|and|und|y|e|en)\s+")
_OR = re.compile(r"\s+(?:ou|or|oder|o|oppure)\s+")
_EXAMPLES = re.compile(r"\b(?:example|exemple|beispiel|ejemplo|esemp|exemplo)", re.IGNORECASE)
"""Of a question to which "salt or fish" are two."""
_BETWEEN = r"[\W_]+(?:(?:et|and|und|y|e|en)\s+)?"
_LETTERS = re.compile(r"[^\W_]+")
_EDGES = " .;:!?()«»“”\"'’"


def for_members(question: str, language: str) -> str | None:
    """The question for the members instead of their number; None where it asks for no number."""
    wording = _WORDINGS.get(language)
    if wording is None or not wording.how_many.search(question):
        return None
    asked = wording.how_many.sub(wording.which, question, count=1)
    return asked[:1].upper() + asked[1:]


def for_all(question: str, language: str) -> bool:
    """Does it ask for several things, neither for somebody nor for so many of them?"""
    so_many = _so_many(question, language)
    return asking.several(question, language) and not asking.for_no_number(question) and so_many is None


def enough(quote: str, question: str, language: str) -> bool:
    """Has it as many members as the question asks for, besides those that this names? Most ask for no number."""
    so_many = _so_many(question, language)
    told = items(quote)
    if _EXAMPLES.search(question):
        told = [each for item in told for each in _OR.split(item)]
    return so_many is None or sum(_is_new(each, question) for each in told) >= so_many


def items(text: str) -> list[str]:
    """What stands between its commas and its "and"s."""
    return [piece for part in _COMMA.split(text) for piece in _AND.split(part)]


def counted(sentence: str, quote: str) -> list[str]:
    """The names that a sentence enumerates, if most of them stand in what a model quotes of it; else none.

    A sentence may enumerate other things as well, and a model may break a long list off.
    """
    names = members(sentence)
    return names if 2 * sum(name in quote for name in names) >= len(names) else []


def enumeration(sentence: str, quote: str) -> str:
    """All the names that a sentence enumerates, in its words, if a quote is some of them and nothing else; else ""."""
    names, quoted = members(sentence), [item.strip(_EDGES) for item in items(quote)]
    if not names or not all(item in names for item in quoted):
        return ""
    if names[0] not in quoted and (len(names) == LEAST or len(sentence.partition(names[0])[0].split()) < LEAST):
        return ""  # "in Oslo, Ada and Berta …": the first one may be something else
    found = re.search(_BETWEEN.join(map(re.escape, names)), sentence)
    return found[0] if found else ""


def members(sentence: str) -> list[str]:
    """The names that a sentence enumerates, each once; none where they are fewer than LEAST, or may not be all."""
    parts = [(piece, number > 0) for part in _COMMA.split(sentence) for number, piece in enumerate(_AND.split(part))]
    if len(parts) < LEAST:
        return []
    run: list[str] = []
    start = end = 0
    for position, (part, _) in enumerate(parts):
        if name := _whole(part):
            run.append(name)
            end = position
        elif len(run) >= LEAST - 1 and (name := _beginning(part)):  # what follows begins with the last one
            run.append(name)
            end = position
            break
        elif len(run) >= LEAST:
            break
        elif sum(map(bool, run)) >= LEAST - 1:
            return []  # something of another kind stands among them
        else:  # what stands before ends with the first one
            run, start, end = [_ending(part)], position, position
    joined = [position for position, (_, by_and) in enumerate(parts) if by_and and position > start]
    if joined and joined[0] != end:
        return []  # an "and" is part of a name, or the last of them is not seen as one
    names = list(dict.fromkeys(filter(None, run)))
    if len(names) < LEAST:
        return []
    usual = median_high(len(name.split()) for name in names[1:])  # a noun with a capital before it is no part of it
    first = names[0] if any(_whole(part) == names[0] for part, _ in parts) else " ".join(names[0].split()[-usual:])
    return [first, *names[1:]]


def counts(answer: str, sentences: Iterable[str]) -> frozenset[str]:
    """How many names each of the sentences enumerates, most of which the answer tells; in digits."""
    return frozenset(str(len(names)) for sentence in sentences if (names := counted(sentence, answer)))


def told(names: list[str], language: str) -> str:
    """A sentence that counts them and names them."""
    return _WORDINGS[language].told.format(count=len(names), members=", ".join(names))


def _so_many(question: str, language: str) -> int | None:
    """What it asks for that many of; None for most questions."""
    asked = _ASKED.search(quantities.in_digits(question, language))
    return int(asked[1] or 2) if asked else None


def _is_new(item: str, question: str) -> bool:
    """Does it name something else than the question, or nothing by its name?"""
    named = grounding.named(item)
    return not named or named.isdisjoint(grounding.named(question)) or bool(grounding.meant(item, question))


def _is_named(word: str) -> bool:
    letters = _LETTERS.match(word.strip(_EDGES))
    return letters is not None and any(letter.isupper() or letter.isdigit() for letter in letters[0])


def _whole(item: str) -> str:
    """The item, if it is a name and nothing else."""
    said = item.split()
    named = (
        0 < len(said) <= _ITEM_WORDS
        and _is_named(said[0])
        and _is_named(said[-1])
        and all(_is_named(word) or word in _PARTICLES for word in said)
    )
    return item.strip(_EDGES) if named else ""


def _ending(item: str) -> str:
    """The name that ends the words before an enumeration."""
    named: list[str] = []
    for word in reversed(item.split()):
        if not _is_named(word):
            break
        named.insert(0, word)
    return " ".join(named[-_ITEM_WORDS:]).strip(_EDGES)


def _beginning(item: str) -> str:
    """The name that begins the words after it."""
    named: list[str] = []
    for word in item.split():
        if not _is_named(word):
            break
        named.append(word)
    return " ".join(named[:_ITEM_WORDS]).strip(_EDGES)
