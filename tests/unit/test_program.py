"""Commands that users are told begin as the program was called."""

import sys
from pathlib import Path

import pytest

from assistant.program import as_called, called, renamed


@pytest.mark.parametrize(
    ("typed", "found", "word"),
    [
        (".venv/bin/assistant", None, ".venv/bin/assistant"),
        ("/my files/bin/assistant", None, "'/my files/bin/assistant'"),
        ("/one/bin/assistant", "/another/bin/assistant", "/one/bin/assistant"),
        ("/one/bin/assistant", "/one/bin/assistant", "assistant"),
        ("/usr/bin/pytest", None, "assistant"),
        ("-c", None, "assistant"),
        ("", None, "assistant"),
    ],
)
def test_what_a_shell_takes(typed: str, found: str | None, word: str) -> None:
    assert called(typed, found) == word


def test_only_commands_are_renamed() -> None:
    text = "The assistant is not there. Run `assistant pull`, then `assistant index a`; see `assistants`."
    told = renamed(text, r"a\1/assistant")
    assert (
        told == r"The assistant is not there. Run `a\1/assistant pull`, then `a\1/assistant index a`; see `assistants`."
    )


def test_it_is_asked_of_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "assistant"
    program.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(program), "serve"])
    monkeypatch.setenv("PATH", "/nowhere")
    assert as_called("Run `assistant pull`.") == f"Run `{program} pull`."
    monkeypatch.setenv("PATH", str(tmp_path))
    assert as_called("Run `assistant pull`.") == "Run `assistant pull`."
