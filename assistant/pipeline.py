"""Questions to an index and a chat model, and what the model may read before they come."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import nullcontext

from assistant import conversation, evidence
from assistant.clock import Clock
from assistant.completing import complete
from assistant.drafting import Drafter
from assistant.inquiry import Inquiry
from assistant.selection import Selection
from assistant.streaming import Step
from assistant.types import Turn
from index.search import Index


class Pipeline:
    """Answers questions over an index, with a chat model or without one."""

    def __init__(self, index: Index, drafter: Drafter | None, *, caution: float = 0.5) -> None:
        self._index = index
        self._drafter = drafter
        self._caution = caution
        self._selection = Selection(index, local=drafter is not None and drafter.local)

    def run(self, question: str, history: Sequence[Turn]) -> Generator[Step, None, None]:
        """Events of one question, the Answer last."""
        clock = Clock()
        with self._drafter.visit() if self._drafter else nullcontext() as visit:
            asked = yield from complete(self._index, visit, question, history)
            inquiry = Inquiry(self._index, self._selection, visit, asked, caution=self._caution, clock=clock)
            yield from inquiry.run()

    def read_ahead(self, *, sentences: bool = False) -> Iterator[tuple[int, int]]:
        """Let a local model read what questions will need, as far as there is room to keep it; with `sentences`, also
        those of a short folder by themselves, where that is of use.

        Yields the characters that are read, and those in all; the same again while it waits.
        """
        if self._drafter is None:
            return
        texts = [evidence.as_prompt([passage]) for passage in self._selection.likely()]
        if sentences and self._drafter.reads_sentences:
            texts += dict.fromkeys(self._selection.sentences())
        done, total, unread = 0, sum(map(len, texts)), []
        for text in texts:  # first what is kept already, so that nothing of it is pushed out
            for _ in self._drafter.quiet():
                yield done, total
            if self._drafter.kept(text):
                done += len(text)
            else:
                unread.append(text)
            yield done, total
        for text in unread:
            if self._drafter.full:
                return
            for read, tokens in self._drafter.read_ahead(text):
                yield done + len(text) * read // max(1, tokens), total
            done += len(text)

    def expect_follow_up(self, history: Sequence[Turn]) -> Iterator[None]:
        """Let a local model read the conversation so far. Yields while it waits and reads."""
        if self._drafter is not None and history:
            yield from self._drafter.expect_follow_up(conversation.as_prompt(history))


def warm_up(index: Index) -> None:
    """Load what the first search would wait for."""
    if index.documents:
        index.search("a", 1)


def warm_up_languages() -> None:
    """Load what tells languages apart: a second, in which no other thread of the process does anything."""
    conversation.question_language("which documents are there", (), ())
