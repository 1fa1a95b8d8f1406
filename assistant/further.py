"""What further sentences of the documents answer too: more members of a list, or another value than the answer's.

"Which firms …" is answered by every sentence that names some. "When …" has one answer: a second one contradicts it, and
the reader is told of both.
"""

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from assistant import (
    asking,
    cldr,
    counting,
    denials,
    grounding,
    likeness,
    phrases,
    quantities,
    sources,
    stating,
    tidying,
)
from assistant.citations import Candidate, Supported, without_markers
from assistant.evidence import Passage, is_title
from assistant.finding import Finder
from assistant.judging import Case, Judge, hold_words
from assistant.streaming import Step
from assistant.translating import Translator
from index.language import language_name
from index.words import words

_IN_VAIN = 4
"""Sentences in a row that are read for further members and tell of none, and no more are."""

_MOST = 12
"""Sentences that are read for further members: those most like the question."""

_CONTRADICTING = 3
"""Sentences with another value that may be read: those most like the question."""

_VALUE_WORDS = 6
"""Words of a quote that gives a number or a date, with what belongs to it."""

NAMED_ODDS = 1 / 3
"""Of those of the caution, the share that is enough for a further sentence that names whom the question names."""

CONTRADICTION_ODDS = 4.0
"""How many times those of the caution they have to be for a sentence that contradicts the answer: that documents
disagree is a claim about both. Drawn by hand: true ones convince a model by .98 and more, a price of something else
does by .53 (tests/development/conflicts).
"""

_YEAR = re.compile(r"1\d{3}|20\d{2}")


@dataclass(frozen=True, slots=True)
class _Member:
    """What a further sentence names."""

    quote: str
    spoken: str | None
    readable: str
    """What is new of it, where a reader can read that as it is; else ""."""
    quotes: tuple[Candidate, ...]
    """The sentences that hold it."""


def _is_value(quote: str, spoken: str | None) -> bool:
    """Is it little more than a number or a date? A name with a number is none, but for a month, a weekday or a
    language.
    """
    named = {name for name in grounding.named(quote) if not cldr.is_common(name, spoken or "")}
    dated = any(map(_YEAR.fullmatch, named))
    return len(words(quote)) <= _VALUE_WORDS and (dated or all(map(str.isdigit, named)))


def _is_amount(quote: str, spoken: str | None) -> bool:
    """Is it a value in digits? Such a one is no member of a list of names, and a name none of a list of years."""
    return any(map(str.isdigit, quote)) and _is_value(quote, spoken)


def _new_items(quote: str, names_told: frozenset[str]) -> str:
    """A quote of several names without those that are told already."""
    items = counting.items(quote)
    new = [item for item in items if not grounding.named(item) <= names_told]
    return quote if len(new) == len(items) or not all(map(grounding.only_names, items)) else ", ".join(new)


def _each_once(quotes: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """By where they stand: their cosines may differ."""
    return tuple({(quote.source, quote.span): quote for quote in quotes}.values())


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
            return [] if whole else (yield from self._members(standing, quote))  # what is enumerated is whole
        return (yield from self._contradictions(standing, quote))

    def _members(self, standing: Sequence[Supported], quote: str) -> Generator[Step, None, list[Supported]]:
        """What further sentences name: in one sentence what a reader can read as it is, else each in its own."""
        room = grounding.MAX_SENTENCES - len(standing)
        if room <= 0:
            return []
        found = yield from self._found_members(standing, quote, room)
        readable = [member for member in found if member.readable]
        added: list[Supported] = []
        if readable:
            told = stating.together([member.readable for member in readable], self._case.language)
            also = stating.framed(told, self._case.language, phrases.ALSO)
            quotes = _each_once(quote for member in readable for quote in member.quotes)
            added += yield from self._judge.told(also, quotes, standing)
        for member in found:
            if not member.readable and len(added) < room:
                added += yield from self._worded(member, [*standing, *added])
        return added

    def _found_members(
        self, standing: Sequence[Supported], quote: str, room: int
    ) -> Generator[Step, None, list[_Member]]:
        """Members that the answer has not, each once; until a few sentences in a row tell of none.

        Of those that have to be worded there is no use for more than `room`.
        """
        about = grounding.named(self._case.question) & {*words(" ".join(q.text for s in standing for q in s.quotes))}
        first = standing[0]
        is_copy = hold_words(first.quotes, first.sentence)  # it may name others by the way
        said = [quote if is_copy else first.sentence, *(each.sentence for each in standing[1:])]
        names_told = grounding.named(" ".join(said)) | about
        readable: list[_Member] = []
        others: list[_Member] = []
        is_amount = _is_amount(quote, self._passage(first.quotes[0]).language)
        read = in_vain = 0
        for other in self._others(standing):
            if in_vain == _IN_VAIN or read == _MOST or (not self._case.reading.adapted and len(others) == room):
                break
            sentence = other.candidate
            if about and about.isdisjoint(words(self._around(sentence))):
                continue  # the first one is about what the question names, and this one is not
            text = sources.in_context(self._case.index, self._case.passages, sentence, self._case.question)
            if grounding.named(text) <= names_told:
                continue
            read, in_vain = read + 1, in_vain + 1
            member = yield from self._member(sentence, text, names_told, about)
            if member is None or _is_amount(member.quote, member.spoken) != is_amount:
                continue
            named = grounding.named(member.quote)
            if member.readable:
                readable.append(member)
                names_told |= named | grounding.named(member.readable)
            elif not any(named <= grounding.named(each.quote) for each in others):
                others.append(member)
            else:
                continue
            in_vain = 0
        return [*readable, *(each for each in others if not grounding.named(each.quote) <= names_told)]

    def _member(
        self, sentence: Candidate, text: str, names_told: frozenset[str], about: frozenset[str]
    ) -> Generator[Step, None, _Member | None]:
        """What a sentence names, as it is read, with what it goes on from; None where it answers with nothing new.

        `about` are names that the answer is about.
        """
        question, language = self._case.question, self._case.language
        names_it = not about.isdisjoint(words(sentence.text))
        if not (yield from self._answers(sentence, NAMED_ODDS if names_it else 1)):
            return None
        quote = yield from self._finder.quoted(question, sentence)
        spoken = self._passage(sentence).language
        if not quote or grounding.named(quote) <= names_told:
            self._case.trail.passed_over(tidying.tidy(sentence.text), "it names nothing new")
            return None
        quotes: tuple[Candidate, ...] = (sentence,)
        if not hold_words(quotes, quote):  # they stand in what it goes on from
            carriers = [each for each in self._judge.carriers(quote) if each.text in text]
            quotes = _each_once((*carriers, sentence))
        if any(denials.hides_denial(quote, each.text, spoken) for each in quotes):
            self._case.trail.passed_over(quote, "its sentence denies it")
            return None
        readable = ""
        if self._case.reading.adapted:
            if not hold_words(quotes, quote):
                self._case.trail.judged(quote, "no quotes hold it")
                return None
            readable = stating.given(_new_items(quote, names_told), spoken, language, sentence.text)
        return _Member(quote, spoken, readable, quotes)

    def _worded(self, member: _Member, before: Sequence[Supported]) -> Generator[Step, None, list[Supported]]:
        """A sentence that says it."""
        case, quote, spoken = self._case, member.quote, member.spoken
        wording = stating.worded(quote, spoken, case.language)
        is_translation = case.reading.adapted and spoken is not None and spoken != case.language
        if is_translation and spoken:
            translator = Translator(case.reading, case.question, case.language, spoken, case.trail.sure)
            pieces = translator.stated(wording, phrases.ALSO)
        else:
            pieces = case.reading.phrase(case.question, wording, language_name(case.language))
        return (yield from self._judge.standing(pieces, quote, before, strict=True, is_translation=is_translation))

    def _contradictions(self, standing: Sequence[Supported], quote: str) -> Generator[Step, None, list[Supported]]:
        """A sentence that tells of another value."""
        told_already = len(standing) >= grounding.MAX_SENTENCES
        spoken = self._passage(standing[0].quotes[0]).language
        if told_already or self._case.language not in phrases.DISAGREEMENT or not _is_value(quote, spoken):
            return []
        bare = self._is_bare(quote)
        value = self._values(quote, spoken)
        others = self._with_other_values(standing, value) if value else ()
        for other in islice(others, _CONTRADICTING):
            passage = self._passage(other.candidate)
            if not (yield from self._answers(other.candidate, CONTRADICTION_ODDS)):
                continue
            told = yield from self._finder.quoted(self._case.question, other.candidate)
            if (
                _is_value(told, passage.language)
                and not denials.hides_denial(told, other.candidate.text, passage.language)
                and grounding.stands_in(told, other.candidate.text)  # not in the sentence before, which was read too
                and self._is_bare(told) == bare
                and _differ(value, self._values(told, passage.language))
            ):
                dated = phrases.Dated(without_markers(told), passage.date)
                sentence = phrases.disagreement(self._case.language, dated, self._dated(standing[0], quote))
                return (yield from self._judge.told(sentence, [other.candidate], standing))
            self._case.trail.passed_over(told, "it does not contradict the answer")
        return []

    def _with_other_values(self, standing: Sequence[Supported], value: frozenset[str]) -> Iterator[likeness.Other]:
        for other in self._others(standing):
            passage = self._passage(other.candidate)
            numbers = self._values(other.candidate.text, passage.language)
            dated = is_title(other.candidate.text, passage.title) and numbers <= self._values(passage.date or "", None)
            if other.alike and not dated and numbers and value.isdisjoint(numbers):
                yield other

    def _is_bare(self, quote: str) -> bool:
        """Is it a mere number, but for words of the question ("how many boats …": "12 boats")?"""
        asked = {*words(self._case.question)}
        left = (word for word in quote.split() if not words(word) or not asked.issuperset(words(word)))
        return quantities.is_number(" ".join(left))

    def _dated(self, first: Supported, quote: str) -> phrases.Dated:
        """The value that an answer opens with, by the document that holds it."""
        holding = [each for each in first.quotes if grounding.stands_in(quote, each.text)]
        return phrases.Dated(without_markers(quote), self._passage(holding[0]).date if holding else None)

    def _answers(self, candidate: Candidate, odds: float = 1) -> Generator[Step, None, bool]:
        return (yield from self._finder.answers_too(self._case.question, self._case.language, candidate, odds=odds))

    def _around(self, candidate: Candidate) -> str:
        return sources.around(self._case.index, self._case.passages, candidate)

    def _others(self, standing: Sequence[Supported]) -> list[likeness.Other]:
        return likeness.others(
            self._case.index, self._case.passages, self._case.question, [q for s in standing for q in s.quotes]
        )

    def _passage(self, candidate: Candidate) -> Passage:
        return next(passage for passage in self._case.passages if passage.source == candidate.source)

    def _values(self, text: str, spoken: str | None) -> frozenset[str]:
        """Numbers that answer; the question's do not."""
        return quantities.numbers(text, spoken) - quantities.numbers(self._case.question, self._case.language)
