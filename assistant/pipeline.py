"""The way of a question: condense -> search -> draft -> ground -> Answer."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, nullcontext
from functools import cache

from assistant import conversation, evidence, grounding, sources, tidying
from assistant.citations import Candidate, cite, without_markers
from assistant.composing import compose
from assistant.drafting import Composed, Drafter, Reading, Visit
from assistant.evidence import Passage
from assistant.phrases import decline
from assistant.streaming import Step
from assistant.types import Answer, Citation, DeclineReason, PassagesFound, QuoteDelta, TextDelta, Timings, Turn
from index.chunking import segment
from index.language import language_name
from index.search import Index
from index.snapshot import stale
from index.types import Hit, Span

_HITS = 8
"""Passages that are shown as found; what the model reads of them is evidence's business."""


class Pipeline:
    """Answers questions over an index, with a chat model or without one."""

    def __init__(self, index: Index, drafter: Drafter | None) -> None:
        self._index = index
        self._drafter = drafter

    def run(self, question: str, history: Sequence[Turn]) -> Generator[Step, None, None]:
        """Events of one question, the Answer last."""
        with self._drafter.visit() if self._drafter else nullcontext() as visit:
            yield from self._answered(visit, question, history)

    def _answered(self, drafter: Visit | None, question: str, history: Sequence[Turn]) -> Generator[Step, None, None]:
        clock = _Clock()
        languages = [document.language for document in self._index.documents]

        @cache  # found out when it is needed: it takes a second in a new process
        def language() -> str:
            return conversation.question_language(question, history, languages)

        asked = yield from self._standalone(drafter, question, history, language)
        hits = self._index.search(asked, _HITS)
        passages = self._passages(hits)
        clock.retrieved()
        yield PassagesFound(tuple(hits), asked)

        if drafter is None:
            carried = [[extract] for extract in sources.extracts(self._index, passages, asked)]
            sentences = [without_markers(" ".join(quotes[0].text.split())) for quotes in carried]
            spoken = {passage.source: passage.language for passage in passages}
            said_in = next((spoken[quote.source] for quotes in carried for quote in quotes), None) or language()
        else:
            draft = quote = ""
            if conversation.asks_for_title(asked) and (titles := self._titles(hits)):
                draft, quote = yield from self._draft(drafter, titles, asked, language, clock)
                passages = titles if draft else passages
                if drafter.local and not draft:
                    yield QuoteDelta("\n")  # what is quoted next stands somewhere else
            if not draft:
                draft, quote = yield from self._draft(drafter, passages, asked, language, clock)
            said_in = language()
            sentences = self._grounded(draft, said_in, passages)
            # of several sentences, each needs a place of its own
            quoted = quote if len(sentences) == 1 else ""
            carried = [sources.quotes(self._index, passages, sentence, asked, quoted) for sentence in sentences]
        yield self._finished(question, asked, said_in, sentences, carried, passages, clock)

    def read_ahead(self) -> Iterator[tuple[int, int]]:
        """Let a local model read what questions will need, as far as there is room to keep it.

        Yields the characters of the documents that are read, and those in all; the same again while it waits.
        """
        if self._drafter is None:
            return
        done, total, unread = 0, self._index.total_chars, []
        for passage in self._most_likely():  # first what is kept already, so that nothing of it is pushed out
            for _ in self._drafter.quiet():
                yield done, total
            if self._drafter.kept(evidence.as_prompt([passage])):
                done += len(passage.text)
            else:
                unread.append(passage)
            yield done, total
        for passage in unread:
            if self._drafter.full:
                return
            for read, tokens in self._drafter.read_ahead(evidence.as_prompt([passage])):
                yield done + len(passage.text) * read // max(1, tokens), total
            done += len(passage.text)

    def expect_follow_up(self, history: Sequence[Turn]) -> Iterator[None]:
        """Let a local model read the conversation so far. Yields while it waits and reads."""
        if self._drafter is not None and history:
            yield from self._drafter.expect_follow_up(conversation.as_prompt(history))

    def _standalone(
        self, drafter: Visit | None, question: str, history: Sequence[Turn], language: Callable[[], str]
    ) -> Generator[Step, None, str]:
        if not history:
            return question
        if drafter is None:
            return conversation.standalone("", question, history)
        name = language_name(language())
        rewritten = yield from drafter.condense(conversation.as_prompt(history), question, name)
        return conversation.standalone(rewritten, question, history)

    def _passages(self, hits: Sequence[Hit]) -> tuple[Passage, ...]:
        everything = self._everything()
        if self._drafter is None or not self._drafter.local or not hits:
            return everything or evidence.select(hits)
        best = hits[0]  # a small model is distracted by what others tell
        document = self._index.document(best.source)
        if everything:
            return evidence.whole([document])
        if around := evidence.around(best, document, self._index.chunks(best.source)):
            return (around,)
        raise stale(best.source)  # synced since it was found

    def _everything(self) -> tuple[Passage, ...]:
        """All documents, where they are short together."""
        if self._index.total_chars > evidence.WHOLE_BYTES:
            return ()
        everything = evidence.whole(self._index.document(info.source) for info in self._index.documents)
        return everything if evidence.fits_whole(everything) else ()

    def _most_likely(self) -> Iterator[Passage]:
        """What a local model will read for questions, as `_passages` finds it."""
        if everything := self._everything():
            yield from everything
        else:
            for info in self._index.documents:
                yield from evidence.stretches(self._index.document(info.source), self._index.chunks(info.source))

    def _titles(self, hits: Sequence[Hit]) -> tuple[Passage, ...]:
        found = {hit.source for hit in hits}
        return evidence.titles((self._index.document(source), self._index.sentences(source)) for source in found)

    def _draft(
        self, drafter: Visit, passages: Sequence[Passage], question: str, language: Callable[[], str], clock: "_Clock"
    ) -> Generator[Step, None, tuple[str, str]]:
        """Deltas of quote and draft; returns the draft, "" where the documents do not tell, and what it relies on."""
        only = passages[0].title if len(passages) == 1 and passages[0].text.strip("# ") == passages[0].title else ""

        def place_of(quote: str) -> sources.Place:
            return sources.place(self._index, passages, quote, question)

        def composed(reading: Reading) -> Composed:
            return compose(reading, question, language, place_of, local=drafter.local, only=only)

        draft = ""
        with closing(drafter.read(evidence.as_prompt(passages), composed)) as pieces:
            while True:
                try:
                    step = next(pieces)
                except StopIteration as end:
                    return draft, end.value
                if isinstance(step, QuoteDelta | TextDelta):
                    clock.first_token()
                if isinstance(step, TextDelta):
                    draft += step.text
                yield step

    def _grounded(self, draft: str, language: str, passages: Sequence[Passage]) -> list[str]:
        """The sentences of the draft that may stand."""
        text = without_markers(tidying.tidy(draft))
        sentences = [text[span.start : span.end] for span in segment(text, Span(0, len(text)), language)]
        known = {number for passage in passages for number in grounding.numbers(passage.text, passage.language)}
        stand = grounding.supported(grounding.complete(sentences), language, known)
        return stand if stand and conversation.spoken_in(" ".join(stand), language) else []

    def _finished(
        self,
        question: str,
        asked: str,
        language: str,
        sentences: Sequence[str],
        carried: Sequence[Sequence[Candidate]],
        passages: Sequence[Passage],
        clock: "_Clock",
    ) -> Answer:
        citations: tuple[Citation, ...] = ()
        if standing := [(said, quotes) for said, quotes in zip(sentences, carried, strict=True) if quotes]:
            text, citations = cite(*zip(*standing, strict=True))
            sources.verify(citations, passages, self._index)
        else:
            text, language = decline(language)
        return Answer(
            question=question,
            text=text,
            language=language,
            standalone_question=asked,
            citations=citations,
            abstained=not citations,
            decline_reason=None if citations else DeclineReason.NOT_COVERED,
            timings=clock.timings(),
        )


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


def warm_up(index: Index) -> None:
    """Load what the first search would wait for."""
    if index.documents:
        index.search("a", 1)


def warm_up_languages() -> None:
    """Load what tells languages apart: a second, in which no other thread of the process does anything."""
    conversation.question_language("which documents are there", (), ())
