"""Opening an Assistant, with or without bringing its index up to date; loading, closing."""

import re
from pathlib import Path
from threading import Event, Thread

import pytest

from assistant import Answer, Assistant, Settings
from assistant.errors import (
    ChatModelError,
    EmptyFolderError,
    FolderNotFoundError,
    IndexMismatchError,
    IndexNotFoundError,
    ModelNotFoundError,
    SettingsError,
)
from assistant.models import checked_file
from assistant.models.chat_model import ChatModel

from ..answering_fakes import LETTERS, PATIENCE_S, WHO, FakeRuntime, Loaders, ToyEmbedder, keywords, write


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
    def missing(settings: Settings, _: object) -> ChatModel:
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


def test_a_question_that_was_stopped_while_others_load_loads_nothing(folder: Path, loaders: Loaders) -> None:
    loading, go_on = Event(), Event()

    def slow(name: str) -> ToyEmbedder:
        loading.set()
        assert go_on.wait(PATIENCE_S)
        return loaders.embedding(name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.embedding.load_embedder", slow)
        assistant = Assistant.open(**keywords(folder))
        first = Thread(target=assistant.warm_up)
        first.start()
        assert loading.wait(PATIENCE_S)
        stopped: list[Answer | ChatModelError] = []

        def ask() -> None:
            try:
                stopped.append(assistant.ask(WHO))
            except ChatModelError as error:
                stopped.append(error)

        asking = Thread(target=ask)
        asking.start()
        while not assistant._running:
            pass
        closing = Thread(target=assistant.close)
        closing.start()
        asking.join(PATIENCE_S)
        go_on.set()
        for thread in (first, closing):
            thread.join(PATIENCE_S)
    assert [type(each) for each in stopped] == [ChatModelError]
    assert loaders.loaded.count("chat") == len(loaders.closed) == 1
    assert not assistant.ready


def test_a_local_model_whose_process_died_is_loaded_again(folder: Path, loaders: Loaders) -> None:
    loaders.runtime = FakeRuntime()
    with Assistant.open(**keywords(folder)) as assistant:
        assistant.warm_up()
        loaders.runtime.ended = True
        loaders.runtime = FakeRuntime()
        assistant.warm_up()
        assistant.warm_up()
        assert loaders.loaded.count("chat") == 2
        assert loaders.closed == ["chat"]


def test_a_missing_model_file_is_told_before_the_index_loads(
    folder: Path, loaders: Loaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.models.checked_file", checked_file)
    with Assistant.open(**keywords(folder)) as assistant:
        with pytest.raises(ModelNotFoundError, match="assistant pull"):
            assistant.ask(WHO)
        assert loaders.loaded == []


def test_a_model_that_began_to_load_is_waited_for(folder: Path, loaders: Loaders) -> None:
    with Assistant.open(**keywords(folder)) as assistant:
        for _ in range(2):
            assistant.begin_loading()
        assert len(loaders.loaded) == 1
        assistant.warm_up()
        assistant.begin_loading()
    assert [each for each in loaders.loaded if "of" in each] == [*loaders.loaded[:1], "chat of it"]
    assert loaders.closed == ["chat"]


def test_a_model_that_began_to_load_in_vain_is_left(folder: Path, loaders: Loaders) -> None:
    with Assistant.open(**keywords(folder)) as assistant:
        assistant.begin_loading()
    assert loaders.closed == ["process"]
