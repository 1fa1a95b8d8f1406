"""Whatever happens to what a local model has read: answers stay the same, slower at worst, and the log says so."""

import logging
import logging.handlers
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant
from assistant.models import runtime
from assistant.models.runtime import LlamaRuntime
from assistant.models.states import PREPARED, StateFolder
from index.cores import physical_cores

from ..unit.answering_fakes import write
from .kept_states import of_documents

pytestmark = pytest.mark.chat_model

ROOT = Path(__file__).parents[2]
LETTERS = {
    "mill.txt": (
        "The mill of Tarn\n\nThe mill of Tarn was built in 1874 by Oskar Brandt. It ground 30 sacks of rye a day until "
        "the river changed its course.\n"
    )
}
QUESTION = "Who built the mill of Tarn?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "corpus", LETTERS)
    return tmp_path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Opened once, for loading takes seconds."""
    made = tmp_path_factory.mktemp("served")
    write(made / "corpus", LETTERS)
    with opened(made) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def kept(served: Assistant) -> dict[str, bytes]:
    """The state of its documents, by the file's name."""
    served.read_ahead()
    return {path.name: path.read_bytes() for path in states(served)}


@pytest.fixture
def read(served: Assistant, kept: dict[str, bytes]) -> Assistant:
    """The assistant as if it had just been started, and nothing had happened to what is kept."""
    prepared = served.settings.index_dir / PREPARED
    shutil.rmtree(prepared, ignore_errors=True)
    prepared.mkdir(mode=0o700)
    for name, content in kept.items():
        (prepared / name).write_bytes(content)
    start_again(served)
    return served


@pytest.fixture
def unread(read: Assistant) -> Assistant:
    """The same, as if nothing had been read."""
    shutil.rmtree(read.settings.index_dir / PREPARED)
    return read


@pytest.fixture(scope="module")
def unwritable(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Any, ...], list[str]]:
    """The answer where nothing can be kept, and what is logged."""
    made, mkdir = tmp_path_factory.mktemp("unwritable"), Path.mkdir
    write(made / "corpus", LETTERS)

    def refused(path: Path, *arguments: Any, **keywords: Any) -> None:  # to root nothing is read-only
        if path.name == PREPARED:
            raise PermissionError(13, "Permission denied", str(path))
        mkdir(path, *arguments, **keywords)

    log = logging.handlers.BufferingHandler(100)
    log.setLevel(logging.WARNING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "mkdir", refused)
        patch.setattr(logging.getLogger("assistant"), "handlers", [log])
        with opened(made) as assistant:
            assistant.read_ahead()
            found = told(assistant.ask(QUESTION))
    assert not (made / "index" / PREPARED).exists()
    return found, [record.getMessage() for record in log.buffer]


@pytest.fixture(scope="module")
def expected(unwritable: tuple[tuple[Any, ...], list[str]]) -> tuple[Any, ...]:
    """The answer where nothing is kept."""
    answer, _ = unwritable
    return answer


def opened(folder: Path) -> Assistant:
    return Assistant.open(
        corpus=folder / "corpus", index_dir=folder / "index", chat_model="embedded", prepared_mb=100, sync=True
    )


def start_again(assistant: Assistant) -> None:
    """What a process knows of the disk when it starts, which is nothing."""
    model = model_of(assistant)
    depends_on = runtime._dependencies(model.path, physical_cores())
    model._states = StateFolder(assistant.settings.index_dir / PREPARED, 100 << 20, depends_on)


def model_of(assistant: Assistant) -> LlamaRuntime:
    assistant.warm_up()
    assert assistant._chat
    assert assistant._chat.runtime
    return assistant._chat.runtime


def told(answer: Answer) -> tuple[Any, ...]:
    return answer.text, answer.citations, answer.language, answer.abstained


def states(assistant: Assistant) -> list[Path]:
    """Of its documents."""
    return of_documents(assistant.settings.index_dir / PREPARED)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.message for each in caplog.records if each.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    "damage",
    [
        lambda state: state[: len(state) // 2],
        lambda _: b"",
        lambda state: state[:5_000] + bytes([state[5_000] ^ 1]) + state[5_001:],
    ],
    ids=["truncated", "empty", "one bit"],
)
def test_damaged_while_nobody_looked(
    damage: Callable[[bytes], bytes], read: Assistant, expected: tuple[Any, ...], caplog: pytest.LogCaptureFixture
) -> None:
    (state,) = states(read)
    state.write_bytes(damage(state.read_bytes()))
    assert told(read.ask(QUESTION)) == expected
    (line,) = warnings(caplog)
    assert "damaged" in line
    assert len(states(read)) == 1, "read again, and kept again"


def test_of_another_version(
    unread: Assistant, expected: tuple[Any, ...], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other:
        other.setattr(runtime, "version", lambda _: "0.0.1")
        start_again(unread)
        unread.read_ahead()
    (old,) = states(unread)
    old.write_bytes(b"whatever another version writes")  # must not even be looked at
    start_again(unread)
    assert told(unread.ask(QUESTION)) == expected
    assert len(states(unread)) == 2
    assert warnings(caplog) == []


def test_damaged_while_serving(read: Assistant, expected: tuple[Any, ...], caplog: pytest.LogCaptureFixture) -> None:
    def remove_the_folder() -> None:
        shutil.rmtree(states(read)[0].parent)

    def truncate() -> None:
        states(read)[0].write_bytes(states(read)[0].read_bytes()[:10_000])

    for damage, lines in ((remove_the_folder, 0), (truncate, 1)):
        damage()
        caplog.clear()
        assert told(read.ask(QUESTION)) == expected, damage.__name__
        assert len(states(read)) == 1, damage.__name__
        assert len(warnings(caplog)) == lines, damage.__name__
    assert told(read.ask(QUESTION)) == expected, "what was read again"


@contextmanager
def full_disk(writer: int) -> Iterator[None]:
    """No file may grow beyond 100,000 bytes, as far as the process `writer` writes it."""
    soft, hard = resource.prlimit(writer, resource.RLIMIT_FSIZE)
    resource.prlimit(writer, resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        yield
    finally:
        resource.prlimit(writer, resource.RLIMIT_FSIZE, (soft, hard))


def test_full_disk(unread: Assistant, expected: tuple[Any, ...], caplog: pytest.LogCaptureFixture) -> None:
    with full_disk(model_of(unread)._process._process.pid):
        unread.read_ahead()
        assert told(unread.ask(QUESTION)) == expected
    assert list((unread.settings.index_dir / PREPARED).iterdir()) == []
    assert {line.partition(":")[0] for line in warnings(caplog)} == {"What the model has read could not be kept"}
    assert told(unread.ask(QUESTION)) == expected
    assert len(states(unread)) == 1


def test_index_that_cannot_be_written(unwritable: tuple[tuple[Any, ...], list[str]]) -> None:
    (text, *_), (line,) = unwritable
    assert "Oskar Brandt" in text
    assert "cannot be kept" in line


def test_killed_while_the_model_reads(folder: Path, expected: tuple[Any, ...]) -> None:
    command = [sys.executable, "-m", "assistant.cli", "index", str(folder / "corpus"), "--index-dir"]
    env = {**os.environ, "ASSISTANT_CHAT_MODEL": "embedded"}
    rng = random.Random(5)
    for _ in range(3):
        with subprocess.Popen([*command, str(folder / "index")], cwd=ROOT, env=env) as reader:
            try:
                reader.wait(rng.uniform(1, 6))
            except subprocess.TimeoutExpired:
                reader.send_signal(signal.SIGKILL)
    with opened(folder) as assistant:
        assert told(assistant.ask(QUESTION)) == expected
        start_again(assistant)
        assistant.read_ahead()
        assert len(states(assistant)) == 1
