"""Calls of the chat model: each one `prompt | model`, for a local model on a slot that holds the passages already.

Of a local model two questions may be under way, and take turns call by call, and stretch by stretch of a long text.
"""

import logging
import math
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast
from weakref import WeakValueDictionary

from assistant import prompting
from assistant.errors import ChatModelError, ChatNonsenseError
from assistant.models.chat_model import ChatModel
from assistant.models.failures import translated_errors
from assistant.models.runtime import CONVERSATION_SLOT, DOCUMENT_SLOTS, SHORT_SLOT
from assistant.prompting import DECLINE_WORD, Prompt
from assistant.streaming import Step
from assistant.turns import Line, Ticket
from assistant.types import Waiting

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.messages import AIMessage
    from langchain_core.runnables import Runnable

    from assistant.models.runtime import LlamaRuntime

Made = TypeVar("Made")
Composed = Generator[Step, None, Made]
"""What is made of the model's words: deltas, None while there is nothing to show, in the end what goes on with them."""

_log = logging.getLogger(__name__)

_HERE = "\ue000"
"""Stands for the question where a prompt is looked at without one; a character for private use."""

_LOGPROBS = 20

_WORD = re.compile(r"[^\W_]+")

_RARE = 1e-9
"""Probability of a word that is not among them."""

_QUOTE_TOKENS = 256
"""A quote is a few sentences at most; what is asked of a model may tempt it to write on and on."""

_LONGEST = 4_000
"""Characters after which a model is stopped; answers are a few sentences."""


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
        return runtime.kept(_beginning(runtime, prompting.quote_prompt(), documents=runtime.plain(documents)))

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

    def read(self, documents: str, use: Callable[["Reading"], Composed[Made]]) -> Composed[Made]:
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

    def condense(self, conversation: str, question: str, language: str) -> Generator[Waiting | None, None, str]:
        """The last question of a conversation, complete without it. Yields as `read` does."""
        values = {"conversation": conversation, "question": question, "language": language}
        rewritten = ""
        yield from self._taken()
        hold = _conversation(self._chat, conversation)
        for piece in _stream(
            self._chat, self._model, prompting.condense_prompt(), values, CONVERSATION_SLOT, hold=hold
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


class Reading:
    """Calls of a model that has read some passages. Each waits for its turn, and ends before the next one is made.

    `slot` is nobody else's meanwhile.
    """

    def __init__(self, chat: ChatModel, documents: str, model: Line, slot: int) -> None:
        self._chat = chat
        self.documents = _plain(chat, {"documents": documents})["documents"]
        self._model = model
        self._slot = slot
        self._beginning = ""
        """Of the prompts, as the model reads it."""
        self._held = 0
        """Tokens that the slot holds: those of the documents, and those of the words that introduce the question."""

    @property
    def local(self) -> bool:
        """As the drafter's."""
        return self._chat.local

    @property
    def adapted(self) -> bool:
        """Is there an adapter for whether an answer is stated?"""
        return self._chat.runtime is not None and bool(self._chat.runtime.adapted)

    def prepare(self) -> Generator[tuple[int, int] | None, None, None]:
        """Let a local model read what comes before the question, if it has not done so before.

        Yields tokens read, and those in all; None while it waits for its turn, a stretch of the text at a time.
        """
        if self._chat.runtime is None:
            return
        self._beginning = _beginning(self._chat.runtime, prompting.quote_prompt(), documents=self.documents)
        step = None
        with closing(self._chat.runtime.prepare(self._beginning, self._slot)) as stretches:
            try:
                step = next(stretches)  # restores what was read before, which takes no turn
                while True:
                    yield step
                    with self._model.ticket() as turn:
                        for _ in turn.waiting():
                            yield None
                        step = next(stretches)
            except StopIteration as end:
                self._held = end.value
        if step:
            yield self._held, self._held

    def answer_or_none(self, question: str, language: str) -> Iterator[str]:
        """Pieces of an answer; the text is DECLINE_WORD where the model declines. Raises ChatNonsenseError for none."""
        prompt, empty = prompting.answer_or_none_prompt(), True
        for piece in self._ask(prompt, question=question, language=language, none=DECLINE_WORD):
            empty = empty and not piece.strip()
            yield piece
        if empty:
            raise ChatNonsenseError(
                f"The chat model {self._chat.name} answered with nothing", fix="Ask again, or choose another one."
            )

    def stated(self, question: str) -> Generator[None, None, float | None]:
        """Log-odds of Yes against No to "is the exact answer written in the documents?". For local models.

        None where the model says neither. Yields while it waits for its turn. Asked aside, in the slot of short
        prompts, so that a draft can go on from the quote.
        """
        values = _plain(self._chat, {"question": question}) | {"documents": self.documents}
        with self._model.ticket() as turn, translated_errors(self._chat.name, local=self._chat.local):
            for _ in turn.waiting():
                yield
            if self._chat.runtime is not None:  # read again only where it could not be kept
                with closing(self._chat.runtime.prepare(self._beginning, SHORT_SLOT)) as stretches:
                    for _ in stretches:
                        yield
            message = self._yes_or_no(prompting.stated_prompt(), values, restored=True, adapted=True)
            self._check_held(message)
            return _log_odds(message, local=True)

    def stated_by(self, text: str, question: str) -> Generator[None, None, float | None]:
        """The same of a text alone, which nothing around it distracts from; a second opinion, without the adapter."""
        return (yield from self._aside(prompting.stated_prompt(), documents=text, question=question))

    def claimed_by(self, text: str, claim: str) -> Generator[None, None, float | None]:
        """Log-odds of Yes against No to "does the text state exactly this claim?", in the same way.

        A hosted model, which may tell no probabilities, is sure of what it says.
        """
        return (yield from self._aside(prompting.claim_prompt(), text=text, claim=claim))

    def _aside(self, prompt: Prompt, **values: str) -> Generator[None, None, float | None]:
        with self._model.ticket() as turn, translated_errors(self._chat.name, local=self._chat.local):
            for _ in turn.waiting():
                yield
            message = self._yes_or_no(prompt, _plain(self._chat, values), restored=False, adapted=False)
            return _log_odds(message, local=self.local)

    def quote(self, question: str) -> Iterator[str]:
        """Pieces of the words of the documents that answer the question, as the model gives them."""
        values = {"question": question}
        return _stream(
            self._chat,
            self._model,
            prompting.quote_prompt(),
            values,
            self._slot,
            check=self._check_held,
            max_completion_tokens=_QUOTE_TOKENS,
            documents=self.documents,
        )

    def quote_of(self, text: str, question: str) -> Iterator[str]:
        """The same of a text alone."""
        values = {"documents": text, "question": question}
        prompt = prompting.quote_prompt()
        return _stream(self._chat, self._model, prompt, values, SHORT_SLOT, max_completion_tokens=_QUOTE_TOKENS)

    def draft(self, question: str, quote: str, language: str) -> Iterator[str]:
        """Pieces of an answer that says what was quoted."""
        return self._ask(prompting.answer_prompt(), question=question, quote=quote, language=language)

    def phrase(self, question: str, quote: str, language: str) -> Iterator[str]:
        """The same without the documents, which may distract."""
        values = {"question": question, "quote": quote, "language": language}
        return _stream(self._chat, self._model, prompting.phrase_prompt(), values, SHORT_SLOT)

    def _yes_or_no(self, prompt: Prompt, values: Mapping[str, str], *, restored: bool, adapted: bool) -> "AIMessage":
        if self._chat.runtime is None:
            return (prompt.template() | self._chat.llm).invoke(dict(values))
        options = {"logprobs": True, "top_logprobs": _LOGPROBS, "max_completion_tokens": 1}
        taught = self._chat.runtime.adapted if adapted else {}
        chain = prompt.template() | _model(self._chat, SHORT_SLOT, restored=restored, **options, **taught)
        return chain.invoke(dict(values))

    def translated(self, text: str, language: str) -> Iterator[str]:
        """Pieces of the text in another language."""
        values = {"text": text, "language": language}
        return _stream(self._chat, self._model, prompting.translate_prompt(), values, SHORT_SLOT)

    def _check_held(self, message: "AIMessage") -> None:
        """A restored state may be accepted and yet be read again, which costs time only (llama.cpp, issue 26676)."""
        details = message.usage_metadata.get("input_token_details") if message.usage_metadata else None
        reused = details.get("cache_read") if details else None
        if reused is not None and reused < self._held // 2:  # what introduces the question is not the same everywhere
            _log.warning("Of %d tokens that were read before, %d are read again.", self._held, self._held - reused)

    def _ask(self, prompt: Prompt, **values: str) -> Iterator[str]:
        return _stream(self._chat, self._model, prompt, values, self._slot, documents=self.documents)


def _conversation(chat: ChatModel, conversation: str) -> str:
    """The beginning of the prompt of a follow-up to it, which the conversation slot is to hold."""
    if chat.runtime is None:
        return ""
    return _beginning(chat.runtime, prompting.condense_prompt(), **_plain(chat, {"conversation": conversation}))


def _beginning(runtime: "LlamaRuntime", prompt: Prompt, **values: str) -> str:
    """Of a prompt, up to its question, as the model reads it; without the blank before, which is one token with it."""
    others = dict.fromkeys(prompt.placeholders - values.keys() - {"question"}, "")
    messages = prompt.template().format_messages(**values, **others, question=_HERE)
    return runtime.render(messages).rpartition(_HERE)[0].rstrip(" ")


def _stream(
    chat: ChatModel,
    model: Line,
    prompt: Prompt,
    values: Mapping[str, str],
    slot: int,
    *,
    hold: str = "",
    check: Callable[["AIMessage"], None] = lambda _: None,
    max_completion_tokens: int | None = None,
    **plain: str,
) -> Iterator[str]:
    """Pieces of a reply, "" while it waits for its turn; `plain` values hold no token of the chat template already.

    `hold` is what the conversation slot is to hold before; `check` is called with each piece.
    """
    options = {"max_completion_tokens": max_completion_tokens} if max_completion_tokens else {}
    chain = prompt.template() | _model(chat, slot, restored=slot != SHORT_SLOT, **options)
    length, ended = 0, False
    with model.ticket() as turn:
        for _ in turn.waiting():
            yield ""
        try:
            if chat.runtime is not None and hold:
                for _ in chat.runtime.hold(hold):
                    yield ""
            # closing it stops the model
            stream = cast("Generator[AIMessage]", chain.stream(_plain(chat, values) | plain))
            with translated_errors(chat.name, local=chat.local), closing(stream):
                for piece in stream:
                    check(piece)
                    if piece.text:
                        yield piece.text
                    length += len(piece.text)
                    if length > _LONGEST:  # it repeats itself
                        return
                ended = True
        finally:
            if chat.runtime is not None and not ended:  # what the model is at has to end before it is asked again
                with suppress(ChatModelError):
                    chat.runtime.release(slot)


def _model(
    chat: ChatModel, slot: int, *, restored: bool, **options: Any
) -> "BaseChatModel | Runnable[LanguageModelInput, AIMessage]":
    """`restored`: does the slot hold exactly what was read before? What else it may hold must not change rounding."""
    if chat.runtime is None:
        return chat.llm
    return chat.llm.bind(id_slot=slot, cache_prompt=restored, **options)


def _plain(chat: ChatModel, values: Mapping[str, str]) -> dict[str, str]:
    """Texts that hold no token of the chat template; hosted models' servers see to that themselves."""
    plain = chat.runtime.plain if chat.runtime else str
    return {name: plain(value) for name, value in values.items()}


def _first_words(message: "AIMessage", *, local: bool) -> Iterator[tuple[str, float]]:
    """What it may begin with, and how probably; a hosted model is sure of what it says."""
    if local:
        for token in message.response_metadata["logprobs"]["content"][0]["top_logprobs"]:
            yield token["token"].strip().lower(), math.exp(token["logprob"])
    elif said := _WORD.search(message.text.lower()):
        yield said[0], 1.0


def _log_odds(message: "AIMessage", *, local: bool) -> float | None:
    odds = dict.fromkeys(("yes", "no"), _RARE)
    for word, probability in _first_words(message, local=local):
        if word in odds:
            odds[word] += probability
    return math.log(odds["yes"] / odds["no"]) if max(odds.values()) > _RARE else None
