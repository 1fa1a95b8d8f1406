"""Asks a running server. Imports nothing heavy: being quick is its whole use."""

import logging
import secrets
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from hmac import compare_digest
from http.client import HTTPConnection, HTTPException  # httpx takes 0.2 s longer to import
from socket import SHUT_RDWR, socket
from threading import Timer

from assistant.errors import AssistantError, ChatModelError
from assistant.settings import Settings
from assistant.sharing.messages import Failure, message
from assistant.sharing.record import HOST, Record, fingerprint, proof, read_record
from assistant.types import Answer, StreamEvent

_log = logging.getLogger(__name__)

_PATIENCE_S = 2.0
"""For a server to prove that it is there; its answer may take as long as it takes."""


def ask_server(settings: Settings, question: str) -> Generator[StreamEvent, None, None]:
    """The events of a server's answer, the Answer last; none at all where no server answers with these settings.

    Closing it stops the model. Raises what `Assistant.stream` raises, ServingError, and ChatModelError where the server
    stops after it has begun.
    """
    record = _found(settings)
    if record is None:
        return
    begun = False
    with closing(HTTPConnection(HOST, record.port, timeout=_PATIENCE_S)) as connection:
        events = _events(connection, record, question)
        while True:
            try:
                event = next(events, None)
            except (OSError, HTTPException, ValueError) as error:
                if begun:
                    raise ChatModelError(
                        "The running server stopped before it had answered", fix="Ask again."
                    ) from error
                _log.debug("The running server does not answer: %r", error)
                return
            if event is None:
                return
            begun = True
            yield event


def _found(settings: Settings) -> Record | None:
    record = read_record(settings.index_dir)
    try:
        if record is None or record.fingerprint == fingerprint(settings):
            return record
    except (AssistantError, OSError):  # whoever opens the index meets it again and tells it
        return None
    _log.debug("The running server has other settings.")
    return None


def _events(connection: HTTPConnection, record: Record, question: str) -> Iterator[StreamEvent]:
    """Raises OSError, HTTPException or ValueError where this is no server or it is no more; and what it tells."""
    connection.connect()
    connection.auto_open = 0  # all on the connection whose other end has proved itself
    _let_prove(connection, record.token)
    connection.request("POST", "/answer", question.encode(), {"Authorization": f"Bearer {record.token}"})
    waiting = connection.sock
    response = connection.getresponse()
    if response.status != 200:
        raise ConnectionError(f"it answers {response.status}")
    waiting.settimeout(None)
    with response:
        for line in iter(response.readline, b""):
            event = message(line)
            if isinstance(event, Failure):
                raise event.error()
            yield event
            if isinstance(event, Answer):
                return
    raise ConnectionError("it ended without an answer")


def _let_prove(connection: HTTPConnection, token: str) -> None:
    """Raises OSError, HTTPException or ValueError where it cannot; whatever listens, it is left in time."""
    nonce = secrets.token_urlsafe(16)
    proved = proof(token, nonce).encode()
    deadline = Timer(_PATIENCE_S, _end, (connection.sock,))  # the connection's own timeout begins anew with each byte
    deadline.start()
    try:
        connection.request("GET", f"/proof/{nonce}")
        response = connection.getresponse()
        told = response.read(len(proved) + 1)
    finally:
        deadline.cancel()
    alike = (response.status, response.getheader("Content-Length")) == (200, str(len(proved)))
    if not (alike and compare_digest(told, proved)):
        raise ConnectionError("another program listens there")


def _end(connected: socket) -> None:
    with suppress(OSError):  # it has ended
        connected.shutdown(SHUT_RDWR)
