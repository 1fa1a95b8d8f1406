"""One assistant answers for other processes; the two sides meet on a real loopback connection."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from assistant import Answer, Assistant, PassagesFound, QuoteDelta, TextDelta, Waiting
from assistant.cli import INTERNAL_ERROR, run
from assistant.errors import ChatModelError, ChatUnreachableError, QuestionError, StaleSourceError
from assistant.sharing.client import ask_server
from assistant.sharing.messages import Failure, ServingError, as_line, message
from assistant.sharing.record import remove_record, write_record
from assistant.sharing.server import shared
from assistant.types import StreamEvent, Timings

from ..answering_fakes import PATIENCE_S, SHARED_MODEL, WHO, Call, Loaders, in_time, keywords, record_of, write

pytestmark = pytest.mark.usefixtures("socket_enabled")


def timeless(events: list[StreamEvent]) -> list[StreamEvent]:
    return [replace(event, timings=Timings(0, 0, 0)) if isinstance(event, Answer) else event for event in events]


# --- asking ---


def test_the_events_are_those_of_the_assistant(served: Assistant) -> None:
    events = list(ask_server(served.settings, WHO))
    assert timeless(events) == timeless(list(served.stream(WHO)))
    assert isinstance(events[-1], Answer)
    assert events[-1].citations


def test_a_question_is_checked_by_the_server(served: Assistant) -> None:
    with pytest.raises(QuestionError):
        list(ask_server(served.settings, " "))


def test_every_message_comes_through(served: Assistant) -> None:
    events = [*served.stream(WHO), Waiting(2), QuoteDelta("¡\u2028\n"), TextDelta("")]
    failure = Failure("StaleSourceError", "It's gone", "Ask again.")
    assert [message(as_line(event)) for event in [*events, failure]] == [*events, failure]
    assert all(as_line(event).count(b"\n") == 1 for event in events)


@pytest.mark.parametrize("line", [b"", b"[]", b"{}", b'{"Other": {}}', b'{"Waiting": {}}', b'{"Waiting":'])
def test_what_is_no_message_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        message(line)


def test_an_error_is_the_same_error(served: Assistant, loaders: Loaders) -> None:
    assert loaders.model
    loaders.model.replies["draft"] = ChatUnreachableError("Nothing listens", fix="Start it.")
    with pytest.raises(ChatUnreachableError) as raised:
        list(ask_server(served.settings, WHO))
    assert (raised.value.message, raised.value.fix) == ("Nothing listens", "Start it.")


def test_an_error_that_others_do_not_know_is_of_the_next_kind() -> None:
    class PrivateError(StaleSourceError):
        pass

    error = Failure.of(PrivateError("Gone", fix="Ask again.")).error()
    assert (type(error), str(error)) == (StaleSourceError, "Gone. Ask again.")
    with pytest.raises(ValueError, match="os"):
        Failure("os", "", "").error()


def test_who_leaves_stops_the_model(served: Assistant, loaders: Loaders) -> None:
    begun, go_on = Event(), Event()

    def slow(_: Call) -> str:
        begun.set()
        assert go_on.wait(PATIENCE_S)
        return "one two three"

    assert loaders.model
    loaders.model.replies["draft"] = slow
    events = ask_server(served.settings, WHO)
    assert isinstance(next(events), PassagesFound)
    assert begun.wait(PATIENCE_S)
    events.close()
    in_time(lambda: _until(lambda: all(running.stopped for running in served._running)))
    go_on.set()
    in_time(lambda: _until(lambda: not served._running))
    assert len(loaders.model.pieces) <= 1


def _until(held: Any) -> None:
    while not held():
        Event().wait(0.01)


# --- the command ---


def test_ask_prints_the_same_with_and_without(
    served: Assistant, loaders: Loaders, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--index-dir", str(served.settings.index_dir), "--chat-model", SHARED_MODEL]
    assert run(["ask", WHO, *options]) == 0
    assert loaders.loaded == ["chat", "embedding"]
    with_server = capsys.readouterr()
    remove_record(served.settings.index_dir, record_of(served))
    assert run(["ask", WHO, *options]) == 0
    assert sorted(loaders.loaded) == ["chat", "chat", "embedding", "embedding"]
    assert capsys.readouterr() == with_server


def test_an_error_ends_the_command_the_same_way(
    served: Assistant, loaders: Loaders, capsys: pytest.CaptureFixture[str]
) -> None:
    assert loaders.model
    loaders.model.replies["draft"] = ChatUnreachableError("Nothing listens", fix="Start it.")
    assert run(["ask", WHO, "--index-dir", str(served.settings.index_dir), "--chat-model", SHARED_MODEL]) == 3
    assert capsys.readouterr() == ("", "Nothing listens. Start it.\n")
    assert loaders.loaded.count("embedding") == 1


def test_the_client_loads_nothing_heavy(served: Assistant) -> None:
    code = (
        "import sys; from assistant.cli import run; "
        f"run(['ask', {WHO!r}, '--index-dir', {str(served.settings.index_dir)!r}, '--chat-model', {SHARED_MODEL!r}]); "
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    answer, imported = done.stdout.splitlines()[0], set(eval(done.stdout.splitlines()[-1]))
    assert "Ada Lindqvist" in answer
    heavy = {"chromadb", "langchain_core", "gradio", "torch", "sentence_transformers", "openai", "httpx", "numpy"}
    assert not imported & (heavy | {"starlette", "uvicorn", "bm25s", "lingua", "xllamacpp"})


# --- nobody to ask ---


def test_without_a_server_nobody_answers(assistant: Assistant) -> None:
    assert list(ask_server(assistant.settings, WHO)) == []


@pytest.mark.parametrize(
    "other", [{"chat_model": "none"}, {"chat_timeout_s": 5}, {"embedding_model": "x"}, {"caution": 0.9}]
)
def test_a_server_with_other_settings_is_not_asked(served: Assistant, other: dict[str, Any]) -> None:
    assert list(ask_server(served.settings.model_copy(update=other), WHO)) == []


def test_a_folder_that_is_not_the_index_s_is_told_by_whoever_opens_it(served: Assistant, tmp_path: Path) -> None:
    assert list(ask_server(served.settings.model_copy(update={"corpus": tmp_path}), WHO)) == []


def test_a_server_that_was_killed_is_not_waited_for(served: Assistant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    write_record(served.settings.index_dir, replace(record_of(served), port=port))
    assert list(ask_server(served.settings, WHO)) == []


def test_a_server_that_breaks_off_before_the_first_event_is_no_server(folder: Path) -> None:
    assert answers_of(folder) == []


def test_a_server_that_breaks_off_later_is_an_error(folder: Path) -> None:
    with pytest.raises(ChatModelError, match="stopped before it had answered"):
        answers_of(folder, Waiting(1))


@pytest.mark.parametrize("events", [(), (Waiting(1),)])
def test_a_defect_of_the_server_is_told_and_logged(
    events: tuple[StreamEvent, ...], folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ServingError, match="RuntimeError: surprise, in the running server"):
        answers_of(folder, *events, RuntimeError("surprise"))
    assert caplog.records[-1].exc_info


def test_a_defect_of_the_server_ends_the_command_as_its_own_does(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["ask", WHO, "--index-dir", str(folder / "index"), "--chat-model", "none"]
    with shared(playing(folder, RuntimeError("surprise"))):
        assert run(command) == INTERNAL_ERROR
    out, err = capsys.readouterr()
    assert out == ""
    assert "Internal error: ServingError: RuntimeError: surprise" in err


def test_a_server_that_ends_leaves_its_answers(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    left = Event()

    async def astream(_: str) -> AsyncGenerator[StreamEvent, None]:
        try:
            yield Waiting(1)
            await asyncio.Event().wait()
        finally:
            left.set()

    played = playing(folder)
    played.astream = astream
    with ExitStack() as until_ended, closing(ask_server(played.settings, WHO)) as events:
        until_ended.enter_context(shared(played))
        assert next(events) == Waiting(1)
        in_time(until_ended.close)
        with pytest.raises(ChatModelError, match="stopped before it had answered"):
            next(events)
    assert left.is_set()
    assert caplog.records == []


def answers_of(folder: Path, *script: StreamEvent | Exception) -> list[StreamEvent]:
    """What comes of a server that plays this."""
    played = playing(folder, *script)
    with shared(played):
        return list(ask_server(played.settings, WHO))


def playing(folder: Path, *script: StreamEvent | Exception) -> Any:
    """An assistant with these events, whatever it is asked."""

    async def astream(_: str) -> AsyncGenerator[StreamEvent, None]:
        for event in script:
            if isinstance(event, Exception):
                raise event
            yield event

    return SimpleNamespace(settings=Assistant.open(**keywords(folder, chat_model="none")).settings, astream=astream)


@pytest.mark.parametrize("file", ["prompts/answer.md", "assistant/deciding.json", "assistant/models/quoting.gguf"])
def test_a_server_whose_source_was_another_is_not_asked(
    file: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.sharing.record._ROOT", tmp_path)
    write(tmp_path, {"assistant/a.py": "x = 1", file: "Answer."})
    answer = TextDelta("as before")
    played = playing(folder, answer)
    with shared(played):
        asked = ask_server(played.settings, WHO)
        write(tmp_path, {"assistant/__pycache__/a.pyc": "", "ui/a.py": "x = 1"})
        assert next(asked) == answer
        asked.close()
        write(tmp_path, {file: "Answer well."})
        assert list(ask_server(played.settings, WHO)) == []
