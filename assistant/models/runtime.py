"""A local model as llama.cpp serves it: prompts, tokens, and slots that hold what was read.

Reading is llama.cpp's prefill, and a state is the KV cache after it: of a slot, or saved to a file.
"""

import json
import logging
import os
import secrets
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
from langchain_core.messages import BaseMessage, convert_to_openai_messages

from assistant.errors import ChatModelError, ChatTimeoutError, ChatUnreachableError
from assistant.models.failures import translated_errors
from assistant.models.files import identity
from assistant.models.process import ModelProcess
from assistant.models.states import SavedState, StateFolder
from index.cores import physical_cores

_log = logging.getLogger(__name__)

DOCUMENT_SLOTS = 2
"""As many questions are under way at once."""
SHORT_SLOT = DOCUMENT_SLOTS
"""Holds nothing longer than a turn with the model: short prompts, so that they push no documents out; reading ahead."""
CONVERSATION_SLOT = DOCUMENT_SLOTS + 1
"""For the conversation that was read last, which a follow-up may need."""
SLOTS = DOCUMENT_SLOTS + 2
SLOT_TOKENS = 4096
OWN_BUDGET_BYTES = 512 << 20
STRETCH_TOKENS = 256
"""Read at once of a long prompt: some seconds, after which whoever waits for it may leave."""
_HALF_READ = "half read: "
"""Before a prefix: the state is that after its first stretches."""
TIMEOUT_S = 600.0
"""Longest wait for the model: reading a full context on a slow machine takes minutes."""


class LlamaRuntime:
    """A GGUF model, served on a loopback port to whoever knows the process's random key.

    Each of the server's slots keeps what it read last, so that a prompt with the same beginning starts sooner. One
    question at a time may use a slot: `prepare` it, call the model on it, and only then let the next one in. No two
    slots may be at work at once: they would be worked on in one batch, which changes rounding.
    """

    def __init__(
        self,
        path: Path,
        *,
        quoting: Path | None = None,
        translating: Path | None = None,
        states: Path | None = None,
        state_budget_bytes: int = 0,
    ) -> None:
        """Let the model load beside whatever comes next: seconds, and about 1.5 times its file's size in memory.

        `quoting` and `translating` are low-rank adapters for this model, which are at work in requests that say so.
        What was read is kept in the folder `states`, for later processes too; without one that can be written, or
        without a budget, in a folder of its own that ends with the process. Raises ChatModelError where no process can
        be started; whatever is called first waits for it, and raises what ModelProcess.address raises.
        """
        self.path = path
        adapters = [str(adapter) for adapter in (quoting, translating) if adapter]
        self.adapted = _at_work(adapters, quoting)
        """Fields of a request that has the adapter for quoting work; empty where there is none."""
        self.translating = _at_work(adapters, translating)
        """The same of the one for translating."""
        self.api_key = secrets.token_urlsafe(32)
        self._own_folder: tempfile.TemporaryDirectory[str] | None = None
        if states is not None and state_budget_bytes > 0 and not _private(states):
            _log.warning(
                "What the model reads cannot be kept in %s, which must be a folder that you can write to and nobody "
                "else can enter (chmod 700): other processes will read it again.",
                states,
            )
            states = None
        if states is None or state_budget_bytes == 0:
            self._own_folder = _own_folder()
            states, state_budget_bytes = Path(self._own_folder.name), OWN_BUDGET_BYTES
        threads = physical_cores()
        self._conversation = ""
        self._states = StateFolder(states, state_budget_bytes, _dependencies(path, threads))
        self._http = httpx.Client(
            headers={"Authorization": f"Bearer {self.api_key}"},
            timeout=TIMEOUT_S,
            trust_env=False,  # no proxy stands between a machine and itself
        )
        try:
            self._process = ModelProcess(
                path,
                api_key=self.api_key,
                states=f"{states}/",
                threads=threads,
                slots=SLOTS,
                slot_tokens=SLOT_TOKENS,
                adapters=adapters,
            )
        except ChatModelError:
            self._remove_own_folder()
            raise

    @property
    def base_url(self) -> str:
        """Without a path; the OpenAI protocol is spoken under /v1. Waits until the model is loaded."""
        return self._process.address()

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    @property
    def ended(self) -> bool:
        """Is its process no more? It was closed, or the system ended it, for want of memory say."""
        return self._process.ended

    @property
    def full(self) -> bool:
        """Could what is read next push out what this process has read or found?"""
        return self._states.full

    def kept(self, prompt_prefix: str) -> bool:
        """Was it read before, and is that kept? Then it is the last to be pushed out by others."""
        return self._states.find(prompt_prefix) is not None

    def render(self, messages: Sequence[BaseMessage]) -> str:
        """The prompt that the model reads for `messages`, by its own chat template. Raises ChatModelError."""
        body = {"messages": convert_to_openai_messages(list(messages))}
        return str(self._call("POST", "/apply-template", body)["prompt"])

    def reply(self, messages: Sequence[BaseMessage], **options: Any) -> Generator[dict[str, Any], None, None]:
        """What the model says, in chunks of the OpenAI protocol as they come; closing it stops the model.

        `options` are further fields of the request. Raises ChatModelError, and what httpx raises.
        """
        body = {"messages": convert_to_openai_messages(list(messages)), "stream": True} | options
        # llama.cpp ends a connection that it has streamed on, now and then only after the next request is on its way
        once, url = {"Connection": "close"}, f"{self.base_url}/v1/chat/completions"
        with self._http.stream("POST", url, json=body, headers=once) as response:
            _check(response)
            for line in _lines(response):
                _, is_data, data = line.partition(b"data: ")
                if is_data and data.strip() != b"[DONE]":
                    chunk = json.loads(data)
                    if "error" in chunk:
                        raise ChatModelError(f"The chat model {self.name} failed: {_told(chunk)}", fix="Ask again.")
                    yield chunk

    def tokens(self, text: str, *, parse_special: bool = True, add_special: bool = False) -> list[int]:
        """Ids of its tokens; by default as prompts are read, where "<|im_end|>" may be one. Raises ChatModelError.

        With `add_special`, those that the model wants at the beginning of a prompt are added.
        """
        return [token["id"] for token in self._tokens(text, parse_special, add_special)]

    def plain(self, text: str) -> str:
        """`text`, with a space inside whatever the model would take for a token of its chat template.

        llama.cpp looks for such tokens in all of a prompt, so that a document or a question could end its own turn and
        begin another one, say the system's. Raises ChatModelError.
        """
        while special := self._special_tokens(text):
            for token in special:
                text = text.replace(token, f"{token[0]} {token[1:]}")
        return text

    def prepare(self, prompt_prefix: str, slot: int = 0) -> Generator[tuple[int, int], None, int]:
        """Make `slot` hold exactly the state after reading `prompt_prefix`, a rendered prompt or the beginning of one.

        Yields the tokens read and those in all before each stretch of the text, so that others may have their turn, or
        whoever waits may leave; returns those in all. What was left half read is gone on with the next time, on any
        slot; so is what others have read meanwhile, who had the turn before. What was read before is restored within
        milliseconds, without a yield.
        Rounding depends on the batches in which a prompt is read: from a prepared slot an answer depends on the prefix
        and on what follows it, never on the questions before. Raises ChatModelError.
        """
        if restored := self._restore(prompt_prefix, slot):
            return restored
        tokens = self._tokens_of(prompt_prefix)
        yield 0, len(tokens)
        if restored := self._restore(prompt_prefix, slot):
            return restored
        try:
            for read in self._read(tokens, self._resume(prompt_prefix, slot), slot):
                yield read, len(tokens)
        except GeneratorExit:
            self._save(_HALF_READ + prompt_prefix, slot)
            raise
        self._save(prompt_prefix, slot)
        self._states.forget(_HALF_READ + prompt_prefix)  # another process may have left it so
        return len(tokens)

    def hold(self, prompt_prefix: str) -> Iterator[None]:
        """As `prepare`, for the conversation slot: what people say is not kept on the disk, the last one stays there.

        Yields after each stretch of the text but the last. Raises ChatModelError.
        """
        tokens = self._tokens_of(prompt_prefix)
        if self._conversation != prompt_prefix:
            self._conversation = ""
            for _ in self._read(tokens, 0, CONVERSATION_SLOT):
                yield
            self._conversation = prompt_prefix
        # Drops what was asked of it since. llama.cpp reads the last token again for that; so that rounding is the same
        # whether anything was asked or not, it does so always.
        self._evaluate(tokens, CONVERSATION_SLOT, cached=True)

    def release(self, slot: int) -> None:
        """Empty a slot, once what it is at has ended: a stream that was left may be worked on a little longer. Raises
        ChatModelError.
        """
        if slot == CONVERSATION_SLOT:
            self._conversation = ""
        self._call("POST", f"/slots/{slot}?action=erase")

    def close(self) -> None:
        """Stop the server, and remove the states that do not outlive it. May be called twice."""
        self._process.close()  # first: whoever is at a call is told that the server is gone
        self._http.close()
        self._remove_own_folder()

    def _remove_own_folder(self) -> None:
        if self._own_folder is not None:
            self._own_folder.cleanup()

    def _tokens_of(self, prompt_prefix: str) -> list[int]:
        tokens = self.tokens(prompt_prefix, add_special=True)
        if len(tokens) >= SLOT_TOKENS:
            raise ChatModelError(
                f"The text to read has {len(tokens):,} tokens, and the model reads fewer than {SLOT_TOKENS:,}",
                fix="Split documents without paragraphs, or begin a new conversation.",
            )
        return tokens

    def _read(self, tokens: Sequence[int], read: int, slot: int) -> Iterator[int]:
        """The tokens behind those that the slot has read; yields those read after each stretch but the last."""
        while True:
            end = min(read + STRETCH_TOKENS, len(tokens))
            self._evaluate(tokens[:end], slot, cached=read > 0)
            read = end
            if read == len(tokens):
                return
            yield read

    def _evaluate(self, tokens: Sequence[int], slot: int, *, cached: bool) -> None:
        """Let the slot hold these alone; `cached`: of those that it holds already only the last one is read again."""
        body = {"prompt": tokens, "n_predict": 0, "id_slot": slot, "cache_prompt": cached}
        self._call("POST", "/completion", body)

    def _restore(self, prompt_prefix: str, slot: int) -> int:
        """Tokens of the state that was read before; 0 where there is none."""
        saved = self._states.find(prompt_prefix)
        if saved is None:
            return 0
        if self._restored(saved, slot):
            return saved.tokens
        _log.warning("What the model had read could not be restored: it is read again.")
        self._states.forget(prompt_prefix)
        return 0

    def _resume(self, prompt_prefix: str, slot: int) -> int:
        """Restore what was left half read, if there is such a state; returns its tokens."""
        half_read = _HALF_READ + prompt_prefix
        saved = self._states.find(half_read)
        if saved is not None and self.adapted and slot == SHORT_SLOT:
            self._evaluate([0], slot, cached=False)  # with the adapter gone, llama.cpp drops what the slot holds
        read = saved.tokens if saved is not None and self._restored(saved, slot) else 0
        self._states.forget(half_read)  # whoever goes on with it leaves it further on
        return read

    def _save(self, prompt_prefix: str, slot: int) -> None:
        begun = self._states.begin()
        try:
            saved = self._call("POST", f"/slots/{slot}?action=save", {"filename": begun})
            self._states.keep(prompt_prefix, begun, int(saved["n_saved"]), int(saved["n_written"]))
        except (ChatModelError, OSError) as error:  # a full disk costs time, not answers
            _log.warning("What the model has read could not be kept: %s", error)
            self._states.drop(begun)

    def _restored(self, state: SavedState, slot: int) -> bool:
        try:
            restored = self._call("POST", f"/slots/{slot}?action=restore", {"filename": state.name})
        except (ChatUnreachableError, ChatTimeoutError):  # this tells nothing of the state
            raise
        except ChatModelError:
            if self.ended:
                raise
            return False
        return int(restored["n_restored"]) == state.tokens

    def _special_tokens(self, text: str) -> set[str]:
        """Those that stand in `text`."""
        read, apart = self._tokens(text, True), self.tokens(text, parse_special=False)
        if [token["id"] for token in read] == apart:
            return set()
        unlike = {
            t["piece"] for t in read if t["id"] not in apart and isinstance(t["piece"], str) and len(t["piece"]) > 1
        }
        return {piece for piece in unlike if len(self.tokens(piece)) < len(self.tokens(piece, parse_special=False))}

    def _tokens(self, text: str, parse_special: bool, add_special: bool = False) -> list[dict[str, Any]]:
        body = {"content": text, "parse_special": parse_special, "add_special": add_special, "with_pieces": True}
        return list(self._call("POST", "/tokenize", body)["tokens"])

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        with translated_errors(self.name, local=True):
            response = self._http.request(method, f"{self.base_url}{path}", json=body)
            _check(response)
            return response.json()


def _lines(response: httpx.Response) -> Iterator[bytes]:
    """As they come. httpx's own also end where a text holds a separator of lines or paragraphs."""
    rest = b""
    for received in response.iter_bytes():
        *lines, rest = (rest + received).split(b"\n")
        yield from lines
    yield rest


def _check(response: httpx.Response) -> None:
    """Raises HTTPStatusError with the server's own words."""
    if response.is_error:
        response.read()
        try:
            message = _told(response.json())
        except ValueError:
            message = response.reason_phrase
        raise httpx.HTTPStatusError(message, request=response.request, response=response)


def _told(reply: Any) -> str:
    """The message of an error as llama.cpp tells it."""
    error = reply.get("error") if isinstance(reply, dict) else None
    return str(error.get("message", error) if isinstance(error, dict) else reply)


def _at_work(adapters: Sequence[str], adapter: Path | None) -> Mapping[str, Any]:
    return {"lora": [{"id": adapters.index(str(adapter)), "scale": 1.0}]} if adapter else {}


def _private(folder: Path) -> bool:
    """Is there such a folder, or can it be made, that nobody else may enter? A state is trusted, and tells the text."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.stat()
    except OSError:
        return False
    own = found.st_uid == os.geteuid() and not found.st_mode & 0o077 if hasattr(os, "geteuid") else True
    return own and os.access(folder, os.W_OK)


def _own_folder() -> "tempfile.TemporaryDirectory[str]":
    """One that only its owner may enter, and that goes with the process."""
    try:
        return tempfile.TemporaryDirectory(prefix="assistant-slots-")
    except OSError as error:
        raise ChatModelError(
            f"No temporary folder can be made: {error}", fix="Free some space, or set TMPDIR to a folder with some."
        ) from error


def _dependencies(path: Path, threads: int) -> str:
    """What a state depends on besides the text that was read."""
    return f"{identity(path)} {version('xllamacpp')} {SLOT_TOKENS} {STRETCH_TOKENS} {threads}"
