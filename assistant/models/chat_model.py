"""A chat model that is ready to be called."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.models.runtime import LlamaRuntime


@dataclass(frozen=True, slots=True)
class ChatModel:
    """What answering needs of a chat model, whatever its provider."""

    name: str
    """For people and reports."""
    llm: "BaseChatModel"
    """Temperature 0."""
    runtime: "LlamaRuntime | None"
    """The server on this machine that `llm` talks to; None for hosted models."""
    on_close: tuple[Callable[[], None], ...] = ()

    @property
    def local(self) -> bool:
        """Does it run on this machine, for this process?"""
        return self.runtime is not None

    def close(self) -> None:
        """Free what the model holds. May be called twice."""
        for release in self.on_close:
            release()
