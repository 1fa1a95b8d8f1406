"""From passages that a chat model has read to what may stand of what it says.

A hosted model answers or declines by itself. A local one is led: it quotes, is asked whether that answers, says it, and
goes on where several things were asked for.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from math import inf

from assistant import counting, evidence, quantities, sources
from assistant.citations import Supported
from assistant.clock import Clock
from assistant.completing import Asked
from assistant.composing import Basis, answer_or_none, say
from assistant.evidence import Passage
from assistant.finding import Finder
from assistant.further import Further
from assistant.judging import Case, Judge
from assistant.nearness import Nearness
from assistant.reading import Reading
from assistant.streaming import Composed, Step
from assistant.trail import Trail
from assistant.types import QuoteDelta
from index.search import Index


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of passages."""

    standing: Sequence[Supported]
    """Sentences of an answer, each of which is shown."""
    answers: bool = False
    """Did a local model find the answer in them, whether or not it could be said?"""
    doubted: bool = False
    """Does it hold it for possible that they answer?"""
    stated: float = -inf
    """Log-odds that they do, where it is not convinced."""
    told: tuple[str, ...] = ()
    """Words and sentences that it took for the answer, or nearly, where nothing stands."""
    untranslated: bool = False
    """Does nothing stand for want of a sure translation?"""


class Lead:
    """Answers a question from passages that a model has read."""

    def __init__(
        self,
        index: Index,
        asked: Asked,
        nearness: Nearness,
        passages: Sequence[Passage],
        reading: Reading,
        *,
        caution: float,
        again: bool,
        clock: Clock,
        trail: Trail,
    ) -> None:
        """`again`: were better passages read before?"""
        self._index = index
        self._asked = asked
        self._passages = passages
        self._elsewhere = evidence.apart(asked.hits, passages)
        self._reading = reading
        self._clock = clock
        self._trail = trail
        self._finder = Finder(
            index,
            passages,
            self._elsewhere,
            reading,
            own=asked.own,
            nearness=nearness.above,
            caution=caution,
            again=again,
            trail=trail,
        )

    def outcome(self) -> Composed[Outcome]:
        """QuoteDeltas, and a TextDelta for each sentence that stands."""
        return (yield from self._led() if self._reading.local else self._declared())

    def _declared(self) -> Composed[Outcome]:
        """Of a model that answers or declines by itself."""
        pieces = answer_or_none(self._reading, self._asked.standalone, self._asked.language())
        standing = yield from Judge(self._case()).standing(self._clock.timed(pieces), "")
        if not standing:
            self._trail.outcome = "no sentence of the draft stands" if self._trail.drafts else "the model declined"
        return Outcome(standing)

    def _led(self) -> Composed[Outcome]:
        """Of a model that quotes, is asked whether that answers, and then says it."""
        finder, asked = self._finder, self._asked
        basis, answers = yield from finder.find(asked.standalone, asked.language, only=self._title())
        if basis.stated is None:
            return (yield from self._declared())
        if counted := (yield from self._members_counted(basis, answers=answers)):
            return Outcome(counted)
        doubted = finder.doubted or answers
        if not answers:
            return Outcome((), doubted=doubted, stated=basis.stated, told=(basis.quote, finder.nearest))
        return (yield from self._said(basis))

    def _title(self) -> str:
        """Of a document whose title is all that was read."""
        titles = [passage.title for passage in self._passages if passage.text.strip("# ") == passage.title]
        return titles[0] if len(titles) == len(self._passages) == 1 else ""

    def _said(self, basis: Basis) -> Composed[Outcome]:
        """What was found, in the question's language, and what goes with it."""

        def place_of(quote: str) -> sources.Place:
            return sources.place(self._index, self._passages, quote, self._asked.standalone, basis.where)

        said = say(self._reading, self._asked.standalone, self._asked.language(), basis, place_of, self._trail.sure)
        judge = Judge(self._case())
        standing = list[Supported]()
        if said.sentence:
            standing = yield from judge.standing(self._clock.timed(iter([said.sentence])), said.sentence)
        if said.verbatim and not standing:
            standing = yield from judge.verbatim(said.verbatim, said.quote)
        while not standing and (draft := next(said.drafts, None)):
            pieces = self._clock.timed(draft.pieces)
            standing = yield from judge.standing(pieces, draft.quote, is_translation=draft.is_translation)
        if standing:
            further = Further(self._case(*self._elsewhere), self._finder)
            standing = [*standing, *(yield from further.sentences(standing, said.quote))]
            return Outcome(standing, answers=True, doubted=True)
        untranslated = said.untranslated()
        self._trail.outcome = "no translation of it would do" if untranslated else "no sentence of the draft stands"
        return Outcome((), answers=True, doubted=True, told=(said.quote,), untranslated=untranslated)

    def _members_counted(self, basis: Basis, *, answers: bool) -> Generator[Step, None, list[Supported]]:
        """Asked how many, where no number answers: a sentence that counts what one of the documents enumerates."""
        of_members = counting.for_members(self._asked.standalone, self._asked.language())
        if not of_members or not self._finder.doubted or (answers and self._holds_number(basis.quote)):
            return []
        yield QuoteDelta("\n")  # what is quoted next answers another question
        members, found = yield from self._finder.find(of_members, self._asked.language)
        standing = (yield from self._counted(members.quote)) if found else []
        if not standing:
            self._trail.quoted = basis.quote
        return standing

    def _holds_number(self, quote: str) -> bool:
        spoken = sources.place(self._index, self._passages, quote, self._asked.standalone).language
        return bool(quantities.numbers(quote, spoken or self._asked.language()))

    def _counted(self, quote: str) -> Generator[Step, None, list[Supported]]:
        for carrier in sources.carriers(self._index, self._passages, quote, self._asked.standalone):
            if names := counting.counted(carrier.text, quote):
                told = counting.told(names, self._asked.language())
                return (yield from Judge(self._case()).told(told, [carrier]))
        return []

    def _case(self, *further: Passage) -> Case:
        return Case(
            self._index,
            (*self._passages, *further),
            self._asked.standalone,
            self._asked.language(),
            self._reading,
            self._trail,
        )
