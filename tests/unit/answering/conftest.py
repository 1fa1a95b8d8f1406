"""An index over the letters, and an Assistant over it whose models are fakes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.sharing.server import shared
from index.search import Index

from ..answering_fakes import (
    ADA,
    CAPTAIN,
    SHARED_MODEL,
    FakeRuntime,
    Loaders,
    OpenIndex,
    indexed,
    keywords,
    taught_runtime,
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with indexed(tmp_path_factory.mktemp("letters")) as opened:
        yield opened


@pytest.fixture
def open_index(tmp_path: Path) -> Iterator[OpenIndex]:
    """Index documents of the test's own."""
    opened: list[Index] = []

    def open_(documents: dict[str, str]) -> Index:
        opened.append(indexed(tmp_path / str(len(opened)), documents))
        return opened[-1]

    yield open_
    for one in opened:
        one.close()


@pytest.fixture
def taught() -> FakeRuntime:
    """A runtime with the adapters that quote and translate."""
    return taught_runtime()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds corpus and index; read only."""
    made = tmp_path_factory.mktemp("assistant")
    indexed(made).close()
    return made


@pytest.fixture
def loaders(monkeypatch: pytest.MonkeyPatch) -> Loaders:
    made = Loaders()
    monkeypatch.setattr("assistant.models.load_chat_model", made.chat)
    monkeypatch.setattr("assistant.models.begin_loading", made.begin)
    monkeypatch.setattr("assistant.models.checked_file", lambda _: Path("scripted.gguf"))
    monkeypatch.setattr("index.embedding.load_embedder", made.embedding)
    return made


@pytest.fixture
def assistant(folder: Path, loaders: Loaders) -> Iterator[Assistant]:
    del loaders
    with Assistant.open(**keywords(folder)) as opened:
        yield opened


@pytest.fixture
def local_assistant(assistant: Assistant, loaders: Loaders) -> Assistant:
    """Over a model that makes one call at a time."""
    assert loaders.model
    loaders.model.replies.update(stated="Yes", quote=CAPTAIN, phrase=ADA)
    loaders.runtime = FakeRuntime()
    return assistant


@pytest.fixture
def served(folder: Path, loaders: Loaders) -> Iterator[Assistant]:
    """An assistant that answers for others."""
    del loaders
    with Assistant.open(**keywords(folder, chat_model=SHARED_MODEL)) as opened, shared(opened):
        yield opened
