"""Which sentences of a draft may stand: each is held against the sentences of the passages that would carry it."""

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from assistant import conversation, counting, deciding, denials, grounding, sources, tidying, verifying
from assistant.citations import Candidate, Supported, without_markers
from assistant.evidence import Passage
from assistant.reading import Reading
from assistant.streaming import Step
from assistant.trail import Trail
from assistant.types import Signal, TextDelta
from index.chunking import segment
from index.language import language_name
from index.search import Index
from index.types import Span

_END = re.compile(r"[.!?…。！？]")
"""May end a sentence."""


@dataclass(frozen=True, slots=True)
class Case:
    """What an answer is made and judged with."""

    index: Index
    passages: Sequence[Passage]
    question: str
    language: str
    reading: Reading
    """Of the model that drafts."""
    trail: Trail


def hold_words(quotes: Sequence[Candidate], words: str) -> bool:
    """Do these words stand there, or the items of an enumeration?"""
    held = " ".join(quote.text for quote in quotes)
    return all(grounding.stands_in(item, held) for item in counting.items(words))


class Judge:
    """Of drafts that answer one question from some passages."""

    def __init__(self, case: Case) -> None:
        self._case = case

    def standing(
        self,
        pieces: Iterator[str],
        quote: str,
        before: Sequence[Supported] = (),
        *,
        strict: bool = False,
        is_translation: bool = False,
    ) -> Generator[Step, None, list[Supported]]:
        """The sentences of a draft that may stand behind those before it, each shown as soon as it has passed.

        `quote` are the words of the passages that the draft is to say; "" where it is bound to none. `strict` allows no
        name that the quotes do not hold, even where languages may spell it another way. Of a translation the model is
        not asked whether the quotes state it, but for such a name.
        """
        draft, judged, standing = "", 0, list[Supported]()

        def judge(sentences: Sequence[str]) -> Generator[Step, None, None]:
            for number, sentence in enumerate(sentences):
                if quote and number and not standing:
                    self._case.trail.judged(sentence, "it goes on from one that was cut")
                    continue
                support = self._support(sentence, (*before, *standing), quote, strict=strict)
                if support is None:
                    continue
                opens = not (before or standing)
                if is_translation and not support.missing:
                    self._case.trail.judged(sentence, None, support.quotes)
                elif not (yield from self._claimed(sentence, support, opens=opens)):
                    continue
                yield self._shown(sentence, support.quotes, opens=opens)
                standing.append(Supported(sentence, support.quotes))

        for piece in pieces:
            yield None
            draft += piece
            # a local model makes one call at a time; and of others, a line more may make a list of those before
            if not self._case.reading.local and _END.search(piece) and "\n" not in draft:
                *finished, _ = self._sentences(draft) or [""]
                yield from judge(finished[judged:])
                judged = len(finished)
        self._case.trail.drafted(draft)
        yield from judge(self._sentences(draft)[judged:])
        return standing

    def verbatim(self, sentence: str, quote: str) -> Generator[Step, None, list[Supported]]:
        """A sentence that gives words of the passages as they are: those that carry it hold them, word for word."""
        quotes = self.carriers(quote)
        if not quotes:
            self._case.trail.drafted(sentence)
            self._case.trail.judged(sentence, "no quotes hold it")
            return []
        return (yield from self.told(sentence, quotes))

    def carriers(self, quote: str) -> tuple[Candidate, ...]:
        """The sentences that hold these words; of an enumeration, which may be made of several, its items."""
        case = self._case
        support = sources.support(case.index, case.passages, quote, case.question, case.language, quote)
        return support.quotes if support.stands and hold_words(support.quotes, quote) else ()

    def told(
        self, sentence: str, quotes: Sequence[Candidate], before: Sequence[Supported] = ()
    ) -> Generator[Step, None, list[Supported]]:
        """A sentence that gives words of these sentences, as it was made to."""
        self._case.trail.drafted(sentence)
        self._case.trail.judged(sentence, None, quotes)
        yield self._shown(sentence, quotes, opens=not before)
        return [Supported(sentence, tuple(quotes))]

    def _shown(self, sentence: str, quotes: Sequence[Candidate], *, opens: bool) -> TextDelta:
        """Raises StaleSourceError: nothing is shown that could not be cited."""
        verifying.verify_files(quotes, self._case.index)
        return TextDelta(sentence if opens else f" {sentence}")

    def _support(
        self, sentence: str, before: Sequence[Supported], quote: str, *, strict: bool
    ) -> sources.Support | None:
        """What carries the sentence; None where it may not stand."""
        said = [each.sentence for each in before]
        if not grounding.complete(sentence, said, may_stop=bool(quote)):  # words of the documents may be no sentence
            self._case.trail.judged(sentence, "it is said already, not to its end, or one too many")
            return None
        if not conversation.spoken_in(sentence, self._case.language) or self._half_translated(sentence, quote):
            self._case.trail.judged(sentence, f"it is not in {language_name(self._case.language)}")
            return None
        if grounding.echoes(sentence, self._case.question, self._case.language):
            self._case.trail.judged(sentence, "it says nothing but what the question says")
            return None
        support = sources.support(
            self._case.index, self._case.passages, sentence, self._case.question, self._case.language, quote
        )
        if not support.stands or (strict and support.missing):
            missing = ", ".join(sorted(support.missing)) or "anything of it"
            self._case.trail.judged(sentence, f"its quotes do not hold {missing}", support.quotes)
            return None
        spoken = {passage.source: passage.language for passage in self._case.passages}
        quotes = [(quote.text, spoken[quote.source]) for quote in support.quotes]
        if denials.denies_alone(sentence, self._case.language, quotes):
            self._case.trail.judged(sentence, "it denies what its quotes do not", support.quotes)
            return None
        if denials.drops_denial(sentence, self._case.language, quotes):
            self._case.trail.judged(sentence, "its quotes deny it", support.quotes)
            return None
        return support

    def _half_translated(self, sentence: str, quote: str) -> bool:
        spoken = {passage.language for passage in self._case.passages}
        return self._case.language not in spoken and any(
            grounding.half_translated(sentence, quote, self._case.question, each or "", self._case.language)
            for each in spoken
        )

    def _claimed(self, sentence: str, support: sources.Support, *, opens: bool) -> Generator[Step, None, bool]:
        """Does the model find the sentence stated by its quotes, and the question answered by it?

        Of a copy to the word neither is asked. Whether the question is answered is asked of local models that were not
        taught to quote what answers it, and of the sentence that opens an answer: others may only go on from it.
        """
        reading = self._case.reading
        quotes = " ".join(quote.text for quote in support.quotes)
        other_names = bool(support.missing)
        cut = None
        signals = list[Signal]()

        def holds(signal: Signal) -> bool:
            signals.append(signal)
            return self._case.trail.holds(signal)

        if not grounding.stands_in(sentence, quotes):
            log_odds = yield from reading.claimed_by(quotes, sentence)
            if log_odds is None and other_names:
                cut = "the model says neither yes nor no of names that its quotes do not hold"
            elif log_odds is not None and not holds(deciding.carried(log_odds, other_names=other_names)):
                cut = "the model does not find it stated by its quotes"
            elif opens and reading.local and not reading.adapted:
                log_odds = yield from reading.stated_by(sentence, self._case.question)
                if log_odds is not None and not holds(deciding.to_the_point(log_odds)):
                    cut = "the model does not find the question answered by it"
        self._case.trail.judged(sentence, cut, support.quotes, signals)
        return cut is None

    def _sentences(self, draft: str) -> list[str]:
        text = without_markers(tidying.tidy(draft))
        return [text[span.start : span.end] for span in segment(text, Span(0, len(text)), self._case.language)]
