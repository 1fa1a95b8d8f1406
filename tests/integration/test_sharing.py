"""`assistant ask` beside `assistant serve`: real processes, a real index, no chat model."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .test_cli_serve import PATIENCE_S, SERVE, environment

RECORD = Path(".assistant") / "index" / "server.json"
QUESTION = "Did the ferry carry salt to Norrport?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "harbour.txt").write_text("The ferry left at noon. It carried salt to Norrport.\n")
    return tmp_path


def ask(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    code = "from assistant.cli import run; import sys; code = run(); print('chromadb' in sys.modules, file=sys.stderr)"
    return subprocess.run(
        [sys.executable, "-c", code, "ask", QUESTION, "--chat-model", "none", *options],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )


def test_a_running_server_answers(folder: Path) -> None:
    command = [*SERVE, "--port", "0"]
    with subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            assert any("The page is ready" in line for line in process.stdout)
            asked, as_json = ask(folder), ask(folder, "--json")
            os.kill(process.pid, signal.SIGKILL)
        finally:
            process.kill()
    assert (asked.stderr, as_json.stderr) == ("False\n", "False\n")
    assert (folder / RECORD).exists(), "nobody could remove it"
    alone, alone_as_json = ask(folder), ask(folder, "--json")
    assert (alone.stderr, alone_as_json.stderr) == ("True\n", "True\n")
    assert asked.stdout == alone.stdout
    assert "It carried salt to Norrport." in asked.stdout
    first, second = json.loads(as_json.stdout), json.loads(alone_as_json.stdout)
    assert first | {"timings": None} == second | {"timings": None}
