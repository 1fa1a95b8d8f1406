"""Folder -> index on a real Chroma: incremental, all or nothing, whatever happens in between."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import index.files
import index.store
import index.sync
from index.errors import (
    AssistantError,
    BinaryFileError,
    EmptyFolderError,
    EncodingError,
    FolderNotFoundError,
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexNotFoundError,
    NoSpaceError,
    UnreadableFileError,
    UnwritableIndexError,
)
from index.lexical import LexicalIndex
from index.manifest import read_manifest
from index.search import Index
from index.sync import sync
from index.types import SyncReport

Embedder = Any  # conftest's toy


def sources(index_dir: Path, embedder: Embedder, query: str = "zebra stripes") -> list[str]:
    with Index.open(index_dir, embedder) as index:
        return [hit.source for hit in index.search(query)]


@pytest.fixture
def index_dir(tmp_path: Path) -> Path:
    return tmp_path / "index"


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
    with pytest.raises(EmptyFolderError):
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
    manifest.write_text(manifest.read_text().replace('"format":1', '"format":0'))
    with pytest.raises(IndexMismatchError, match="--rebuild"):
        Index.open(index_dir, toy_embedder)
    sync(toy_corpus, index_dir, toy_embedder, rebuild=True)
    assert sources(index_dir, toy_embedder)[0] == "zebra.txt"


# --- damage ---


def garble(path: Path) -> None:
    path.write_bytes(b"garbled" * 500)


def halve(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [garble, halve, empty, Path.unlink])
@pytest.mark.parametrize("pattern", ["manifest.json", "vectors-0/chroma.sqlite3", "keywords-0-0/*", "texts/*"])
def test_damage_is_named_and_a_rebuild_mends_it(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder, pattern: str, damage: Callable[[Path], None]
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    for path in index_dir.glob(pattern):
        damage(path)
    with pytest.raises((IndexDamagedError, IndexNotFoundError), match="assistant index"):
        sources(index_dir, toy_embedder)
    sync(toy_corpus, index_dir, toy_embedder, rebuild=True)
    assert sources(index_dir, toy_embedder)[0] == "zebra.txt"


@pytest.mark.parametrize("damage", [garble, halve, empty, Path.unlink])
@pytest.mark.parametrize("pattern", ["keywords-0-0/*", "texts/*"])
def test_damage_that_a_sync_mends_without_embedding(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder, pattern: str, damage: Callable[[Path], None]
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    for path in index_dir.glob(pattern):
        damage(path)
    toy_embedder.embedded.clear()
    report = sync(toy_corpus, index_dir, toy_embedder)
    assert report.unchanged == ("cat.txt", "dir/dog.md", "zebra.txt")
    assert toy_embedder.embedded == []
    assert sources(index_dir, toy_embedder)[0] == "zebra.txt"
    check_nothing_is_left_over(index_dir, toy_embedder)


@pytest.mark.parametrize("folder", ["keywords-0-0", "texts"])
def test_a_folder_that_is_gone_is_made_again(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder, folder: str
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    shutil.rmtree(index_dir / folder)
    with pytest.raises(IndexDamagedError, match="up to date"):
        sources(index_dir, toy_embedder)
    sync(toy_corpus, index_dir, toy_embedder)
    assert sources(index_dir, toy_embedder)[0] == "zebra.txt"


def test_missing_vectors_are_added_by_a_sync(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as index:
        collection = index._snapshot.store.sentences
        collection.delete(sorted(collection.ids())[:1])
    with pytest.raises(IndexDamagedError, match="lacks vectors"):
        Index.open(index_dir, toy_embedder)
    sync(toy_corpus, index_dir, toy_embedder)
    assert sources(index_dir, toy_embedder)[0] == "zebra.txt"


# --- interruption at each step ---

STEPS: list[tuple[Any, str, int]] = [
    (index.sync, "vector_store", 0),
    (index.store.VectorStore, "create", 0),
    (index.store.VectorSet, "add", 0),
    (index.store.VectorSet, "add", 1),
    (index.sync, "write_atomically", 0),
    (LexicalIndex, "save", 0),
    (index.sync, "write_manifest", 0),
    (index.store.VectorSet, "delete", 0),
    (index.store.VectorSet, "delete", 1),
    (index.sync, "remove", 1),
]


def fail_at(monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str, int], error: BaseException) -> None:
    """Let the call of that number raise, after what the calls before it really did."""
    home, name, number = step
    real = getattr(home, name)
    calls = iter(range(100))

    def failing(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == number:
            raise error
        return real(*args, **kwargs)

    monkeypatch.setattr(home, name, failing)


def change(corpus: Path) -> None:
    (corpus / "zebra.txt").unlink()
    (corpus / "cat.txt").write_text("Le chat chasse la souris.", encoding="utf-8")
    (corpus / "owl.txt").write_text("The owl flies at night.", encoding="utf-8")


OLD, NEW = {"cat.txt", "dir/dog.md", "zebra.txt"}, {"cat.txt", "dir/dog.md", "owl.txt"}


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step[1]}-{step[2]}")
def test_interrupted_anywhere(
    toy_corpus: Path,
    index_dir: Path,
    toy_embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
    step: tuple[Any, str, int],
    rebuild: bool,
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    change(toy_corpus)
    with monkeypatch.context() as patch:
        fail_at(patch, step, KeyboardInterrupt())
        try:
            sync(toy_corpus, index_dir, toy_embedder, rebuild=rebuild)
        except KeyboardInterrupt:
            done = step[1] in {"delete", "remove"}  # which come after the manifest
        else:
            done = True  # a rebuild has nothing to delete
    with Index.open(index_dir, toy_embedder) as opened:
        assert {document.source for document in opened.documents} == (NEW if done else OLD)
        assert {hit.source for hit in opened.search("zebra owl chat Hund")} == (NEW if done else OLD)
    sync(toy_corpus, index_dir, toy_embedder)
    assert set(sources(index_dir, toy_embedder)) == NEW
    check_nothing_is_left_over(index_dir, toy_embedder)


def check_nothing_is_left_over(index_dir: Path, embedder: Embedder) -> None:
    manifest = read_manifest(index_dir)
    with Index.open(index_dir, embedder) as opened:
        assert opened._snapshot.store.chunks.ids() == {chunk.id for chunk in manifest.chunks}
        assert opened._snapshot.store.sentences.count() == sum(len(chunk.sentences) for chunk in manifest.chunks)
    assert len(list(index_dir.glob("vectors-*"))) == len(list(index_dir.glob("keywords-*"))) == 1
    assert {path.stem for path in (index_dir / "texts").iterdir()} == {d.text_sha256 for d in manifest.documents}


def test_a_first_sync_that_was_interrupted_goes_on_where_it_stopped(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    paragraph = "Le texte est assez long pour être un paragraphe à lui seul, et il porte le numéro {0}. Oui, le {0}."
    text = "\n\n".join(paragraph.format(number) + " Ajout." for number in range(60))
    (toy_corpus / "long.txt").write_text(text, encoding="utf-8")
    with monkeypatch.context() as patch:
        fail_at(patch, (index.store.VectorSet, "add", 2), KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            sync(toy_corpus, index_dir, toy_embedder)
    with pytest.raises(IndexNotFoundError):
        Index.open(index_dir, toy_embedder)
    before = len(toy_embedder.embedded)
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as opened:
        whole = opened._snapshot.store.chunks.count() + opened._snapshot.store.sentences.count()
    assert len(toy_embedder.embedded) - before == whole - index.sync._GROUP


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
import conftest
import index.sync
def kill(*args):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(index.sync, sys.argv[4], kill)
index.sync.sync(Path(sys.argv[1]), Path(sys.argv[2]), conftest.ToyEmbedder())
"""


@pytest.mark.parametrize("step", ["write_manifest", "_clean"])
def test_killed(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder, step: str) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    change(toy_corpus)
    here = Path(__file__).parent
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(toy_corpus), str(index_dir), str(here), step],
        cwd=here.parents[1],
        env={**os.environ, "PYTHONPATH": str(here.parents[1])},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert set(sources(index_dir, toy_embedder)) == (OLD if step == "write_manifest" else NEW)
    sync(toy_corpus, index_dir, toy_embedder)
    assert set(sources(index_dir, toy_embedder)) == NEW
    check_nothing_is_left_over(index_dir, toy_embedder)


# --- disk full ---


@pytest.mark.parametrize(
    "step",
    [(index.files.os, "fsync", 0), (LexicalIndex, "save", 0), (index.sync, "write_manifest", 0)],
    ids=lambda step: step[1],
)
def test_no_space(
    toy_corpus: Path,
    index_dir: Path,
    toy_embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
    step: tuple[Any, str, int],
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    change(toy_corpus)
    with monkeypatch.context() as patch:
        fail_at(patch, step, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        with pytest.raises(NoSpaceError, match="Free some space"):
            sync(toy_corpus, index_dir, toy_embedder)
    assert set(sources(index_dir, toy_embedder)) == OLD
    assert not list(index_dir.rglob("*.tmp"))


@pytest.mark.parametrize("text", ["database or disk is full", "No space left on device (os error 28)"])
def test_no_space_for_chroma(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    from chromadb.api.models.Collection import Collection
    from chromadb.errors import InternalError

    sync(toy_corpus, index_dir, toy_embedder)
    change(toy_corpus)
    with monkeypatch.context() as patch:
        fail_at(patch, (Collection, "upsert", 1), InternalError(text))
        with pytest.raises(NoSpaceError):
            sync(toy_corpus, index_dir, toy_embedder)
    assert set(sources(index_dir, toy_embedder)) == OLD
