"""`assistant serve` as a process: it indexes, says where the page is, serves it, and ends with Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

# As a shell starts it: in the background Ctrl-C may be ignored, and under nohup the end of the terminal, which children
# inherit.
START = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "signal.signal(signal.SIGHUP, signal.SIG_DFL); from assistant.cli import main; main()"
)
SERVE = [sys.executable, "-c", START, "serve", "--chat-model", "none"]
PATIENCE_S = 120


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "harbour.txt").write_text("The ferry left at noon. It carried salt to Norrport.\n")
    return tmp_path


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_page_is_served_until_ctrl_c_or_the_like(ending: signal.Signals, folder: Path) -> None:
    with subprocess.Popen(
        [*SERVE, "--port", "0"],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        added, _, ready = (process.stdout.readline() for _ in range(3))
        address = re.search(r"http://\S+", ready)
        try:
            assert address
            page = httpx.get(address[0], timeout=PATIENCE_S)
            process.send_signal(ending)
            _, errors = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()
    assert added.startswith("added    harbour.txt")
    assert page.status_code == 200
    assert (process.returncode, errors) == (0, "Stopping.\n")


def test_a_port_in_use_is_one_line(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*SERVE, "--port", port], cwd=folder, env=environment(), capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert port in done.stderr
    assert done.stderr.count("\n") == 1
