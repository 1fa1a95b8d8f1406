"""Chat servers that fail, each in its way, on the loopback interface: hosted ones, and a local model's."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from assistant.errors import ChatModelError, ChatNonsenseError, ChatTimeoutError, ChatUnreachableError
from assistant.models import ChatModel, load_chat_model
from assistant.models.failures import translated_errors
from assistant.models.local import local_chat_model
from assistant.models.runtime import LlamaRuntime
from assistant.settings import Settings

Open = Callable[..., AbstractContextManager[ChatModel]]


def invoke(model: ChatModel) -> str:
    with translated_errors(model.name):
        return str(model.llm.invoke("Hello?").content)


def stream(model: ChatModel) -> str:
    with translated_errors(model.name):
        return "".join(str(chunk.content) for chunk in model.llm.stream("Hello?"))


CALLS = pytest.mark.parametrize("call", [invoke, stream])


@pytest.fixture
def open_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """A hosted model behind an address."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    @contextmanager
    def opened(address: str, timeout_s: float = 30) -> Iterator[ChatModel]:
        settings = Settings(
            chat_model="openai:whatever", chat_base_url=address, chat_timeout_s=timeout_s, models_dir=tmp_path
        )
        model = load_chat_model(settings)
        assert model is not None
        try:
            yield model
        finally:
            model.close()

    return opened


@contextmanager
def server(code: int, content_type: str, body: str) -> Iterator[str]:
    """Answers every POST with the same."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """The test's output is the test's."""

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(code)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_address[1]}/v1"
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


@CALLS
def test_nothing_listens(call: Callable[[ChatModel], str], open_model: Open) -> None:
    with open_model("http://127.0.0.1:9/v1") as model, pytest.raises(ChatUnreachableError) as caught:
        call(model)
    assert "ASSISTANT_CHAT_BASE_URL" in caught.value.fix


@CALLS
def test_never_answers(call: Callable[[ChatModel], str], open_model: Open) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        open_model(f"http://127.0.0.1:{silent.getsockname()[1]}/v1", timeout_s=0.2) as model,
        pytest.raises(ChatTimeoutError),
    ):
        call(model)


@CALLS
def test_hangs_up(call: Callable[[ChatModel], str], open_model: Open) -> None:
    stop = Event()

    def hang_up(listening: socket.socket) -> None:
        while not stop.is_set():
            connection, _ = listening.accept()
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=hang_up, args=(listening,), daemon=True)
        thread.start()
        address = listening.getsockname()
        with open_model(f"http://127.0.0.1:{address[1]}/v1") as model, pytest.raises(ChatUnreachableError):
            call(model)
        stop.set()
        socket.create_connection(address).close()
        thread.join()


@CALLS
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", "<html><body>Welcome to my home page</body></html>"),
        ("application/json", '{"choices": [{"mess'),
        ("application/json", "[]"),
        ("application/json", '{"id": "1", "object": "chat.completion", "created": 1, "model": "m"}'),
        ("application/json", '{"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": []}'),
        ("text/event-stream", 'data: {"choices": [{"del\n\n'),
        ("text/plain", ""),
    ],
    ids=["html", "cut json", "list", "no choices", "empty choices", "cut event", "nothing"],
)
def test_answers_nonsense(call: Callable[[ChatModel], str], content_type: str, body: str, open_model: Open) -> None:
    with server(200, content_type, body) as address, open_model(address) as model, pytest.raises(ChatNonsenseError):
        call(model)


@CALLS
@pytest.mark.parametrize(("code", "fix"), [(401, "API key"), (404, "model's name"), (429, "Wait"), (500, "Wait")])
def test_refuses(call: Callable[[ChatModel], str], code: int, fix: str, open_model: Open) -> None:
    body = '{"error": {"message": "not today", "type": "some_error"}}'
    with (
        server(code, "application/json", body) as address,
        open_model(address) as model,
        pytest.raises(ChatModelError, match=f"{code}.*not today") as caught,
    ):
        call(model)
    assert type(caught.value) is ChatModelError
    assert fix in caught.value.fix


# --- a local model's server ---


class Elsewhere:
    """In the place of a model's process: an address."""

    ended = False

    def __init__(self, address: str) -> None:
        self._address = address

    def address(self) -> str:
        return self._address

    def close(self) -> None:
        """It is not this one's."""


@pytest.fixture
def told_by_local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What a local model says whose server answers every request so."""

    def told(code: int, content_type: str, body: str) -> str:
        with server(code, content_type, body) as address:
            process = Elsewhere(address.removesuffix("/v1"))
            monkeypatch.setattr("assistant.models.runtime.ModelProcess", lambda *_, **__: process)
            (tmp_path / "model.gguf").touch()
            model = local_chat_model(LlamaRuntime(tmp_path / "model.gguf"))
            try:
                with translated_errors(model.name, local=True):
                    return "".join(str(chunk.content) for chunk in model.llm.stream("Hello?"))
            finally:
                model.close()

    return told


@pytest.mark.parametrize(("code", "fix"), [(400, "shorter question"), (500, "started anew")])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/json", '{"error": {"message": "not today"}}'), ("application/json", '{"error": "not today"}')],
)
def test_local_refuses(code: int, fix: str, content_type: str, body: str, told_by_local: Callable[..., str]) -> None:
    with pytest.raises(ChatModelError, match=f"{code}.*not today") as caught:
        told_by_local(code, content_type, body)
    assert fix in caught.value.fix


def test_local_refuses_in_html(told_by_local: Callable[..., str]) -> None:
    with pytest.raises(ChatModelError, match="500 Internal Server Error"):
        told_by_local(500, "text/html", "<html>oh</html>")


def test_local_fails_in_the_middle(told_by_local: Callable[..., str]) -> None:
    body = 'data: {"choices": [{"delta": {"content": "Hel"}}]}\n\ndata: {"error": {"message": "not today"}}\n\n'
    with pytest.raises(ChatModelError, match="not today"):
        told_by_local(200, "text/event-stream", body)


@pytest.mark.parametrize("body", ['data: {"choices": [{"del\n\n', "data: {}\n\n", "data: 7\n\n", ""])
def test_local_answers_nonsense(body: str, told_by_local: Callable[..., str]) -> None:
    with pytest.raises(ChatNonsenseError):
        told_by_local(200, "text/event-stream", body)


def test_a_separator_of_lines_ends_no_event(told_by_local: Callable[..., str]) -> None:
    text = "a\u2028b\u2029c\u0085d"
    body = f'data: {{"choices": [{{"delta": {{"content": "{text}"}}}}]}}\n\ndata: [DONE]\n\n'
    assert told_by_local(200, "text/event-stream", body) == text


def test_local_answers(told_by_local: Callable[..., str]) -> None:
    body = 'data: {"choices": [{"delta": {"content": "Hel"}}]}\n\ndata: {"choices": [{"delta": {"content": "lo"}}]}\n\n'
    assert told_by_local(200, "text/event-stream", f"{body}data: [DONE]\n\n") == "Hello"
