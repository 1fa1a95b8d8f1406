"""Calls of the chat model: each one `prompt | model`, for a local model on a slot that holds the passages already."""

import logging
import math
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, suppress
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from assistant import prompting
from assistant.errors import ChatModelError, ChatNonsenseError
from assistant.models.chat_model import ChatModel
from assistant.models.failures import translated_errors
from assistant.prompting import DECLINE_WORD, Prompt
from assistant.types import QuoteDelta, TextDelta

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.messages import AIMessage
    from langchain_core.runnables import Runnable

Composed = Generator[QuoteDelta | TextDelta | None, None, str]
"""What is made of the model's words: deltas, None while there is nothing to show, in the end a text."""

_log = logging.getLogger(__name__)

_DOCUMENTS_SLOT, _SMALL_SLOT = 0, 1
"""Short prompts without documents have a slot of their own, so that they do not push the passages out."""

_GLANCE_S = 0.1
"""Whoever waits for the model looks this often whether the reader has left."""

_LOGPROBS = 20

_RARE = 1e-9
"""Probability of a word that is not among them."""

_LONGEST = 4_000
"""Characters after which a model is stopped; answers are a few sentences."""


class Drafter:
    """What the chat model is asked for. Of a local model one question at a time: its slots are its memory.

    Called inside a LangChain runnable, the calls are its children: callbacks and tracing see them.
    """

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat
        self._turn = Lock()

    @property
    def local(self) -> bool:
        """Does the model run in this process? Small ones need to be led; hosted ones answer or decline in one call."""
        return self._chat.local

    def read(self, documents: str, use: Callable[["Reading"], Composed]) -> Composed:
        """What `use` yields and returns of the model with these passages read; until its end it is nobody else's.

        None while there is nothing to tell yet: a moment at which to leave.
        """
        yield from self._wait()
        try:
            reading = Reading(self._chat, documents)
            for _ in reading.prepare():
                yield None
            return (yield from use(reading))
        finally:
            self._done()

    def read_ahead(self, documents: str) -> Iterator[tuple[int, int]]:
        """Let a local model read these passages before they are asked about. Yields tokens read, and those in all."""
        for _ in self._wait():
            yield 0, 0
        try:
            yield from Reading(self._chat, documents).prepare()
        finally:
            self._done()

    def condense(self, conversation: str, question: str, language: str) -> Generator[None, None, str]:
        """The last question of a conversation, complete without it. Yields as `read` does."""
        values = {"conversation": conversation, "question": question, "language": language}
        rewritten = ""
        yield from self._wait()
        try:
            for piece in _stream(self._chat, prompting.condense_prompt(), values, _SMALL_SLOT):
                rewritten += piece
                yield
            return rewritten
        finally:
            self._done()

    def _wait(self) -> Iterator[None]:
        while self.local and not self._turn.acquire(timeout=_GLANCE_S):
            yield

    def _done(self) -> None:
        if self.local:
            self._turn.release()


class Reading:
    """Calls of a model that has read some passages."""

    def __init__(self, chat: ChatModel, documents: str) -> None:
        self._chat = chat
        self.documents = _plain(chat, {"documents": documents})["documents"]
        self._held = 0
        """Tokens that the slot holds: those of the documents, and those of the words that introduce the question."""

    def prepare(self) -> Iterator[tuple[int, int]]:
        """Let a local model read what comes before the question, if it has not done so before.

        Yields tokens read, and those in all.
        """
        if self._chat.runtime is not None:
            prompt = prompting.quote_prompt().template()
            messages = prompt.format_messages(documents=self.documents, question="")
            # without the blank that the question follows: it is one token with its first word
            beginning = str(messages[-1].content).strip()
            before, _, _ = self._chat.runtime.render(messages).rpartition(beginning)
            self._held = yield from self._chat.runtime.prepare(before + beginning, _DOCUMENTS_SLOT)

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

    def stated(self, question: str) -> float | None:
        """Log-odds of Yes against No to "is the exact answer written in the documents?". For local models.

        None where the model says neither.
        """
        values = _plain(self._chat, {"question": question}) | {"documents": self.documents}
        options = {"logprobs": True, "top_logprobs": _LOGPROBS, "max_completion_tokens": 1}
        with translated_errors(self._chat.name, local=self._chat.local):
            chain = prompting.stated_prompt().template() | _model(self._chat, _DOCUMENTS_SLOT, **options)
            message = chain.invoke(values)
            self._check_held(message)
            return _log_odds(message)

    def quote(self, question: str) -> Iterator[str]:
        """Pieces of the words of the documents that answer the question, as the model gives them."""
        return self._ask(prompting.quote_prompt(), question=question)

    def draft(self, question: str, quote: str, language: str) -> Iterator[str]:
        """Pieces of an answer that says what was quoted."""
        return self._ask(prompting.answer_prompt(), question=question, quote=quote, language=language)

    def phrase(self, question: str, quote: str, language: str) -> Iterator[str]:
        """The same without the documents, which may distract."""
        values = {"question": question, "quote": quote, "language": language}
        return _stream(self._chat, prompting.phrase_prompt(), values, _SMALL_SLOT)

    def _check_held(self, message: "AIMessage") -> None:
        """A restored state may be accepted and yet be read again, which costs time only (llama.cpp, issue 26676)."""
        details = message.usage_metadata.get("input_token_details") if message.usage_metadata else None
        reused = details.get("cache_read") if details else None
        if reused is not None and reused < self._held // 2:  # what introduces the question is not the same everywhere
            _log.warning("Of %d tokens that were read before, %d are read again.", self._held, self._held - reused)

    def _ask(self, prompt: Prompt, **values: str) -> Iterator[str]:
        return _stream(self._chat, prompt, values, _DOCUMENTS_SLOT, documents=self.documents)


def _stream(chat: ChatModel, prompt: Prompt, values: Mapping[str, str], slot: int, **plain: str) -> Iterator[str]:
    """Pieces of a reply; `plain` values hold no token of the chat template already."""
    chain = prompt.template() | _model(chat, slot)
    length, ended = 0, False
    try:
        stream = cast("Generator[AIMessage]", chain.stream(_plain(chat, values) | plain))  # closing it stops the model
        with translated_errors(chat.name, local=chat.local), closing(stream):
            for piece in stream:
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


def _model(chat: ChatModel, slot: int, **options: Any) -> "BaseChatModel | Runnable[LanguageModelInput, AIMessage]":
    if chat.runtime is None:
        return chat.llm
    # Short prompts are read anew each time: what the slot held before must not change their rounding.
    extra = {"id_slot": slot, "cache_prompt": slot == _DOCUMENTS_SLOT}
    return chat.llm.bind(extra_body=extra, **options)


def _plain(chat: ChatModel, values: Mapping[str, str]) -> dict[str, str]:
    """Texts that hold no token of the chat template; hosted models' servers see to that themselves."""
    plain = chat.runtime.plain if chat.runtime else str
    return {name: plain(value) for name, value in values.items()}


def _log_odds(message: "AIMessage") -> float | None:
    first = message.response_metadata["logprobs"]["content"][0]["top_logprobs"]
    odds = dict.fromkeys(("yes", "no"), _RARE)
    for token in first:
        word = token["token"].strip().lower()
        if word in odds:
            odds[word] += math.exp(token["logprob"])
    return math.log(odds["yes"] / odds["no"]) if max(odds.values()) > _RARE else None
