"""One question on its way: condense -> search -> draft -> ground -> Answer."""

import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from functools import cached_property

from assistant import conversation, counting, deciding, evidence, grounding, sources, tidying
from assistant.citations import Candidate, Supported, cite, without_markers
from assistant.composing import Basis, look_up, say
from assistant.drafting import Composed, Reading, Visit
from assistant.evidence import Passage
from assistant.phrases import decline
from assistant.selection import Selection
from assistant.streaming import Step
from assistant.trail import Trail
from assistant.types import Answer, DeclineReason, PassagesFound, QuoteDelta, Signal, TextDelta, Timings, Turn
from index.chunking import segment
from index.language import language_name
from index.search import Index
from index.types import Hit, Span

_HITS = 8
"""Passages that are shown as found; what the model reads of them is the selection's business."""

_END = re.compile(r"[.!?…。！？]")
"""May end a sentence."""


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
        self._asked = question
        """Complete without the conversation, once it is known."""
        self._hits: Sequence[Hit] = ()
        self._answers = False
        """Has a local model found the answer in what it read, whether or not it could be said?"""
        self._doubted = False
        """Does it hold it for possible?"""
        self._clock = _Clock()
        self._trail = Trail()

    def run(self) -> Generator[Step, None, None]:
        """Events, the Answer last."""
        self._asked = yield from self._standalone()
        self._hits = self._trail.hits = self._index.search(self._asked, _HITS)
        passages, self._trail.why_read = self._selection.passages(self._hits)
        self._clock.retrieved()
        yield PassagesFound(tuple(self._hits), self._asked)
        silent = self._silent()
        standing, quote = list[Supported](), ""
        if silent is None:
            if self._drafter is None:
                standing = self._extracted(passages)
            elif conversation.asks_for_title(self._asked) and (titles := self._selection.titles(self._hits)):
                standing, quote = yield from self._drafted(self._drafter, titles)
                passages = titles if standing or self._answers else passages
                if self._drafter.local and passages is not titles:
                    yield QuoteDelta("\n")  # what is quoted next stands somewhere else
            if self._drafter is not None and not (standing or self._answers):
                standing, quote = yield from self._drafted(self._drafter, passages)
        self._trail.passages = passages
        yield self._answer(standing, passages, quote, silent)

    @cached_property
    def _language(self) -> str:
        """Of the question; found out when it is needed, since it takes a second in a new process."""
        documents = [document.language for document in self._index.documents]
        return conversation.question_language(self._question, self._history, documents)

    @cached_property
    def _nearest(self) -> sources.Nearest | None:
        return sources.nearest(self._index, self._hits, self._asked)

    @property
    def _vectors_tell(self) -> bool:
        """Are they of the model that the lines were fitted for?"""
        return self._index.embedding_model == deciding.fitted().embedding_model

    def _standalone(self) -> Generator[Step, None, str]:
        if not self._history:
            return self._question
        if self._drafter is None:
            return conversation.standalone("", self._question, self._history)
        name = language_name(self._language)
        rewritten = yield from self._drafter.condense(conversation.as_prompt(self._history), self._question, name)
        return conversation.standalone(rewritten, self._question, self._history)

    # --- deciding ---

    def _holds(self, signal: Signal) -> bool:
        self._trail.signals.append(signal)
        return deciding.holds(signal)

    def _silent(self) -> DeclineReason | None:
        """Why no model need be asked; None where it is worth asking, or the vectors do not tell."""
        if not self._vectors_tell:
            return None
        if self._holds(deciding.order(self._index.embed_query(self._question).tolist())):
            self._trail.outcome = "it reads as an order, or as talk, not as a question to the documents"
            return DeclineReason.NOT_A_QUESTION
        if self._nearest is None or conversation.asks_for_title(self._asked):
            return None
        spoken = self._nearest.language
        if self._holds(deciding.something_near(self._nearest.cosine, lambda: self._language == spoken)):
            return None
        self._trail.outcome = "no sentence of the documents is like the question"
        return DeclineReason.NOT_COVERED

    def _near(self, passages: Sequence[Passage]) -> bool:
        """Do the documents tell of what is asked, whether or not they answer it?"""
        if self._doubted:
            return True
        if not self._vectors_tell:
            return bool(sources.extracts(self._index, passages, self._asked))
        if self._nearest is None:
            return False
        return self._holds(deciding.near(self._nearest.cosine, same_language=self._nearest.language == self._language))

    def _shortfall(self) -> DeclineReason:
        """Of documents that tell of what is asked without answering it."""
        told = [(hit.text, hit.language) for hit in self._hits]
        if grounding.presumes(self._asked, self._language, told):
            self._trail.outcome = "the question names together what the documents do not"
            return DeclineReason.CONTRADICTED
        return DeclineReason.DETAIL_MISSING

    # --- drafting ---

    def _extracted(self, passages: Sequence[Passage]) -> list[Supported]:
        """Sentences of the documents that stand for themselves."""
        standing = []
        for extract in sources.extracts(self._index, passages, self._asked):
            standing.append(Supported(without_markers(" ".join(extract.text.split())), (extract,)))
            self._trail.judged(standing[-1].sentence, None, [extract])
        self._trail.outcome = "" if standing else "no sentence of the documents is near enough to answer alone"
        return standing

    def _drafted(
        self, drafter: Visit, passages: Sequence[Passage]
    ) -> Generator[Step, None, tuple[list[Supported], str]]:
        """QuoteDeltas, and a TextDelta for each sentence that stands; returns those, and what a local model quoted."""
        only = passages[0].title if len(passages) == 1 and passages[0].text.strip("# ") == passages[0].title else ""

        def place_of(quote: str) -> sources.Place:
            return sources.place(self._index, passages, quote, self._asked)

        def looked_up(reading: Reading, question: str) -> Generator[Step, None, tuple[Basis, bool]]:
            """What the model quotes for a question, and whether that answers it."""
            basis = yield from look_up(reading, question, lambda: self._language, local=drafter.local, only=only)
            self._trail.quoted = basis.quote
            if basis.stated is None:
                return basis, True
            where = place_of(basis.quote)
            if not grounding.found_in(basis.quote, reading.documents, where.language):
                self._trail.outcome = "what the model quoted does not stand in the documents"
                return Basis("", basis.stated), False
            text = sources.in_context(self._index, passages, where.sentence, question)
            alone = yield from reading.stated_by(text, question)
            answered = deciding.answered(basis.stated, basis.stated if alone is None else alone, self._caution)
            self._doubted = self._doubted or answered.value >= answered.line / 2
            if not self._holds(answered):
                self._trail.outcome = "the model does not find the answer stated in the documents"
                return basis, False
            return basis, True

        def composed(reading: Reading) -> Composed[tuple[list[Supported], str]]:
            basis, answers = yield from looked_up(reading, self._asked)
            of_members = counting.for_members(self._asked, self._language) if basis.stated is not None else None
            if of_members and not (answers and grounding.numbers(basis.quote, self._language)):
                yield QuoteDelta("\n")  # what is quoted next answers another question
                counted, of_count = yield from looked_up(reading, of_members)
                if of_count and (standing := self._counted(passages, counted.quote)):
                    yield TextDelta(standing[0].sentence)
                    return standing, counted.quote
                self._trail.quoted = basis.quote
            if not answers:
                return [], basis.quote
            self._answers = basis.stated is not None
            quote, attempts = say(reading, self._asked, self._language, basis, place_of)
            judge = None if basis.stated is None else reading  # it says yes or no
            for pieces in attempts:
                if standing := (yield from self._standing(pieces, quote, passages, judge)):
                    return standing, quote
            self._trail.outcome = "no sentence of the draft stands" if self._trail.draft else "the model declined"
            return [], quote

        with closing(drafter.read(evidence.as_prompt(passages), composed)) as steps:
            while True:
                try:
                    step = next(steps)
                except StopIteration as end:
                    found: tuple[list[Supported], str] = end.value
                    return found
                if isinstance(step, QuoteDelta):
                    self._clock.first_token()
                yield step

    def _counted(self, passages: Sequence[Passage], quote: str) -> list[Supported]:
        """A sentence that counts what one of the documents enumerates; none where it does not."""
        for carrier in sources.carriers(self._index, passages, quote, self._asked):
            if names := counting.members(carrier.text):
                said = counting.told(names, self._language)
                self._trail.judged(said, None, [carrier])
                return [Supported(said, (carrier,))]
        return []

    def _standing(
        self, pieces: Iterator[str], quote: str, passages: Sequence[Passage], reading: Reading | None
    ) -> Generator[Step, None, list[Supported]]:
        """The sentences of a draft that may stand, each shown as soon as it has passed.

        `reading` is of a model that can be asked whether the quotes state a sentence.
        """
        draft, judged, standing = "", 0, list[Supported]()

        def judge(sentences: Sequence[str]) -> Generator[Step, None, None]:
            for sentence in sentences:
                supported = self._supported(sentence, standing, quote, passages)
                if supported and (yield from self._claimed(reading, supported)):
                    yield TextDelta(f" {sentence}" if standing else sentence)
                    standing.append(supported)

        for piece in pieces:
            yield None
            draft += piece
            if piece:
                self._clock.first_token()
            # a model that judges makes one call at a time; and of others, a line more may make a list of those before
            if reading is None and _END.search(piece) and "\n" not in draft:
                *finished, _ = self._sentences(draft) or [""]
                yield from judge(finished[judged:])
                judged = len(finished)
        self._trail.draft = draft
        yield from judge(self._sentences(draft)[judged:])
        return standing

    def _claimed(self, reading: Reading | None, supported: Supported) -> Generator[Step, None, bool]:
        """Does the model find the sentence stated by its quotes? It need not be asked of a copy."""
        quotes = " ".join(quote.text for quote in supported.quotes)
        claimed = True
        if reading and not grounding.copied(supported.sentence, quotes):
            log_odds = yield from reading.claimed_by(quotes, supported.sentence)
            claimed = log_odds is None or self._holds(deciding.carried(log_odds))
        cut = None if claimed else "the model does not find it stated by its quotes"
        self._trail.judged(supported.sentence, cut, supported.quotes)
        return claimed

    def _supported(
        self, sentence: str, before: Sequence[Supported], quote: str, passages: Sequence[Passage]
    ) -> Supported | None:
        """The sentence with what carries it; None where it may not stand."""
        if not grounding.complete(sentence, [each.sentence for each in before]):
            self._trail.judged(sentence, "it is said already, not to its end, or one too many")
            return None
        if not conversation.spoken_in(sentence, self._language):
            self._trail.judged(sentence, f"it is not in {language_name(self._language)}")
            return None
        if grounding.echoes(sentence, self._asked, self._language):
            self._trail.judged(sentence, "it says nothing but what the question says")
            return None
        support = sources.support(self._index, passages, sentence, self._asked, self._language, quote)
        if not support.stands:
            missing = ", ".join(sorted(support.missing)) or "anything of it"
            self._trail.judged(sentence, f"its quotes do not hold {missing}", support.quotes)
            return None
        return Supported(sentence, support.quotes)

    def _sentences(self, draft: str) -> list[str]:
        text = without_markers(tidying.tidy(draft))
        return [text[span.start : span.end] for span in segment(text, Span(0, len(text)), self._language)]

    # --- answering ---

    def _answer(
        self, standing: Sequence[Supported], passages: Sequence[Passage], quote: str, silent: DeclineReason | None
    ) -> Answer:
        """A claim; where none stands, the closest passage or a decline."""
        reason = None
        if standing:
            self._trail.outcome = f"a claim of {len(standing)} sentences, each carried by its quotes"
            # without a model they are as the documents have them
            told = _language_of(standing[0].quotes[0], passages) if self._drafter is None else None
            language = told or self._language
            text, citations = cite(standing)
        else:
            closest: Sequence[Candidate] = ()
            if silent is None and self._near(passages):
                closest = sources.closest(self._index, passages, self._asked, quote)
            reason = silent or (self._shortfall() if closest else DeclineReason.NOT_COVERED)
            phrase, language = decline(self._language, reason)
            text, citations = cite([Supported(phrase, tuple(closest))])
        sources.verify(citations, passages, self._index)
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
