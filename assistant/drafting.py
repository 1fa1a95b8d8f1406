"""Whose turn it is at the chat model. Hosted models have time for everybody at once.

Of a local model two questions may be under way, and take turns call by call, and stretch by stretch of a long text.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from weakref import WeakValueDictionary

from assistant import prompting
from assistant.calls import beginning, plain, stream
from assistant.models.chat_model import ChatModel
from assistant.models.runtime import CONVERSATION_SLOT, DOCUMENT_SLOTS, SHORT_SLOT
from assistant.reading import Reading
from assistant.streaming import Composed, Made
from assistant.turns import Line, Ticket
from assistant.types import Waiting


class Drafter:
    """What the chat model is asked for, and by whom when. Hosted models have time for everybody at once.

    Called inside a LangChain runnable, the calls are its children: callbacks and tracing see them.
    """

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat
        self._places = Line(DOCUMENT_SLOTS if chat.local else None)
        self._model = Line(1 if chat.local else None)
        self._readings: WeakValueDictionary[str, Line] = WeakValueDictionary()

    @property
    def local(self) -> bool:
        """Does the model run on this machine? Small ones need to be led; hosted ones answer or decline in one call."""
        return self._chat.local

    @property
    def reads_sentences(self) -> bool:
        """Is what it reads of a sentence by itself kept? So it is of a model that was taught to quote."""
        return self._chat.runtime is not None and bool(self._chat.runtime.adapted)

    @property
    def full(self) -> bool:
        """Is there nothing to read ahead, for lack of a local model or of room?"""
        return self._chat.runtime is None or self._chat.runtime.full

    @contextmanager
    def visit(self) -> Iterator["Visit"]:
        """For the calls of one question, whose place is free again at the end."""
        visit = Visit(self._chat, self._places, self._model, self._readings)
        try:
            yield visit
        finally:
            visit.end()

    def quiet(self) -> Iterator[None]:
        """Until no question is under way; yields meanwhile."""
        return self._places.quiet()

    def kept(self, documents: str) -> bool:
        """Has a local model read these passages before, and is that kept? Then it is the last to be pushed out."""
        if (runtime := self._chat.runtime) is None:
            return False
        return runtime.kept(beginning(runtime, prompting.quote_prompt(), documents=runtime.plain(documents)))

    def read_ahead(self, documents: str) -> Iterator[tuple[int, int]]:
        """Let a local model read these passages before they are asked about, while no question is under way.

        Yields tokens read, and those in all; (0, 0) while it waits.
        """
        while True:
            for _ in self._places.quiet():
                yield 0, 0
            with self._model.ticket() as turn:  # kept between the stretches, for short prompts need the slot
                for _ in turn.waiting():
                    yield 0, 0
                reading = Reading(self._chat, documents, Line(), SHORT_SLOT)
                with closing(reading.prepare()) as steps:
                    for step in steps:
                        yield step or (0, 0)
                        if self._places.busy:
                            break
                    else:
                        return

    def expect_follow_up(self, conversation: str) -> Iterator[None]:
        """Let a local model read a conversation that may go on, while no question is under way."""
        if self._chat.runtime is None:
            return
        for _ in self._places.quiet():
            yield
        with self._model.ticket() as turn:
            for _ in turn.waiting():
                yield
            yield  # it may be wanted no more
            for _ in self._chat.runtime.hold(_conversation(self._chat, conversation)):
                yield
                if self._places.busy:
                    return


class Visit:
    """What one question asks of the model: it has a place, and a slot for documents, from its first call to its end."""

    def __init__(self, chat: ChatModel, places: Line, model: Line, readings: "WeakValueDictionary[str, Line]") -> None:
        self._chat = chat
        self._places = places
        self._model = model
        self._readings = readings
        self._place: Ticket | None = None

    @property
    def local(self) -> bool:
        """As the drafter's."""
        return self._chat.local

    def read(self, documents: str, use: Callable[[Reading], Composed[Made]]) -> Composed[Made]:
        """What `use` yields and returns of the model with these passages read.

        Before that, Waiting in the queue; None while there is nothing to tell, a moment at which to leave.
        """
        place = yield from self._taken()
        reading = Reading(self._chat, documents, self._model, place.seat)
        # of two questions about the same passages, the second one waits for the first to read them
        with self._readings.setdefault(documents, Line(1)).ticket() as first:
            for _ in first.waiting():
                yield None
            for _ in reading.prepare():
                yield None
        return (yield from use(reading))

    def condense(
        self, conversation: str, question: str, language: str, opening: str = ""
    ) -> Generator[Waiting | None, None, str]:
        """The last question of a conversation, complete without it. Yields as `read` does.

        With an `opening`, what comes behind that: else a small model asks in words of its own, often something else.
        """
        values = {"conversation": conversation, "question": question, "language": language}
        prompt, rewritten = prompting.condense_prompt(), ""
        if opening:
            prompt, values = prompting.condense_begun_prompt(), values | {"opening": opening}
        yield from self._taken()
        held = _conversation(self._chat, conversation)
        for piece in stream(
            self._chat,
            self._model,
            prompt,
            values,
            CONVERSATION_SLOT,
            before=lambda runtime: runtime.hold(held),
        ):
            rewritten += piece
            yield None
        return rewritten

    def end(self) -> None:
        """Let the next question have the place."""
        if self._place is not None:
            self._place.leave()

    def _taken(self) -> Generator[Waiting | None, None, Ticket]:
        """The question's place."""
        if self._place is None:
            self._place = self._places.ticket()
        told = 0
        for position in self._place.waiting():
            yield Waiting(position) if position != told else None
            told = position
        if told:
            yield Waiting(0)
        return self._place


def _conversation(chat: ChatModel, conversation: str) -> str:
    """The beginning of the prompt of a follow-up to it, which the conversation slot is to hold."""
    if chat.runtime is None:
        return ""
    return beginning(chat.runtime, prompting.condense_prompt(), **plain(chat, {"conversation": conversation}))
