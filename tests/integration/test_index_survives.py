"""An index that is damaged, interrupted at any step, or out of space: named, mended, as before or as after."""

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

import index.files
import index.store
import index.sync
from index.errors import (
    IndexDamagedError,
    IndexNotFoundError,
    NoSpaceError,
)
from index.lexical import LexicalIndex
from index.manifest import read_manifest
from index.search import Index
from index.sync import sync

from .indexes import Embedder, sources

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
