"""Answers the questions of the user's other processes, beside whatever else this process serves."""

import logging
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, aclosing, contextmanager
from hmac import compare_digest
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from assistant.errors import AssistantError
from assistant.sharing.messages import Failure, as_line
from assistant.sharing.record import HOST, Record, fingerprint, owners_known, proof, remove_record, write_record

if TYPE_CHECKING:
    from assistant.answering import Assistant

_log = logging.getLogger(__name__)


@contextmanager
def shared(assistant: "Assistant") -> Iterator[None]:
    """Let the user's other processes ask this assistant meanwhile; where that cannot be, all else goes on."""
    with ExitStack() as until_left:
        try:
            if owners_known():
                _share(assistant, until_left)
        except (AssistantError, OSError) as error:  # a folder that cannot be written, a model that is not there yet
            _log.debug("Other processes cannot ask this one: %s", error)
            until_left.close()
        yield


def _share(assistant: "Assistant", until_left: ExitStack) -> None:
    settings, token = assistant.settings, secrets.token_urlsafe(32)
    alike = fingerprint(settings)
    listener = until_left.enter_context(socket.create_server((HOST, 0)))
    record = Record(listener.getsockname()[1], token, alike)
    server = _Server(
        uvicorn.Config(
            app(assistant, token),
            loop="asyncio",
            http="h11",  # bounds what is kept of a request whose token is yet to come: anybody here may connect
            ws="none",
            lifespan="off",
            limit_concurrency=64,
            log_config=None,
        )
    )
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="sharing", daemon=True)
    thread.start()
    until_left.callback(_stop, server, thread)
    write_record(settings.index_dir, record)
    until_left.callback(remove_record, settings.index_dir, record)


class _Server(uvicorn.Server):
    """Ends at once: answers under way are left, and who asked is told so by the broken connection."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Without it, asyncio waits until the last answer has been sent, or cancels it with a traceback."""
        for connection in self.server_state.connections:
            connection.transport.abort()
        await super().shutdown(sockets)


def _stop(server: uvicorn.Server, thread: Thread) -> None:
    server.should_exit = True
    thread.join()


def app(assistant: "Assistant", token: str) -> Starlette:
    """Two addresses: one proves that this is the server of the record, the other answers whoever knows the token."""

    async def prove(request: Request) -> Response:
        return PlainTextResponse(proof(token, request.path_params["nonce"]))

    async def answer(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not compare_digest(given.encode(), f"Bearer {token}".encode()):
            return Response(status_code=401)
        try:
            question = (await request.body()).decode()
        except ValueError:
            return Response(status_code=422)
        return StreamingResponse(_lines(assistant, question), media_type="application/x-ndjson")

    return Starlette(routes=[Route("/proof/{nonce}", prove), Route("/answer", answer, methods=["POST"])])


async def _lines(assistant: "Assistant", question: str) -> AsyncIterator[bytes]:
    """Cancelled when who asked has left, which stops the model."""
    try:
        async with aclosing(assistant.astream(question)) as events:
            async for event in events:
                yield as_line(event)
    except AssistantError as error:
        yield as_line(Failure.of(error))
    except Exception as error:  # noqa: BLE001 - a defect: who asked is told too
        _log.exception("Answering another process failed unexpectedly.")
        yield as_line(Failure.of(error))
