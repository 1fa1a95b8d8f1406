"""What a local model has read is kept beside the index: later processes need not read it, and answer the same."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant
from assistant.models import ChatModel
from assistant.models.states import PREPARED

from ..conftest import Lent
from ..unit.answering_fakes import write
from .kept_states import of_documents

pytestmark = pytest.mark.chat_model

LETTERS = {
    "harbour.txt": (
        "The ferry to Norrport\n\nThe ferry left Solvig at noon on Monday, 3 May 1926. It carried 42 barrels of salt. "
        "The captain of the ferry is Ada Lindqvist, who has sailed for thirty years.\n\n"
        "The crossing costs 15 crowns. Children pay nothing.\n"
    )
}
QUESTIONS = (
    "Who is the captain of the ferry?",
    "Combien de barils de sel y avait-il ?",
    "What is the capital of Peru?",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("letters")
    write(made / "corpus", LETTERS)
    return made


@pytest.fixture(scope="module")
def read_anew(folder: Path) -> Iterator[list[tuple[Any, ...]]]:
    """The answers where nothing is kept."""
    with opened(folder, prepared_mb=0, sync=True) as assistant:
        yield [told(assistant.ask(question)) for question in QUESTIONS]


def opened(folder: Path, prepared_mb: int = 100, sync: bool = False) -> Assistant:
    return Assistant.open(
        corpus=folder / "corpus", index_dir=folder / "index", chat_model="embedded", prepared_mb=prepared_mb, sync=sync
    )


def told(answer: Answer) -> tuple[Any, ...]:
    return answer.text, answer.citations, answer.language, answer.abstained


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "index" / PREPARED).glob("*"))


def test_nothing_is_kept_without_a_budget(folder: Path, read_anew: list[tuple[Any, ...]]) -> None:
    assert read_anew
    assert kept(folder) == []


def test_what_was_read_ahead_need_not_be_read_and_changes_no_answer(
    folder: Path, read_anew: list[tuple[Any, ...]]
) -> None:
    steps: list[tuple[int, int]] = []
    with opened(folder) as assistant:
        assistant.read_ahead(lambda done, total: steps.append((done, total)))
    assert steps
    assert steps[-1][0] == steps[-1][1] > 0
    (state,) = of_documents(folder / "index" / PREPARED)
    assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700

    again: list[tuple[int, int]] = []
    with opened(folder) as assistant:
        assistant.read_ahead(lambda done, total: again.append((done, total)))
        assert again == steps[-1:], "another process finds it"
        assert [told(assistant.ask(question)) for question in QUESTIONS] == read_anew
        assert of_documents(folder / "index" / PREPARED) == [state]

        state.unlink()
        assert told(assistant.ask(QUESTIONS[0])) == read_anew[0]
        (mended,) = of_documents(folder / "index" / PREPARED)
        # its bytes tell the slot, too: read ahead it is in another one than for a question
        assert mended.name.rpartition("-")[0] == state.name.rpartition("-")[0], "the same text, of the same tokens"
        mended.unlink()
        assistant.read_ahead()
    assert of_documents(folder / "index" / PREPARED) == [state], (
        "in the same slot, the same text is read to the same bytes"
    )


def test_the_index_command_reads_ahead(folder: Path, read_anew: list[tuple[Any, ...]], tmp_path: Path) -> None:
    assert read_anew
    index_dir = tmp_path / "index"
    command = [sys.executable, "-m", "assistant.cli", "index", str(folder / "corpus"), "--index-dir", str(index_dir)]

    def run(*more: str, megabytes: str) -> None:
        env = {**os.environ, "ASSISTANT_PREPARED_MB": megabytes}
        done = subprocess.run([*command, *more], capture_output=True, text=True, env=env, check=False)
        assert (done.returncode, done.stderr) == (0, "")

    run("--no-prepare", megabytes="100")
    run(megabytes="0")
    assert not (index_dir / PREPARED).exists()
    run(megabytes="100")
    assert len(list((index_dir / PREPARED).iterdir())) == 1


FILLER = "".join(f"On day {day} the wind came from the west, and nothing else was noted.\n\n" for day in range(9))
LOGS = {
    "ferry.txt": f"The ferry to Norrport\n\nThe captain of the ferry is Ada Lindqvist.\n\n{FILLER}",
    "mill.txt": f"The mill of Tarn\n\nThe mill of Tarn was built by Oskar Brandt.\n\n{FILLER}",
}


def test_what_is_kept_or_evicted_changes_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedded_chat: ChatModel, lent: Lent
) -> None:
    """Of a larger folder, where each question needs another text, and one pushes out what another one needed."""
    monkeypatch.setattr("assistant.evidence.WHOLE_BYTES", 600)  # what takes no time to read is large, too
    monkeypatch.setattr("assistant.evidence.STRETCH_BYTES", 300)
    write(tmp_path / "corpus", LOGS)
    ferry, mill = "Who is the captain of the ferry?", "Who built the mill of Tarn?"
    assert embedded_chat.runtime
    states = embedded_chat.runtime._states
    monkeypatch.setattr(states, "_budget_bytes", 1 << 20)
    found = []
    with lent(opened(tmp_path, sync=True)) as assistant:
        for question in (ferry, ferry, mill, ferry):
            found.append(told(assistant.ask(question)))
            assert len(states._states()) == 1
    assert "Lindqvist" in found[0][0]
    assert "Brandt" in found[2][0]
    assert found[0] == found[1] == found[3]
