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
from assistant.sharing.messages import Asked, Failure, as_line, asked
from assistant.sharing.record import HOST, Record, fingerprint, proof, remove_record, write_record

if TYPE_CHECKING:
    from assistant.answering import Assistant

_log = logging.getLogger(__name__)


@contextmanager
def shared(assistant: "Assistant") -> Iterator[None]:
    """Let the user's other processes ask this assistant meanwhile; where that cannot be, all else goes on."""
    with ExitStack() as until_left:
        try:
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
    server = uvicorn.Server(
        uvicorn.Config(app(assistant, token), loop="asyncio", lifespan="off", ws="none", log_config=None)
    )
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="sharing", daemon=True)
    thread.start()
    until_left.callback(_stop, server, thread)
    write_record(settings.index_dir, record)
    until_left.callback(remove_record, settings.index_dir, record)


def _stop(server: uvicorn.Server, thread: Thread) -> None:
    """At once: answers under way are left, and who asked is told so by the broken connection."""
    server.should_exit = server.force_exit = True
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
            question = asked(await request.body())
        except ValueError:
            return Response(status_code=422)
        return StreamingResponse(_lines(assistant, question), media_type="application/x-ndjson")

    return Starlette(routes=[Route("/proof/{nonce}", prove), Route("/answer", answer, methods=["POST"])])


async def _lines(assistant: "Assistant", question: Asked) -> AsyncIterator[bytes]:
    """Cancelled when who asked has left, which stops the model."""
    try:
        async with aclosing(assistant.astream(question.question, question.history)) as events:
            async for event in events:
                yield as_line(event)
    except AssistantError as error:
        yield as_line(Failure.of(error))
