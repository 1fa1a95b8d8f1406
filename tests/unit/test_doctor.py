"""What doctor finds of models, servers and indexes; the index is real, its embedder counts words."""

from pathlib import Path
from typing import Any

import pytest

from assistant.doctor import Finding, State, examine
from assistant.settings import Settings
from index.sync import sync

from .answering_fakes import LETTERS, ToyEmbedder, indexed, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Holds corpus and index."""
    indexed(tmp_path).close()
    return tmp_path


def find(subject: str, folder: Path, **more: Any) -> Finding | None:
    given: dict[str, Any] = {
        "corpus": folder / "corpus",
        "index_dir": folder / "index",
        "models_dir": folder / "models",
        "chat_model": "none",
        "embedding_model": "toy",
    }
    return next((finding for finding in examine(Settings(**given | more)) if finding.subject == subject), None)


def of_index(folder: Path, **more: Any) -> Finding:
    finding = find("index", folder, **more)
    assert finding
    return finding


# --- the index ---


def test_an_index_in_order(folder: Path) -> None:
    assert of_index(folder).state is State.OK
    assert of_index(folder).fix is None


def test_a_file_that_holds_only_a_byte_order_mark_is_blank(folder: Path) -> None:
    (folder / "corpus" / "blank.txt").write_bytes(b"\xef\xbb\xbf")
    assert of_index(folder).state is State.OK


def test_files_that_differ(folder: Path) -> None:
    write(folder / "corpus", {"new.txt": "Something new."})
    finding = of_index(folder)
    assert (finding.state, "differ by now: 1" in finding.found) == (State.WARN, True)
    command = f"`assistant index {folder / 'corpus'} --index-dir {folder / 'index'} --embedding-model toy`"
    assert command in (finding.fix or "")


def test_an_index_of_another_folder_is_not_to_be_replaced_unasked(folder: Path) -> None:
    finding = of_index(folder, corpus=folder / "other")
    assert finding.state is State.WARN
    assert str(folder / "corpus") in finding.found
    assert f"`assistant index {folder / 'other'} --index-dir" in (finding.fix or "")
    assert "would replace" in (finding.fix or "")


def test_a_folder_that_cannot_be_indexed_now(folder: Path) -> None:
    (folder / "corpus" / "picture.txt").write_bytes(b"\0")
    finding = of_index(folder)
    assert (finding.state, "picture.txt is binary" in finding.found) == (State.WARN, True)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('"revision":"1"', '"revision":"0"', "another revision"),
        ('"target":1000', '"target":50', "chunking"),
        ('"name":"embedded"', '"name":"toy"', "model toy, not with embedded"),
    ],
)
def test_an_index_of_another_making(
    folder: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, word: str
) -> None:
    monkeypatch.setattr("index.check.known_revision", lambda _: "1")
    path = folder / "index" / "manifest.json"
    path.write_text(path.read_text().replace('"name":"toy"', '"name":"embedded"').replace(old, new))
    finding = of_index(folder, embedding_model="embedded")
    assert (finding.state, word in finding.found) == (State.MISSING, True)
    assert "--rebuild`" in (finding.fix or "")


def test_an_index_without_its_vectors_or_texts(folder: Path, tmp_path: Path) -> None:
    for path in (folder / "index" / "texts").iterdir():
        path.unlink()
    assert (of_index(folder).state, "is missing" in of_index(folder).found) == (State.MISSING, True)
    sync(write(tmp_path / "corpus", LETTERS), tmp_path / "second", ToyEmbedder())
    (tmp_path / "second" / "vectors-0").rename(tmp_path / "away")
    assert of_index(folder, index_dir=tmp_path / "second").state is State.MISSING


# --- models and servers ---


@pytest.mark.parametrize("name", ["./missing/model", "~/missing", "a/b/c"])
def test_what_can_be_no_embedding_model(folder: Path, name: str) -> None:
    finding = find("embedding model", folder, embedding_model=name)
    assert finding
    assert finding.state is State.MISSING


def test_an_embedding_model_in_the_home_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    (folder / "m").mkdir()
    finding = find("embedding model", folder, embedding_model="~/m")
    assert finding
    assert finding.state is State.OK


@pytest.mark.parametrize("chat_model", ["none", "embedded"])
def test_a_server_that_no_model_uses_is_not_asked(folder: Path, chat_model: str) -> None:
    assert find("chat server", folder, chat_model=chat_model, chat_base_url="http://127.0.0.1:1") is None


@pytest.mark.usefixtures("socket_enabled")
def test_a_server_that_does_not_answer(folder: Path) -> None:
    finding = find("chat server", folder, chat_model="openai:any", chat_base_url="http://127.0.0.1:1")
    assert finding
    assert finding.state is State.MISSING
