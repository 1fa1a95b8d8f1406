"""Search and documents over a real Chroma, with a small embedder."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.errors import IndexDamagedError, IndexMismatchError, StaleSourceError
from index.search import Index
from index.sync import sync
from index.types import DocumentInfo, Span

Embedder = Any  # conftest's toy


def test_hits_are_verbatim_and_ordered(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as index:
        hits = index.search("zebra stripes")
        assert hits[0].source == "zebra.txt"
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        for hit in hits:
            document = index.document(hit.source)
            assert hit.text == document.text[hit.start : hit.end]
            assert (hit.title, hit.date, hit.language) == (document.title, document.date, document.language)
        assert index.search("zebra stripes", k=1) == hits[:1]
        assert index.search("zebra stripes") == hits


def test_documents_do_not_need_the_folder(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    path = toy_corpus / "dir" / "dog.md"
    text, sha256 = path.read_text(encoding="utf-8"), hashlib.sha256(path.read_bytes()).hexdigest()
    sync(toy_corpus, index_dir, toy_embedder)
    for file in toy_corpus.rglob("*.*"):
        file.unlink()
    with Index.open(index_dir, toy_embedder) as index:
        assert [document.source for document in index.documents] == ["cat.txt", "dir/dog.md", "zebra.txt"]
        assert index.documents[1] == DocumentInfo("dir/dog.md", "Der Hund", None, "de", sha256)
        document = index.document("dir/dog.md")
        assert (document.text, document.title, document.sha256) == (text, "Der Hund", sha256)
        assert index.total_chars == sum(len(index.document(d.source).text) for d in index.documents)
        assert index.corpus == toy_corpus
        with pytest.raises(StaleSourceError):
            index.document("nothing.txt")


def test_sentences_and_their_vectors(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as index:
        text = index.document("cat.txt").text
        spans = index.sentences("cat.txt")
        assert [text[span.start : span.end] for span in spans] == [
            "Le chat dort sur le grand lit bleu.",
            "Il rêve.",
            "Il ronronne.",
        ]
        expected = toy_embedder.embed_queries([text[span.start : span.end] for span in spans])
        assert np.allclose(index.sentence_vectors("cat.txt", spans), expected, atol=1e-5)
        assert np.allclose(index.sentence_vectors("cat.txt", spans[1:]), expected[1:], atol=1e-5)
        assert index.sentence_vectors("cat.txt", []).shape == (0, toy_embedder.dimension)
        with pytest.raises(StaleSourceError):
            index.sentence_vectors("cat.txt", [Span(1, 2)])


def test_query_vectors_have_length_1(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as index:
        vector = index.embed_query("zebra")
        assert vector.shape == (toy_embedder.dimension,)
        assert np.isclose(np.linalg.norm(vector), 1)
        assert index.idf("zebra") > 0


def test_near_duplicates_are_dropped(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    (toy_corpus / "zebra copy.txt").write_bytes((toy_corpus / "zebra.txt").read_bytes())
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as index:
        sources = [hit.source for hit in index.search("zebra stripes")]
        assert sources[0] == "zebra copy.txt"  # of equal ones, the first by source
        assert "zebra.txt" not in sources


@pytest.mark.parametrize("query", ["?", " ", "\0", "\ud800", "😀", "x" * 10_000, "漢字"])
def test_odd_queries(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder, query: str) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as index:
        assert len(index.search(query)) == 3


SYNC = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
import conftest
from index.sync import sync
sync(Path(sys.argv[1]), Path(sys.argv[2]), conftest.ToyEmbedder(revision=sys.argv[4]), rebuild=sys.argv[5] == "rebuild")
"""


def sync_elsewhere(corpus: Path, index_dir: Path, mode: str, revision: str = "1") -> None:
    """In another process."""
    here = Path(__file__).parent
    subprocess.run(
        [sys.executable, "-c", SYNC, str(corpus), str(index_dir), str(here), revision, mode],
        env={**os.environ, "PYTHONPATH": str(here.parents[1])},
        check=True,
    )


@pytest.mark.parametrize("mode", ["sync", "rebuild"])
def test_a_sync_elsewhere_is_noticed(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder, mode: str) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as index:
        index.search("zebra")
        (toy_corpus / "owl.txt").write_text("The owl flies at night.", encoding="utf-8")
        (toy_corpus / "zebra.txt").unlink()
        sync_elsewhere(toy_corpus, index_dir, mode)
        assert index.search("the owl flies")[0].source == "owl.txt"
        assert "zebra.txt" not in {hit.source for hit in index.search("zebra")}
        assert "owl.txt" in {document.source for document in index.documents}


@pytest.mark.parametrize("mode", ["sync", "rebuild"])
def test_a_sync_elsewhere_is_noticed_by_all_readers(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder, mode: str
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as one, Index.open(index_dir, toy_embedder) as two:
        for index in (one, two):
            index.search("zebra")
        (toy_corpus / "owl.txt").write_text("The owl flies at night.", encoding="utf-8")
        (toy_corpus / "zebra.txt").unlink()
        sync_elsewhere(toy_corpus, index_dir, mode)
        for index in (one, two, one):
            assert index.search("the owl flies")[0].source == "owl.txt"
            assert "zebra.txt" not in {hit.source for hit in index.search("zebra")}


def test_a_sync_here_goes_on_from_one_elsewhere(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as index:
        index.search("zebra")
        (toy_corpus / "owl.txt").write_text("The owl flies at night.", encoding="utf-8")
        sync_elsewhere(toy_corpus, index_dir, "sync")
        (toy_corpus / "fox.txt").write_text("The fox digs a hole.", encoding="utf-8")
        sync(toy_corpus, index_dir, toy_embedder)
        assert index.search("the owl flies")[0].source == "owl.txt"
        assert index.search("a fox digs")[0].source == "fox.txt"
    with Index.open(index_dir, toy_embedder) as index:
        assert index.search("the owl flies")[0].source == "owl.txt"


def test_a_reader_that_closes_takes_nothing_from_another(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as one:
        hits = one.search("zebra")
        with Index.open(index_dir, toy_embedder) as two:
            assert two.search("zebra") == hits
        assert one.search("zebra") == hits


def test_a_sync_during_an_answer_makes_sources_stale_not_damaged(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as index:
        spans = index.sentences("zebra.txt")
        (toy_corpus / "zebra.txt").write_text("The zebra sleeps.", encoding="utf-8")
        sync(toy_corpus, index_dir, toy_embedder)
        with pytest.raises(StaleSourceError):
            index.sentence_vectors("zebra.txt", spans)
        with pytest.raises(StaleSourceError):
            index.document("zebra.txt")


def test_a_reload_that_fails_leaves_readers_what_they_had(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as index:
        spans = index.sentences("cat.txt")
        before = index.sentence_vectors("cat.txt", spans)
        manifest = index_dir / "manifest.json"
        content = manifest.read_bytes()
        manifest.write_text("garbled")
        for _ in range(2):
            with pytest.raises(IndexDamagedError, match="manifest"):
                index.search("zebra")
        assert np.array_equal(index.sentence_vectors("cat.txt", spans), before)
        manifest.write_bytes(content)
        assert index.search("zebra")[0].source == "zebra.txt"


def test_a_rebuild_with_another_model_is_noticed(toy_corpus: Path, index_dir: Path, toy_embedder: Embedder) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as index:
        sync_elsewhere(toy_corpus, index_dir, "rebuild", revision="2")
        with pytest.raises(IndexMismatchError):
            index.search("zebra")


def test_a_sync_in_the_middle_of_a_search(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    with Index.open(index_dir, toy_embedder) as index:
        real = index._candidates

        def slow(*args: Any) -> list[int]:
            found = real(*args)
            monkeypatch.undo()
            (toy_corpus / "zebra.txt").write_text("The zebra sleeps.", encoding="utf-8")
            sync(toy_corpus, index_dir, toy_embedder)
            return found

        monkeypatch.setattr(index, "_candidates", slow)
        assert index.search("zebra")[0].text == "The zebra sleeps."


def test_a_text_that_was_changed_in_the_index_is_not_shown(
    toy_corpus: Path, index_dir: Path, toy_embedder: Embedder
) -> None:
    sync(toy_corpus, index_dir, toy_embedder)
    for path in (index_dir / "texts").iterdir():
        path.write_text("something else", encoding="utf-8")
    with Index.open(index_dir, toy_embedder) as index, pytest.raises(IndexDamagedError, match="garbled"):
        index.document("zebra.txt")
