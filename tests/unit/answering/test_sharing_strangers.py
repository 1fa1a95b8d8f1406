"""What is no part of this program: on the port where a server is looked for, and on the server's own."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from http.client import HTTPConnection
from threading import Event, Thread

import pytest

from assistant import Assistant
from assistant.sharing.client import ask_server
from assistant.sharing.record import proof, write_record

from ..answering_fakes import PATIENCE_S, WHO, in_time, record_of

pytestmark = pytest.mark.usefixtures("socket_enabled")


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
    """Whoever listens on all interfaces can be reached at each of the loopback addresses."""
    with pytest.raises(OSError, match=r"."):
        socket.create_connection(("127.0.0.2", record_of(served).port), timeout=1)
