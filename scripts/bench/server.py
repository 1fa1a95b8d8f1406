"""The model's server: what it says of its own speed, and the plain pipeline's memory of prompts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.outputs import ChatGeneration, LLMResult

from assistant.models.chat_model import ChatModel

PLAIN_SLOT = 0
"""The assistant restores what it needs of a slot before each question, so that it can be shared."""
_RAW_SLOT = 1
_PLAIN_STATE = "plain-pipeline.bench"
_RAW_TOKENS = 128


@dataclass(frozen=True, slots=True)
class Call:
    """One reply, as the server counts."""

    reused: int
    """Tokens of the prompt that it held already."""
    read: int
    """Tokens of the prompt that it had to read."""
    read_ms: float
    generated: int
    generated_ms: float
    """From the first token generated to the last."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second of the bare server."""

    reading: float
    generating: float
    """Behind the text that was read: the more a model has read, the slower it generates."""
    generating_first: float
    """After a few words."""


class ModelServer:
    """Asked directly; and of each reply that LangChain gets it tells what that took."""

    def __init__(self, chat: ChatModel) -> None:
        assert chat.runtime is not None  # only local models are measured
        self._base_url = chat.runtime.base_url
        self._headers = {"Authorization": f"Bearer {chat.runtime.api_key}"}
        self._replies = _Replies()
        self._plain_kept = False
        chat.llm.callbacks = [self._replies]

    def take_calls(self) -> list[Call]:
        """Those that LangChain made since the last time."""
        timings = list(self._replies.timings)
        self._replies.timings.clear()
        return [_call(each) for each in timings]

    def speed(self, text: str) -> Speed:
        """Of reading `text` anew, and of generating 128 tokens behind it, and after a few words."""
        read = self._completion(text, _RAW_TOKENS)
        first = self._completion("Once upon a time", _RAW_TOKENS)
        return Speed(1000 * read.read / read.read_ms, generating_speed([read]), generating_speed([first]))

    @contextmanager
    def plain_slot(self) -> Iterator[None]:
        """The slot as the plain pipeline left it: a server of its own would hold its last prompt, too."""
        if self._plain_kept:
            self._post(f"/slots/{PLAIN_SLOT}?action=restore", {"filename": _PLAIN_STATE})
        else:
            self._post(f"/slots/{PLAIN_SLOT}?action=erase", {})
        yield
        self._post(f"/slots/{PLAIN_SLOT}?action=save", {"filename": _PLAIN_STATE})
        self._plain_kept = True

    def _completion(self, prompt: str, tokens: int) -> Call:
        options = {"n_predict": tokens, "ignore_eos": True, "temperature": 0, "cache_prompt": False}
        return _call(self._post("/completion", {"prompt": prompt, "id_slot": _RAW_SLOT, **options})["timings"])

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        response = httpx.post(f"{self._base_url}{path}", json=body, headers=self._headers, timeout=600, trust_env=False)
        response.raise_for_status()
        return response.json()


class _Replies(BaseCallbackHandler):
    def __init__(self) -> None:
        self.timings: list[dict[str, Any]] = []

    def on_llm_end(self, response: LLMResult, **_: Any) -> None:
        generation = response.generations[0][0]
        assert isinstance(generation, ChatGeneration)
        self.timings.append(generation.message.response_metadata["timings"])


def generating_speed(calls: Sequence[Call]) -> float:
    """Tokens a second in all calls together; the server's clock starts at the first token. NaN where there is none."""
    longer = [call for call in calls if call.generated > 1]
    seconds = sum(call.generated_ms for call in longer) / 1000
    return sum(call.generated - 1 for call in longer) / seconds if seconds else float("nan")


def _call(timings: dict[str, Any]) -> Call:
    return Call(
        reused=timings["cache_n"],
        read=timings["prompt_n"],
        read_ms=timings["prompt_ms"],
        generated=timings["predicted_n"],
        generated_ms=timings["predicted_ms"],
    )
