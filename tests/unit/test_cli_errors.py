"""Every failure is one line on stderr and an exit code that tells its kind."""

import logging
import os
import signal
import subprocess
import sys
import warnings
from typing import Any

import click
import pytest

from assistant import cli
from assistant.cli import run
from assistant.errors import AssistantError, IndexNotFoundError, QuestionError


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """A command `fail` that raises what is put into the list."""
    errors: list[BaseException] = []

    @click.command()
    def fail() -> None:
        raise errors[0]

    fail.params.append(cli.debug_option())
    monkeypatch.setitem(cli.cli.commands, "fail", fail)
    return errors


ERRORS = [
    (AssistantError("Something happened", fix="Do this."), 1, "Something happened. Do this."),
    (QuestionError("The question is blank.", fix="Ask something."), 2, "The question is blank. Ask something."),
    (IndexNotFoundError("No index", fix="Run `assistant index`."), 3, "No index. Run `assistant index`."),
    (IndexNotFoundError("No\nindex \x1b[31m", fix="Run it."), 3, "No index [31m. Run it."),
    (KeyboardInterrupt(), 130, "Interrupted."),
]


@pytest.mark.parametrize(("error", "exit_code", "line"), ERRORS)
def test_an_error_is_one_line(
    failing: list[BaseException],
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    exit_code: int,
    line: str,
) -> None:
    failing.append(error)
    assert run(["fail"]) == exit_code
    out, err = capsys.readouterr()
    assert (out, err.strip()) == ("", line)


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["fail"]])
def test_a_reader_that_leaves_is_no_error(arguments: list[str]) -> None:
    """As in `assistant … | head -1`: the exit code is that of a program which SIGPIPE ended, not of failures found."""
    code = "import click, sys; from assistant import cli; from rich.console import Console\n"
    code += "cli.cli.command('fail')(lambda: Console().print('x'))\n"
    code += "cli.main()"
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run([sys.executable, "-c", code, *arguments], stdout=write_end, stderr=subprocess.PIPE, text=True)
    os.close(write_end)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("arguments", [["--debug", "fail"], ["fail", "--debug"]])
def test_debug_shows_the_traceback(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    failing.append(QuestionError("Blank", fix="Ask."))
    assert run(arguments) == 2
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert err.endswith("Blank. Ask.\n")


USAGE = [
    (["ask"], "Missing argument 'QUESTION'. See `assistant ask --help`."),
    (["ask", "--nope", "question"], "No such option '--nope'. See `assistant ask --help`."),
    (["frobnicate"], "No such command 'frobnicate'. See `assistant --help`."),
    (["--nope"], "No such option '--nope'. See `assistant --help`."),
    (
        ["search", "query", "-k", "0"],
        "Invalid value for '-k': 0 is not in the range x>=1. See `assistant search --help`.",
    ),
    (["serve", "--port", "99999"], "Invalid value for '--port': 99999 is not in the range 0<=x<=65535."),
    (["ask", "two", "words"], "Got unexpected extra argument (words). See `assistant ask --help`."),
    (["eval"], "Missing argument 'FILE…'. See `assistant eval --help`."),
]


@pytest.mark.parametrize(("arguments", "line"), USAGE, ids=[" ".join(arguments) for arguments, _ in USAGE])
def test_wrong_usage_is_one_line(capsys: pytest.CaptureFixture[str], arguments: list[str], line: str) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(line)
    assert err.count("\n") == 1


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    asked = capsys.readouterr().out
    assert run([]) == 2
    assert capsys.readouterr().err == asked


def test_a_wrong_setting_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CHAT_TIMEOUT_S", "soon")
    assert run(["pull"]) == 2
    err = capsys.readouterr().err
    assert "ASSISTANT_CHAT_TIMEOUT_S" in err
    assert err.count("\n") == 1


def test_what_nobody_foresaw_is_one_line_and_no_failure_found(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(RuntimeError("surprise\nin two lines"))
    assert run(["fail"]) == cli.INTERNAL_ERROR
    err = capsys.readouterr().err
    assert err == "Internal error: RuntimeError: surprise in two lines. Run it again with --debug for details.\n"


def test_debug_shows_the_traceback_of_what_nobody_foresaw(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(RuntimeError("surprise"))
    assert run(["fail", "--debug"]) == cli.INTERNAL_ERROR
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert err.endswith("\nInternal error: RuntimeError: surprise.\n")


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [(["look"], "in vain[31m\n"), (["look", "--debug"], "here\nthere\nin vain[31m\n")],
)
def test_the_log_is_shown_on_demand_its_warnings_always(
    arguments: list[str], shown: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def look() -> None:
        logging.getLogger("assistant.sharing").debug("here")
        logging.getLogger("ui.chat").info("there")
        logging.getLogger("index").warning("in vain\x1b[31m")
        logging.getLogger("library").info("of no use")

    look.params.append(cli.debug_option())
    monkeypatch.setitem(cli.cli.commands, "look", look)
    assert run(arguments) == 0
    assert capsys.readouterr() == ("", shown)


@pytest.mark.parametrize(("options", "shown"), [([], False), (["default"], True)])
def test_warnings_of_libraries_are_shown_on_demand(
    monkeypatch: pytest.MonkeyPatch, options: list[str], shown: bool
) -> None:
    def warn() -> int:
        warnings.warn("an optional package is missing", stacklevel=1)
        return 0

    monkeypatch.setattr(cli, "run", warn)
    monkeypatch.setattr(cli, "end_as_by_ctrl_c", lambda: None)
    monkeypatch.setattr(sys, "warnoptions", options)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("default")
        with pytest.raises(SystemExit) as ended:
            cli.main()
    assert ended.value.code == 0
    assert bool(warned) is shown


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    ("before", "after"), [(signal.SIG_DFL, signal.default_int_handler), (signal.SIG_IGN, signal.SIG_IGN)]
)
def test_other_signals_end_it_as_ctrl_c_does_unless_they_are_ignored(
    number: signal.Signals, before: Any, after: Any
) -> None:
    kept = signal.signal(number, before)
    try:
        cli.end_as_by_ctrl_c()
        assert signal.getsignal(number) == after
    finally:
        signal.signal(number, kept)


@pytest.mark.parametrize("command", [[], *([name] for name in sorted(cli.cli.commands))])
def test_everything_has_help(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    assert run([*command, "--help"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Usage: assistant")
    assert "--debug" in out
    assert err == ""


def test_the_commands_are_those_of_the_design() -> None:
    assert sorted(cli.cli.commands) == ["ask", "doctor", "eval", "index", "pull", "search", "serve"]
