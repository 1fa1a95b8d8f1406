"""`assistant index` and `assistant doctor` on the real embedder and Chroma."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant import cli

# As a shell starts it: a job in the background may have been started with Ctrl-C ignored, which its children inherit.
START = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from assistant.cli import main; main()"
)
COMMAND = [sys.executable, "-c", START]
PATIENCE_S = 120
ROOT = Path(__file__).parents[2]
LETTERS = {
    "harbour.txt": "The harbour letter\n\nThe ferry left at noon. It carried forty-two barrels of salt to Norrport.\n",
    "mill.md": "# The mill\n\nThe miller bought two horses in spring. Their names are not known.\n",
}


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with two letters in seeds/, and no settings from outside."""
    for name in os.environ:
        if name.startswith("ASSISTANT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ASSISTANT_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").mkdir()
    for name, text in LETTERS.items():
        (tmp_path / "seeds" / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in that directory, its output in pipes."""
    del folder

    def run_here(*arguments: str) -> Done:
        code = cli.run(arguments)
        return Done(code, *capsys.readouterr())

    return run_here


def test_a_folder_is_synced_step_by_step(run: Run, folder: Path) -> None:
    first = run("index", "--json")
    assert (first.returncode, first.stderr) == (0, "")
    assert json.loads(first.stdout)["added"] == ["harbour.txt", "mill.md"]

    (folder / "seeds" / "mill.md").unlink()
    (folder / "seeds" / "harbour.txt").write_text("The ferry was late.\n", encoding="utf-8")
    (folder / "seeds" / "notes.csv").write_text("a,b\n", encoding="utf-8")
    second = run("index")
    assert second.returncode == 0
    assert second.stdout.splitlines() == [
        "changed  harbour.txt",
        "removed  mill.md",
        "ignored  notes.csv (not .txt or .md)",
        "seeds: 0 added, 1 changed, 1 removed, 1 ignored, 0 unchanged; 1 passages in the index.",
    ]


def test_doctor_sees_what_is_missing_and_what_was_mended(run: Run, folder: Path) -> None:
    before = run("doctor", "--json", "--chat-model", "none")
    assert before.returncode == 3
    assert states(before)["index"] == "missing"

    run("index")
    indexed = run("doctor", "--json", "--chat-model", "none")
    assert states(indexed)["index"] == "ok"
    assert indexed.returncode == 0

    (folder / "seeds" / "new.txt").write_text("Something new.\n", encoding="utf-8")
    stale = run("doctor", "--json", "--chat-model", "none")
    assert states(stale)["index"] == "warn"
    assert stale.returncode == 0

    without_model = run("doctor", "--json")
    assert states(without_model)["chat model"] == "missing"
    assert "assistant pull" in without_model.stdout
    assert without_model.returncode == 3


def states(done: Done) -> dict[str, str]:
    return {finding["subject"]: finding["state"] for finding in json.loads(done.stdout)["findings"]}


@pytest.mark.parametrize(
    ("content", "exit_code", "word"),
    [(None, 2, "does not exist"), ({}, 2, "seeds"), ({"image.txt": b"\x00\x01\x02\x00" * 99}, 2, "image.txt")],
    ids=["no folder", "an empty folder", "a binary file"],
)
def test_a_folder_that_cannot_be_indexed_is_one_line(
    run: Run, folder: Path, content: dict[str, bytes] | None, exit_code: int, word: str
) -> None:
    for name in LETTERS:
        (folder / "seeds" / name).unlink()
    if content is None:
        (folder / "seeds").rmdir()
    else:
        for name, data in content.items():
            (folder / "seeds" / name).write_bytes(data)
    done = run("index")
    assert (done.returncode, done.stdout) == (exit_code, "")
    assert word in done.stderr
    assert done.stderr.count("\n") == 1


def test_ctrl_c_leaves_the_index_as_it_was(run: Run, folder: Path) -> None:
    run("index")
    index_dir = folder / ".assistant" / "index"
    manifest = (index_dir / "manifest.json").read_bytes()
    for number in range(300):
        (folder / "seeds" / f"{number}.txt").write_text(f"Letter {number}. " + "The ferry was late again. " * 40)
    before = last_written(index_dir)
    with subprocess.Popen([*COMMAND, "index"], stderr=subprocess.PIPE, text=True) as process:
        while last_written(index_dir) == before:  # until it has begun to store vectors
            with suppress(subprocess.TimeoutExpired):
                pytest.fail(f"it ended with {process.wait(timeout=0.05)} before it could be interrupted")
        process.send_signal(signal.SIGINT)
        try:
            error = process.communicate(timeout=PATIENCE_S)[1]
        finally:
            process.kill()
    assert process.returncode == 130
    assert error.strip() == "Interrupted."
    assert (index_dir / "manifest.json").read_bytes() == manifest


def last_written(index_dir: Path) -> int:
    return max(path.stat().st_mtime_ns for path in index_dir.glob("vectors-*/*.sqlite3"))


def test_a_reader_that_leaves_is_no_error(folder: Path) -> None:
    """As in `assistant doctor | true`."""
    del folder
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run([*COMMAND, "doctor"], stdout=write_end, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write_end)
    assert done.stderr == ""
