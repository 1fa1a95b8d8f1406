"""Whatever happens to what a local model has read: answers stay the same, slower at worst, and the log says so."""

import logging
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
from assistant.models.states import PREPARED, StateFolder

from ..unit.answering_fakes import write

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
def read_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A folder whose documents were read ahead, and what was kept of them."""
    made = tmp_path_factory.mktemp("read")
    write(made / "corpus", LETTERS)
    with opened(made) as assistant:
        assistant.read_ahead()
    return made, {path.name: path.read_bytes() for path in states(made)}


@pytest.fixture
def read(read_once: tuple[Path, dict[str, bytes]]) -> Path:
    """The same folder, as if nothing had happened to it."""
    made, kept = read_once
    prepared = made / "index" / PREPARED
    shutil.rmtree(prepared, ignore_errors=True)
    prepared.mkdir(mode=0o700)
    for name, content in kept.items():
        (prepared / name).write_bytes(content)
    return made


@pytest.fixture
def unread(read: Path) -> Path:
    """The same folder, as if nothing had been read."""
    shutil.rmtree(read / "index" / PREPARED)
    return read


@pytest.fixture(scope="module")
def expected(read_once: tuple[Path, dict[str, bytes]]) -> tuple[Any, ...]:
    """The answer where nothing is kept."""
    made, _ = read_once
    with opened(made, prepared_mb=0) as assistant:
        found = told(assistant.ask(QUESTION))
    assert "Oskar Brandt" in found[0]
    return found


def opened(folder: Path, prepared_mb: int = 100) -> Assistant:
    return Assistant.open(
        corpus=folder / "corpus", index_dir=folder / "index", chat_model="embedded", prepared_mb=prepared_mb, sync=True
    )


def told(answer: Answer) -> tuple[Any, ...]:
    return answer.text, answer.citations, answer.language, answer.abstained


def states(folder: Path) -> list[Path]:
    return sorted((folder / "index" / PREPARED).glob("*.state"))


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
    damage: Callable[[bytes], bytes], read: Path, expected: tuple[Any, ...], caplog: pytest.LogCaptureFixture
) -> None:
    (state,) = states(read)
    state.write_bytes(damage(state.read_bytes()))
    with opened(read) as assistant:
        assert told(assistant.ask(QUESTION)) == expected
    (line,) = warnings(caplog)
    assert "damaged" in line
    assert len(states(read)) == 1, "read again, and kept again"


def test_of_another_version(
    unread: Path, expected: tuple[Any, ...], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other:
        other.setattr(runtime, "version", lambda _: "0.0.1")
        with opened(unread) as assistant:
            assistant.read_ahead()
    (old,) = states(unread)
    old.write_bytes(b"whatever another version writes")  # must not even be looked at
    with opened(unread) as assistant:
        assert told(assistant.ask(QUESTION)) == expected
    assert len(states(unread)) == 2
    assert warnings(caplog) == []


def test_damaged_while_serving(read: Path, expected: tuple[Any, ...], caplog: pytest.LogCaptureFixture) -> None:
    def unlink() -> None:
        states(read)[0].unlink()

    def remove_the_folder() -> None:
        shutil.rmtree(read / "index" / PREPARED)

    def truncate() -> None:
        states(read)[0].write_bytes(states(read)[0].read_bytes()[:10_000])

    with opened(read) as assistant:
        assistant.warm_up()
        for damage, lines in ((unlink, 0), (remove_the_folder, 0), (truncate, 1)):
            damage()
            caplog.clear()
            assert told(assistant.ask(QUESTION)) == expected, damage.__name__
            assert len(states(read)) == 1, damage.__name__
            assert len(warnings(caplog)) == lines, damage.__name__
        assert told(assistant.ask(QUESTION)) == expected, "what was read again"


@contextmanager
def full_disk(writer: int) -> Iterator[None]:
    """No file may grow beyond 100,000 bytes, as far as the process `writer` writes it."""
    soft, hard = resource.prlimit(writer, resource.RLIMIT_FSIZE)
    resource.prlimit(writer, resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        yield
    finally:
        resource.prlimit(writer, resource.RLIMIT_FSIZE, (soft, hard))


def test_full_disk(unread: Path, expected: tuple[Any, ...], caplog: pytest.LogCaptureFixture) -> None:
    with opened(unread) as assistant:
        assistant.warm_up()
        assert assistant._chat
        assert assistant._chat.runtime
        with full_disk(assistant._chat.runtime._process._process.pid):
            assistant.read_ahead()
            assert told(assistant.ask(QUESTION)) == expected
        assert list((unread / "index" / PREPARED).iterdir()) == []
        assert {line.partition(":")[0] for line in warnings(caplog)} == {"What the model has read could not be kept"}
        assert told(assistant.ask(QUESTION)) == expected
    assert len(states(unread)) == 1


def test_no_budget(unread: Path, expected: tuple[Any, ...], caplog: pytest.LogCaptureFixture) -> None:
    with opened(unread, prepared_mb=0) as assistant:
        assistant.read_ahead()
        assert told(assistant.ask(QUESTION)) == expected
    assert not (unread / "index" / PREPARED).exists()
    assert warnings(caplog) == []


def test_index_that_cannot_be_written(
    unread: Path, expected: tuple[Any, ...], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    mkdir = Path.mkdir

    def refused(path: Path, *arguments: Any, **keywords: Any) -> None:  # to root nothing is read-only
        if path.name == PREPARED:
            raise PermissionError(13, "Permission denied", str(path))
        mkdir(path, *arguments, **keywords)

    monkeypatch.setattr(Path, "mkdir", refused)
    with opened(unread) as assistant:
        assistant.read_ahead()
        assert told(assistant.ask(QUESTION)) == expected
    (line,) = warnings(caplog)
    assert "cannot be kept" in line


# --- power cuts ---

WRITER = """
import sys
from pathlib import Path
from assistant.models.states import StateFolder
folder, number = Path(sys.argv[1]), int(sys.argv[2])
states = StateFolder(folder, 12 << 20, "model")
print("ready", flush=True)
while True:
    prefix = f"prefix {number % 7}"
    content = prefix.encode() * 200_000
    if states.find(prefix) is None:
        begun = states.begin()
        (folder / begun).write_bytes(content)
        states.keep(prefix, begun, tokens=len(content), size=len(content))
    number += 1
"""


def test_killed_50_times_while_states_are_kept(tmp_path: Path) -> None:
    rng = random.Random(5)
    for number in range(50):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(number)], cwd=ROOT, stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            with pytest.raises(subprocess.TimeoutExpired):
                writer.wait(rng.uniform(0, 0.05))
            writer.kill()
    kept = StateFolder(tmp_path, 12 << 20, "model")
    found = {prefix: kept.find(prefix) for prefix in (f"prefix {number}" for number in range(7))}
    assert any(found.values())
    for prefix, state in found.items():
        if state is not None:
            assert (tmp_path / state.name).read_bytes() == prefix.encode() * 200_000
    assert sum(path.stat().st_size for path in tmp_path.glob("*.state")) <= 12 << 20


def test_killed_while_the_model_reads(folder: Path, expected: tuple[Any, ...]) -> None:
    command = [sys.executable, "-m", "assistant.cli", "index", str(folder / "corpus"), "--index-dir"]
    env = {**os.environ, "ASSISTANT_CHAT_MODEL": "embedded"}
    rng = random.Random(5)
    for _ in range(5):
        with subprocess.Popen([*command, str(folder / "index")], cwd=ROOT, env=env) as reader:
            try:
                reader.wait(rng.uniform(1, 6))
            except subprocess.TimeoutExpired:
                reader.send_signal(signal.SIGKILL)
    with opened(folder) as assistant:
        assert told(assistant.ask(QUESTION)) == expected
    subprocess.run([*command, str(folder / "index")], cwd=ROOT, env=env, check=True)
    assert len(states(folder)) == 1
