"""The process that serves a model: it ends with whoever started it, and tells why where it cannot serve."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from assistant.errors import ChatModelError, ModelDamagedError
from assistant.models import checked_file
from assistant.models.process import ModelProcess
from assistant.settings import Settings

pytestmark = pytest.mark.chat_model

PATIENCE_S = 120


@pytest.fixture
def start(tmp_path: Path) -> Callable[[Path], ModelProcess]:
    def start_(path: Path) -> ModelProcess:
        return ModelProcess(path, api_key="secret", states=f"{tmp_path}/", threads=1, slots=1, slot_tokens=256)

    return start_


@pytest.fixture
def model() -> Path:
    path = checked_file(Settings.load(chat_model="embedded"))
    assert path is not None
    return path


def ended(pid: int) -> bool:
    """Within some seconds."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health", timeout=PATIENCE_S).is_success
    except httpx.HTTPError:
        return False


def test_it_serves_until_it_is_closed(start: Callable[[Path], ModelProcess], model: Path) -> None:
    process = start(model)
    address = process.address()
    assert process.address() == address
    assert answers(address)
    process.close()
    process.close()
    assert not answers(address)


def test_closed_before_it_was_asked_for_is_told(start: Callable[[Path], ModelProcess], model: Path) -> None:
    process = start(model)
    process.close()
    with pytest.raises(ChatModelError, match="closed before it had loaded"):
        process.address()


def test_a_library_that_is_missing_is_no_damage_of_the_file(
    start: Callable[[Path], ModelProcess], model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('libgomp.so.1: no such file')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    process = start(model)
    with pytest.raises(ChatModelError, match=r"libgomp\.so\.1") as caught:
        process.address()
    assert not isinstance(caught.value, ModelDamagedError)
    process.close()


def test_what_cannot_be_loaded_is_damaged(start: Callable[[Path], ModelProcess], tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF".ljust(4096))
    process = start(broken)
    with pytest.raises(ModelDamagedError, match=r"broken\.gguf"):
        process.address()
    process.close()


def test_an_end_while_it_loads_is_told_at_once(start: Callable[[Path], ModelProcess], model: Path) -> None:
    """As after the system ran out of memory, or Ctrl-C."""
    process = start(model)
    process._process.send_signal(signal.SIGKILL)
    with pytest.raises(ChatModelError, match=r"ended while it loaded .* -9"):
        process.address()
    process.close()


def test_closing_does_not_wait_until_it_has_loaded(start: Callable[[Path], ModelProcess], model: Path) -> None:
    process, told = start(model), []

    def wait() -> None:
        with pytest.raises(ChatModelError) as caught:
            process.address()
        told.append(caught.value)

    waiting = threading.Thread(target=wait)
    waiting.start()
    process.close()
    waiting.join(PATIENCE_S)
    assert told


def test_it_ends_when_whoever_started_it_is_killed(model: Path, tmp_path: Path) -> None:
    code = f"""if True:
        import time
        from pathlib import Path
        from assistant.models.process import ModelProcess
        process = ModelProcess(
            Path({str(model)!r}), api_key="secret", states={f"{tmp_path}/"!r}, threads=1, slots=1, slot_tokens=256
        )
        process.address()
        print(process._process.pid, flush=True)
        time.sleep({PATIENCE_S})
    """
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
    assert ended(pid)


def test_the_key_is_not_shown_to_other_users(start: Callable[[Path], ModelProcess], model: Path) -> None:
    process = start(model)
    list_it = ["ps", "-ww", "-o", "args=", "-p", str(process._process.pid)]
    listed = subprocess.run(list_it, capture_output=True, text=True, check=True).stdout
    process.close()
    assert "llama_server" in listed
    assert "secret" not in listed
