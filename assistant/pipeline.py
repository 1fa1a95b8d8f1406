"""The way of a question: condense -> search -> draft -> ground -> Answer."""

import re
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, nullcontext
from functools import cache

from assistant import conversation, deciding, evidence, grounding, sources, tidying
from assistant.citations import Candidate, Supported, cite, without_markers
from assistant.composing import look_up, say
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

_END = re.compile(r"[.!?…。！？]")
"""May end a sentence."""


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

        standing, quote = list[Supported](), ""
        silent = self._silent(question, asked, hits, language)
        if silent is None:
            if drafter is None:
                standing = [_extracted(extract) for extract in sources.extracts(self._index, passages, asked)]
            elif conversation.asks_for_title(asked) and (titles := self._titles(hits)):
                standing, _ = yield from self._drafted(drafter, titles, asked, language, clock)
                passages = titles if standing else passages
                if drafter.local and not standing:
                    yield QuoteDelta("\n")  # what is quoted next stands somewhere else
            if drafter is not None and not standing:
                standing, quote = yield from self._drafted(drafter, passages, asked, language, clock)
        said_in = (_spoken_by(standing, passages) if drafter is None else None) or language()
        nearest: list[Candidate] = []
        if silent is None and not standing and self._near(asked, hits, passages, said_in):
            nearest = sources.closest(self._index, passages, asked, quote)
        text, citations, reason, said_in = _told(standing, nearest, said_in, silent or DeclineReason.NOT_COVERED)
        sources.verify(citations, passages, self._index)
        yield Answer(
            question=question,
            text=text,
            language=said_in,
            standalone_question=asked,
            citations=citations,
            abstained=not standing,
            decline_reason=reason,
            timings=clock.timings(),
        )

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

    def _silent(
        self, question: str, asked: str, hits: Sequence[Hit], language: Callable[[], str]
    ) -> DeclineReason | None:
        """Why no model need be asked; None where it is worth asking, and where the vectors are none that tell."""
        if self._index.embedding_model != deciding.fitted().embedding_model:
            return None
        if deciding.orders(self._index.embed_query(question).tolist()):
            return DeclineReason.NOT_A_QUESTION
        best = sources.nearest(self._index, hits, asked)
        if best is None or conversation.asks_for_title(asked):
            return None
        nothing = deciding.nothing_near(best.cosine, lambda: language() == best.language)
        return DeclineReason.NOT_COVERED if nothing else None

    def _near(self, question: str, hits: Sequence[Hit], passages: Sequence[Passage], language: str) -> bool:
        """Do the documents tell of what is asked?"""
        if self._index.embedding_model != deciding.fitted().embedding_model:
            return bool(sources.extracts(self._index, passages, question))
        best = sources.nearest(self._index, hits, question)
        return best is not None and deciding.near(best.cosine, same_language=best.language == language)

    def _drafted(
        self, drafter: Visit, passages: Sequence[Passage], question: str, language: Callable[[], str], clock: "_Clock"
    ) -> Generator[Step, None, tuple[list[Supported], str]]:
        """QuoteDeltas, and a TextDelta for each sentence that stands; returns those, and what a local model quoted."""
        only = passages[0].title if len(passages) == 1 and passages[0].text.strip("# ") == passages[0].title else ""

        def place_of(quote: str) -> sources.Place:
            return sources.place(self._index, passages, quote, question)

        def composed(reading: Reading) -> Composed[tuple[list[Supported], str]]:
            basis = yield from look_up(reading, question, language, local=drafter.local, only=only)
            if basis.stated is not None:
                found = grounding.found_in(basis.quote, reading.documents, place_of(basis.quote).language)
                if not deciding.claims(basis.stated, found=found):
                    return [], basis.quote
            quote, pieces = say(reading, question, language(), basis, place_of)
            return (yield from self._standing(pieces, quote, passages, question, language(), clock)), quote

        with closing(drafter.read(evidence.as_prompt(passages), composed)) as steps:
            while True:
                try:
                    step = next(steps)
                except StopIteration as end:
                    found: tuple[list[Supported], str] = end.value
                    return found
                if isinstance(step, QuoteDelta):
                    clock.first_token()
                yield step

    def _standing(
        self,
        pieces: Iterator[str],
        quote: str,
        passages: Sequence[Passage],
        question: str,
        language: str,
        clock: "_Clock",
    ) -> Generator[Step, None, list[Supported]]:
        """The sentences of a draft that may stand, each shown as soon as it has passed."""
        draft, judged, standing = "", 0, list[Supported]()

        def judge(sentences: Sequence[str]) -> Iterator[TextDelta]:
            for sentence in sentences:
                if not grounding.complete(sentence, [each.sentence for each in standing]):
                    continue
                if not conversation.spoken_in(sentence, language):
                    continue
                quoted = "" if standing else quote  # of several sentences, each needs a place of its own
                if quotes := sources.quotes(self._index, passages, sentence, question, language, quoted):
                    yield TextDelta(f" {sentence}" if standing else sentence)
                    standing.append(Supported(sentence, tuple(quotes)))

        for piece in pieces:
            yield None
            draft += piece
            if piece:
                clock.first_token()
            if _END.search(piece) and "\n" not in draft:  # a line more may make a list of those before
                *finished, _ = _sentences(draft, language) or [""]
                yield from judge(finished[judged:])
                judged = len(finished)
        yield from judge(_sentences(draft, language)[judged:])
        return standing


def _sentences(draft: str, language: str) -> list[str]:
    text = without_markers(tidying.tidy(draft))
    return [text[span.start : span.end] for span in segment(text, Span(0, len(text)), language)]


def _extracted(extract: Candidate) -> Supported:
    """A sentence of the documents that stands for itself."""
    return Supported(without_markers(" ".join(extract.text.split())), (extract,))


def _spoken_by(standing: Sequence[Supported], passages: Sequence[Passage]) -> str | None:
    """The language of the first quote's document."""
    spoken = {passage.source: passage.language for passage in passages}
    return next((spoken[quote.source] for each in standing for quote in each.quotes), None)


def _told(
    standing: Sequence[Supported], nearest: Sequence[Candidate], language: str, otherwise: DeclineReason
) -> tuple[str, tuple[Citation, ...], DeclineReason | None, str]:
    """Text, citations, why no claim is made (`otherwise`, where nothing is near), and the text's language."""
    if standing:
        return *cite(standing), None, language
    reason = DeclineReason.DETAIL_MISSING if nearest else otherwise
    phrase, language = decline(language, reason)
    return *cite([Supported(phrase, tuple(nearest))]), reason, language


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
