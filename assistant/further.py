"""What further sentences of the documents answer too: more members of a list, or another value than the answer's.

"Which firms …" is answered by every sentence that names some. "When …" has one answer: a second one contradicts it, and
the reader is told of both.
"""

import re
from collections.abc import Generator, Sequence

from assistant import asking, counting, denials, grounding, phrases, sources, stating
from assistant.citations import Candidate, Supported, without_markers
from assistant.evidence import Passage
from assistant.finding import Finder
from assistant.judging import Case, Judge
from assistant.streaming import Step
from assistant.translating import Translator
from assistant.types import TextDelta
from index.language import language_name
from index.words import words

_MOST = 4
"""Sentences that are looked at besides those of the answer: those most like the question."""

_VALUE_WORDS = 6
"""Words of a quote that gives a number or a date, with what belongs to it."""

NAMED_ODDS = 1 / 3
"""Of those of the caution, the share that is enough for a further sentence that names whom the question names."""

_YEAR = re.compile(r"1\d{3}|20\d{2}")


def _is_value(quote: str) -> bool:
    """Is it little more than a number or a date? A name with a number is none, but for a month with a year."""
    named = grounding.named(quote)
    dated = any(map(_YEAR.fullmatch, named))
    return len(words(quote)) <= _VALUE_WORDS and (dated or all(map(str.isdigit, named)))


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Are they values of one kind that have nothing in common? A day is none of a year's kind."""
    kinds = [{bool(_YEAR.fullmatch(number)) for number in values} for values in (one, other)]
    return bool(other) and one.isdisjoint(other) and kinds[0] == kinds[1]


class Further:
    """Goes on from an answer; the case's passages are those that it was made from, and what else was found."""

    def __init__(self, case: Case, finder: Finder) -> None:
        self._case = case
        self._finder = finder
        self._judge = Judge(case)

    def sentences(self, standing: Sequence[Supported], quote: str) -> Generator[Step, None, list[Supported]]:
        """Those to add to an answer that says `quote`."""
        if asking.several(self._case.question, self._case.language):
            whole = any(counting.counted(carrier.text, quote) for each in standing for carrier in each.quotes)
            return [] if whole else (yield from self._members(standing))  # what is enumerated is whole
        return (yield from self._contradictions(standing, quote))

    def _members(self, standing: Sequence[Supported]) -> Generator[Step, None, list[Supported]]:
        """Sentences that say what further ones name."""
        added: list[Supported] = []
        named = grounding.named(self._case.question) & {*words(" ".join(q.text for s in standing for q in s.quotes))}
        for other in self._others(standing)[:_MOST]:
            before = [*standing, *added]
            if len(before) >= grounding.MAX_SENTENCES:
                break
            if named and named.isdisjoint(words(self._around(other.candidate))):
                continue  # the first one is about what the question names, and this one is not
            told = not named.isdisjoint(words(other.candidate.text))
            if not (yield from self._answers(other.candidate, NAMED_ODDS if told else 1)):
                continue
            quote = yield from self._finder.quoted(self._case.question, other.candidate)
            spoken = self._passage(other.candidate).language
            if not quote or denials.hides_denial(quote, other.candidate.text, spoken):
                continue
            if grounding.named(quote) <= grounding.named(" ".join(each.sentence for each in before)):
                continue
            if self._case.reading.adapted and (
                said := stating.also(quote, spoken, self._case.language, other.candidate.text)
            ):
                added += yield from self._judge.verbatim(said, quote, before)
                continue
            wording = stating.worded(quote, spoken, self._case.language)
            if self._case.reading.adapted and spoken and spoken != self._case.language:
                case = self._case
                translator = Translator(case.reading, case.question, case.language, spoken, case.trail.sure)
                pieces = translator.stated(wording, phrases.ALSO)
                added += yield from self._judge.standing(pieces, quote, before, strict=True, is_translation=True)
            else:
                pieces = self._case.reading.phrase(self._case.question, wording, language_name(self._case.language))
                added += yield from self._judge.standing(pieces, quote, before, strict=True)
        return added

    def _contradictions(self, standing: Sequence[Supported], quote: str) -> Generator[Step, None, list[Supported]]:
        """A sentence that tells of another value."""
        told_already = len(standing) >= grounding.MAX_SENTENCES
        if told_already or self._case.language not in phrases.DISAGREEMENT or not _is_value(quote):
            return []
        bare = grounding.is_number(quote)
        value = self._values(quote, self._passage(standing[0].quotes[0]).language)
        for other in self._others(standing) if value else ():
            passage = self._passage(other.candidate)
            numbers = self._values(other.candidate.text, passage.language)
            if not other.alike or not numbers or not value.isdisjoint(numbers):
                continue
            if not (yield from self._answers(other.candidate)):
                continue
            told = yield from self._finder.quoted(self._case.question, other.candidate)
            if (
                _is_value(told)
                and not denials.hides_denial(told, other.candidate.text, passage.language)
                and grounding.stands_in(told, other.candidate.text)  # not in the sentence before, which was read too
                and grounding.is_number(told) == bare
                and _differ(value, self._values(told, passage.language))
            ):
                sentence = phrases.disagreement(self._case.language, without_markers(told), passage.date)
                self._case.trail.judged(sentence, None, [other.candidate])
                yield TextDelta(f" {sentence}")
                return [Supported(sentence, (other.candidate,))]
        return []

    def _answers(self, candidate: Candidate, odds: float = 1) -> Generator[Step, None, bool]:
        return (yield from self._finder.answers_too(self._case.question, self._case.language, candidate, odds=odds))

    def _around(self, candidate: Candidate) -> str:
        return sources.around(self._case.index, self._case.passages, candidate)

    def _others(self, standing: Sequence[Supported]) -> list[sources.Other]:
        return sources.others(
            self._case.index, self._case.passages, self._case.question, [q for s in standing for q in s.quotes]
        )

    def _passage(self, candidate: Candidate) -> Passage:
        return next(passage for passage in self._case.passages if passage.source == candidate.source)

    def _values(self, text: str, spoken: str | None) -> frozenset[str]:
        """Numbers that answer; the question's do not."""
        return grounding.numbers(text, spoken) - grounding.numbers(self._case.question, self._case.language)
