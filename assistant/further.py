"""What further sentences of the documents answer too: more members of a list, or another value than the answer's.

"Which firms …" is answered by every sentence that names some. "When …" has one answer: a second one contradicts it, and
the reader is told of both.
"""

import re
from collections.abc import Generator, Mapping, Sequence

from assistant import counting, grounding, phrases, sources, stating
from assistant.citations import Supported
from assistant.finding import Finder
from assistant.judging import Case, Judge
from assistant.streaming import Step
from assistant.types import TextDelta
from index.language import language_name

_MOST = 4
"""Sentences that are looked at besides those of the answer: those most like the question."""

_VALUE_WORDS = 6
"""Words of a quote that gives a number or a date, with what belongs to it."""

_SEVERAL: Mapping[str, re.Pattern[str]] = {
    language: re.compile(pattern, re.IGNORECASE)
    for language, pattern in {
        "en": r"\b(?:which|what) (?:\w+ )?(?!does\b|this\b)\w{2,}[^s\W]s\b|\b(?:which|what) are\b|\ball\b|\blist\b",
        "fr": r"\bquel(?:le)?s\b|\blesquel(?:le)?s\b|\btous les\b|\btoutes les\b|\bliste\b",
        "de": r"\bwelche \w+(?:en|er|s|e)\b|\balle\b|\bliste\b",
        "es": r"\bcu[aá]les\b|\bqui[eé]nes\b|\bqu[eé] (?:\w+ )?\w+s\b|\btod[oa]s l[oa]s\b|\blista\b",
        "it": r"\bquali\b|\btutt[ie]\b|\blista\b|\belenco\b",
        "pt": r"\bquais\b|\bque (?:\w+ )?\w+s\b|\btod[oa]s [oa]s\b|\blista\b",
        "nl": r"\bwelke \w+(?:en|s)\b|\balle\b|\blijst\b",
    }.items()
}


def several(question: str, language: str) -> bool:
    """Does it ask for more than one thing?"""
    return language in _SEVERAL and _SEVERAL[language].search(question) is not None


def _is_value(quote: str) -> bool:
    """Is it little more than a number or a date?"""
    return len(quote.split()) <= _VALUE_WORDS


class Further:
    """Goes on from an answer; the case's passages are those that it was made from, and what else was found."""

    def __init__(self, case: Case, finder: Finder) -> None:
        self._case = case
        self._finder = finder
        self._judge = Judge(case)

    def sentences(self, standing: Sequence[Supported], quote: str) -> Generator[Step, None, list[Supported]]:
        """Those to add to an answer that says `quote`."""
        if several(self._case.question, self._case.language):
            whole = any(counting.members(carrier.text) for each in standing for carrier in each.quotes)
            return [] if whole else (yield from self._members(standing))  # what is enumerated is whole
        return (yield from self._contradictions(standing, quote))

    def _members(self, standing: Sequence[Supported]) -> Generator[Step, None, list[Supported]]:
        """Sentences that say what further ones name."""
        added: list[Supported] = []
        for other in self._others(standing)[:_MOST]:
            before = [*standing, *added]
            if len(before) >= grounding.MAX_SENTENCES:
                break
            if not (yield from self._finder.answers_too(self._case.question, other.candidate.text)):
                continue
            quote = yield from self._finder.quoted(self._case.question, other.candidate.text)
            if not quote or grounding.named(quote) <= grounding.named(" ".join(each.sentence for each in before)):
                continue
            spoken = next(p.language for p in self._case.passages if p.source == other.candidate.source)
            if self._case.reading.adapted and (said := stating.also(quote, spoken, self._case.language)):
                added += yield from self._judge.verbatim(said, quote, before)
            else:
                pieces = self._case.reading.phrase(self._case.question, quote, language_name(self._case.language))
                added += yield from self._judge.standing(pieces, quote, before, strict=True)
        return added

    def _contradictions(self, standing: Sequence[Supported], quote: str) -> Generator[Step, None, list[Supported]]:
        """A sentence that tells of another value."""
        value = self._values(quote) if _is_value(quote) else frozenset[str]()
        for other in self._others(standing) if value else ():
            if not other.alike or not self._differs(value, other.candidate.text):
                continue
            if not (yield from self._finder.answers_too(self._case.question, other.candidate.text)):
                continue
            told = yield from self._finder.quoted(self._case.question, other.candidate.text)
            if _is_value(told) and self._differs(value, told):
                date = next(p.date for p in self._case.passages if p.source == other.candidate.source)
                sentence = phrases.disagreement(self._case.language, told, date)
                self._case.trail.judged(sentence, None, [other.candidate])
                yield TextDelta(f" {sentence}")
                return [Supported(sentence, (other.candidate,))]
        return []

    def _others(self, standing: Sequence[Supported]) -> list[sources.Other]:
        return sources.others(
            self._case.index, self._case.passages, self._case.question, [q for s in standing for q in s.quotes]
        )

    def _values(self, text: str) -> frozenset[str]:
        """Numbers that answer; the question's do not."""
        return grounding.numbers(text, self._case.language) - grounding.numbers(
            self._case.question, self._case.language
        )

    def _differs(self, value: frozenset[str], text: str) -> bool:
        """Has the text values, and none of these?"""
        others = self._values(text)
        return bool(others) and value.isdisjoint(others)
