"""Whatever is wrong, a user meets one line that tells what to do next, and an exit code that tells its kind.

Each row makes the condition itself; nothing but a disk's fullness and, for root, a file's permissions is imitated.
"""

import errno
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event, Thread

import pytest

from assistant import cli
from assistant.models.files import EMBEDDED, ModelFile
from index.embedding import load_embedder
from index.sync import sync

from ..unit.answering_fakes import FERRY, LETTERS, WHO, ToyEmbedder, write
from .hub_imitation import COMMIT, Hub, QuietServer, imitated_hub, sha256, use_hub

CONTENT = b"GGUF" + bytes(2000)
TINY = ModelFile(EMBEDDED.name, len(CONTENT), sha256(CONTENT), "owner/repo", "tiny.gguf", COMMIT)
HUB_MODEL = "hf:owner/repo/tiny.gguf"
HOSTED = ("ask", WHO, "--chat-model", "openai:whatever")


@dataclass(frozen=True)
class Place:
    """The working directory of a command: letters in seeds/, indexed; no model."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    stack: ExitStack
    """Ends with the test."""

    @property
    def seeds(self) -> Path:
        return self.folder / "seeds"

    @property
    def index(self) -> Path:
        return self.folder / ".assistant" / "index"

    @property
    def model(self) -> Path:
        """Where the embedded model belongs."""
        return self.folder / "models" / EMBEDDED.name

    def pin(self, model: ModelFile) -> None:
        """Make a small file the embedded model: hashing a gigabyte takes seconds."""
        for module in ("", ".choice", ".pull"):
            self.monkeypatch.setattr(f"assistant.models{module}.EMBEDDED", model)

    def serve(self, answer: "Reply", timeout_s: float = 30) -> None:
        """Chat models are behind a server that answers so."""
        address = self.stack.enter_context(chat_server(answer))
        self.monkeypatch.setenv("ASSISTANT_CHAT_BASE_URL", address)
        self.monkeypatch.setenv("ASSISTANT_CHAT_TIMEOUT_S", str(timeout_s))


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two letters in seeds/ and their index, as `assistant index` leaves them."""
    made = tmp_path_factory.mktemp("letters")
    sync(write(made / "seeds", LETTERS), made / ".assistant" / "index", load_embedder("embedded"))
    return made


@pytest.fixture
def place(letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    folder = tmp_path / "here"
    shutil.copytree(letters, folder)
    manifest = folder / ".assistant" / "index" / "manifest.json"
    manifest.write_text(manifest.read_text().replace(str(letters), str(folder)))  # it was made here
    (folder / "models").mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ASSISTANT_MODELS_DIR", str(folder / "models"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with ExitStack() as stack:
        yield Place(folder, monkeypatch, stack)


# --- servers ---

Reply = Callable[[BaseHTTPRequestHandler, Event], None]
"""Answers a request; the event is set when the test ends."""


@contextmanager
def chat_server(reply: Reply) -> Iterator[str]:
    """Its address."""
    ended = Event()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """The test's output is the test's."""

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            reply(self, ended)

    httpd = QuietServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_address[1]}/v1"
    finally:
        ended.set()
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def begin(handler: BaseHTTPRequestHandler, status: int, content_type: str, body: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", content_type)
    handler.end_headers()
    handler.wfile.write(body.encode())


def never(_: BaseHTTPRequestHandler, ended: Event) -> None:
    ended.wait()


def stall(handler: BaseHTTPRequestHandler, ended: Event) -> None:
    """A word, and then nothing."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": "The "}, "finish_reason": None}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    begin(handler, 200, "text/event-stream", f"data: {json.dumps(chunk)}\n\n")
    ended.wait()


def home_page(handler: BaseHTTPRequestHandler, _: Event) -> None:
    begin(handler, 200, "text/html", "<html>Welcome</html>")


def refuse(handler: BaseHTTPRequestHandler, _: Event) -> None:
    begin(handler, 401, "application/json", '{"error": {"message": "who are you?"}}')


def press_ctrl_c() -> None:
    """As the terminal does: the main thread is in the midst of waiting for an answer."""
    os.kill(os.getpid(), signal.SIGINT)


def interrupt(_: BaseHTTPRequestHandler, ended: Event) -> None:
    press_ctrl_c()
    ended.wait()


# --- conditions ---


def as_it_is(_: Place) -> None:
    """Nothing is amiss but what the arguments say."""


def no_index(place: Place) -> None:
    shutil.rmtree(place.index)


def index_of_another_model(place: Place) -> None:
    no_index(place)
    sync(place.seeds, place.index, ToyEmbedder())


def garbled_manifest(place: Place) -> None:
    (place.index / "manifest.json").write_bytes(b"garbled" * 500)


def garbled_vectors(place: Place) -> None:
    for path in place.index.glob("vectors-*/chroma.sqlite3"):
        path.write_bytes(b"garbled" * 500)


def unreadable_file(place: Place) -> None:
    path = place.seeds / "ferry.txt"
    path.chmod(0)
    if os.access(path, os.R_OK):  # root may read everything
        real = Path.read_bytes

        def read_bytes(path: Path) -> bytes:
            if path.name == "ferry.txt":
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return real(path)

        place.monkeypatch.setattr(Path, "read_bytes", read_bytes)


def broken_encoding(place: Place) -> None:
    (place.seeds / "ferry.txt").write_bytes("これは日本語の文章です。".encode("shift_jis"))


def binary_file(place: Place) -> None:
    (place.seeds / "ferry.txt").write_bytes(bytes(100))


def no_folder(place: Place) -> None:
    shutil.rmtree(place.seeds)


def changed_since(place: Place) -> None:
    """The index was made of this folder, whose letter then changed."""
    sync(place.seeds, place.index, load_embedder("embedded"))
    (place.seeds / "ferry.txt").write_text(f"Dear all,\n\n{FERRY}", encoding="utf-8")


def full_disk(place: Place) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (place.seeds / "new.txt").write_text("Something new to store.\n", encoding="utf-8")
    place.monkeypatch.setattr("os.fsync", full)  # where a file system tells at the latest
    place.monkeypatch.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(1 << 30, 1 << 30, 0))


def truncated_model(place: Place) -> None:
    place.model.write_bytes(CONTENT)


def wrong_model(place: Place) -> None:
    place.pin(TINY)
    place.model.write_bytes(CONTENT[:-1] + b"!")


def nothing_listens(place: Place) -> None:
    place.monkeypatch.setenv("ASSISTANT_CHAT_BASE_URL", "http://127.0.0.1:9/v1")
    use_hub(place.monkeypatch, "http://127.0.0.1:9")


def no_such_hub_file(place: Place) -> None:
    place.stack.enter_context(imitated_hub(place.monkeypatch))


def unverifiable_hub_file(place: Place) -> None:
    hub = place.stack.enter_context(imitated_hub(place.monkeypatch))
    hub.files["tiny.gguf"] = CONTENT
    hub.announced["tiny.gguf"] = COMMIT


# --- the table ---


@dataclass(frozen=True)
class Row:
    """A command under a condition."""

    name: str
    given: Callable[[Place], None]
    arguments: Sequence[str]
    exit_code: int
    fix: str
    """What mends it: a command, a setting, or what the user has to do."""


USAGE, MISSING = 2, 3
NO_MODEL = ("--chat-model", "none")
ROWS = [
    Row("empty question", as_it_is, ("ask", "", *NO_MODEL), USAGE, "Ask something"),
    Row("blank question", as_it_is, ("ask", " \n\t", *NO_MODEL), USAGE, "Ask something"),
    Row("over-long question", as_it_is, ("ask", "why? " * 1000, *NO_MODEL), USAGE, "Shorten it"),
    Row("empty query", as_it_is, ("search", ""), USAGE, "Ask something"),
    Row("over-long query", as_it_is, ("search", "why? " * 1000), USAGE, "Shorten it"),
    Row("no folder", no_folder, ("index",), USAGE, "Bring it back"),
    Row("another folder that is not there", no_folder, ("index", "mine"), USAGE, "Name a folder"),
    Row("unreadable file", unreadable_file, ("index",), USAGE, "permissions"),
    Row("broken encoding", broken_encoding, ("index",), USAGE, "Save it as UTF-8"),
    Row("binary file", binary_file, ("index",), USAGE, "Save it as UTF-8"),
    Row("no index to ask", no_index, ("ask", WHO, *NO_MODEL), MISSING, "`assistant index seeds`"),
    Row("no index to search", no_index, ("search", WHO), MISSING, "`assistant index seeds`"),
    Row(
        "no index of a folder", no_index, ("ask", WHO, *NO_MODEL, "--corpus", "a b"), MISSING, "`assistant index 'a b'`"
    ),
    Row("another index to ask", index_of_another_model, ("ask", WHO, *NO_MODEL), MISSING, "`assistant index"),
    Row("another index to search", index_of_another_model, ("search", WHO), MISSING, "`assistant index"),
    Row("garbled manifest", garbled_manifest, ("ask", WHO, *NO_MODEL), MISSING, "`assistant index seeds --rebuild`"),
    Row(
        "garbled manifest to rebuild",
        garbled_manifest,
        ("index", "--rebuild"),
        MISSING,
        "`assistant index FOLDER --rebuild`",
    ),
    Row("garbled vectors", garbled_vectors, ("ask", WHO, *NO_MODEL), MISSING, "`assistant index"),
    Row("garbled vectors to search", garbled_vectors, ("search", WHO), MISSING, "`assistant index"),
    Row("changed since indexed", changed_since, ("ask", WHO, *NO_MODEL), MISSING, "`assistant index"),
    Row("no space for the index", full_disk, ("index",), MISSING, "Free some space"),
    Row("no model", as_it_is, ("ask", WHO), MISSING, "`assistant pull`"),
    Row("truncated model", truncated_model, ("ask", WHO), MISSING, "`assistant pull`"),
    Row("another model of the size", wrong_model, ("ask", WHO), MISSING, "`assistant pull`"),
    Row("no model file", as_it_is, ("ask", WHO, "--chat-model", "./no.gguf"), MISSING, "ASSISTANT_CHAT_MODEL"),
    Row("no such kind of model", as_it_is, ("ask", WHO, "--chat-model", "nobody:m"), USAGE, "ASSISTANT_CHAT_MODEL"),
    Row("malformed hub model", as_it_is, ("pull", "--chat-model", "hf:tiny.gguf"), USAGE, "ASSISTANT_CHAT_MODEL"),
    Row("no space for the model", full_disk, ("pull",), MISSING, "`assistant pull`"),
    Row("no hub", nothing_listens, ("pull", "--chat-model", HUB_MODEL), MISSING, "`assistant pull`"),
    Row("no such hub file", no_such_hub_file, ("pull", "--chat-model", HUB_MODEL), MISSING, "`assistant pull`"),
    Row("hub file without a hash", unverifiable_hub_file, ("pull", "--chat-model", HUB_MODEL), MISSING, "SHA-256"),
    Row("no server", nothing_listens, HOSTED, MISSING, "ASSISTANT_CHAT_BASE_URL"),
    Row("silent server", lambda place: place.serve(never, timeout_s=0.2), HOSTED, MISSING, "ASSISTANT_CHAT_TIMEOUT_S"),
    Row("stalled server", lambda place: place.serve(stall, timeout_s=0.5), HOSTED, MISSING, "ASSISTANT_CHAT_TIMEOUT_S"),
    Row("not a chat server", lambda place: place.serve(home_page), HOSTED, MISSING, "ASSISTANT_CHAT_BASE_URL"),
    Row("refusing server", lambda place: place.serve(refuse), HOSTED, MISSING, "API key"),
]


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_what_is_wrong_is_one_line(row: Row, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    row.given(place)
    code = cli.run(row.arguments)
    out, err = capsys.readouterr()
    assert (code, out) == (row.exit_code, "")
    assert row.fix in err
    assert err.count("\n") == 1
    assert err.endswith("\n")
    assert "Traceback" not in err


# --- Ctrl-C ---


@pytest.fixture
def _keyboard() -> Iterator[None]:
    """As in a terminal: a job in the background may have been started with Ctrl-C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def assert_interrupted(capsys: pytest.CaptureFixture[str], said: str = "Interrupted.") -> None:
    assert capsys.readouterr().err.strip() == said  # on a line of its own, beneath the ^C


def set_of_questions(place: Place) -> str:
    path = place.folder / "ferry.questions.yaml"
    path.write_text(f'- {{id: who, question: "{WHO}"}}\n- {{id: again, question: "{WHO}"}}\n', encoding="utf-8")
    return str(path)


@pytest.mark.usefixtures("_keyboard")
@pytest.mark.parametrize("command", ["ask", "eval"])
def test_ctrl_c_while_the_model_answers(command: str, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.serve(interrupt)
    what = WHO if command == "ask" else set_of_questions(place)
    said = "Interrupted." if command == "ask" else "Interrupted: 0 of 2 questions were asked."
    assert cli.run([command, what, "--chat-model", "openai:whatever"]) == cli.INTERRUPTED
    assert_interrupted(capsys, said)


@pytest.mark.usefixtures("_keyboard")
def test_ctrl_c_while_a_model_is_fetched(place: Place, hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    def on_request() -> None:
        if hub.downloads:
            hub.on_request = lambda: None
            press_ctrl_c()

    hub.on_request = on_request
    assert cli.run(["pull", "--chat-model", HUB_MODEL]) == cli.INTERRUPTED
    assert_interrupted(capsys)
    assert not list(place.folder.rglob("tiny.gguf"))
    assert cli.run(["pull", "--chat-model", HUB_MODEL]) == 0


# --- `pull` where all is well ---


@pytest.fixture
def hub(place: Place) -> Hub:
    hub = place.stack.enter_context(imitated_hub(place.monkeypatch))
    hub.files["tiny.gguf"] = CONTENT
    return hub


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("chat_model", ["embedded", HUB_MODEL])
def test_pull_tells_where_the_model_is(chat_model: str, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.pin(TINY)
    assert cli.run(["pull", "--chat-model", chat_model]) == 0
    out, err = capsys.readouterr()
    path = Path(out.removeprefix("The chat model is ready: ").removesuffix("\n"))
    assert path.read_bytes() == CONTENT
    assert err == ""
    assert cli.run(["pull", "--chat-model", chat_model, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"chat_model": chat_model, "path": str(path)}


def test_pull_of_what_needs_no_file(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["pull", *NO_MODEL]) == 0
    assert "needs no file" in capsys.readouterr().out
    assert list((place.folder / "models").iterdir()) == []
