"""The Assistant: opening, asking, streaming, closing; models are loaded through the same doors as always."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any, cast

import pytest

from assistant import Assistant, Settings, Turn
from assistant.errors import (
    ChatModelError,
    EmptyFolderError,
    FolderNotFoundError,
    HistoryError,
    IndexMismatchError,
    IndexNotFoundError,
    ModelNotFoundError,
    QuestionError,
    SettingsError,
    UsageError,
)
from assistant.models.chat_model import ChatModel
from assistant.types import Answer, PassagesFound, TextDelta
from index.types import Hit

from .answering_fakes import (
    CAPTAIN,
    CARGO,
    LETTERS,
    Call,
    FakeRuntime,
    ScriptedModel,
    ToyEmbedder,
    assert_verifies,
    indexed,
    scripted,
    write,
)

WHO = "Who is the captain of the ferry?"
ADA = "The captain is Ada Lindqvist."
PATIENCE_S = 20


class Loaders:
    """What the settings lead to, and how often it was loaded and closed."""

    def __init__(self) -> None:
        self.model: ScriptedModel | None = scripted(ADA, condense=WHO)
        self.embedder = ToyEmbedder()
        self.loaded: list[str] = []
        self.closed: list[str] = []
        self.runtime: FakeRuntime | None = None
        """That of a local model."""

    def chat(self, settings: Settings) -> ChatModel | None:
        self.loaded.append("chat")
        if settings.chat_model == "none" or self.model is None:
            return None
        return ChatModel(
            "scripted", self.model, cast("Any", self.runtime), on_close=(lambda: self.closed.append("chat"),)
        )

    def embedding(self, name: str) -> ToyEmbedder:
        del name
        self.loaded.append("embedding")
        return self.embedder


@pytest.fixture
def loaders(monkeypatch: pytest.MonkeyPatch) -> Loaders:
    made = Loaders()
    monkeypatch.setattr("assistant.models.load_chat_model", made.chat)
    monkeypatch.setattr("index.embedding.load_embedder", made.embedding)
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds corpus and index; read only."""
    made = tmp_path_factory.mktemp("assistant")
    indexed(made).close()
    return made


def keywords(folder: Path, **more: Any) -> dict[str, Any]:
    return {"corpus": folder / "corpus", "index_dir": folder / "index", "models_dir": folder / "models", **more}


@pytest.fixture
def assistant(folder: Path, loaders: Loaders) -> Iterator[Assistant]:
    del loaders
    with Assistant.open(**keywords(folder)) as opened:
        yield opened


# --- opening and closing ---


def test_nothing_loads_before_it_is_needed(folder: Path, loaders: Loaders) -> None:
    with Assistant.open(**keywords(folder)) as assistant:
        assert [document.source for document in assistant.documents] == sorted(LETTERS)
        assert not assistant.ready
        assert loaders.loaded == []
        assistant.search(WHO)
        assert loaders.loaded == ["embedding"]
        assistant.warm_up()
        assert assistant.ready
        assistant.warm_up()
        assistant.ask(WHO)
        assert sorted(loaders.loaded) == ["chat", "embedding"]


def test_open_without_an_index(tmp_path: Path, loaders: Loaders) -> None:
    with pytest.raises(IndexNotFoundError, match="assistant index"):
        Assistant.open(**keywords(tmp_path))
    assert loaders.loaded == []


def test_open_with_settings_or_keywords(folder: Path, loaders: Loaders) -> None:
    settings = Settings(**keywords(folder))
    with Assistant.open(settings) as assistant:
        assert assistant.settings is settings
        assert assistant.ask(WHO).citations
    with pytest.raises(SettingsError):
        Assistant.open(**keywords(folder, chat_modell="none"))
    assert loaders.closed == ["chat"]


def test_settings_and_keywords_are_not_mixed_up(folder: Path, tmp_path: Path) -> None:
    settings = Settings(**keywords(folder, index_dir=tmp_path / "index"))
    with Assistant.open(settings, index_dir=folder / "index", corpus=None) as assistant:
        assert assistant.settings.index_dir == folder / "index"
        assert assistant.settings.corpus == folder / "corpus"


def test_sync_builds_the_index_and_brings_it_up_to_date(tmp_path: Path, loaders: Loaders) -> None:
    write(tmp_path / "corpus", {"ferry.txt": LETTERS["ferry.txt"]})
    with Assistant.open(**keywords(tmp_path), sync=True) as assistant:
        assert [document.source for document in assistant.documents] == ["ferry.txt"]
        assert assistant.ask(WHO).citations
    write(tmp_path / "corpus", {"mill.md": LETTERS["mill.md"]})
    with Assistant.open(**keywords(tmp_path), sync=True) as assistant:
        assert [document.source for document in assistant.documents] == ["ferry.txt", "mill.md"]
    assert loaders.closed == ["chat"]


@pytest.mark.usefixtures("loaders")
def test_another_folder_than_that_of_the_index_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, index_dir = tmp_path / "my contracts", folder / "index"
    told = f"`assistant index '{other}' --index-dir {index_dir}`"
    for settings in (Settings(index_dir=index_dir), None):
        with pytest.raises(IndexMismatchError, match=re.escape(told)):
            Assistant.open(settings, index_dir=index_dir, corpus=other)
    monkeypatch.setenv("ASSISTANT_CORPUS", str(other))
    with pytest.raises(IndexMismatchError):
        Assistant.open(index_dir=index_dir)


@pytest.mark.usefixtures("loaders")
def test_the_index_s_folder_is_the_same_by_any_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "corpus")
    for corpus in ("../corpus", ".", None):
        with Assistant.open(Settings(index_dir=folder / "index"), corpus=corpus, chat_model="none") as assistant:
            assert assistant.ask(WHO).citations


def test_sync_keeps_to_the_folder_of_the_index(
    tmp_path: Path, loaders: Loaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "seeds", LETTERS)
    with Assistant.open(sync=True) as assistant:
        assert [document.source for document in assistant.documents] == sorted(LETTERS)
    write(tmp_path / "mine", {"mine.txt": LETTERS["ferry.txt"]})
    with Assistant.open(corpus="mine", sync=True) as assistant:
        assert [document.source for document in assistant.documents] == ["mine.txt"]
    with Assistant.open(sync=True) as assistant:
        assert [document.source for document in assistant.documents] == ["mine.txt"]
        assert assistant.settings.corpus == tmp_path / "mine"
        assistant.search(WHO)
    assert loaders.loaded == ["embedding"] * 3, "once for an index and its search"


def test_sync_of_no_folder(tmp_path: Path, loaders: Loaders) -> None:
    with pytest.raises(FolderNotFoundError):
        Assistant.open(**keywords(tmp_path), sync=True)
    (tmp_path / "corpus").mkdir()
    with pytest.raises(EmptyFolderError):
        Assistant.open(**keywords(tmp_path), sync=True)
    assert "chat" not in loaders.loaded


def test_an_index_of_another_embedding_model(folder: Path, loaders: Loaders) -> None:
    loaders.embedder.revision = "2"
    with Assistant.open(**keywords(folder)) as assistant:
        for ask in (assistant.ask, assistant.search):
            with pytest.raises(IndexMismatchError, match="--rebuild"):
                ask(WHO)


def test_a_model_is_not_loaded_twice_when_the_index_comes_later(folder: Path, loaders: Loaders) -> None:
    loaders.embedder.revision = "2"
    with Assistant.open(**keywords(folder)) as assistant:
        for _ in range(2):
            with pytest.raises(IndexMismatchError):
                assistant.ask(WHO)
        loaders.embedder.revision = "1"
        assert assistant.ask(WHO).citations
    assert len(loaders.closed) == loaders.loaded.count("chat"), "what was loaded is closed"


def test_a_missing_model_does_not_stop_searching(
    folder: Path, loaders: Loaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(settings: Settings) -> ChatModel:
        raise ModelNotFoundError(f"{settings.chat_model} is missing", fix="Run `assistant pull`.")

    monkeypatch.setattr("assistant.models.load_chat_model", missing)
    with Assistant.open(**keywords(folder)) as assistant:
        with pytest.raises(ModelNotFoundError, match="assistant pull"):
            assistant.ask(WHO)
        assert not assistant.ready
        assert assistant.search(WHO)
        monkeypatch.setattr("assistant.models.load_chat_model", loaders.chat)
        assert assistant.ask(WHO).citations, "pulled meanwhile"


def test_close_twice(folder: Path, loaders: Loaders) -> None:
    assistant = Assistant.open(**keywords(folder))
    assistant.close()
    assistant.ask(WHO)
    assistant.close()
    assistant.close()
    assert loaders.closed == ["chat"]
    assert not assistant.ready
    assert [document.source for document in assistant.documents] == sorted(LETTERS)


# --- asking ---


def test_ask_many_keeps_the_order(assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.model
    loaders.model.replies["draft"] = lambda call: CARGO if "carry" in call.text else CAPTAIN
    first, second = assistant.ask_many(iter(["What did the ferry carry to Norrport?", WHO]))
    assert CARGO in first.text
    assert CAPTAIN in second.text
    assert assistant.ask_many([]) == []


def test_a_conversation(assistant: Assistant, loaders: Loaders, folder: Path) -> None:
    assert loaders.model
    answer = assistant.ask("And its captain?", history=[Turn("What did the ferry carry?", "Salt. [1]")])
    assert loaders.model.kinds == ["condense", "draft"]
    assert answer.standalone_question == WHO
    assert_verifies(answer, folder / "corpus")


@pytest.mark.parametrize("question", ["", " \n", "?!", "x" * 2_001, None, 5, ["Who?"], "Who \ud800?"])
@pytest.mark.parametrize("entry", ["ask", "stream", "search"])
def test_bad_questions_load_nothing(entry: str, question: Any, assistant: Assistant, loaders: Loaders) -> None:
    with pytest.raises(QuestionError):
        getattr(assistant, entry)(question)
    assert loaders.loaded == []


@pytest.mark.parametrize("history", [None, "Who?", [("Who?", "Ada.")], [{"question": "Who?"}], 5, ["Who?"]])
def test_bad_histories_load_nothing(history: Any, assistant: Assistant, loaders: Loaders) -> None:
    for entry in (assistant.ask, assistant.stream):
        with pytest.raises(HistoryError):
            entry(WHO, history)
    assert loaders.loaded == []


def test_the_longest_question(assistant: Assistant) -> None:
    longest = f"{WHO} {'x' * 2_000}"[:2_000]
    assert assistant.ask(longest).question == longest


def test_a_number_of_passages_without_sense(assistant: Assistant, loaders: Loaders) -> None:
    for wrong in (assistant.as_retriever, lambda k: assistant.search(WHO, k)):
        with pytest.raises(UsageError, match="1 or more"):
            wrong(k=-1)
    assert loaders.loaded == []


def test_search_needs_no_chat_model(assistant: Assistant, loaders: Loaders) -> None:
    hits = assistant.search("captain", k=1)
    assert len(hits) == 1
    assert isinstance(hits[0], Hit)
    assert assistant.document(hits[0].source).text[hits[0].start : hits[0].end] == hits[0].text
    assert "chat" not in loaders.loaded
    with pytest.raises(KeyError):
        assistant.document("unknown.txt")


def test_without_a_chat_model(folder: Path, loaders: Loaders) -> None:
    with Assistant.open(**keywords(folder, chat_model="none")) as assistant:
        answer = assistant.ask(WHO)
        assert CAPTAIN in answer.text
        assert_verifies(answer, folder / "corpus")
        assert loaders.model
        assert loaders.model.calls == []


def test_the_same_question_has_the_same_answer_whatever_came_before(folder: Path, loaders: Loaders) -> None:
    def told(answer: Answer) -> tuple[Any, ...]:
        return answer.text, answer.citations, answer.language, answer.standalone_question, answer.decline_reason

    questions = [WHO, "What did the ferry carry?", "How much is the crossing?", "Who burned the stable?"]
    assert loaders.model
    with Assistant.open(**keywords(folder)) as assistant:
        forth = [told(answer) for answer in assistant.ask_many(questions)]
    with Assistant.open(**keywords(folder)) as assistant:
        back = [told(answer) for answer in assistant.ask_many(reversed(questions))]
    assert forth == back[::-1]


# --- streaming, threads, event loops ---


def take_until_text(events: Iterator[Any]) -> None:
    for event in events:
        if isinstance(event, TextDelta):
            return
    raise AssertionError("no text was streamed")


def test_a_stream_closed_early_stops_the_model(assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.model
    loaders.model.replies["draft"] = f"{ADA} {CAPTAIN} {CARGO} " * 5
    stream = assistant.stream(WHO)
    take_until_text(stream)
    stream.close()
    assert loaders.model.closed == ["draft"]
    assert assistant.ask(WHO).citations


def test_a_stream_dropped_early_keeps_nobody_waiting(assistant: Assistant) -> None:
    assert len(list(islice(assistant.stream(WHO), 2))) == 2
    assert assistant.ask(WHO).citations


def test_a_stream_begins_when_it_is_read(assistant: Assistant, loaders: Loaders) -> None:
    events = assistant.stream(WHO)
    assert loaders.loaded == []
    events.close()
    assert list(events) == []
    assert loaders.loaded == []


def test_a_stream_ends_with_its_assistant(assistant: Assistant, loaders: Loaders) -> None:
    begun, go_on = Event(), Event()

    def slow(call: Call) -> str:
        del call
        begun.set()
        assert go_on.wait(PATIENCE_S)
        return ADA

    assert loaders.model
    loaders.model.replies["draft"] = slow
    events = assistant.stream(WHO)
    assert isinstance(next(events), PassagesFound)
    assert begun.wait(PATIENCE_S)
    assistant.close()
    with pytest.raises(ChatModelError, match="Ask again"):
        next(events)
    go_on.set()
    loaders.model.replies["draft"] = ADA
    assert assistant.ask(WHO).citations


@pytest.fixture
def local_assistant(assistant: Assistant, loaders: Loaders) -> Assistant:
    """Over a model that takes one question at a time."""
    assert loaders.model
    loaders.model.replies.update(stated="Yes", quote=CAPTAIN, phrase=ADA)
    loaders.runtime = FakeRuntime()
    return assistant


def in_time(call: Callable[[], Any]) -> Any:
    """What a call returns that may hang: then the test fails, and the tests go on."""
    outcome: Future[Any] = Future()
    Thread(target=lambda: outcome.set_result(call()), daemon=True).start()
    return outcome.result(PATIENCE_S)


def test_two_streams_of_a_local_model_are_read_in_turns(local_assistant: Assistant) -> None:
    pairs = in_time(lambda: list(zip(local_assistant.stream(WHO), local_assistant.stream(WHO), strict=True)))
    assert all(type(one) is type(other) for one, other in pairs)
    assert isinstance(pairs[-1][0], Answer)


def test_a_question_while_a_local_model_s_answer_is_read(local_assistant: Assistant) -> None:
    half_read = local_assistant.stream(WHO)
    take_until_text(half_read)
    assert in_time(lambda: local_assistant.ask(WHO)).citations
    assert isinstance([*half_read][-1], Answer)


def test_a_local_model_is_left_before_it_is_closed(local_assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.model
    half_read = local_assistant.stream(WHO)
    take_until_text(half_read)
    local_assistant.close()
    assert loaders.model.closed
    assert not local_assistant._running
    assert loaders.closed == ["chat"]


def test_more_async_streams_of_a_local_model_than_threads(local_assistant: Assistant) -> None:
    async def last() -> Any:
        return [event async for event in local_assistant.astream(WHO)][-1]

    async def main() -> list[Any]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        return await asyncio.gather(*(last() for _ in range(3)))

    assert [type(event) for event in in_time(lambda: asyncio.run(main()))] == [Answer] * 3


def test_two_threads_at_once(assistant: Assistant, loaders: Loaders, folder: Path) -> None:
    assert loaders.model
    loaders.model.replies["draft"] = lambda call: CARGO if "carry" in call.text else CAPTAIN
    together = Barrier(4)

    def ask(number: int) -> Answer:
        together.wait(PATIENCE_S)
        return assistant.ask("What did the ferry carry to Norrport?" if number % 2 else WHO)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(4)))
    assert [CARGO in answer.text for answer in answers] == [False, True, False, True]
    assert sorted(loaders.loaded) == ["chat", "embedding"]
    for answer in answers:
        assert_verifies(answer, folder / "corpus")


def test_hosted_models_take_several_questions_at_once(assistant: Assistant) -> None:
    streams = [assistant.stream(WHO) for _ in range(3)]
    for stream in streams:
        take_until_text(stream)
    assert assistant.ask(WHO).citations
    assert all(isinstance(list(stream)[-1], Answer) for stream in streams)


def test_two_answers_do_not_get_mixed_up(assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.model
    begun, go_on = Event(), Event()

    def slow(call: Call) -> str:
        if "carry" in call.text:
            begun.set()
            assert go_on.wait(PATIENCE_S)
            return CARGO
        return CAPTAIN

    loaders.model.replies["draft"] = slow
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(assistant.ask, "What did the ferry carry to Norrport?")
        assert begun.wait(PATIENCE_S)
        second = threads.submit(assistant.ask, WHO)
        go_on.set()
        assert CARGO in first.result(PATIENCE_S).text
        assert CAPTAIN in second.result(PATIENCE_S).text


def test_async(assistant: Assistant, folder: Path) -> None:
    async def main() -> tuple[Answer, list[Any]]:
        return await assistant.aask(WHO), [event async for event in assistant.astream(WHO)]

    answer, events = asyncio.run(main())
    assert_verifies(answer, folder / "corpus")
    assert isinstance(events[0], PassagesFound)
    assert isinstance(events[-1], Answer)
    assert events[-1].text == answer.text
    assert "".join(event.text for event in events[1:-1]) == ADA


def test_async_errors_come_through(assistant: Assistant) -> None:
    async def main() -> None:
        with pytest.raises(QuestionError):
            await assistant.aask("")
        with pytest.raises(HistoryError):
            async for _ in assistant.astream(WHO, "no history"):
                pass

    asyncio.run(main())


def test_several_questions_in_one_event_loop(assistant: Assistant) -> None:
    async def main() -> list[Answer]:
        return await asyncio.gather(*(assistant.aask(WHO) for _ in range(3)))

    assert len({answer.text for answer in asyncio.run(main())}) == 1


def test_an_async_stream_left_early_stops_the_model(assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.model

    async def main() -> Answer:
        stream = assistant.astream(WHO)
        async for event in stream:
            if isinstance(event, TextDelta):
                break
        await stream.aclose()
        assert loaders.model
        assert loaders.model.closed == ["draft"]
        return await assistant.aask(WHO)

    assert asyncio.run(main()).citations


class Thinking:
    """A model that has begun and says nothing before it is let."""

    def __init__(self, model: ScriptedModel) -> None:
        self.begun, self.go_on, self.done = Event(), Event(), Event()
        model.replies["draft"] = self

    def __call__(self, call: Call) -> str:
        del call
        self.begun.set()
        assert self.go_on.wait(PATIENCE_S)
        self.done.set()
        return ADA


async def read_to_the_end(assistant: Assistant, question: str) -> None:
    async for _ in assistant.astream(question):
        pass


@pytest.mark.parametrize("ask", [Assistant.aask, read_to_the_end])
def test_cancelling_does_not_wait_for_the_model(ask: Any, assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.model
    thinking = Thinking(loaders.model)

    async def main() -> None:
        task = asyncio.create_task(ask(assistant, WHO))
        assert await asyncio.to_thread(thinking.begun.wait, PATIENCE_S)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not thinking.done.is_set()
        thinking.go_on.set()

    asyncio.run(main())
    loaders.model.replies["draft"] = ADA
    assert assistant.ask(WHO).citations, "the model takes the next question"


def test_the_end_of_an_event_loop_ends_its_streams(assistant: Assistant, loaders: Loaders) -> None:
    """`asyncio.run` cancels all tasks at its end, whatever they wait for."""
    assert loaders.model
    thinking = Thinking(loaders.model)
    complaints: list[Any] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
        reading = asyncio.create_task(read_to_the_end(assistant, WHO))
        assert await asyncio.to_thread(thinking.begun.wait, PATIENCE_S)
        assert not reading.done()

    in_time(lambda: asyncio.run(main()))
    thinking.go_on.set()
    assert complaints == []
