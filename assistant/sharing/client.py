"""Asks a running server. Imports nothing heavy: being quick is its whole use."""

import logging
import secrets
from collections.abc import Generator, Iterator
from contextlib import closing
from hmac import compare_digest
from http.client import HTTPConnection, HTTPException  # httpx takes 0.2 s longer to import

from assistant.errors import AssistantError, ChatModelError
from assistant.settings import Settings
from assistant.sharing.messages import Asked, Failure, as_body, message
from assistant.sharing.record import HOST, Record, fingerprint, proof, read_record
from assistant.types import Answer, History, StreamEvent

_log = logging.getLogger(__name__)

_PATIENCE_S = 5.0
"""For a server to say that it is there; its answer may take as long as it takes."""


def ask_server(settings: Settings, question: str, history: History = ()) -> Generator[StreamEvent, None, None]:
    """The events of a server's answer, the Answer last; none at all where no server answers with these settings.

    Closing it stops the model. Raises what `Assistant.stream` raises, and ChatModelError where the server stops after
    it has begun.
    """
    record = _found(settings)
    if record is None:
        return
    begun = False
    with closing(HTTPConnection(HOST, record.port, timeout=_PATIENCE_S)) as connection:
        events = _events(connection, record, Asked(question, tuple(history)))
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


def _events(connection: HTTPConnection, record: Record, asked: Asked) -> Iterator[StreamEvent]:
    """Raises OSError, HTTPException or ValueError where this is no server or it is no more; and its AssistantErrors."""
    connection.connect()
    connection.auto_open = 0  # all on the connection whose other end has proved itself
    nonce = secrets.token_urlsafe(16)
    connection.request("GET", f"/proof/{nonce}")
    if not compare_digest(connection.getresponse().read(), proof(record.token, nonce).encode()):
        raise ConnectionError("another program listens there")
    connection.request("POST", "/answer", as_body(asked), {"Authorization": f"Bearer {record.token}"})
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
