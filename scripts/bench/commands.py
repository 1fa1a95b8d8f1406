"""`assistant ask` and `assistant serve` as a user starts them: processes, a terminal, an address."""

import json
import os
import pty
import re
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import httpx

from scripts.bench.machine import Memory, memory
from scripts.results import ASSISTANT, Scratch

_CONTROL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]?)?")
"""Of a terminal; the last one may not have come as a whole."""
_SPINNER = re.compile("[\u2801-\u28ff]")
_POLL_S = 0.02
_PATIENCE_S = 600


@dataclass(frozen=True, slots=True)
class Commands:
    """Medians of some runs, in seconds."""

    runs: int
    ask_cold_s: float
    """First words in a new process, no server running; the documents were read when they were indexed."""
    ask_beside_s: float
    """The same beside a running server."""
    serve_http_s: float
    """From the start to the first page."""
    serve_answer_s: float
    """From the start to the whole answer to a question put as soon as the page is there."""
    serve_memory: Memory | None
    """Of the server after all questions."""


class _Started(NamedTuple):
    address: str
    http_s: float
    pid: int
    since: float
    """Of time.perf_counter."""


def measure_commands(scratch: Scratch, corpus: Path, chat_model: str, questions: Sequence[str], runs: int) -> Commands:
    """Index `corpus` and let it be read ahead, then ask and serve, the same questions each time.

    Raises CalledProcessError, RuntimeError, httpx.HTTPError.
    """
    scratch.environment |= {
        "ASSISTANT_INDEX_DIR": str(scratch.folder / "index"),
        "ASSISTANT_CHAT_MODEL": chat_model,
        "ASSISTANT_EMBEDDING_MODEL": "embedded",
    }
    scratch.run([*ASSISTANT, "index", str(corpus)])
    warm, *others = questions
    first_words_s([*ASSISTANT, "ask", warm], scratch)  # fills the system's caches of files
    asked = others[:runs]
    cold = [first_words_s([*ASSISTANT, "ask", question], scratch) for question in asked]
    pages, answers, beside = [], [], []
    held = None
    for question in asked:
        with _serving(scratch) as server:
            pages.append(server.http_s)
            _answer(server.address, question)
            answers.append(time.perf_counter() - server.since)
            beside.append(first_words_s([*ASSISTANT, "ask", question], scratch))
            if question == asked[-1]:
                for other in others:
                    _answer(server.address, other)
                held = memory(server.pid)
    median = statistics.median
    return Commands(len(asked), median(cold), median(beside), median(pages), median(answers), held)


def first_words_s(command: Sequence[str], scratch: Scratch) -> float:
    """Seconds until words of an answer stand on a terminal.

    Raises CalledProcessError where the command fails or shows none.
    """
    ours, its = pty.openpty()
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=scratch.folder,
        env=_on_a_terminal(scratch.environment),
        stdin=its,
        stdout=its,
    ) as process:
        os.close(its)
        screen, seconds = b"", None
        try:
            while data := _read(ours):
                screen += data
                if seconds is None and shows_words(screen.decode(errors="ignore")):
                    seconds = time.perf_counter() - start
        finally:
            os.close(ours)
    if process.returncode or seconds is None:
        raise subprocess.CalledProcessError(process.returncode, command, screen.decode(errors="replace"))
    return seconds


def shows_words(screen: str) -> bool:
    """Is there a line with words that is no spinner's? `screen` is all that was written to a terminal."""
    lines = re.split(r"[\r\n]+", _CONTROL.sub("", screen))
    return any(re.search(r"\w", line) and not _SPINNER.search(line) for line in lines)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # so Linux says that nobody writes any more
        return b""


def _on_a_terminal(environment: Mapping[str, str]) -> dict[str, str]:
    return {**environment, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}


@contextmanager
def _serving(scratch: Scratch) -> Iterator[_Started]:
    """A server with its page there; ended after use."""
    since = time.perf_counter()
    process = subprocess.Popen(
        [*ASSISTANT, "serve", "--port", "0"],
        cwd=scratch.folder,
        env=scratch.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = next((found[0] for line in process.stdout if (found := re.search(r"http://\S+", line))), None)
        if address is None:
            raise subprocess.CalledProcessError(process.wait(), "assistant serve")
        # what it goes on writing must not stop it
        threading.Thread(target=process.stdout.read, daemon=True).start()
        while httpx.get(address, timeout=_PATIENCE_S, trust_env=False).status_code != 200:
            time.sleep(_POLL_S)
        yield _Started(address, time.perf_counter() - since, process.pid, since)
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answer(address: str, question: str) -> str:
    """Asked through the page's own endpoint. Raises RuntimeError where there is no answer."""
    endpoint = f"{address.rstrip('/')}/gradio_api/call/ask"
    with httpx.Client(timeout=_PATIENCE_S, trust_env=False) as client:
        event = client.post(endpoint, json={"data": [question]}).raise_for_status().json()["event_id"]
        told = client.get(f"{endpoint}/{event}").raise_for_status().text
    found = re.search(r"^event: complete\ndata: (.*)$", told, re.MULTILINE)
    if not found:
        raise RuntimeError(f"The server gave no answer: {told[-300:]}")
    return str(json.loads(found[1])[0]["text"])
