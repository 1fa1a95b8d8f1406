"""What the tests' configuration promises: no network, and nothing of this machine."""

import os
import socket
from pathlib import Path

import pytest
from pytest_socket import SocketBlockedError

from assistant.settings import CONFIG_FILE, Settings

from ..conftest import isolate


def test_no_network() -> None:
    with pytest.warns(UserWarning, match="socket"), pytest.raises(SocketBlockedError):
        socket.create_connection(("127.0.0.1", 9))


def test_no_settings(tmp_path: Path) -> None:
    assert not [name for name in os.environ if name.startswith("ASSISTANT_")]
    assert Path.cwd() == tmp_path
    assert Settings.load().corpus == Path("seeds")


@pytest.mark.parametrize("line", ['models_dir = "models"', ""], ids=["in assistant.toml", "in the environment"])
def test_the_models_folder_is_that_of_the_settings(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / CONFIG_FILE).write_text(f'chat_model = "none"\n{line}\n')
    if not line:
        monkeypatch.setenv("ASSISTANT_MODELS_DIR", "models")
    monkeypatch.setenv("ASSISTANT_CHAT_MODEL", "openai:whatever")
    (tmp_path / "elsewhere").mkdir()
    isolate(monkeypatch, tmp_path / "elsewhere")
    assert Settings.load().models_dir == tmp_path / "models"
    assert Settings.load().chat_model == "embedded"
