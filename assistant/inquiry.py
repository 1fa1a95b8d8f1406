"""One question, once it is complete, on its way: draft -> ground -> Answer."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import chain

from assistant import conversation, evidence, grounding, likeness, nearness, sources, verifying
from assistant.citations import Candidate, Supported, cite, without_markers
from assistant.clock import Clock
from assistant.completing import Asked
from assistant.drafting import Visit
from assistant.evidence import Passage
from assistant.leading import Lead, Outcome
from assistant.nearness import Nearness
from assistant.phrases import decline, untranslated
from assistant.reading import Reading
from assistant.selection import Selection
from assistant.streaming import Composed, Step
from assistant.trail import Trail
from assistant.types import Answer, DeclineReason, PassagesFound, QuoteDelta
from index.search import Index

_Told = tuple[Sequence[Supported], str, DeclineReason | None]
"""Sentences, their language, and why they claim nothing; None where they do."""


class Inquiry:
    """Answers one question over an index, with a place at a chat model or without one."""

    def __init__(
        self, index: Index, selection: Selection, drafter: Visit | None, asked: Asked, *, caution: float, clock: Clock
    ) -> None:
        """The clock has run since the question came."""
        self._index = index
        self._selection = selection
        self._drafter = drafter
        self._asked = asked
        self._nearness = Nearness(index, asked.hits, asked.standalone, asked.language)
        self._caution = caution
        self._clock = clock
        self._trail = Trail()
        self._trail.hits = asked.hits

    def run(self) -> Generator[Step, None, None]:
        """Events, the Answer last."""
        readings = self._selection.readings(self._asked.hits)
        passages, self._trail.why_read = next(readings)
        self._clock.retrieved()
        yield PassagesFound(tuple(self._asked.hits), self._asked.standalone)
        silent = self._silent()
        outcome = Outcome(())
        if silent is None:
            if self._drafter is None:
                outcome = self._extracted(passages)
            else:
                first = passages, self._trail.why_read
                outcome, passages = yield from self._read(self._drafter, chain([first], readings))
        self._trail.passages = passages
        yield self._answer(outcome, passages, silent)

    def _silent(self) -> DeclineReason | None:
        """Why no model need be asked; None where it is worth asking, or the vectors do not tell."""
        if nearness.vectors_tell(self._index) and self._trail.holds(nearness.order(self._index, self._asked.own)):
            self._trail.outcome = "it reads as an order, or as talk, not as a question to the documents"
            return DeclineReason.NOT_A_QUESTION
        if (something := self._nearness.something()) is None or self._trail.holds(something):
            return None
        self._trail.outcome = "no sentence of the documents is like the question"
        return DeclineReason.NOT_COVERED

    # --- drafting ---

    def _read(
        self, drafter: Visit, readings: Iterable[tuple[tuple[Passage, ...], str]]
    ) -> Composed[tuple[Outcome, tuple[Passage, ...]]]:
        """What becomes of them, and the passages that were read for it: all of them where nothing stands."""
        read, whys, before = tuple[Passage, ...](), list[str](), Outcome(())
        titles = self._titles()
        for number, (passages, why) in enumerate(chain(titles, readings), start=-len(titles)):
            if number > 0 and not self._nearness.as_near(passages):
                continue
            if read and drafter.local:
                yield QuoteDelta("\n")  # what is quoted next stands somewhere else
            self._trail.why_read = why
            read += passages
            whys.append(why)
            outcome = yield from self._drafted(drafter, passages, again=number > 0)
            if outcome.standing or outcome.answers:
                return outcome, passages
            before = _likelier(before, outcome)
        self._trail.why_read = "; ".join(whys)
        return before, read

    def _titles(self) -> list[tuple[tuple[Passage, ...], str]]:
        titles = self._selection.titles(self._asked.hits) if conversation.asks_for_title(self._asked.standalone) else ()
        return [(titles, "the titles of what was found")] if titles else []

    def _drafted(self, drafter: Visit, passages: Sequence[Passage], *, again: bool) -> Composed[Outcome]:
        def composed(reading: Reading) -> Composed[Outcome]:
            lead = Lead(
                self._index,
                self._asked,
                self._nearness,
                passages,
                reading,
                caution=self._caution,
                again=again,
                clock=self._clock,
                trail=self._trail,
            )
            return (yield from lead.outcome())

        with closing(drafter.read(evidence.as_prompt(passages), composed)) as steps:
            while True:
                try:
                    step = next(steps)
                except StopIteration as end:
                    made: Outcome = end.value
                    return made
                if isinstance(step, QuoteDelta):
                    self._clock.first_token()
                yield step

    def _extracted(self, passages: Sequence[Passage]) -> Outcome:
        """Sentences of the documents that stand for themselves."""
        standing = []
        for extract in likeness.extracts(self._index, passages, self._asked.standalone):
            standing.append(Supported(without_markers(" ".join(extract.text.split())), (extract,)))
            self._trail.judged(standing[-1].sentence, None, [extract])
        self._trail.outcome = "" if standing else "no sentence of the documents is near enough to answer alone"
        return Outcome(standing)

    # --- answering ---

    def _answer(self, outcome: Outcome, passages: Sequence[Passage], silent: DeclineReason | None) -> Answer:
        """A claim; where none stands, the closest passage or a decline."""
        asked = self._asked
        if outcome.standing:
            told, language, reason = self._claim(outcome.standing, passages)
        elif silent is not None:
            told, language, reason = self._declined(silent)
        else:
            told, language, reason = self._unclaimed(outcome, passages)
        text, citations = cite(told)
        verifying.verify(citations, (*passages, *evidence.apart(asked.hits, passages)), self._index)
        return Answer(
            question=asked.question,
            text=text,
            language=language,
            standalone_question=asked.standalone,
            citations=citations,
            abstained=not outcome.standing,
            decline_reason=reason,
            timings=self._clock.timings(),
            explanation=self._trail.explanation(),
        )

    def _claim(self, standing: Sequence[Supported], passages: Sequence[Passage]) -> _Told:
        self._trail.outcome = f"a claim, of which each sentence is carried by its quotes ({len(standing)})"
        # without a model they are as the documents have them
        told = _language_of(standing[0].quotes[0], passages) if self._drafter is None else None
        return standing, told or self._asked.language(), None

    def _unclaimed(self, outcome: Outcome, passages: Sequence[Passage]) -> _Told:
        """What seems to answer and could not be translated, else what is closest, if anything is near."""
        question = self._asked.standalone
        if outcome.untranslated and (seems := sources.carriers(self._index, passages, outcome.told[0], question)):
            phrase, language = untranslated(self._asked.language())
            return [Supported(phrase, tuple(seems))], language, DeclineReason.DETAIL_MISSING
        closest: Sequence[Candidate] = ()
        if outcome.doubted or self._near(passages):
            closest = likeness.closest(self._index, passages, question, outcome.told)
        return self._declined(self._shortfall() if closest else DeclineReason.NOT_COVERED, closest)

    def _near(self, passages: Sequence[Passage]) -> bool:
        """Do the documents tell of what is asked, whether or not they answer it?"""
        if not nearness.vectors_tell(self._index):
            return bool(likeness.extracts(self._index, passages, self._asked.standalone))
        near = self._nearness.near()
        return near is not None and self._trail.holds(near)

    def _shortfall(self) -> DeclineReason:
        """Of documents that tell of what is asked without answering it."""
        found = [(hit.text, hit.language) for hit in self._asked.hits]
        if grounding.presumes(self._asked.standalone, self._asked.language(), found):
            self._trail.outcome = "the question names together what the documents do not"
            return DeclineReason.CONTRADICTED
        return DeclineReason.DETAIL_MISSING

    def _declined(self, reason: DeclineReason, closest: Sequence[Candidate] = ()) -> _Told:
        phrase, language = decline(self._asked.language(), reason)
        return [Supported(phrase, tuple(closest))], language, reason


def _likelier(one: Outcome, other: Outcome) -> Outcome:
    """Of two without a claim, that of the passages which a local model holds for likelier to answer."""
    likelier = other if other.stated > one.stated else one
    return replace(likelier, doubted=one.doubted or other.doubted)


def _language_of(quote: Candidate, passages: Sequence[Passage]) -> str | None:
    return next(passage.language for passage in passages if passage.source == quote.source)
