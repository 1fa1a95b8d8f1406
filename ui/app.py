"""The web page: layout and wiring. The only import site of gradio."""

import hashlib
import os
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.request import getproxies

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from assistant.errors import AssistantError
from ui import chat, render
from ui import texts as words
from ui.address import free_port, in_url, trusted_hosts
from ui.conversation import Conversation, dump, load, under_way
from ui.generation import Generations
from ui.headers import ContentSecurityPolicy
from ui.protocol import DocumentAssistant
from ui.stubs import without_stubs
from ui.texts import Texts
from ui.warmup import Readiness, WarmUp

with without_stubs():
    import gradio as gr
    from gradio.events import api

_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
_MONO_FONTS = ("ui-monospace", "Consolas", "monospace")
_MAX_THREADS = 1_000
"""Each question that waits or is answered holds one; with Gradio's 40, others could neither stop nor load the page."""

Updates = dict[Any, Any]


def serve(
    assistant: DocumentAssistant,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    announce: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve the page until Ctrl-C. `announce` gets its address as soon as it can be opened; then the models load.

    Raises PortInUseError, or UsageError for an address that cannot be listened on.
    """
    warm_up = WarmUp(assistant)
    page = build_app(assistant, warm_up)
    try:
        announce(launch(page, host=host, port=port, open_browser=open_browser))
        warm_up.start()  # not sooner: the page comes first
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        page.close(verbose=False)


def launch(page: gr.Blocks, *, host: str = "127.0.0.1", port: int = 7860, open_browser: bool = False) -> str:
    """Start the server in the background and return the page's address; `page.close()` ends it. Raises as `serve`."""
    port = free_port(host, port)
    middleware = [
        Middleware(TrustedHostMiddleware, allowed_hosts=trusted_hosts(host)),
        Middleware(ContentSecurityPolicy),
    ]
    with _without_proxy(host):
        _, address, _ = page.launch(
            server_name=in_url(host),
            server_port=port,
            inbrowser=open_browser,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            ssr_mode=False,
            run_history=False,
            max_threads=_MAX_THREADS,
            max_file_size=0,  # nothing is uploaded here
            enable_monitoring=False,
            footer_links=[],
            theme=gr.themes.Base(font=_FONTS, font_mono=_MONO_FONTS),
            css=_asset("page.css"),
            app_kwargs={"middleware": middleware},
        )
    return address


@contextmanager
def _without_proxy(host: str) -> Iterator[None]:
    """Gradio asks its own server whether it is there, through the proxy where one is set.

    Lower case, because that name wins; for a while only, because where the system's settings name the proxy (macOS,
    Windows), any such variable makes Python overlook them.
    """
    name = "no_proxy"
    before = os.environ.get(name)
    os.environ[name] = ",".join(filter(None, [getproxies().get("no"), "localhost", host]))
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def build_app(assistant: DocumentAssistant, warm_up: WarmUp) -> gr.Blocks:
    """The page; it shows what becomes of the loading of the assistant's models."""
    blocks = gr.Blocks(title=words.ENGLISH.title, analytics_enabled=False, fill_width=True)
    with blocks:
        _Page(assistant, warm_up, blocks)
    return blocks


class _Page:
    """The components, and the handlers that connect them with `ui.chat`."""

    def __init__(self, assistant: DocumentAssistant, warm_up: WarmUp, blocks: gr.Blocks) -> None:
        self.assistant = assistant
        self.warm_up = warm_up
        self.generations = Generations()
        self._lay_out()
        self._wire(blocks)

    def _lay_out(self) -> None:
        corpus = str(self.assistant.settings.corpus.resolve())
        self.saved = gr.BrowserState(
            [],
            storage_key=f"conversation-{hashlib.sha256(corpus.encode()).hexdigest()[:12]}",
            secret="constant",  # scrambles, protects nothing; constant, so that a conversation outlives the server
        )
        self.timer = gr.Timer(0.5, active=False)
        with gr.Row(elem_id="heading"):
            self.header = gr.HTML(elem_id="header", apply_default_css=False, js_on_load=_asset("heading.js"))
            self.clear = gr.Button("", elem_id="clear", size="sm")
        self.past = gr.HTML(elem_id="past", apply_default_css=False)
        self.current = gr.HTML(elem_id="current", apply_default_css=False, js_on_load=_asset("page.js"))
        with gr.Column(elem_id="composer"):
            with gr.Row(elem_id="entry"):
                self.question = gr.Textbox(
                    elem_id="question", max_lines=6, show_label=False, container=False, scale=1, autofocus=True
                )
                self.send = gr.Button("", elem_id="send")
                self.stop = gr.Button("", elem_id="stop", visible=False)
            with gr.Row(elem_id="foot"):
                self.status = gr.HTML(elem_id="status", apply_default_css=False)
                self.hint = gr.HTML(elem_id="hint", apply_default_css=False)

    def _wire(self, blocks: gr.Blocks) -> None:
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}
        shown = [self.saved, self.status, self.past, self.current, self.send, self.stop]
        words_ = [self.header, self.clear, self.hint, self.question, self.timer]
        blocks.load(self.on_load, self.saved, [*shown, *words_], **private)
        once: dict[str, Any] = {"outputs": shown, "trigger_mode": "once", **private}
        asked = [self.question.submit, self.send.click]
        gr.on(asked, self.on_ask, [self.question, self.saved], js=_asset("take_question.js"), **once)
        self.current.example(self.on_example, self.saved, **once)
        self.current.retry(self.on_retry, self.saved, **once)
        self.stop.click(self.on_stop, queue=False, **private)
        self.clear.click(self.on_clear, None, shown, **private)
        ticked = [self.status, self.timer, self.past, self.current]
        self.timer.tick(self.on_tick, self.saved, ticked, queue=False, **private)
        blocks.unload(self.on_stop)
        api(self.ask, api_name="ask", concurrency_limit=None)

    def on_load(self, saved: object, request: gr.Request) -> Updates:
        texts = _texts(request)
        return {
            **self._shown(load(saved), texts),
            self.header: render.header(texts, chat.documents(self.assistant)),
            self.clear: texts.clear,
            self.hint: render.hint(texts),
            self.question: gr.update(label=texts.question, placeholder=texts.placeholder),
            self.send: gr.update(value=texts.send, visible=True),
            self.stop: gr.update(value=texts.stop, visible=False),
            self.timer: gr.Timer(active=self.warm_up.readiness() is Readiness.LOADING),
        }

    def on_ask(self, question: str, saved: object, request: gr.Request) -> Iterator[Updates]:
        conversation = load(saved)
        growing = chat.ask(self.assistant, self.generations, _session(request), conversation, question)
        yield from self._progress(growing, _texts(request))

    def on_example(self, saved: object, request: gr.Request, event: gr.EventData) -> Iterator[Updates]:
        yield from self.on_ask(str(event.question), saved, request)

    def on_retry(self, saved: object, request: gr.Request) -> Iterator[Updates]:
        growing = chat.retry(self.assistant, self.generations, _session(request), load(saved))
        yield from self._progress(growing, _texts(request))

    def on_stop(self, request: gr.Request) -> None:
        self.generations.stop(_session(request))

    def on_clear(self, request: gr.Request) -> Updates:
        if self.generations.discard(_session(request)):
            return {self.current: gr.skip()}  # the answer under way empties the page as its last act
        return self._shown((), _texts(request))

    def on_tick(self, saved: object, request: gr.Request) -> Updates:
        if self.warm_up.readiness() is Readiness.LOADING:
            return {self.timer: gr.skip()}
        texts = _texts(request)
        updates = {**self._status(texts), self.timer: gr.Timer(active=False)}
        if not self.generations.running(_session(request)):
            updates |= self._exchanges(load(saved), texts)  # the documents can be read now
        return updates

    def ask(self, question: str) -> dict[str, Any]:
        """The answer to one question, with its citations."""
        try:
            return asdict(self.assistant.ask(question))
        except AssistantError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def _progress(self, growing: Generator[Conversation, None, None], texts: Texts) -> Iterator[Updates]:
        """All components at the start and at the end, in between only the answer: the rest stays untouched."""
        previous: Conversation = ()
        with closing(growing):
            for conversation in growing:
                if under_way(previous) and under_way(conversation):
                    yield {self.current: self._current(conversation, texts)}
                else:
                    yield self._shown(conversation, texts)
                previous = conversation

    def _shown(self, conversation: Conversation, texts: Texts) -> Updates:
        asked = under_way(conversation)
        return {
            **self._status(texts),
            self.saved: dump(conversation),
            **self._exchanges(conversation, texts),
            self.send: gr.update(visible=not asked),
            self.stop: gr.update(visible=asked),
        }

    def _exchanges(self, conversation: Conversation, texts: Texts) -> Updates:
        cited = chat.cited_documents(self.assistant, conversation[:-1])
        return {self.past: render.past(conversation, cited, texts), self.current: self._current(conversation, texts)}

    def _current(self, conversation: Conversation, texts: Texts) -> str:
        if not conversation:
            return render.welcome(texts, render.examples(texts, chat.documents(self.assistant)))
        cited = chat.cited_documents(self.assistant, conversation[-1:])
        loading = self.warm_up.readiness() is Readiness.LOADING
        return render.current(conversation, cited, texts, loading=loading)

    def _status(self, texts: Texts) -> Updates:
        return {self.status: render.status(texts, self.warm_up.readiness(), self.warm_up.problem)}


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _texts(request: gr.Request) -> Texts:
    return words.for_browser(request.headers.get("accept-language"))


def _session(request: gr.Request) -> str:
    return str(request.session_hash)
