"""Assistant: opens an index and a chat model, and answers through them."""

from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from threading import Lock, RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any

from assistant.conversation import check_history, check_question
from assistant.errors import ChatModelError, UsageError
from assistant.settings import Settings
from assistant.streaming import EventStream, Generation, Step
from assistant.syncing import check_corpus, remedy_for, sync_corpus, with_indexed_corpus
from assistant.types import Answer, History, StreamEvent
from index.manifest import read_manifest
from index.types import Document, DocumentInfo, Hit

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable

    from assistant.models.chat_model import ChatModel
    from assistant.models.runtime import LlamaRuntime
    from assistant.pipeline import Pipeline
    from assistant.runnables import QuestionInput
    from index.embedding import Embedder
    from index.manifest import Manifest
    from index.search import Index
    from index.types import Progress


_PATIENCE_S = 5.0
"""For a local model to be left before it is closed."""


class Assistant:
    """Answers questions about an indexed folder. Use it as a context manager, or close it.

    Safe to share between threads: of a local chat model two questions take turns, others wait.
    """

    def __init__(self, settings: Settings, manifest: "Manifest", embedder: "Embedder | None" = None) -> None:
        self.settings = settings
        self._manifest = manifest
        self._embedder = embedder
        self._loading_index = Lock()
        self._loading_chat = RLock()
        self._index: Index | None = None
        self._begun: LlamaRuntime | None = None
        self._chat: ChatModel | None = None
        self._pipeline: Pipeline | None = None
        self._reading_ahead = Lock()
        self._expecting = Lock()
        self._expected: object = None
        """The conversation that is expected to go on: the last one."""
        self._closed = False
        self._running: set[Generation] = set()

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        *,
        sync: bool = False,
        embedder: "Embedder | None" = None,
        **keywords: Any,
    ) -> "Assistant":
        """An assistant over an index; keywords are those of Settings and win over them, None meaning "not given".

        The models load at the first question, or at `warm_up`; an `embedder` given is one that is loaded already.
        `sync=True` brings the index up to date first, building it where there is none: with the folder given, else
        with that which the index was made of. Raises SettingsError, IndexNotFoundError, IndexDamagedError, and
        IndexMismatchError where a folder is given that is not the index's; with `sync`, what `index.sync.sync` raises.
        """
        given = {name: value for name, value in keywords.items() if value is not None}
        if settings is None or given:
            kept = {name: getattr(settings, name) for name in settings.model_fields_set} if settings else {}
            settings = Settings.load(**(kept | given))
        if sync:
            synced = sync_corpus(with_indexed_corpus(settings))
            settings, embedder = synced.settings, synced.embedder
        manifest = read_manifest(settings.index_dir, remedy_for(settings))
        check_corpus(settings, manifest)
        return cls(settings, manifest, embedder)

    def __enter__(self) -> "Assistant":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free models and files. May be called twice. Streams under way end with a ChatModelError."""
        self._closed = True
        running = tuple(self._running)
        for generation in running:
            generation.stop(ChatModelError("The assistant was closed before it had answered", fix="Ask again."))
        if self._chat and self._chat.runtime:
            for generation in running:  # at once between two words, later while the model reads a long text
                generation.wait(_PATIENCE_S)
            for reading in (self._reading_ahead, self._expecting):
                if reading.acquire(timeout=_PATIENCE_S):
                    reading.release()
        if begun := self._begun:  # whoever waits until it has loaded is told at once
            begun.close()
        with self._loading_chat, self._loading_index:
            if self._chat:
                self._chat.close()
            if self._index:
                self._index.close()
            self._index = self._chat = self._begun = self._pipeline = self._embedder = None

    # --- what it holds ---

    @property
    def ready(self) -> bool:
        """Are index and models loaded?"""
        return self._pipeline is not None

    @property
    def documents(self) -> tuple[DocumentInfo, ...]:
        """All documents, by source."""
        return self._index.documents if self._index else tuple(record.info for record in self._manifest.documents)

    @property
    def characters(self) -> int:
        """Of all documents together."""
        return sum(record.characters for record in self._manifest.documents)

    def document(self, source: str) -> Document:
        """A document with its text, as indexed. Raises KeyError for a source unknown."""
        return self._loaded_index().document(source)

    def begin_loading(self) -> None:
        """Let a local chat model load in the background; whatever needs it waits for it.

        Raises SettingsError, ModelNotFoundError, ModelDamagedError, ChatModelError.
        """
        from assistant.models import begin_loading

        with self._loading_chat:
            if not (self._chat or self._begun):
                self._begun = begin_loading(self.settings)

    def warm_up(self) -> None:
        """Load index and models now. Raises the errors of either: index.errors, ModelNotFoundError and others."""
        self._loaded_pipeline()

    def read_ahead(self, progress: "Progress | None" = None, *, sentences: bool = False) -> None:
        """Let a local chat model read the documents now, so that first questions need not wait for it; with `sentences`
        also those of a short folder by themselves, which takes some times as long, so that answers come sooner.

        It gives way to whoever asks. What was read is kept beside the index, as far as the settings' `prepared_mb`
        allow; done once, it takes milliseconds for each text of a prompt's length. Does nothing for other models, and
        once the assistant is closed. `progress` counts characters. Raises what `warm_up` raises, and ChatModelError.
        """
        from assistant.models import checked_file
        from assistant.pipeline import warm_up_languages

        if not checked_file(self.settings):
            return  # known without loading anything
        with self._reading_ahead:
            if pipeline := self._pipeline_unless(lambda: self._closed):
                if not self._running:  # it would hold the question up, which does it itself at a better time
                    warm_up_languages()
                for done, total in pipeline.read_ahead(sentences=sentences):
                    if self._closed:
                        return
                    if progress:
                        progress(done, total)

    def expect_follow_up(self, history: History) -> None:
        """Let a local chat model read a conversation that may go on, so that the next question need not wait for it.

        For the time in which a reader reads the answer: it gives way to whoever asks, and to the next conversation that
        is expected to go on. Does nothing for other models, and once the assistant is closed. Raises HistoryError, and
        what `warm_up` raises.
        """
        turns = self._expected = check_history(history)

        def over() -> bool:
            return self._closed or self._expected is not turns

        with self._expecting:
            if pipeline := self._pipeline_unless(over):
                for _ in pipeline.expect_follow_up(turns):
                    if over():
                        return

    # --- asking ---

    def ask(self, question: str, history: History = ()) -> Answer:
        """The answer of the documents.

        Raises QuestionError, HistoryError, SettingsError (the chat model cannot be made of the settings), MissingError
        and its kinds.
        """
        *_, last = self.stream(question, history)
        assert isinstance(last, Answer)  # an Answer is the last event of every stream
        return last

    def ask_many(self, questions: Iterable[str]) -> list[Answer]:
        """One answer for each question, in their order."""
        return [self.ask(question) for question in questions]

    async def aask(self, question: str, history: History = ()) -> Answer:
        """`ask` without blocking the event loop. Cancelled, it ends at once and the model stops."""
        async with aclosing(self.astream(question, history)) as events:
            async for event in events:
                last = event
        assert isinstance(last, Answer)  # as in `ask`
        return last

    def stream(self, question: str, history: History = ()) -> Generator[StreamEvent, None, None]:
        """PassagesFound, then QuoteDeltas, then TextDeltas, then the Answer, whose text replaces the deltas.

        Waiting comes before or after PassagesFound, where a local model is busy with two other questions.

        It begins with the first event that is asked for, and then goes on in a thread of its own: a stream that is read
        slowly keeps nobody waiting. Closing it stops the model, and returns when the model has stopped. Raises what
        `ask` raises.
        """
        return EventStream(self._generation(question, history))

    def astream(self, question: str, history: History = ()) -> AsyncGenerator[StreamEvent, None]:
        """`stream` without blocking the event loop. Cancelled, it ends at once and the model stops."""
        return self._generation(question, history).in_event_loop()

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """The k best passages, best first, without the chat model. Raises QuestionError, UsageError for a wrong k."""
        query, k = check_question(query), _check_k(k)
        return self._loaded_index().search(query, k)

    def as_retriever(self, k: int = 10) -> "BaseRetriever":
        """LangChain retriever over `search`; metadata holds source, title, start, end and score."""
        from assistant.runnables import AssistantRetriever

        return AssistantRetriever(assistant=self, k=_check_k(k))

    def as_runnable(self) -> "Runnable[QuestionInput, Answer]":
        """LangChain runnable from a question, or {"question": …, "messages": […]}, to an Answer.

        Streamed, it yields the Answer as it grows; the last one is complete.
        """
        from assistant.runnables import AnswerRunnable

        return AnswerRunnable(self)

    def _generation(self, question: str, history: History) -> Generation:
        question, history = check_question(question), check_history(history)

        def events() -> Iterator[Step]:
            self._running.add(generation)
            try:
                if pipeline := self._pipeline_unless(lambda: generation.stopped):
                    yield from pipeline.run(question, history)
            finally:
                self._running.discard(generation)

        generation = Generation(events)
        return generation

    # --- loading ---

    def _loaded_index(self) -> "Index":
        with self._loading_index:
            if self._index is None:
                from index.embedding import load_embedder
                from index.search import Index

                def embedder() -> "Embedder":
                    return self._embedder or load_embedder(self.settings.embedding_model)

                self._index = Index.open(self.settings.index_dir, embedder, self.settings.chroma_url)
            return self._index

    def _pipeline_unless(self, over: Callable[[], bool]) -> "Pipeline | None":
        """The pipeline, loaded; None where it is wanted no more by the time that others have loaded, or closed it."""
        with self._loading_chat:
            return None if over() else self._loaded_pipeline()

    def _loaded_pipeline(self) -> "Pipeline":
        with self._loading_chat:
            if self._chat and self._chat.runtime and self._chat.runtime.ended:
                self._chat.close()
                self._chat = self._pipeline = None
            if self._pipeline is None:
                from assistant.drafting import Drafter
                from assistant.models import checked_file
                from assistant.pipeline import Pipeline, warm_up, warm_up_languages

                if not checked_file(self.settings):
                    self._load_chat()  # takes no time; what is missing is told before the index loads, which does
                    warm_up_languages()
                with ThreadPoolExecutor(1) as beside:  # the chat model loads while the index does
                    loading = beside.submit(self._load_chat)
                    index = self._loaded_index()
                    warm_up(index)
                    loading.result()
                self._pipeline = Pipeline(
                    index, Drafter(self._chat) if self._chat else None, caution=self.settings.caution
                )
            return self._pipeline

    def _load_chat(self) -> None:
        if self._chat is None:  # it may be there already, where the index could not be loaded
            from assistant.models import load_chat_model

            try:
                self._chat = load_chat_model(self.settings, self._begun)
            finally:
                self._begun = None


def _check_k(k: int) -> int:
    if k < 0:
        raise UsageError(f"There are no {k} passages to find", fix="Choose a k of 1 or more.")
    return k
