"""Where do passages answer a question? In what a local model quotes, if it is convinced once it reads that again; else
in one of the sentences most like the question.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from math import inf

from assistant import (
    asking,
    contrary,
    counting,
    dates,
    deciding,
    defining,
    grounding,
    kinds,
    likeness,
    sources,
    tidying,
)
from assistant.citations import Candidate
from assistant.composing import Basis, look_up
from assistant.deciding import BEST_OF_SEVERAL_ODDS, DEFINED_ODDS, RESTATED_ODDS
from assistant.evidence import Passage
from assistant.reading import Reading
from assistant.streaming import Composed, Step
from assistant.trail import Trail
from assistant.types import Signal
from index.search import Index
from index.types import Span

_LIKELY = 3
"""Sentences that are looked at where what the model quotes does not answer."""


class Finder:
    """Looks for answers in passages that a local model has read."""

    def __init__(
        self,
        index: Index,
        passages: Sequence[Passage],
        further: Sequence[Passage],
        reading: Reading,
        *,
        own: str,
        nearness: Callable[[], float | None],
        caution: float,
        again: bool = False,
        trail: Trail,
    ) -> None:
        """`further` are passages that it has not read, and may be asked about. `own` is the question as the reader put
        it: a model that makes it complete may bring numbers in. `nearness` is as of `deciding.answered`. `again`: were
        better passages read before?
        """
        self.doubted = False
        """Does the model hold it for possible that some sentence answers?"""
        self.nearest = ""
        """The sentence, of those looked at, of which it is most convinced; else what it quotes."""
        self._most = -inf
        self._index = index
        self._passages = passages
        self._all = (*passages, *further)
        self._reading = reading
        self._own = own
        self._nearness = nearness
        self._caution = caution
        self._again = again
        self._trail = trail
        self._stated = 0.0
        """Log-odds that all that was read answers."""
        self._read_alone: dict[tuple[str, str, Span], float | None] = {}
        """What the model said of a sentence, to a question."""

    def find(
        self, question: str, language_of_question: Callable[[], str], *, only: str = ""
    ) -> Composed[tuple[Basis, bool]]:
        """The words that may answer, and whether the model is convinced of them. As `composing.look_up`.

        It need not be where it says neither yes nor no: then it can decline by itself.
        """
        basis = yield from look_up(self._reading, question, language_of_question, only=only)
        self._trail.quoted = basis.quote
        stated = basis.stated
        if stated is None:
            return basis, True
        self._stated = stated
        self._trail.considered("(all that was read)", stated)
        self.nearest = self.nearest or basis.quote
        where = next(iter(sources.carriers(self._index, self._passages, basis.quote, question)), None)
        tried = None

        def unfit(quote: str, sentence: Candidate) -> str:
            spoken = self._spoken(sentence)
            is_day = asking.for_amount(question) and dates.is_day(quote, sentence.text, spoken)
            if is_day or not kinds.fits(quote, question, spoken):
                return "it is not of the kind that is asked for"
            if self._reading.adapted and not counting.enough(quote, question, language_of_question()):
                return "it names fewer than are asked for"
            if not self._reading.adapted or grounding.adds(quote, question):
                return ""  # what others only echo gives way to its sentence
            language = language_of_question()
            if not asking.wants_words(question, language) and language == spoken:
                return ""
            return "it says nothing but what the question says"

        def may_answer(quote: str, sentence: Candidate) -> bool:
            return self._stays(quote, unfit(quote, sentence))

        def bears(sentence: Candidate) -> bool:
            return self._bears(sentence, language_of_question())

        if where and self._found(basis.quote, self._spoken(where)) and may_answer(basis.quote, where) and bears(where):
            tried = where
            odds = BEST_OF_SEVERAL_ODDS if self._again else 1
            if self._defines(where, basis.quote, question, language_of_question()):
                odds = DEFINED_ODDS
            if (yield from self._answers(question, where, odds)):
                return Basis(_whole(basis.quote, tidying.tidy(where.text)), stated, where), True
        else:
            basis = Basis("", stated)
        if (defined := (yield from self._defined(question, language_of_question))) is not None:
            quote, sentence = defined
            return Basis(quote, stated, sentence), True
        if (restated := (yield from self._restated(question, language_of_question))) is not None:
            return Basis(tidying.tidy(restated.text), stated, restated), True
        if (best := (yield from self._likeliest(question, tried, bears))) is not None:
            quote = yield from self.quoted(question, best)
            if (quote and may_answer(quote, best)) or not self._reading.adapted:  # others do not quote to the word
                self._trail.quoted = quote or tidying.tidy(best.text)
                return Basis(self._trail.quoted, stated, best), True
        self._trail.outcome = "the model does not find the answer stated in the documents"
        return basis, False

    def _defines(self, sentence: Candidate, quote: str, question: str, language: str) -> bool:
        told, spoken = tidying.tidy(sentence.text), self._spoken(sentence)
        return defining.defines(told, quote, question, language=language, spoken=spoken)

    def _defined(
        self, question: str, language: Callable[[], str]
    ) -> Generator[Step, None, tuple[str, Candidate] | None]:
        """Words of one of the sentences most like the question that say so, and it; None where it asks for more."""
        name = defining.name_asked_for(question, language())
        for sentence in likeness.likely(self._index, self._passages, question, _LIKELY) if name else ():
            if name not in tidying.tidy(sentence.text) or not self._bears(sentence, language()):
                continue
            quote = yield from self.quoted(question, sentence)
            if not (quote and self._defines(sentence, quote, question, language())):
                continue
            if (yield from self._answers(question, sentence, DEFINED_ODDS)):
                self._trail.quoted = quote
                return quote, sentence
        return None

    def _restated(self, question: str, language: Callable[[], str]) -> Generator[Step, None, Candidate | None]:
        """The sentence, of those most like a question for a yes or no, that says what it asks, or denies it."""
        if not asking.for_yes_or_no(question, language()):
            return None
        for sentence in likeness.restating(self._index, self._passages, question, _LIKELY):
            if self._spoken(sentence) != language() or not self._bears(sentence, language()):
                continue
            if (yield from self._answers(question, sentence, RESTATED_ODDS)):
                self._trail.quoted = tidying.tidy(sentence.text)
                return sentence
        return None

    def _bears(self, sentence: Candidate, language: str) -> bool:
        """Does it tell something, turn on what the question does, and do those around it hold its numbers?"""
        return self._stays(tidying.tidy(sentence.text), self._idle(sentence, language))

    def _idle(self, sentence: Candidate, language: str) -> str:
        """Why it does not bear on the question; "" where it may."""
        spoken = self._spoken(sentence)
        if grounding.is_question(sentence.text):
            return "it asks something itself"
        if sources.is_dateline(self._index, sentence):
            return "it only tells where and when its document was written"
        if contrary.is_contrary(sentence.text, spoken, self._own, language):
            return "it lacks the question's denial, or has the opposite of one of its words"
        near = sources.around(self._index, self._all, sentence)
        unborne = grounding.unborne(self._own, language, near, spoken)
        return f"{', '.join(sorted(unborne))} of the question is nowhere near it" if unborne else ""

    def _stays(self, text: str, why_not: str) -> bool:
        """Note why words cannot be the answer; "" where they can. Can they?"""
        if why_not:
            self._trail.passed_over(text, why_not)
        return not why_not

    def _spoken(self, sentence: Candidate) -> str | None:
        return next(passage.language for passage in self._all if passage.source == sentence.source)

    def _found(self, quote: str, spoken: str | None) -> bool:
        """Does it stand in what was read? Names may be inflected, and a model that was not taught to retells."""
        known = self._reading.documents
        found = grounding.found_in(quote, known, spoken) and (
            not self._reading.adapted
            or grounding.only_names(quote)
            or all(grounding.stands_in(item, known) for item in counting.items(quote))  # it may leave some words out
        )
        return self._stays(quote, "" if found else "the documents do not say it in these words")

    def _answers(self, question: str, sentence: Candidate, odds: float) -> Generator[Step, None, bool]:
        """Is the model convinced that a sentence answers? Once something was looked for."""
        alone = yield from self._alone(question, sentence)
        return self._holds(self._answered((self._stated, alone), odds=odds), sentence)

    def answers_too(
        self, question: str, language: str, sentence: Candidate, *, odds: float = 1
    ) -> Generator[Step, None, bool]:
        """Does it answer, whatever else does? `odds` as of `deciding.answered`."""
        if not self._bears(sentence, language):
            return False
        alone = yield from self._alone(question, sentence)
        near = self._nearness()
        if near is not None:  # its own counts, not that of the sentence that is nearest
            near = deciding.above_near(sentence.cosine, same_language=self._spoken(sentence) == language)
        adapted = self._reading.adapted
        return self._holds(deciding.answered((alone,), near, self._caution, adapted=adapted, odds=odds), sentence)

    def _likeliest(
        self, question: str, tried: Candidate | None, bears: Callable[[Candidate], bool]
    ) -> Generator[Step, None, Candidate | None]:
        """The sentence that convinces it most, of those most like the question; None where none does."""
        near, adapted = self._nearness(), self._reading.adapted
        if not deciding.may_be_answered(self._stated, near, self._caution, adapted=adapted):
            return None
        odds: dict[Candidate, float] = {}
        for sentence in likeness.likely(self._index, self._passages, question, _LIKELY):
            known = tried and (sentence.source, sentence.span) == (tried.source, tried.span)
            if not known and bears(sentence):
                odds[sentence] = yield from self._alone(question, sentence)
        best = max(odds, key=odds.__getitem__, default=None)
        if best is None:
            return None
        signal = self._answered((self._stated, odds[best]), odds=BEST_OF_SEVERAL_ODDS)
        return best if self._holds(signal, best) else None

    def _alone(self, question: str, sentence: Candidate) -> Generator[Step, None, float]:
        """Log-odds that a sentence by itself answers; those of all that was read where the model does not tell."""
        asked = question, sentence.source, sentence.span
        if asked not in self._read_alone:
            alone = yield from self._reading.stated_by(self._in_context(sentence, question), question)
            self._read_alone[asked] = alone
            self._trail.considered(tidying.tidy(sentence.text), alone)
        alone = self._read_alone[asked]
        odds = self._stated if alone is None else alone
        if odds > self._most:
            self._most, self.nearest = odds, sentence.text
        answered = self._answered((self._stated, odds))
        self.doubted = self.doubted or answered.value >= answered.line / 2
        return odds

    def _holds(self, signal: Signal, sentence: Candidate) -> bool:
        return self._trail.holds(replace(signal, about=tidying.tidy(sentence.text)))

    def _answered(self, log_odds: Sequence[float], *, odds: float = 1) -> Signal:
        near, adapted = self._nearness(), self._reading.adapted
        return deciding.answered(log_odds, near, self._caution, adapted=adapted, odds=odds)

    def quoted(self, question: str, sentence: Candidate) -> Generator[Step, None, str]:
        """The words of a sentence that answer, or of the one before that names what it means; "" where those that the
        model gives stand somewhere else.
        """
        said, context = "", self._in_context(sentence, question)
        for piece in self._reading.quote_of(context, question):
            said += piece
            yield None
        quote = tidying.tidy(said)
        return grounding.whole(quote, tidying.tidy(context)) if grounding.stands_in(quote, context) else ""

    def _in_context(self, sentence: Candidate, question: str) -> str:
        return sources.in_context(self._index, self._all, sentence, question)


def _whole(quote: str, sentence: str) -> str:
    """The quote, with the rest of names that it breaks off; it may have left out what stands between them."""
    if not quote or quote in sentence or not all(item in sentence for item in counting.items(quote)):
        return grounding.whole(quote, sentence)
    return ", ".join(grounding.whole(item, sentence) for item in counting.items(quote))
