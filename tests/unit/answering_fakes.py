"""A chat model that is a script and an embedder that counts words; all between the two is real."""

import hashlib
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, cast

import numpy as np
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, Field

from assistant import Assistant, Settings, prompting
from assistant.citations import without_markers
from assistant.drafting import Drafter
from assistant.models.chat_model import ChatModel
from assistant.models.runtime import SHORT_SLOT
from assistant.phrases import decline, is_decline
from assistant.pipeline import Pipeline
from assistant.sharing.record import Record, read_record
from assistant.types import Answer, DeclineReason, PassagesFound, StreamEvent, TextDelta, Turn
from index.embedding import Vectors
from index.search import Index
from index.sync import sync

FERRY = (
    "The ferry to Norrport\n\n"
    "The ferry left Solvig at noon on Monday. It carried 42 barrels of salt to Norrport. "
    "The captain is Ada Lindqvist, who has sailed for thirty years.\n\n"
    "The crossing costs 2,500 crowns. Children and pensioners of the island pay nothing.\n"
)
MILL = "The mill of Tarn\n\nThe miller bought two horses in spring. Their stable burned down in June.\n"
LETTERS = {"ferry.txt": FERRY, "mill.md": MILL}

CARGO = "It carried 42 barrels of salt to Norrport."
CAPTAIN = "The captain is Ada Lindqvist, who has sailed for thirty years."

WHO = "Who is the captain of the ferry?"
ADA = "The captain is Ada Lindqvist."
FERRY_DE = "Der Kapitän der Fähre ist Ada Lindqvist, und sie fährt seit dreißig Jahren."
TURN = Turn("What did the ferry carry to Norrport?", "It carried 42 barrels of salt. [1]")

PATIENCE_S = 20

OpenIndex = Callable[[dict[str, str]], Index]


class ToyEmbedder:
    """Texts that share words point the same way."""

    name = "toy"
    revision = "1"
    dimension = 64

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self.embed_queries(texts)

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, dtype=np.float32)
        vector[0] = 0.1
        for word in re.findall(r"\w+", text.casefold()):
            vector[1 + hashlib.sha256(word.encode("utf-8", "replace")).digest()[0] % (self.dimension - 1)] += 1
        return vector / np.linalg.norm(vector)


@dataclass(frozen=True)
class Call:
    """What the model was asked."""

    kind: str
    """quote, stated, alone (whether a sentence states it), requote (its words), draft, claim (whether quotes state it),
    phrase, translate or condense"""
    messages: tuple[BaseMessage, ...]
    options: Mapping[str, Any]

    @property
    def text(self) -> str:
        return "\n".join(message.text for message in self.messages)


Reply = str | Exception | Callable[[Call], str]


_LIKE = {"alone": "stated", "claim": "stated", "translate": "phrase", "requote": "quote"}
"""Kinds that reply as others do, unless they are given."""


class ScriptedModel(BaseChatModel):
    """Replies by the kind of call, and keeps what it was asked; streams words, as real models do."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    replies: dict[str, Any]
    calls: list[Call] = Field(default_factory=list)
    pieces: list[str] = Field(default_factory=list)
    """What was taken from its streams."""
    closed: list[str] = Field(default_factory=list)
    """Kinds of the calls whose streams have ended, read to the end or not."""
    translated: float = -0.1
    """Log-probability of the tokens of a translation."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    @property
    def kinds(self) -> list[str]:
        return [call.kind for call in self.calls]

    def _reply(self, messages: list[BaseMessage], options: Mapping[str, Any]) -> str:
        call = Call(_kind(messages, options), tuple(messages), dict(options))
        self.calls.append(call)
        kind = call.kind if call.kind in self.replies else _LIKE.get(call.kind, call.kind)
        reply: Reply = self.replies[kind] if call.kind != "claim" else self.replies.get(kind, "Yes")
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, str) else reply(call)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        del stop, run_manager
        message = AIMessage(self._reply(messages, kwargs))
        if "top_logprobs" in kwargs:
            message.response_metadata["logprobs"] = {"content": [{"top_logprobs": yes_or_no(message.text)}]}
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        del stop, run_manager
        try:
            reply = self._reply(messages, kwargs)
            said = reply.removeprefix("NONE ") if "logit_bias" in kwargs else reply
            for number, piece in enumerate(re.findall(r"\S+\s*|\s+", said) or [""]):
                self.pieces.append(piece)
                chunk = ChatGenerationChunk(message=AIMessageChunk(piece))
                if "logit_bias" in kwargs and number == 0:
                    chunk.message.response_metadata["logprobs"] = {"content": [{"top_logprobs": or_none(reply)}]}
                elif kwargs.get("logprobs"):
                    token = {"token": piece, "logprob": self.translated}
                    chunk.message.response_metadata["logprobs"] = {"content": [token]}
                yield chunk
        finally:
            self.closed.append(self.calls[-1].kind)


def yes_or_no(word: str) -> list[dict[str, Any]]:
    """Log-probabilities of a model that is sure."""
    if word not in ("Yes", "No"):
        return [{"token": word, "logprob": -0.001}]
    other = "No" if word == "Yes" else "Yes"
    return [{"token": word, "logprob": -0.001}, {"token": other, "logprob": -9.0}]


def or_none(reply: str) -> list[dict[str, Any]]:
    """The same of one that was taught to say NONE, and may not say it: "NONE Ada" is what it says instead."""
    likely, other = ("NONE", "Ada") if reply.startswith("NONE") else ("Ada", "NONE")
    return [{"token": likely, "logprob": -0.05}, {"token": other, "logprob": -3.0}]


def _kind(messages: Sequence[BaseMessage], options: Mapping[str, Any]) -> str:
    if messages[0].text == prompting.claim_prompt().system:
        return "claim"
    if "logit_bias" in options:
        whole = "quote" if options["max_completion_tokens"] > 1 else "stated"
        under_its_title = messages[-1].text.startswith("Title: ")
        return whole if under_its_title else {"quote": "requote", "stated": "alone"}[whole]
    translating = (prompting.translate_prompt(), prompting.translate_from_prompt())
    if messages[0].text.startswith(tuple(prompt.system.partition("$")[0] for prompt in translating)):
        return "translate"
    if "top_logprobs" in options:
        return "stated" if options["cache_prompt"] else "alone"
    if messages[0].text == prompting.condense_prompt().system:
        return "condense"
    if messages[0].text != prompting.documents_prompt().system:
        return "phrase"
    (asks_for_words,) = (line for line in prompting.quote_prompt().turns[-1].splitlines() if line and "$" not in line)
    if asks_for_words not in messages[-1].text:
        return "draft"
    return "requote" if options.get("id_slot") == SHORT_SLOT else "quote"


@dataclass
class FakeRuntime:
    """The memory of a local model: renders as llama.cpp does, and notes what it was prepared with."""

    prepared: list[tuple[str, int]] = field(default_factory=list)
    released: list[int] = field(default_factory=list)
    held: list[str] = field(default_factory=list)

    def release(self, slot: int) -> None:
        self.released.append(slot)

    full: bool = False
    ended: bool = False
    adapted: Mapping[str, Any] = field(default_factory=dict)
    translating: Mapping[str, Any] = field(default_factory=dict)

    def tokens(self, text: str) -> list[int]:
        return [ord(character) for character in text]

    def kept(self, prompt_prefix: str) -> bool:
        return any(prefix == prompt_prefix for prefix, _ in self.prepared)

    def render(self, messages: Sequence[BaseMessage]) -> str:
        return "".join(f"<|{message.type}|>{message.text}<|end|>" for message in messages) + "<|ai|>"

    def plain(self, text: str) -> str:
        return text.replace("<|", "< |")

    def hold(self, prompt_prefix: str) -> Iterator[None]:
        self.held.append(prompt_prefix)
        yield

    def prepare(self, prompt_prefix: str, slot: int = 0) -> Generator[tuple[int, int], None, int]:
        known = any(prefix == prompt_prefix for prefix, _ in self.prepared)
        self.prepared.append((prompt_prefix, slot))
        if not known:
            yield 0, len(prompt_prefix)
        return len(prompt_prefix)


def taught_runtime() -> FakeRuntime:
    """Of a model that was taught to quote and to translate."""
    adapted, translating = ({"lora": [{"id": number, "scale": 1.0}]} for number in range(2))
    return FakeRuntime(adapted=adapted, translating=translating)


def scripted(draft: Reply = "NONE", **replies: Reply) -> ScriptedModel:
    """A model with a reply to each kind of call; others are an error."""
    return ScriptedModel(replies={"draft": draft, **replies})


def hosted(model: BaseChatModel) -> ChatModel:
    return ChatModel(name="scripted", llm=model, runtime=None)


def local(model: BaseChatModel, runtime: Any = None) -> ChatModel:
    return ChatModel(name="scripted", llm=model, runtime=runtime or FakeRuntime())


@dataclass
class FakeProcess:
    """A local model that is loading."""

    closed: list[str]

    def close(self) -> None:
        self.closed.append("process")


class Loaders:
    """What the settings lead to, and how often it was loaded and closed."""

    def __init__(self) -> None:
        self.model: ScriptedModel | None = scripted(ADA, condense=WHO)
        self.embedder = ToyEmbedder()
        self.loaded: list[str] = []
        self.closed: list[str] = []
        self.runtime: FakeRuntime | None = None
        """That of a local model."""

    def begin(self, settings: Settings) -> Any:
        self.loaded.append(f"process of {settings.chat_model}")
        return FakeProcess(self.closed)

    def chat(self, settings: Settings, begun: "FakeProcess | None" = None) -> ChatModel | None:
        self.loaded.append("chat of it" if begun else "chat")
        if settings.chat_model == "none" or self.model is None:
            return None
        return ChatModel(
            "scripted", self.model, cast("Any", self.runtime), on_close=(lambda: self.closed.append("chat"),)
        )

    def embedding(self, name: str) -> ToyEmbedder:
        del name
        self.loaded.append("embedding")
        return self.embedder


def write(folder: Path, documents: Mapping[str, str]) -> Path:
    """The documents as files, to the letter."""
    folder.mkdir(parents=True, exist_ok=True)
    for source, text in documents.items():
        (folder / source).parent.mkdir(parents=True, exist_ok=True)
        (folder / source).write_bytes(text.encode("utf-8"))
    return folder


def indexed(folder: Path, documents: Mapping[str, str] = LETTERS) -> Index:
    """An open index over documents, in `folder`; its corpus is `folder`/corpus."""
    sync(write(folder / "corpus", documents), folder / "index", ToyEmbedder())
    return Index.open(folder / "index", ToyEmbedder())


def keywords(folder: Path, **more: Any) -> dict[str, Any]:
    """What opens an Assistant over `indexed(folder)`."""
    return {"corpus": folder / "corpus", "index_dir": folder / "index", "models_dir": folder / "models", **more}


def pipeline(index: Index, model: BaseChatModel | None) -> Pipeline:
    """Over a hosted-like model."""
    return Pipeline(index, Drafter(hosted(model)) if model else None)


def events(
    index: Index, model: BaseChatModel | None, question: str, history: Sequence[Turn] = ()
) -> tuple[PassagesFound, str, Answer]:
    """What was found, the streamed text, and the answer."""
    found, *deltas, answer = (event for event in pipeline(index, model).run(question, history) if event)
    assert isinstance(found, PassagesFound)
    assert isinstance(answer, Answer)
    return found, "".join(delta_text(delta) for delta in deltas), answer


def delta_text(event: StreamEvent) -> str:
    assert isinstance(event, TextDelta)
    return event.text


def ask(index: Index, model: BaseChatModel | None, question: str, history: Sequence[Turn] = ()) -> Answer:
    return events(index, model, question, history)[2]


def markers(text: str) -> list[int]:
    """In the order of the text."""
    return [int(number) for number in re.findall(r"(?<!\w)\[(\d{1,2})\]", text)]


def assert_verifies(answer: Answer, corpus: Path) -> None:
    """Every citation is in its file, to the letter; markers and citations are the same, counted from 1."""
    for citation in answer.citations:
        text = (corpus / citation.source).read_bytes().decode("utf-8-sig")
        assert text[citation.start : citation.end] == citation.quote
        assert citation.quote.strip()
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    first_uses = list(dict.fromkeys(markers(answer.text)))
    assert sorted(first_uses) == [citation.marker for citation in answer.citations]
    assert answer.abstained == (answer.decline_reason is not None)
    assert answer.citations or answer.decline_reason in (DeclineReason.NOT_COVERED, DeclineReason.NOT_A_QUESTION)
    assert answer.abstained == is_decline(answer.text)


def assert_declines(answer: Answer, language: str = "en") -> None:
    """It claims nothing: at most, it shows what the documents do say."""
    reason = DeclineReason.DETAIL_MISSING if answer.citations else DeclineReason.NOT_COVERED
    assert answer.decline_reason == reason
    assert (without_markers(answer.text), answer.language) == decline(language, reason)
    assert answer.abstained


SHARED_MODEL = "openai:scripted"


def record_of(assistant: Assistant) -> Record:
    """Where others find it."""
    found = read_record(assistant.settings.index_dir)
    assert found
    return found


def in_time(call: Callable[[], Any]) -> Any:
    """What a call returns that may hang: then the test fails, and the tests go on."""
    outcome: Future[Any] = Future()
    Thread(target=lambda: outcome.set_result(call()), daemon=True).start()
    return outcome.result(PATIENCE_S)
