"""Pure: what of a draft may stand. Numbers that the passages do not hold are cut together with their sentence."""

import re
from collections.abc import Iterable, Sequence
from importlib import import_module

STATED_LOG_ODDS = 1.6
"""A question is answered where the log-odds of Yes to "is the exact answer written in the documents?" reach this.

Uncalibrated, Yes wins nearly always; fitted by scripts/calibrate.py, see docs/architecture.md.
"""

MAX_SENTENCES = 3
"""Of an answer."""

_NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f ]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+")
_NUMBER_WORDS = {"fr", "en", "es", "pt", "de", "nl", "it"}
"""Languages whose number words text2num reads; those of other languages are not checked."""


def _in_digits(text: str, language: str) -> str:
    alpha2digit = import_module("text_to_num").alpha2digit  # it ships no types
    return str(alpha2digit(text, language))


def numbers(text: str, language: str | None) -> frozenset[str]:
    """Numbers of a text in digits, number words included: "two thousand" and "2 000" are both 2000."""
    if language and language in _NUMBER_WORDS:
        text = _in_digits(text, language)
    found: set[str] = set()
    for number in _NUMBER.findall(text):
        if _GROUPED.fullmatch(number):
            found.add(re.sub(r"\D", "", number))
        else:
            parts = re.split(r"[.,]", number) if len(re.findall(r"\D", number)) == 1 else re.split(r"\D", number)
            found.add(".".join(parts)) if len(parts) == 2 else found.update(parts)
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
