"""Folder -> index on a real Chroma: what changes, and what may not be indexed."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from index.errors import (
    AssistantError,
    BinaryFileError,
    EmptyFolderError,
    EncodingError,
    FolderNotFoundError,
    IndexBusyError,
    IndexMismatchError,
    IndexNotFoundError,
    UnreadableFileError,
    UnwritableIndexError,
)
from index.manifest import FORMAT
from index.search import Index
from index.sync import sync
from index.types import SyncReport

from .indexes import Embedder, sources

# --- what changes ---


def test_first_sync(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    (toy_corpus / "picture.png").write_bytes(b"\x89PNG")
    (toy_corpus / "blank.txt").write_text(" \n")
    report = sync(toy_corpus, index_dir, toy_embedder)
    assert report == SyncReport(
        corpus=str(toy_corpus),
        added=("cat.txt", "dir/dog.md", "zebra.txt"),
        changed=(),
        unchanged=(),
        removed=(),
        ignored=("blank.txt", "picture.png"),
        blank=("blank.txt",),
        chunks=3,
    )
    assert sources(index_dir, toy_embedder)[0] == "zebra.txt"


def test_unchanged_files_are_not_embedded_again(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    manifest = (index_dir / "manifest.json").read_bytes()
    toy_embedder.embedded.clear()
    report = sync(toy_corpus, index_dir, toy_embedder)
    assert report.unchanged == ("cat.txt", "dir/dog.md", "zebra.txt")
    assert toy_embedder.embedded == []
    assert (index_dir / "manifest.json").read_bytes() == manifest


def test_only_new_and_changed_files_are_embedded(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    toy_embedder.embedded.clear()
    (toy_corpus / "zebra.txt").write_text("The zebra sleeps.", encoding="utf-8")
    (toy_corpus / "owl.txt").write_text("The owl flies.", encoding="utf-8")
    report = sync(toy_corpus, index_dir, toy_embedder)
    assert (report.added, report.changed) == (("owl.txt",), ("zebra.txt",))
    assert set(toy_embedder.embedded) == {"The zebra sleeps.", "The owl flies."}


def test_an_index_in_the_folder_itself_is_not_indexed(toy_corpus: Path, toy_embedder: Embedder) -> None:
    first = sync(toy_corpus, toy_corpus / "index", toy_embedder)
    second = sync(toy_corpus, toy_corpus / "index", toy_embedder)
    assert (second.unchanged, second.added, second.ignored) == (first.added, (), ())


def test_removed_files_leave(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    (toy_corpus / "zebra.txt").unlink()
    assert sync(toy_corpus, index_dir, toy_embedder).removed == ("zebra.txt",)
    assert "zebra.txt" not in sources(index_dir, toy_embedder)
    assert len(list((index_dir / "texts").iterdir())) == 2


def test_a_file_that_became_blank_leaves(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    (toy_corpus / "zebra.txt").write_text("\n")
    report = sync(toy_corpus, index_dir, toy_embedder)
    assert (report.removed, report.blank) == (("zebra.txt",), ("zebra.txt",))


def test_another_folder_replaces_the_first(
    toy_corpus: Path, tmp_path: Path, index_dir: Path, toy_embedder: Embedder
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    other = tmp_path / "other"
    other.mkdir()
    (other / "owl.txt").write_text("The owl flies.", encoding="utf-8")
    assert sync(other, index_dir, toy_embedder).replaced_corpus == str(toy_corpus)
    assert sources(index_dir, toy_embedder) == ["owl.txt"]


def test_progress_counts_up_to_the_whole(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    calls: list[tuple[int, int]] = []
    sync(toy_corpus, index_dir, toy_embedder, progress=lambda done, total: calls.append((done, total)))
    done, total = calls[-1]
    assert done == total == len(toy_embedder.embedded)


# --- bad folders: nothing changes ---


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"a\0b", BinaryFileError), ("これは日本語の文章です。".encode("shift_jis"), EncodingError)],
)
def test_a_bad_file(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder, content: bytes, error: type[AssistantError]
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    (toy_corpus / "bad.txt").write_bytes(content)
    (toy_corpus / "zebra.txt").unlink()
    with pytest.raises(error, match=r"bad\.txt"):
        sync(toy_corpus, index_dir, toy_embedder)
    assert sources(index_dir, toy_embedder)[0] == "zebra.txt"


def test_an_unreadable_file(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)  # as root, permissions forbid nothing
    with pytest.raises(UnreadableFileError, match=r"cat\.txt cannot be read: Permission denied"):
        sync(toy_corpus, index_dir, toy_embedder)
    assert not index_dir.exists()


def test_empty_and_missing_folders(tmp_path: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    with pytest.raises(FolderNotFoundError):
        sync(tmp_path / "nowhere", index_dir, toy_embedder)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(EmptyFolderError):
        sync(empty, index_dir, toy_embedder)
    assert not index_dir.exists()
    (empty / "blank.txt").write_text("\n")
    (empty / "letter.pdf").write_text("%PDF")
    with pytest.raises(EmptyFolderError, match=r"are of other kinds \(letter.pdf\)"):
        sync(empty, index_dir, toy_embedder)


def test_an_emptied_folder_leaves_the_index_as_it_was(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    for path in toy_corpus.rglob("*.*"):
        path.unlink()
    with pytest.raises(EmptyFolderError):
        sync(toy_corpus, index_dir, toy_embedder)
    assert sources(index_dir, toy_embedder)[0] == "zebra.txt"


# --- bad places ---


def test_a_file_in_place_of_the_index(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    index_dir.write_text("a file")
    with pytest.raises(UnwritableIndexError, match="--index-dir"):
        sync(toy_corpus, index_dir, toy_embedder)


def test_busy(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    index_dir.mkdir()
    with FileLock(index_dir / "lock"), pytest.raises(IndexBusyError):
        sync(toy_corpus, index_dir, toy_embedder)


def test_no_index(index_dir: Path, toy_embedder: Embedder) -> None:
    with pytest.raises(IndexNotFoundError, match="assistant index"):
        Index.open(index_dir, toy_embedder)


# --- another model, other chunking ---


@pytest.mark.parametrize("change", [{"name": "other"}, {"revision": "2"}, {"dimension": 32}])
def test_another_model(
    toy_corpus: Path,
    index_dir: Path,
    toy_embedder: Embedder,
    toy_embedder_class: Callable[..., Embedder],
    change: dict[str, Any],
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    other = toy_embedder_class(**change)
    command = f"`assistant index {toy_corpus} --index-dir {index_dir} --embedding-model {other.name} --rebuild`"
    with pytest.raises(IndexMismatchError, match=command):
        Index.open(index_dir, other)
    with pytest.raises(IndexMismatchError, match=command):
        sync(toy_corpus, index_dir, other)
    sync(toy_corpus, index_dir, other, rebuild=True)
    assert sources(index_dir, other)[0] == "zebra.txt"
    with pytest.raises(IndexMismatchError):
        Index.open(index_dir, toy_embedder)


def test_other_chunking(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    manifest = index_dir / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"target":1000', '"target":50'))
    with pytest.raises(IndexMismatchError, match="chunking"):
        Index.open(index_dir, toy_embedder)


def test_an_index_of_another_version(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    manifest = index_dir / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"format":{FORMAT}', '"format":0'))
    with pytest.raises(IndexMismatchError, match="--rebuild"):
        Index.open(index_dir, toy_embedder)
    sync(toy_corpus, index_dir, toy_embedder, rebuild=True)
    assert sources(index_dir, toy_embedder)[0] == "zebra.txt"
