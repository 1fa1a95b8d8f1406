"""A chat model from a GGUF file, as LangChain calls it.

LangChain's own client for the OpenAI protocol takes longer to import than the model takes to load.
"""

from collections.abc import Generator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import InstanceOf

from assistant.models.chat_model import ChatModel
from assistant.models.runtime import LlamaRuntime

SEED = 0
MAX_ANSWER_TOKENS = 512


class LocalChatModel(BaseChatModel):
    """Replies of a runtime, at temperature 0. Bound arguments are further fields of llama.cpp's requests.

    The last chunk's metadata holds `timings`, as llama.cpp tells them.
    """

    runtime: InstanceOf[LlamaRuntime]

    @property
    def _llm_type(self) -> str:
        return "llama.cpp"

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 (the base class tells it of each chunk)
        **options: Any,
    ) -> Generator[ChatGenerationChunk, None, None]:
        request = {
            "temperature": 0,
            "seed": SEED,
            "max_completion_tokens": MAX_ANSWER_TOKENS,
            "stream_options": {"include_usage": True},  # and what of the prompt was held already
        }
        if stop:
            request["stop"] = stop
        for chunk in self.runtime.reply(messages, **request | options):
            yield _generation(chunk)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **options: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **options))


def local_chat_model(runtime: LlamaRuntime) -> ChatModel:
    """Connect LangChain to a model that may still be loading, and wait for it.

    Raises ModelDamagedError, ChatModelError.
    """
    _ = runtime.base_url  # waits for it
    return ChatModel(name=runtime.name, llm=LocalChatModel(runtime=runtime), runtime=runtime, on_close=(runtime.close,))


def _generation(chunk: dict[str, Any]) -> ChatGenerationChunk:
    """A chunk of the OpenAI protocol as LangChain has it."""
    choices: Sequence[dict[str, Any]] = chunk["choices"]  # none in that which tells the usage
    told = choices[0] if choices else {}
    told_too = {name: told[name] for name in ("logprobs", "finish_reason") if told.get(name)}
    usage = chunk.get("usage")
    if usage:
        told_too["timings"] = chunk.get("timings")
    content = told.get("delta", {}).get("content") or ""
    message = AIMessageChunk(content=content, usage_metadata=_usage(usage) if usage else None)
    return ChatGenerationChunk(message=message, generation_info=told_too or None)


def _usage(told: dict[str, Any]) -> UsageMetadata:
    held = (told.get("prompt_tokens_details") or {}).get("cached_tokens")
    return UsageMetadata(
        input_tokens=told["prompt_tokens"],
        output_tokens=told["completion_tokens"],
        total_tokens=told["total_tokens"],
        input_token_details=InputTokenDetails() if held is None else InputTokenDetails(cache_read=held),
    )
