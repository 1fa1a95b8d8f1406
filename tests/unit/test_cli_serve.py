"""`serve` before the page: the port, and the folder that is synced. The page itself is the test's."""

import socket
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant import Assistant
from assistant.cli import run

from .answering_fakes import LETTERS, ToyEmbedder, write

pytestmark = pytest.mark.usefixtures("socket_enabled")  # whether a port is free is asked of the system


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The sources of each assistant that was served, in a folder with letters in seeds/ and mine/."""
    sources: list[list[str]] = []

    def serve_page(assistant: Assistant, **_: Any) -> None:
        assistant.search("ferry")
        sources.append([document.source for document in assistant.documents])

    monkeypatch.setitem(sys.modules, "ui.app", SimpleNamespace(serve=serve_page))
    monkeypatch.setattr("index.embedding.load_embedder", lambda _: ToyEmbedder())
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "seeds", LETTERS)
    write(tmp_path / "mine", {"mine.txt": LETTERS["ferry.txt"]})
    return sources


def serve(*options: str) -> int:
    return run(["serve", "--port", "0", "--chat-model", "none", *options])


def test_a_folder_that_was_indexed_stays(served: list[list[str]]) -> None:
    assert run(["index", "mine"]) == 0
    assert run(["index"]) == 0, "again after changes"
    assert serve() == 0
    assert serve("--corpus", "seeds") == 0
    assert serve() == 0
    assert served == [["mine.txt"], sorted(LETTERS), sorted(LETTERS)]


def test_a_folder_is_shown_alike_by_whoever_it_is_named(
    served: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert serve() == serve() == serve("--corpus", str(tmp_path / "seeds")) == 0
    monkeypatch.chdir(write(tmp_path / "here", {}))
    assert serve("--corpus", "../seeds") == serve() == 0
    shown = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines() if "passages" in line]
    assert shown == ["seeds"] * 3 + [str(tmp_path / "seeds")] * 2
    assert len(served) == 5


def test_doctor_looks_at_the_folder_that_was_indexed(
    served: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["index", "mine", "--embedding-model", "toy"]) == 0
    run(["doctor", "--embedding-model", "toy", "--chat-model", "none"])
    assert f"up to date with {tmp_path / 'mine'}" in capsys.readouterr().out
    (tmp_path / ".assistant" / "index" / "manifest.json").write_text("garbled")
    assert run(["doctor", "--chat-model", "none"]) == 3
    assert "is damaged" in capsys.readouterr().out
    assert served == []


def test_the_default_is_for_where_there_is_no_index(served: list[list[str]]) -> None:
    assert serve() == 0
    assert served == [sorted(LETTERS)]


def test_a_working_directory_that_was_moved_is_served_where_it_is(
    served: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "before").mkdir()
    (tmp_path / "seeds").rename(tmp_path / "before" / "seeds")
    monkeypatch.chdir(tmp_path / "before")
    assert serve() == 0
    monkeypatch.chdir(tmp_path)
    (tmp_path / "before").rename(tmp_path / "after")
    monkeypatch.chdir(tmp_path / "after")
    capsys.readouterr()
    assert serve() == 0
    assert "seeds: 0 added" in capsys.readouterr().out
    assert served == [sorted(LETTERS)] * 2


def test_a_folder_that_is_gone_is_told_and_not_replaced(
    served: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["index", "mine"]) == 0
    (tmp_path / "mine").rename(tmp_path / "elsewhere")
    capsys.readouterr()
    assert serve() == 2
    told = f"The folder {tmp_path / 'mine'}, which the index in .assistant/index was made of, is no longer there."
    assert capsys.readouterr().err.startswith(f"{told} Bring it back, or index it where it is now: `assistant index ")
    assert served == []


def test_one_embedder_syncs_and_searches(served: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    monkeypatch.setattr("index.embedding.load_embedder", lambda name: loaded.append(name) or ToyEmbedder())
    assert serve() == 0
    assert (loaded, len(served)) == (["embedded"], 1)


def test_a_port_in_use_is_told_before_anything_is_indexed(
    served: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run(["serve", "--port", str(taken.getsockname()[1])]) == 2
    assert "in use" in capsys.readouterr().err
    assert not (tmp_path / ".assistant").exists()
    assert served == []


@pytest.fixture
def loaded(served: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The embedders that were loaded since the folder was first served."""
    names: list[str] = []
    monkeypatch.setattr("index.embedding.load_embedder", lambda name: names.append(name) or ToyEmbedder())
    monkeypatch.setattr("index.embedding.known_revision", lambda _: ToyEmbedder.revision)
    monkeypatch.setattr(ToyEmbedder, "name", "embedded")
    assert serve() == 0
    names.clear()
    monkeypatch.setitem(sys.modules, "ui.app", SimpleNamespace(serve=lambda *_, **__: served.append([])))
    return names


def test_a_folder_that_has_not_changed_is_served_before_anything_loads(
    loaded: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serve() == 0
    assert loaded == []
    assert "seeds: 0 added, 0 changed, 0 removed, 0 ignored, 2 unchanged" in capsys.readouterr().out
    write(tmp_path / "seeds", {"more.txt": "The mill is closed."})
    assert serve() == 0
    assert loaded == ["embedded"]


@pytest.mark.parametrize("damage", ["vectors-0", "keywords-0-0", "texts", "manifest.json"])
def test_what_is_damaged_is_mended_first(loaded: list[str], damage: str, tmp_path: Path) -> None:
    (tmp_path / ".assistant" / "index" / damage).rename(tmp_path / "damaged")
    assert serve() == 0
    assert loaded == ["embedded"]
    assert serve() == 0
    assert loaded == ["embedded"], "it was mended"


def test_another_revision_of_the_embedding_model_is_told(
    loaded: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("index.embedding.known_revision", lambda _: "2")
    monkeypatch.setattr(ToyEmbedder, "revision", "2")
    assert serve() == 3
    assert "another revision of the embedding model" in capsys.readouterr().err
    assert loaded == ["embedded"]


def test_other_processes_can_ask_while_the_page_is_served(
    loaded: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records: list[bool] = []
    record = tmp_path / ".assistant" / "index" / "server.json"
    page = SimpleNamespace(serve=lambda *_, **__: records.append(record.is_file()))
    monkeypatch.setitem(sys.modules, "ui.app", page)
    assert serve() == 0
    assert (records, record.exists(), loaded) == ([True], False, [])
