"""A Hugging Face Hub, imitated on the loopback interface."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import huggingface_hub
import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class QuietServer(ThreadingHTTPServer):
    """A client that is interrupted leaves in the midst of it; that is nothing to print."""

    def handle_error(self, *_: object) -> None: ...


@dataclass
class Hub:
    """What the imitated hub serves and was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    """By path in owner/repo."""
    announced: dict[str, str] = field(default_factory=dict)
    """Hashes that it claims, where they are not the true ones."""
    cut: list[int] = field(default_factory=list)
    """After how many bytes the next downloads end early."""
    down: bool = False
    """Answers 503 to whoever wants a file's bytes."""
    on_request: Callable[[], None] = lambda: None
    """What else a request sets off."""
    requests: list[tuple[str, str, str | None]] = field(default_factory=list)
    """Method, path and range."""

    @property
    def downloads(self) -> list[str | None]:
        """The ranges of the files that were fetched."""
        return [requested for method, path, requested in self.requests if method == "GET" and "/resolve/" in path]


@contextmanager
def imitated_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub on the loopback interface, and huggingface_hub pointed at it."""
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            """The test's output is the test's."""

        def do_HEAD(self) -> None:
            self.serve(body=False)

        def do_GET(self) -> None:
            self.serve(body=True)

        def serve(self, *, body: bool) -> None:
            hub.requests.append((self.command, self.path, self.headers["Range"]))
            hub.on_request()
            repo, _, rest = self.path.partition("/resolve/")
            name = rest.partition("/")[2]
            if repo != "/owner/repo" or name not in hub.files:
                self.answer(404, {"X-Error-Code": "EntryNotFound"})
                return
            if body and hub.down:
                self.answer(503, {})
                return
            content = hub.files[name]
            start = int((self.headers["Range"] or "bytes=0-").removeprefix("bytes=").partition("-")[0])
            headers = {
                "ETag": f'"{hub.announced.get(name, sha256(content))}"',
                "X-Repo-Commit": COMMIT,
                "Accept-Ranges": "bytes",
            }
            if start:
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self.answer(206 if start else 200, headers, length=len(content) - start)
            if body:
                end = start + hub.cut.pop(0) if hub.cut else len(content)
                self.wfile.write(content[start:end])
                self.close_connection = end < len(content)

        def answer(self, code: int, headers: dict[str, str], length: int = 0) -> None:
            self.send_response(code)
            for key, value in {**headers, "Content-Length": str(length)}.items():
                self.send_header(key, value)
            self.end_headers()

    server = QuietServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    use_hub(monkeypatch, f"http://127.0.0.1:{server.server_address[1]}")
    try:
        yield hub
    finally:
        huggingface_hub.close_session()
        server.shutdown()
        thread.join()
        server.server_close()


def use_hub(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    """huggingface_hub reads HF_ENDPOINT once, when it is imported."""
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", endpoint)
    template = endpoint + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
