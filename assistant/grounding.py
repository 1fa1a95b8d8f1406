"""Pure: what of a draft may stand. Numbers that the passages do not hold are cut together with their sentence."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from importlib import import_module

STATED_LOG_ODDS = 1.0
"""A question is answered where the log-odds of Yes to "is the exact answer written in the documents?" reach this.

Uncalibrated, Yes wins nearly always. At this line about 3% of the answerable questions of SQuAD 2.0 (Rajpurkar et al.
2018; a sample of its articles) are lost and a quarter of its near misses declined; off-topic questions and orders fall
well below.
"""

MAX_SENTENCES = 3
"""Of an answer."""

_NUMBER = re.compile(
    r"(?P<grouped>(?<!\d)\d{1,3}(?:[.,'’ ]\d{3})+(?!\d))"
    r"|(?P<decimal>(?<!\d[.,])(?<!\d)\d+[.,]\d+(?![.,]?\d))"
    r"|(?P<plain>\d+)"
)
_SCALE = re.compile(r" (1(?:000)+)\b")
"""A thousand, a million, … behind a number, once words are digits: "12 1000000"."""
_ABBREVIATED = re.compile(r"(?<=\d) ?(?:(?P<billion>Mrd|Mds?|bn|mld)|Mio|mln|M(?=[€$£]))\b")
_NUMBER_WORDS = {"fr", "en", "es", "pt", "de", "nl", "it"}
"""Languages whose number words text2num reads; those of other languages are not checked."""


def _in_digits(text: str, language: str) -> str:
    alpha2digit = import_module("text_to_num").alpha2digit  # it ships no types
    return str(alpha2digit(text, language))


def numbers(text: str, language: str | None) -> frozenset[str]:
    """Numbers of a text in digits: "two thousand" and "2 000" are both 2000, "2.5 million" is 2500000."""
    text = re.sub(r"[\u00a0\u202f]", " ", text)
    read = _in_digits(text, language) if language in _NUMBER_WORDS else text
    read = _ABBREVIATED.sub(lambda match: " 1000000000" if match["billion"] else " 1000000", read)
    found: set[str] = set()
    position = 0
    while match := _NUMBER.search(read, position):
        position = match.end()
        number = Decimal(re.sub(r"\D", "", match[0]) if match["grouped"] else match[0].replace(",", "."))
        scale = _SCALE.match(read, position)
        if scale and scale[1] not in text:  # it was a word
            number *= int(scale[1])
            position = scale.end()
        found.add(f"{number.normalize():f}")
    return frozenset(found)


def supported(sentences: Sequence[str], language: str, evidence: Iterable[str]) -> list[str]:
    """The sentences whose numbers are all in the evidence.

    Powers of ten pass: they are how languages word a scale ("mil millones" is "1 billion").
    """
    known = frozenset(evidence)
    return [sentence for sentence in sentences if all(n in known or _is_scale(n) for n in numbers(sentence, language))]


def complete(sentences: Sequence[str]) -> list[str]:
    """At most MAX_SENTENCES, each said once, without one that stops in the middle (unless there is no other)."""
    kept = list(dict.fromkeys(s for s in sentences if any(c.isalnum() for c in s)))[:MAX_SENTENCES]
    if len(kept) > 1 and not re.search(r"[.!?…»”\"')。！？]\s*$", kept[-1]):
        kept.pop()
    return kept


def _is_scale(number: str) -> bool:
    return re.fullmatch(r"10*", number) is not None
