"""One question on its way: condense -> search -> draft -> ground -> Answer."""

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import cached_property
from itertools import chain
from math import inf

from assistant import (
    asking,
    conversation,
    counting,
    deciding,
    evidence,
    following,
    grounding,
    quantities,
    sources,
    spelling,
)
from assistant.citations import Candidate, Supported, cite, without_markers
from assistant.composing import answer_or_none, say
from assistant.drafting import Visit
from assistant.evidence import Passage
from assistant.finding import Finder
from assistant.further import Further
from assistant.judging import Case, Judge
from assistant.phrases import decline, untranslated
from assistant.reading import Reading
from assistant.selection import Selection
from assistant.streaming import Composed, Step
from assistant.trail import Trail
from assistant.types import Answer, DeclineReason, PassagesFound, QuoteDelta, Signal, Timings, Turn
from index.language import language_name
from index.search import Index
from index.types import Hit

_GAP = 0.035
"""Cosine, by the embedded model, by which what is read next may be less like the question than what was found."""

_EVEN = 0.5
"""Probability from which a sentence that stands beside an order is hardly a question."""

_HITS = 8
"""Passages that are shown as found; what the model reads of them is the selection's business."""


class Inquiry:
    """Answers one question over an index, with a place at a chat model or without one."""

    def __init__(
        self,
        index: Index,
        selection: Selection,
        drafter: Visit | None,
        question: str,
        history: Sequence[Turn],
        *,
        caution: float,
    ) -> None:
        self._index = index
        self._selection = selection
        self._drafter = drafter
        self._question = question
        self._history = history
        self._caution = caution
        self._own = question
        """What is left of it without orders and greetings around it, once the vectors have told them; complete, where
        its own words tell how.
        """
        self._asked = question
        """Complete without the conversation, once it is known."""
        self._hits: Sequence[Hit] = ()
        self._answers = False
        """Has a local model found the answer in what it read, whether or not it could be said?"""
        self._untranslated = False
        """Could that not be said for want of a sure translation?"""
        self._doubted = False
        """Does it hold it for possible?"""
        self._again = False
        """Were better passages read before?"""
        self._stated = -inf
        """Log-odds that what it read answers, of the likeliest passages."""
        self._told: list[str] = []
        """Words and sentences of those that it took for the answer, or nearly."""
        self._clock = _Clock()
        self._trail = Trail()

    def run(self) -> Generator[Step, None, None]:
        """Events, the Answer last."""
        self._own = self._without_orders()
        self._asked = yield from self._standalone()
        self._trail.hits = self._found()
        readings = self._selection.readings(self._hits)
        passages, self._trail.why_read = next(readings)
        self._clock.retrieved()
        yield PassagesFound(tuple(self._hits), self._asked)
        silent = self._silent()
        standing = list[Supported]()
        if silent is None:
            if self._drafter is None:
                standing = self._extracted(passages)
            else:
                first = passages, self._trail.why_read
                standing, passages = yield from self._read(self._drafter, chain([first], readings))
        self._trail.passages = passages
        yield self._answer(standing, passages, silent)

    def _found(self) -> Sequence[Hit]:
        """Of the question, which gets the names that are in it by what was found."""
        self._hits = self._index.search(self._asked, _HITS)
        spelled = self._with_names(self._asked)
        if spelled != self._asked:
            self._asked, self._hits = spelled, self._index.search(spelled, _HITS)
        return self._hits

    def _with_names(self, question: str) -> str:
        return spelling.with_names(question, self._hits)

    @cached_property
    def _language(self) -> str:
        """Of the question; found out when it is needed, since it takes a second in a new process."""
        documents = [document.language for document in self._index.documents]
        question = self._with_names(self._question)  # whose letters tell nothing of its language
        return conversation.question_language(question, self._history, documents)

    @cached_property
    def _nearest(self) -> sources.Nearest | None:
        return sources.nearest(self._index, self._hits, self._asked)

    @cached_property
    def _nearness(self) -> Signal | None:
        """Do the documents tell of what is asked? None where the vectors do not tell."""
        if not self._vectors_tell or self._nearest is None:
            return None
        return deciding.near(self._nearest.cosine, same_language=self._nearest.language == self._language)

    @property
    def _vectors_tell(self) -> bool:
        """Are they of the model that the lines were fitted for?"""
        return self._index.embedding_model == deciding.fitted().embedding_model

    def _standalone(self) -> Generator[Step, None, str]:
        if not self._history:
            return self._own
        if complete := following.complete(self._own, self._language, self._history):
            self._own = max(complete, key=self._likeness) if len(complete) > 1 else complete[0]  # alike, the first one
            return self._own
        if self._drafter is None:
            return conversation.standalone("", self._own, self._history, language=self._language)
        asked, name = following.plainly(self._own, self._language, self._history), language_name(self._language)
        opening = asking.opening(asked, self._language) if self._drafter.local else ""
        rewritten = yield from self._drafter.condense(conversation.as_prompt(self._history), asked, name, opening)
        return conversation.standalone(rewritten, asked, self._history, opening, self._language)

    def _likeness(self, question: str) -> float:
        """Cosine of the nearest sentence, about."""
        nearest = sources.nearest(self._index, self._index.search(question, _HITS), question)
        return round(nearest.cosine, 2) if nearest else -inf

    # --- deciding ---

    def _order(self, text: str) -> Signal:
        return deciding.order(self._index.embed_query(text).tolist())

    def _without_orders(self) -> str:
        """The question without its sentences that read as orders or greetings, if another one is left that says itself
        whom it is about, as far as they do.
        """
        if not self._vectors_tell:
            return self._question
        sentences = conversation.sentences(self._question)
        read = {each: self._order(each) for each in sentences} if len(sentences) > 1 else {}
        if not any(map(deciding.holds, read.values())):
            return self._question
        kept = [each for each, signal in read.items() if signal.value < _EVEN]
        left_out = [each for each in read if each not in kept]
        complete = any(map(conversation.names, kept)) or not any(map(conversation.names_somebody, left_out))
        return " ".join(kept) if kept and complete else self._question

    def _silent(self) -> DeclineReason | None:
        """Why no model need be asked; None where it is worth asking, or the vectors do not tell."""
        if not self._vectors_tell:
            return None
        if self._trail.holds(self._order(self._own)):
            self._trail.outcome = "it reads as an order, or as talk, not as a question to the documents"
            return DeclineReason.NOT_A_QUESTION
        if self._nearest is None or conversation.asks_for_title(self._asked):
            return None
        spoken = self._nearest.language
        if self._trail.holds(deciding.something_near(self._nearest.cosine, lambda: self._language == spoken)):
            return None
        self._trail.outcome = "no sentence of the documents is like the question"
        return DeclineReason.NOT_COVERED

    def _near(self, passages: Sequence[Passage]) -> bool:
        """Do the documents tell of what is asked, whether or not they answer it?"""
        if self._doubted:
            return True
        if not self._vectors_tell:
            return bool(sources.extracts(self._index, passages, self._asked))
        return self._nearness is not None and self._trail.holds(self._nearness)

    def _above_near(self) -> float | None:
        """How far; None where the vectors do not tell, and of a question for a title, which is like no sentence."""
        if not self._vectors_tell or self._nearest is None or conversation.asks_for_title(self._asked):
            return None
        return deciding.above_near(self._nearest.cosine, same_language=self._nearest.language == self._language)

    def _shortfall(self) -> DeclineReason:
        """Of documents that tell of what is asked without answering it."""
        told = [(hit.text, hit.language) for hit in self._hits]
        if grounding.presumes(self._asked, self._language, told):
            self._trail.outcome = "the question names together what the documents do not"
            return DeclineReason.CONTRADICTED
        return DeclineReason.DETAIL_MISSING

    # --- drafting ---

    def _read(
        self, drafter: Visit, readings: Iterable[tuple[tuple[Passage, ...], str]]
    ) -> Composed[tuple[list[Supported], tuple[Passage, ...]]]:
        """What stands, and the passages that were read for it: all of them where nothing does."""
        read, whys = tuple[Passage, ...](), list[str]()
        titles = self._titles()
        for number, (passages, why) in enumerate(chain(titles, readings), start=-len(titles)):
            self._again = number > 0
            if self._again and not self._as_near(passages):
                continue
            if read and drafter.local:
                yield QuoteDelta("\n")  # what is quoted next stands somewhere else
            self._trail.why_read = why
            read += passages
            whys.append(why)
            standing = yield from self._drafted(drafter, passages)
            if standing or self._answers:
                return standing, passages
        self._trail.why_read = "; ".join(whys)
        return [], read

    def _titles(self) -> list[tuple[tuple[Passage, ...], str]]:
        titles = self._selection.titles(self._hits) if conversation.asks_for_title(self._asked) else ()
        return [(titles, "the titles of what was found")] if titles else []

    def _as_near(self, passages: Sequence[Passage]) -> bool:
        """Does one of their sentences lie about as near to the question as the nearest one?"""
        if not self._vectors_tell or self._nearest is None:
            return True
        found = sources.nearest(self._index, passages, self._asked)
        return found is not None and found.cosine >= self._nearest.cosine - _GAP

    def _extracted(self, passages: Sequence[Passage]) -> list[Supported]:
        """Sentences of the documents that stand for themselves."""
        standing = []
        for extract in sources.extracts(self._index, passages, self._asked):
            standing.append(Supported(without_markers(" ".join(extract.text.split())), (extract,)))
            self._trail.judged(standing[-1].sentence, None, [extract])
        self._trail.outcome = "" if standing else "no sentence of the documents is near enough to answer alone"
        return standing

    def _drafted(self, drafter: Visit, passages: Sequence[Passage]) -> Generator[Step, None, list[Supported]]:
        """QuoteDeltas, and a TextDelta for each sentence that stands; returns those."""

        def composed(reading: Reading) -> Composed[list[Supported]]:
            return (yield from (self._led if drafter.local else self._declared)(reading, passages))

        with closing(drafter.read(evidence.as_prompt(passages), composed)) as steps:
            while True:
                try:
                    step = next(steps)
                except StopIteration as end:
                    found: list[Supported] = end.value
                    return found
                if isinstance(step, QuoteDelta):
                    self._clock.first_token()
                yield step

    def _declared(self, reading: Reading, passages: Sequence[Passage]) -> Generator[Step, None, list[Supported]]:
        """Of a model that answers or declines by itself."""
        judge = Judge(self._case(passages, reading))
        standing = yield from judge.standing(self._timed(answer_or_none(reading, self._asked, self._language)), "")
        if not standing:
            self._trail.outcome = "no sentence of the draft stands" if self._trail.drafts else "the model declined"
        return standing

    def _led(self, reading: Reading, passages: Sequence[Passage]) -> Generator[Step, None, list[Supported]]:
        """Of a model that quotes, is asked whether that answers, and then says it."""
        only = passages[0].title if len(passages) == 1 and passages[0].text.strip("# ") == passages[0].title else ""
        elsewhere = evidence.apart(self._hits, passages)
        finder = Finder(
            self._index,
            passages,
            elsewhere,
            reading,
            own=self._own,
            nearness=self._above_near,
            caution=self._caution,
            again=self._again,
            trail=self._trail,
        )
        basis, answers = yield from finder.find(self._asked, lambda: self._language, only=only)
        if basis.stated is None:
            return (yield from self._declared(reading, passages))
        of_members = counting.for_members(self._asked, self._language)
        spoken = sources.place(self._index, passages, basis.quote, self._asked).language if of_members else None
        if (
            of_members
            and finder.doubted
            and not (answers and quantities.numbers(basis.quote, spoken or self._language))
        ):
            yield QuoteDelta("\n")  # what is quoted next answers another question
            counted, of_count = yield from finder.find(of_members, lambda: self._language)
            if of_count and (standing := (yield from self._counted(reading, passages, counted.quote))):
                return standing
            self._trail.quoted = basis.quote
        self._doubted = self._doubted or finder.doubted or answers
        if not answers:
            if basis.stated > self._stated:
                self._stated, self._told = basis.stated, [basis.quote, finder.nearest]
            return []
        self._answers = True

        def place_of(quote: str) -> sources.Place:
            return sources.place(self._index, passages, quote, self._asked, basis.where)

        said = say(reading, self._asked, self._language, basis, place_of, self._trail.sure)
        judge = Judge(self._case(passages, reading))
        standing = list[Supported]()
        if said.sentence:
            standing = yield from judge.standing(self._timed(iter([said.sentence])), said.sentence)
        if said.verbatim and not standing:
            standing = yield from judge.verbatim(said.verbatim, said.quote)
        while not standing and (draft := next(said.drafts, None)):
            standing = yield from judge.standing(
                self._timed(draft.pieces), draft.quote, is_translation=draft.is_translation
            )
        if standing:
            further = Further(self._case((*passages, *elsewhere), reading), finder)
            return [*standing, *(yield from further.sentences(standing, said.quote))]
        self._untranslated = said.untranslated()
        self._trail.outcome = (
            "no translation of it would do" if self._untranslated else "no sentence of the draft stands"
        )
        self._told = [said.quote]
        return []

    def _timed(self, pieces: Iterator[str]) -> Iterator[str]:
        for piece in pieces:
            if piece:
                self._clock.first_token()
            yield piece

    def _case(self, passages: Sequence[Passage], reading: Reading) -> Case:
        return Case(self._index, passages, self._asked, self._language, reading, self._trail)

    def _counted(
        self, reading: Reading, passages: Sequence[Passage], quote: str
    ) -> Generator[Step, None, list[Supported]]:
        """A sentence that counts what one of the documents enumerates; none where it does not."""
        for carrier in sources.carriers(self._index, passages, quote, self._asked):
            if names := counting.counted(carrier.text, quote):
                judge = Judge(self._case(passages, reading))
                return (yield from judge.told(counting.told(names, self._language), [carrier]))
        return []

    # --- answering ---

    def _answer(
        self, standing: Sequence[Supported], passages: Sequence[Passage], silent: DeclineReason | None
    ) -> Answer:
        """A claim; where none stands, the closest passage or a decline."""
        told, language, reason = self._claim(standing, passages) if standing else self._no_claim(passages, silent)
        text, citations = cite(told)
        sources.verify(citations, (*passages, *evidence.apart(self._hits, passages)), self._index)
        return Answer(
            question=self._question,
            text=text,
            language=language,
            standalone_question=self._asked,
            citations=citations,
            abstained=not standing,
            decline_reason=reason,
            timings=self._clock.timings(),
            explanation=self._trail.explanation(),
        )

    def _claim(
        self, standing: Sequence[Supported], passages: Sequence[Passage]
    ) -> tuple[Sequence[Supported], str, None]:
        self._trail.outcome = f"a claim, of which each sentence is carried by its quotes ({len(standing)})"
        # without a model they are as the documents have them
        told = _language_of(standing[0].quotes[0], passages) if self._drafter is None else None
        return standing, told or self._language, None

    def _no_claim(
        self, passages: Sequence[Passage], silent: DeclineReason | None
    ) -> tuple[Sequence[Supported], str, DeclineReason]:
        """What seems to answer and could not be translated, else what is closest, if anything is near."""
        if self._untranslated and (seems := sources.carriers(self._index, passages, self._told[0], self._asked)):
            phrase, language = untranslated(self._language)
            return [Supported(phrase, tuple(seems))], language, DeclineReason.DETAIL_MISSING
        closest: Sequence[Candidate] = ()
        if silent is None and self._near(passages):
            closest = sources.closest(self._index, passages, self._asked, self._told)
        reason = silent or (self._shortfall() if closest else DeclineReason.NOT_COVERED)
        phrase, language = decline(self._language, reason)
        return [Supported(phrase, tuple(closest))], language, reason


def _language_of(quote: Candidate, passages: Sequence[Passage]) -> str | None:
    return next(passage.language for passage in passages if passage.source == quote.source)


class _Clock:
    """Times of one question."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._retrieve_s = 0.0
        self._first_token_s: float | None = None

    def retrieved(self) -> None:
        self._retrieve_s = time.perf_counter() - self._start

    def first_token(self) -> None:
        self._first_token_s = self._first_token_s or time.perf_counter() - self._start

    def timings(self) -> Timings:
        total = time.perf_counter() - self._start
        return Timings(self._retrieve_s, self._first_token_s or total, total)
