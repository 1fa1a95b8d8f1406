"""A quote that is not in its file is never shown."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import citations, deciding, evidence, sources
from assistant.citations import Supported
from assistant.errors import CitationError, StaleSourceError
from assistant.evidence import Passage
from assistant.types import Answer, Citation, StreamEvent
from index.embedding import Vectors
from index.search import Index
from index.sync import sync

from .answering_fakes import CARGO, FERRY, Call, ToyEmbedder, indexed, pipeline, scripted, write

START = FERRY.index(CARGO)
RIGHT = Citation(1, "ferry.txt", "The ferry to Norrport", CARGO, START, START + len(CARGO))


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with indexed(tmp_path) as index:
        yield index


def read(index: Index) -> Sequence[Passage]:
    """What a question has read."""
    return evidence.whole(index.document(document.source) for document in index.documents)


def test_a_verbatim_quote_passes(index: Index) -> None:
    sources.verify([RIGHT], read(index), index)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(RIGHT, quote=CARGO.replace("42", "43")),
        replace(RIGHT, quote=CARGO.upper()),
        replace(RIGHT, quote=""),
        replace(RIGHT, start=START + 1, end=START + 1 + len(CARGO)),
        replace(RIGHT, start=START - 1),
        replace(RIGHT, end=RIGHT.end + 1),
        replace(RIGHT, start=len(FERRY), end=len(FERRY) + len(CARGO)),
        replace(RIGHT, source="mill.md"),
    ],
    ids=["another number", "another case", "nothing", "shifted", "early start", "late end", "beyond", "another file"],
)
def test_a_quote_that_is_not_there_is_an_error(index: Index, wrong: Citation) -> None:
    with pytest.raises(CitationError, match="report this as a defect"):
        sources.verify([RIGHT, wrong], read(index), index)


def test_a_file_that_changed_since_is_stale(index: Index) -> None:
    (index.corpus / "ferry.txt").write_text(FERRY.replace("42", "43"), encoding="utf-8")
    with pytest.raises(StaleSourceError, match="assistant index"):
        sources.verify([RIGHT], read(index), index)


def test_a_sync_in_the_middle_of_a_question_is_told_as_such(tmp_path: Path) -> None:
    def moved_while_asked(call: Call) -> str:
        del call
        write(index.corpus, {"ferry.txt": f"All about the ferry, the salt and Norrport.\n\n{FERRY}"})
        sync(index.corpus, tmp_path / "index", ToyEmbedder())
        index.search("another question")
        return "It carried 42 barrels of salt."

    with indexed(tmp_path) as index, pytest.raises(StaleSourceError, match="Ask again"):
        list(pipeline(index, scripted(moved_while_asked)).run("What did the ferry carry?", ()))


def test_a_wrong_quote_ends_the_question_without_an_answer(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def cite(sentences: Sequence[Supported]) -> tuple[str, tuple[Citation, ...]]:
        text, cited = citations.cite(sentences)
        return text, tuple(replace(citation, quote=f"{citation.quote} Or so.") for citation in cited)

    monkeypatch.setattr("assistant.inquiry.cite", cite)
    seen: list[StreamEvent] = []
    with pytest.raises(CitationError):
        seen.extend(pipeline(index, scripted("It carried 42 barrels of salt.")).run("What did the ferry carry?", ()))
    assert not any(isinstance(event, Answer) for event in seen)


def test_a_sentence_that_stands_twice_is_read_where_it_stands(tmp_path: Path) -> None:
    letters = {
        "a.txt": "Norrport has a mill. The town was founded in 1821.\n",
        "b.txt": "Solvig has a harbour. The town was founded in 1821.\n",
    }
    with indexed(tmp_path, letters) as opened:
        passages = read(opened)
        twice = [each for each in sources.candidates(opened, passages, "town") if each.text.startswith("The town")]
        told = {sources.in_context(opened, passages, each, "When was it, Tarn, founded?") for each in twice}
    assert told == {text.strip() for text in letters.values()}


class LikeAll(ToyEmbedder):
    """Passes for the embedded model, and finds all texts alike."""

    name = deciding.fitted().embedding_model

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return super().embed_queries(["ferry"] * len(texts))


def test_what_shares_no_word_tells_something_else_however_near_it_lies(tmp_path: Path) -> None:
    letters = {
        "a.txt": "The ferry of Solvig carried 42 barrels of salt.\n",
        "b.txt": "The ferry of Solvig carried 40 barrels of salt.\n",
        "c.txt": "Behind a mill they planted 85 trees.\n",
    }
    sync(write(tmp_path / "corpus", letters), tmp_path / "index", LikeAll())
    with Index.open(tmp_path / "index", LikeAll()) as index:
        first, *_ = sources.candidates(index, read(index), "barrels")
        found = sources.others(index, read(index), "How many barrels of salt?", [first])
        assert {other.candidate.source: other.alike for other in found} == {"b.txt": True, "c.txt": False}
