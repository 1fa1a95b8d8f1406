"""What the tests' configuration promises: no network, and nothing of this machine."""

import os
import socket
from pathlib import Path

import pytest
from pytest_socket import SocketBlockedError

from assistant.settings import Settings


def test_no_network() -> None:
    with pytest.warns(UserWarning, match="socket"), pytest.raises(SocketBlockedError):
        socket.create_connection(("127.0.0.1", 9))


def test_no_settings(tmp_path: Path) -> None:
    assert not [name for name in os.environ if name.startswith("ASSISTANT_")]
    assert Path.cwd() == tmp_path
    assert Settings.load().corpus == Path("seeds")
