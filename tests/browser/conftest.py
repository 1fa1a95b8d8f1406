"""A browser, and pages over an assistant that the test itself plays."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from assistant.errors import AssistantError
from assistant.types import (
    Answer,
    Citation,
    PassagesFound,
    QuoteDelta,
    StreamEvent,
    TextDelta,
    Timings,
    Turn,
    Waiting,
)
from index.types import Hit

PATIENCE_S = 30
GRADIO_WHEN_A_PAGE_IS_LEFT = (
    "AbortError",
    "Unexpected error Connection errored out.",
    "Unexpected error Server stopped unexpectedly.",
)
MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", MACOS)
QUIET = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
FLAGS = ("--no-sandbox", "--disable-component-update", "--disable-sync", *QUIET)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshot-to", metavar="PATH", type=Path, help="where to write the picture of the page")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gradio's server computes statistics after each event, with options that pandas deprecates."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.filterwarnings("ignore::pandas.errors.PandasDeprecationWarning"))


@dataclass(frozen=True)
class FakeDocument:
    source: str
    title: str
    text: str
    date: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class FakeSettings:
    corpus: Path = Path("letters")


LETTER = FakeDocument(
    source="letters/harbour.txt",
    title="The harbour letter",
    text="The harbour letter\n\n"
    "The ferry left at noon. It carried forty-two barrels of salt to Norrport.\n\n"
    "Nobody waved.",
    date="1871-05-09",
    language="en",
)


def make_answer(question: str, text: str, *citations: Citation, abstained: bool = False) -> Answer:
    reason = "not_covered" if abstained else None
    return Answer(question, text, "en", question, tuple(citations), abstained, reason, Timings(0.1, 0.2, 1.5))


def cite(document: FakeDocument, quote: str, marker: int = 1) -> Citation:
    start = document.text.index(quote)
    return Citation(marker, document.source, document.title, quote, start, start + len(quote))


def found(question: str) -> PassagesFound:
    hit = Hit(LETTER.source, LETTER.title, 0, len(LETTER.text), LETTER.text, 1.0)
    return PassagesFound((hit,), question)


class Run:
    """One answer, event by event, as the test says."""

    def __init__(self, question: str, history: Sequence[Turn]) -> None:
        self.question = question
        self.history = tuple(history)
        self.closed = Event()
        self._script: Queue[StreamEvent | AssistantError] = Queue()

    def found(self) -> None:
        self._script.put(found(self.question))

    def wait(self, position: int) -> None:
        self._script.put(Waiting(position))

    def quote(self, *words: str) -> None:
        for word in words:
            self._script.put(QuoteDelta(word))

    def say(self, *words: str) -> None:
        for word in words:
            self._script.put(TextDelta(word))

    def answer(self, text: str, *citations: Citation, abstained: bool = False) -> None:
        self._script.put(make_answer(self.question, text, *citations, abstained=abstained))

    def wait_closed(self) -> bool:
        return self.closed.wait(PATIENCE_S)

    def fail(self, error: AssistantError) -> None:
        self._script.put(error)

    def events(self) -> Iterator[StreamEvent]:
        try:
            while True:
                event = self._script.get(timeout=PATIENCE_S)
                if isinstance(event, AssistantError):
                    raise event
                yield event
                if isinstance(event, Answer):
                    return
        finally:
            self.closed.set()


@dataclass
class FakeAssistant:
    documents: tuple[FakeDocument, ...] = (LETTER,)
    settings: FakeSettings = FakeSettings()
    loaded: Event = field(default_factory=Event)
    runs: Queue[Run] = field(default_factory=Queue)
    warm_up_error: AssistantError | None = None
    refusal: AssistantError | None = None

    def with_document(self, **fields: str) -> FakeDocument:
        """Answer from another document."""
        self.documents = (FakeDocument(**fields),)
        return self.documents[0]

    def cite(self, quote: str) -> Citation:
        return cite(self.documents[0], quote)

    @property
    def ready(self) -> bool:
        return self.loaded.is_set()

    def expect_follow_up(self, history: Sequence[Turn]) -> None:
        """There is nothing to read."""

    def read_ahead(self, *, sentences: bool) -> None:
        """There is nothing to read."""

    def warm_up(self) -> None:
        if self.warm_up_error:
            raise self.warm_up_error
        self.loaded.wait(PATIENCE_S)

    def document(self, source: str) -> FakeDocument:
        return next(each for each in self.documents if each.source == source)

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[StreamEvent]:
        run = Run(question, history)
        self.runs.put(run)
        self.loaded.wait(PATIENCE_S)
        return run.events()

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        del history
        if self.refusal:
            raise self.refusal
        return make_answer(question, "Salt. [1]", self.cite("It carried forty-two barrels of salt to Norrport."))

    def next_run(self) -> Run:
        return self.runs.get(timeout=PATIENCE_S)


@pytest.fixture(scope="session", autouse=True)
def browser() -> Iterator[Browser]:
    """For every test here: without Playwright's event loop, Gradio makes some and never closes them."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        pytest.fail("No browser for the browser tests. Install one: sudo apt-get install -y chromium", pytrace=False)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture
def assistant() -> FakeAssistant:
    fake = FakeAssistant()
    fake.loaded.set()
    return fake


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serves a page over an assistant, on the loopback interface or the host given, and returns its address."""
    from ui.app import build_app, launch
    from ui.warmup import WarmUp

    blocks: list[Any] = []

    def start(assistant: Any, host: str = "127.0.0.1") -> str:
        warm_up = WarmUp(assistant)
        blocks.append(build_app(assistant, warm_up))
        address = launch(blocks[-1], host=host, port=0)
        warm_up.start()
        return address

    yield start
    for each in blocks:
        each.close(verbose=False)


@pytest.fixture
def wait_left(monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Waits until the server has stopped the answer of a reader who left the page."""
    import ui.app

    left = Event()

    class Generations(ui.app.Generations):
        def stop(self, session: str) -> None:
            super().stop(session)
            left.set()

    monkeypatch.setattr(ui.app, "Generations", Generations)
    return lambda: left.wait(PATIENCE_S)


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Browser profiles; every page in them must stay on this machine and free of script errors."""
    opened: list[BrowserContext] = []
    outside: list[str] = []
    errors: list[str] = []

    def new_context(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(PATIENCE_S * 1000)
        context.on("request", lambda request: None if _local(request.url) else outside.append(request.url))
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("console", lambda message: errors.append(message.text) if _is_error(message) else None)
        opened.append(context)
        return context

    yield new_context
    for context in opened:
        context.close()
    assert outside == []
    assert errors == []


@pytest.fixture
def open_page(contexts: Callable[..., BrowserContext], serve: Callable[[Any], str]) -> Callable[..., Page]:
    """Opens a page over an assistant, waiting until it can be used."""

    def start(assistant: Any, **options: Any) -> Page:
        page = contexts(**options).new_page()
        page.goto(serve(assistant))
        page.locator("#header h1").wait_for()
        return page

    return start


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page], None]:
    """Takes the picture of a page that `--screenshot-to` asks for; nothing where it does not."""

    def take(page: Page) -> None:
        path = request.config.getoption("--screenshot-to", default=None)
        if path is not None:
            page.mouse.move(0, 0)  # nothing is shown as hovered
            page.get_by_role("textbox").focus()
            page.screenshot(path=request.config.invocation_params.dir / path, animations="disabled")

    return take


def _is_error(message: ConsoleMessage) -> bool:
    return message.type == "error" and not message.text.startswith(GRADIO_WHEN_A_PAGE_IS_LEFT)


def _local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:"))
