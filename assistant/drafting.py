"""Calls of the chat model: each one `prompt | model`, for a local model on a slot that holds the passages already."""

import math
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock
from typing import TYPE_CHECKING, Any

from assistant import prompting
from assistant.models.chat_model import ChatModel
from assistant.models.failures import translated_errors
from assistant.prompting import Prompt

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.messages import AIMessage
    from langchain_core.runnables import Runnable

_DOCUMENTS_SLOT, _SMALL_SLOT = 0, 1
"""Short prompts without documents have a slot of their own, so that they do not push the passages out."""

_LOGPROBS = 20

_LONGEST = 4_000
"""Characters after which a model is stopped; answers are a few sentences."""


class Drafter:
    """What the chat model is asked for. Of a local model one call at a time: its slots are its memory.

    Called inside a LangChain runnable, the calls are its children: callbacks and tracing see them.
    """

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat
        self._lock: AbstractContextManager[object] = nullcontext() if chat.runtime is None else Lock()

    @property
    def can_tell(self) -> bool:
        """Does `stated` work with this model? Its threshold is fitted for local models only."""
        return self._chat.runtime is not None

    def draft(self, documents: str, question: str, language: str) -> Iterator[str]:
        """Pieces of a drafted answer; the text is DECLINE_WORD where a model declines by itself."""
        values = self._plain(documents=documents, question=question, language=language)
        prompt = prompting.answer_prompt()
        if not self.can_tell:
            prompt = prompting.answer_or_none_prompt()
            values["none"] = prompting.DECLINE_WORD
        with self._on_documents(values["documents"]):
            yield from self._stream(prompt, values, _DOCUMENTS_SLOT)

    def stated(self, documents: str, question: str) -> float:
        """Log-odds of Yes against No to "is the exact answer written in the documents?". For local models."""
        values = self._plain(documents=documents, question=question)
        options = {"logprobs": True, "top_logprobs": _LOGPROBS, "max_completion_tokens": 1}
        with self._on_documents(values["documents"]), translated_errors(self._chat.name):
            chain = prompting.stated_prompt().template() | self._model(_DOCUMENTS_SLOT, **options)
            return _log_odds(chain.invoke(values))

    def condense(self, conversation: str, question: str, language: str) -> str:
        """The last question of a conversation, complete without it."""
        values = self._plain(conversation=conversation, question=question, language=language)
        with self._lock:
            return "".join(self._stream(prompting.condense_prompt(), values, _SMALL_SLOT))

    def translate(self, text: str, language: str) -> Iterator[str]:
        """Pieces of the text in another language."""
        with self._lock:
            values = self._plain(text=text, language=language)
            yield from self._stream(prompting.translate_prompt(), values, _SMALL_SLOT)

    def _plain(self, **values: str) -> dict[str, str]:
        """Texts that hold no token of the chat template; hosted models' servers see to that themselves."""
        runtime = self._chat.runtime
        return {name: runtime.plain(value) for name, value in values.items()} if runtime else values

    def _stream(self, prompt: Prompt, values: Mapping[str, str], slot: int) -> Iterator[str]:
        chain = prompt.template() | self._model(slot)
        length = 0
        with translated_errors(self._chat.name):
            for piece in chain.stream(dict(values)):
                yield piece.text
                length += len(piece.text)
                if length > _LONGEST:  # it repeats itself
                    return

    def _model(self, slot: int, **options: Any) -> "BaseChatModel | Runnable[LanguageModelInput, AIMessage]":
        if self._chat.runtime is None:
            return self._chat.llm
        # Short prompts are read anew each time: what the slot held before must not change their rounding.
        extra = {"id_slot": slot, "cache_prompt": slot == _DOCUMENTS_SLOT}
        return self._chat.llm.bind(extra_body=extra, **options)

    @contextmanager
    def _on_documents(self, documents: str) -> Iterator[None]:
        """Hold the slot, with the passages read."""
        with self._lock:
            if self._chat.runtime is not None:
                prompt = prompting.documents_prompt()
                messages = prompt.template().format_messages(documents=documents)
                beginning = str(messages[-1].content)
                # chat templates may strip a message, here of the blanks that more text follows
                before, _, _ = self._chat.runtime.render(messages).rpartition(beginning.strip())
                self._chat.runtime.prepare(before + beginning.lstrip(), _DOCUMENTS_SLOT)
            yield


def _log_odds(message: "AIMessage") -> float:
    first = message.response_metadata["logprobs"]["content"][0]["top_logprobs"]
    odds = {"yes": 1e-9, "no": 1e-9}
    for token in first:
        word = token["token"].strip().lower()
        if word in odds:
            odds[word] += math.exp(token["logprob"])
    return math.log(odds["yes"] / odds["no"])
