"""Chat servers that fail, each in its way, on the loopback interface, through the provider's own LangChain package."""

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
