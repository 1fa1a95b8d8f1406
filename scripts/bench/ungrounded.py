"""The assistant without grounding: it finds, reads, quotes and says, and holds nothing against the documents."""

from collections.abc import Generator, Iterator
from typing import TypeVar

from assistant import conversation, evidence
from assistant.drafting import Drafter
from assistant.models.chat_model import ChatModel
from assistant.reading import Reading
from assistant.selection import Selection
from assistant.streaming import Composed, Step
from assistant.types import History, QuoteDelta, StreamEvent, TextDelta
from index.language import language_name
from index.search import Index

Made = TypeVar("Made")


class Ungrounded:
    """What the checks of an answer cost is told by the difference."""

    def __init__(self, index: Index, chat: ChatModel) -> None:
        self._index = index
        self._drafter = Drafter(chat)
        self._selection = Selection(index, local=True)

    def ask(self, question: str, history: History) -> Iterator[StreamEvent]:
        """The words that the model quotes, and the pieces of its answer. Raises ChatModelError."""
        language = conversation.question_language(question, history, [d.language for d in self._index.documents])
        name = language_name(language)
        with self._drafter.visit() as visit:
            asked = question
            if history:
                rewritten = yield from _told(visit.condense(conversation.as_prompt(history), question, name))
                asked = conversation.standalone(rewritten, question, history)
            passages, _ = next(self._selection.readings(self._index.search(asked, 8)))

            def composed(reading: Reading) -> Composed[None]:
                quote = ""
                for piece in reading.quote(asked):
                    quote += piece or ""
                    yield QuoteDelta(piece) if piece else None
                for piece in reading.draft(asked, quote, name):
                    yield TextDelta(piece) if piece else None

            yield from _told(visit.read(evidence.as_prompt(passages), composed))


def _told(steps: Generator[Step, None, Made]) -> Generator[StreamEvent, None, Made]:
    """What they tell, without the moments at which they may be left."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            made: Made = end.value
            return made
        if step is not None:
            yield step
