"""One assistant answers for other processes; the two sides meet on a real loopback connection."""

import asyncio
import os
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest

from assistant import Answer, Assistant, PassagesFound, QuoteDelta, TextDelta, Waiting
from assistant.cli import INTERNAL_ERROR, run
from assistant.errors import ChatModelError, ChatUnreachableError, QuestionError, StaleSourceError
from assistant.sharing.client import ask_server
from assistant.sharing.messages import Failure, ServingError, as_line, message
from assistant.sharing.record import FILE, Record, proof, read_record, remove_record, write_record
from assistant.sharing.server import shared
from assistant.types import StreamEvent, Timings

from ..answering_fakes import PATIENCE_S, WHO, Call, Loaders, in_time, keywords, write

pytestmark = pytest.mark.usefixtures("socket_enabled")

MODEL = "openai:scripted"


@pytest.fixture
def served(folder: Path, loaders: Loaders) -> Iterator[Assistant]:
    """An assistant that answers for others."""
    del loaders
    with Assistant.open(**keywords(folder, chat_model=MODEL)) as opened, shared(opened):
        yield opened


def record_of(assistant: Assistant) -> Record:
    found = read_record(assistant.settings.index_dir)
    assert found
    return found


def timeless(events: list[StreamEvent]) -> list[StreamEvent]:
    return [replace(event, timings=Timings(0, 0, 0)) if isinstance(event, Answer) else event for event in events]


# --- asking ---


def test_the_events_are_those_of_the_assistant(served: Assistant) -> None:
    events = list(ask_server(served.settings, WHO))
    assert timeless(events) == timeless(list(served.stream(WHO)))
    assert isinstance(events[-1], Answer)
    assert events[-1].citations


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
    options = ["--index-dir", str(served.settings.index_dir), "--chat-model", MODEL]
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
    assert run(["ask", WHO, "--index-dir", str(served.settings.index_dir), "--chat-model", MODEL]) == 3
    assert capsys.readouterr() == ("", "Nothing listens. Start it.\n")
    assert loaders.loaded.count("embedding") == 1


def test_the_client_loads_nothing_heavy(served: Assistant) -> None:
    code = (
        "import sys; from assistant.cli import run; "
        f"run(['ask', {WHO!r}, '--index-dir', {str(served.settings.index_dir)!r}, '--chat-model', {MODEL!r}]); "
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


@pytest.mark.parametrize("other", [{"chat_model": "none"}, {"chat_timeout_s": 5}, {"embedding_model": "x"}])
def test_a_server_with_other_settings_is_not_asked(served: Assistant, other: dict[str, Any]) -> None:
    assert list(ask_server(served.settings.model_copy(update=other), WHO)) == []


def test_a_folder_that_is_not_the_index_s_is_told_by_whoever_opens_it(served: Assistant, tmp_path: Path) -> None:
    assert list(ask_server(served.settings.model_copy(update={"corpus": tmp_path}), WHO)) == []


def test_a_server_that_was_killed_is_not_waited_for(served: Assistant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    write_record(served.settings.index_dir, replace(record_of(served), port=port))
    assert list(ask_server(served.settings, WHO)) == []


@pytest.mark.parametrize(
    ("status", "headers", "proved"),
    [("200 OK", "Content-Length: 4", False), ("500 No", "Content-Length: 64", True), ("200 OK", "X: y", True)],
)
def test_another_program_on_the_port_learns_neither_question_nor_token(
    status: str, headers: str, proved: bool, served: Assistant
) -> None:
    token, heard = record_of(served).token, []

    def reply(connection: socket.socket) -> None:
        heard.append(connection.recv(10_000))
        nonce = heard[0].split()[1].removeprefix(b"/proof/").decode()
        told = proof(token, nonce) if proved else "sure"
        connection.sendall(f"HTTP/1.1 {status}\r\n{headers}\r\n\r\n{told} and more".encode())
        heard.append(connection.recv(10_000))

    with stranger(served, reply):
        assert list(ask_server(served.settings, WHO)) == []
    assert heard[0].startswith(b"GET /proof/")
    assert heard[1:] == [b""]
    assert token.encode() not in heard[0]


@pytest.mark.parametrize("begin", ["X-", "\r\n", "Content-Length: 64\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"])
def test_another_program_that_goes_on_and_on_is_left(
    begin: str, served: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.sharing.client._PATIENCE_S", 0.2)
    left = Event()

    def reply(connection: socket.socket) -> None:
        connection.sendall(f"HTTP/1.1 200 OK\r\n{begin}".encode())
        with suppress(OSError):  # nobody reads any more
            while not left.wait(0.01):
                connection.sendall(b"0")

    with stranger(served, reply):
        assert in_time(lambda: list(ask_server(served.settings, WHO))) == []
        left.set()


def test_of_another_program_no_more_is_read_than_a_proof_has(
    served: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.sharing.client._PATIENCE_S", 2 * PATIENCE_S)

    def reply(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + b"0" * 65)
        connection.recv(10_000)  # the request
        connection.recv(10_000)  # until it is left

    with stranger(served, reply):
        assert in_time(lambda: list(ask_server(served.settings, WHO))) == []


@contextmanager
def stranger(assistant: Assistant, reply: Callable[[socket.socket], None]) -> Iterator[None]:
    """Another program listens where the record says that the assistant does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            with listener.accept()[0] as connection:
                reply(connection)

        thread = Thread(target=listen, daemon=True)
        thread.start()
        write_record(assistant.settings.index_dir, replace(record_of(assistant), port=listener.getsockname()[1]))
        yield
        thread.join(PATIENCE_S)


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


def test_a_server_whose_source_was_another_is_not_asked(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.sharing.record._ROOT", tmp_path)
    write(tmp_path, {"assistant/a.py": "x = 1", "prompts/answer.md": "Answer."})
    answer = TextDelta("as before")
    played = playing(folder, answer)
    with shared(played):
        asked = ask_server(played.settings, WHO)
        write(tmp_path, {"assistant/__pycache__/a.pyc": "", "ui/a.py": "x = 1"})
        assert next(asked) == answer
        asked.close()
        write(tmp_path, {"prompts/answer.md": "Answer well."})
        assert list(ask_server(played.settings, WHO)) == []


# --- the record ---


def test_the_record_is_the_user_s_alone_and_goes_with_the_server(folder: Path, loaders: Loaders) -> None:
    del loaders
    with Assistant.open(**keywords(folder, chat_model=MODEL)) as opened:
        with shared(opened):
            assert stat.S_IMODE((folder / "index" / FILE).stat().st_mode) == 0o600
        assert not list((folder / "index").glob(f"{FILE}*"))


def test_a_record_that_others_may_read_is_ignored(served: Assistant) -> None:
    (served.settings.index_dir / FILE).chmod(0o644)
    assert list(ask_server(served.settings, WHO)) == []
    (served.settings.index_dir / FILE).chmod(0o600)
    assert list(ask_server(served.settings, WHO))


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have owners on POSIX systems")
def test_a_record_of_another_user_is_ignored(served: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: (served.settings.index_dir / FILE).stat().st_uid + 1)
    assert list(ask_server(served.settings, WHO)) == []


def test_where_files_have_no_owners_nothing_is_shared(served: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "geteuid", raising=False)
    assert list(ask_server(served.settings, WHO)) == []
    (served.settings.index_dir / FILE).unlink()
    with shared(served):
        assert not (served.settings.index_dir / FILE).exists()


@pytest.mark.parametrize("content", ["", "[]", '{"port": 1}'])
def test_a_garbled_record_is_none(served: Assistant, content: str) -> None:
    (served.settings.index_dir / FILE).write_text(content)
    assert list(ask_server(served.settings, WHO)) == []


def test_the_later_of_two_servers_keeps_its_record(served: Assistant) -> None:
    with ExitStack() as first:
        first.enter_context(shared(served))
        with shared(served):
            later = record_of(served)
            first.close()
            assert record_of(served) == later


def test_a_folder_that_cannot_be_written_is_served_all_the_same(
    served: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise PermissionError

    remove_record(served.settings.index_dir, record_of(served))
    monkeypatch.setattr("tempfile.mkstemp", read_only)
    with shared(served):
        assert read_record(served.settings.index_dir) is None


@pytest.mark.parametrize(("token", "body", "status"), [("wrong", b"?", 401), (None, b"\xff", 422)])
def test_requests_that_are_not_of_a_client(served: Assistant, token: str | None, body: bytes, status: int) -> None:
    record = record_of(served)
    with closing(HTTPConnection("127.0.0.1", record.port, timeout=PATIENCE_S)) as connection:
        connection.request("POST", "/answer", body, {"Authorization": f"Bearer {token or record.token}"})
        assert connection.getresponse().status == status


def test_a_request_may_not_grow_without_end(served: Assistant) -> None:
    with socket.create_connection(("127.0.0.1", record_of(served).port), timeout=PATIENCE_S) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000)
        with suppress(ConnectionError):  # it is refused before all of it has been read
            assert connection.recv(1_000).startswith(b"HTTP/1.1 400")


def test_connections_that_others_hold_have_a_bound(served: Assistant) -> None:
    address = ("127.0.0.1", record_of(served).port)
    with ExitStack() as held:
        for _ in range(64):
            held.enter_context(socket.create_connection(address))
        assert list(ask_server(served.settings, WHO)) == []


def test_the_server_listens_on_the_loopback_interface_only(served: Assistant) -> None:
    addresses = {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in addresses - {"127.0.0.1", "127.0.1.1"}:
        with pytest.raises(OSError, match=r"."):
            socket.create_connection((str(address), record_of(served).port), timeout=1)


def test_a_question_is_checked_by_the_server(served: Assistant) -> None:
    with pytest.raises(QuestionError):
        list(ask_server(served.settings, " "))
