"""Answers through an OpenAI-compatible server on the loopback interface, and through servers that fail."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from assistant import Answer, Assistant, Turn
from assistant.errors import ChatModelError, ChatNonsenseError, ChatTimeoutError, ChatUnreachableError
from assistant.phrases import decline
from index.embedding import load_embedder
from index.sync import sync

from ..unit.answering_fakes import ADA, CAPTAIN, LETTERS, WHO, assert_verifies, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("letters")
    sync(write(made / "corpus", LETTERS), made / "index", load_embedder("embedded"))
    return made


@contextmanager
def server(*replies: str, status: int = 200, events: bool = True) -> Iterator[tuple[str, list[Any]]]:
    """Streams one reply after the other, the last one again and again; its address, and what it was sent."""
    sent: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """The test's output is the test's."""

        def do_POST(self) -> None:
            sent.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            reply = replies[min(len(sent), len(replies)) - 1]
            body = "".join(chunks(reply)) if events else reply
            self.send_response(status)
            self.send_header("Content-Type", "text/event-stream" if events else "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_address[1]}/v1", sent
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def chunks(reply: str) -> Iterator[str]:
    shape = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    for word in reply.split():
        delta = {"index": 0, "delta": {"role": "assistant", "content": f"{word} "}, "finish_reason": None}
        yield f"data: {json.dumps({**shape, 'choices': [delta]})}\n\n"
    stop = {"index": 0, "delta": {}, "finish_reason": "stop"}
    yield f"data: {json.dumps({**shape, 'choices': [stop]})}\n\n"
    yield "data: [DONE]\n\n"


@pytest.fixture
def ask(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("ASSISTANT_CHAT_MODEL", "openai:whatever")

    def ask_(address: str, question: str = WHO, history: Any = (), timeout_s: float = 30) -> Answer:
        monkeypatch.setenv("ASSISTANT_CHAT_BASE_URL", address)
        monkeypatch.setenv("ASSISTANT_CHAT_TIMEOUT_S", str(timeout_s))
        with Assistant.open(corpus=folder / "corpus", index_dir=folder / "index") as assistant:
            return assistant.ask(question, history)

    return ask_


def test_answers_with_citations(ask: Any, folder: Path) -> None:
    with server(ADA) as (address, sent):
        answer = ask(address)
    assert answer.text.startswith(ADA)
    assert CAPTAIN in [citation.quote for citation in answer.citations]
    assert_verifies(answer, folder / "corpus")
    (request,) = sent
    assert request["stream"]
    assert request["temperature"] == 0
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert not {"id_slot", "cache_prompt"} & set(request), "what only the embedded runtime knows"


def test_a_follow_up_costs_two_calls(ask: Any, folder: Path) -> None:
    with server(WHO, ADA) as (address, sent):
        answer = ask(address, "And its captain?", [Turn("What did the ferry carry?", "Salt. [1]")])
    assert answer.standalone_question == WHO
    assert len(sent) == 2
    assert_verifies(answer, folder / "corpus")


def test_declines(ask: Any) -> None:
    with server("NONE") as (address, _):
        answer = ask(address, "Wer ist der König des Mondes?")
    assert (answer.text, answer.language) == decline("de")
    assert answer.citations == ()


def test_nothing_listens(ask: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ChatUnreachableError, match="ASSISTANT_CHAT_BASE_URL"):
        ask(f"http://127.0.0.1:{port}/v1")


def test_never_answers(ask: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ChatTimeoutError, match="TIMEOUT"):
        ask(f"http://127.0.0.1:{silent.getsockname()[1]}/v1", timeout_s=0.2)


@pytest.mark.parametrize("body", ["<html>Welcome</html>", '{"choices": [{"mess', "[]", "{}", ""])
def test_answers_nonsense(body: str, ask: Any) -> None:
    with server(body, events=False) as (address, _), pytest.raises(ChatNonsenseError):
        ask(address)


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_refuses(status: int, ask: Any) -> None:
    body = '{"error": {"message": "not today"}}'
    with server(body, status=status, events=False) as (address, _), pytest.raises(ChatModelError, match=str(status)):
        ask(address)


def test_an_empty_stream_is_no_answer(ask: Any) -> None:
    with server("") as (address, _), pytest.raises(ChatNonsenseError):
        ask(address)
