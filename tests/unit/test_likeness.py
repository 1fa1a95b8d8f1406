"""Which sentences are like a question, or like its answer."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant import deciding, evidence, likeness, sources
from assistant.evidence import Passage
from index.embedding import Vectors
from index.search import Index
from index.sync import sync

from .answering_fakes import ToyEmbedder, write


def read(index: Index) -> Sequence[Passage]:
    """What a question has read."""
    return evidence.whole(index.document(document.source) for document in index.documents)


class Known(ToyEmbedder):
    """Passes for the embedded model."""

    name = deciding.fitted().embedding_model


class LikeAll(Known):
    """Finds all texts alike."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return super().embed_queries(["ferry"] * len(texts))


@contextmanager
def opened(folder: Path, letters: dict[str, str], embedder: Known) -> Iterator[Index]:
    sync(write(folder / "corpus", letters), folder / "index", embedder)
    with Index.open(folder / "index", embedder) as index:
        yield index


def alike(index: Index, first: str, question: str) -> dict[str, bool]:
    """By document, for one sentence."""
    (answer,) = (each for each in sources.candidates(index, read(index), question) if each.text == first)
    return {o.candidate.source: o.alike for o in likeness.others(index, read(index), question, [answer])}


def test_what_shares_no_word_tells_something_else_however_near_it_lies(tmp_path: Path) -> None:
    letters = {
        "a.txt": "The ferry of Solvig carried 42 barrels of salt.\n",
        "b.txt": "The ferry of Solvig carried 40 barrels of salt.\n",
        "c.txt": "Behind a mill they planted 85 trees.\n",
    }
    with opened(tmp_path, letters, LikeAll()) as index:
        found = alike(index, letters["a.txt"].strip(), "How many barrels of salt?")
    assert found == {"b.txt": True, "c.txt": False}


def test_what_is_as_like_the_question_as_the_answer_may_tell_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = {
        "a.txt": "It cost 42 crowns, which the owner paid.\n",
        "b.txt": "The ferry cost 40 crowns, which ten carpenters got in one winter.\n",
        **{f"{town}.txt": f"Rain fell in {town}.\n" for town in ("Norr", "Tarn", "Berg", "Fjell", "Strand")},
    }
    with opened(tmp_path, letters, Known()) as index:
        assert alike(index, letters["a.txt"].strip(), "What did the ferry cost?")["b.txt"]
        monkeypatch.setattr(likeness, "AS_LIKE", -2)
        assert not alike(index, letters["a.txt"].strip(), "What did the ferry cost?")["b.txt"]


def test_what_a_document_asks_is_not_likely_to_answer(tmp_path: Path) -> None:
    letters = {"a.md": "# On ferries\n\n## Does the ferry carry salt?\n\nDoes it? Nobody of Solvig knows.\n"}
    with opened(tmp_path, letters, Known()) as index:
        found = likeness.likely(index, read(index), "Does the ferry carry salt?", 3)
    assert [each.text for each in found] == ["Nobody of Solvig knows."]
