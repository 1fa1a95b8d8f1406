"""One call of the chat model: `prompt | model`, for a local model on a slot that holds the beginning already.

Called inside a LangChain runnable, it is its child: callbacks and tracing see it.
"""

import math
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from assistant.errors import ChatModelError
from assistant.models.chat_model import ChatModel
from assistant.models.failures import translated_errors
from assistant.models.runtime import SHORT_SLOT
from assistant.prompting import DECLINE_WORD, Prompt
from assistant.turns import Line

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.messages import AIMessage
    from langchain_core.runnables import Runnable

    from assistant.models.runtime import LlamaRuntime

_HERE = "\ue000"
"""Stands for the question where a prompt is looked at without one; a character for private use."""

_WORD = re.compile(r"[^\W_]+")

_RARE = 1e-9
"""Probability of a word that is not among them."""

_LONGEST = 4_000
"""Characters after which a model is stopped; answers are a few sentences."""


def beginning(runtime: "LlamaRuntime", prompt: Prompt, **values: str) -> str:
    """Of a prompt, up to its question, as the model reads it; without the blank before, which is one token with it."""
    others = dict.fromkeys(prompt.placeholders - values.keys() - {"question"}, "")
    messages = prompt.template().format_messages(**values, **others, question=_HERE)
    return runtime.render(messages).rpartition(_HERE)[0].rstrip(" ")


def stream(
    chat: ChatModel,
    model: Line,
    prompt: Prompt,
    values: Mapping[str, str],
    slot: int,
    *,
    before: Callable[["LlamaRuntime"], Iterator[object]] | None = None,
    check: Callable[["AIMessage"], None] = lambda _: None,
    options: Mapping[str, Any] = MappingProxyType({}),
    **cleared: str,
) -> Generator[str, None, None]:
    """Pieces of a reply, "" while it waits for its turn; `cleared` values hold no token of the chat template already.

    `before` has a local model read what the slot is to hold; without it, the short slot holds nothing. `check` is
    called with each piece; `options` are further fields of a local model's request.
    """
    chain = prompt.template() | bound(chat, slot, restored=slot != SHORT_SLOT or before is not None, **options)
    length, ended = 0, False
    with model.ticket() as turn:
        for _ in turn.waiting():
            yield ""
        try:
            if chat.runtime is not None and before is not None:
                for _ in before(chat.runtime):
                    yield ""
            # closing it stops the model
            pieces = cast("Generator[AIMessage]", chain.stream(plain(chat, values) | cleared))
            with translated_errors(chat.name, local=chat.local), closing(pieces):
                for piece in pieces:
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


def bound(
    chat: ChatModel, slot: int, *, restored: bool, **options: Any
) -> "BaseChatModel | Runnable[LanguageModelInput, AIMessage]":
    """`restored`: does the slot hold exactly what was read before? What else it may hold must not change rounding."""
    if chat.runtime is None:
        return chat.llm
    return chat.llm.bind(id_slot=slot, cache_prompt=restored, **options)


def plain(chat: ChatModel, values: Mapping[str, str]) -> dict[str, str]:
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


def none_odds(message: "AIMessage") -> float:
    """Log-odds of a local model's reply against one that is DECLINE_WORD, by its first token."""
    tokens = message.response_metadata["logprobs"]["content"][0]["top_logprobs"]
    least = min(token["logprob"] for token in tokens)
    none: float = max((token["logprob"] for token in tokens if token["token"].strip() == DECLINE_WORD), default=least)
    return math.log(max(1 - math.exp(none), _RARE)) - none


def log_odds(message: "AIMessage", *, local: bool) -> float | None:
    """Of Yes against No; None where it says neither."""
    odds = dict.fromkeys(("yes", "no"), _RARE)
    for word, probability in _first_words(message, local=local):
        if word in odds:
            odds[word] += probability
    return math.log(odds["yes"] / odds["no"]) if max(odds.values()) > _RARE else None
