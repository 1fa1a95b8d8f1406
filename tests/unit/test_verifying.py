"""A quote that is not in its file is never shown."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import citations, evidence, verifying
from assistant.citations import Supported
from assistant.errors import CitationError, StaleSourceError
from assistant.evidence import Passage
from assistant.types import Answer, Citation, StreamEvent
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
    verifying.verify([RIGHT], read(index), index)


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
        verifying.verify([RIGHT, wrong], read(index), index)


def test_a_file_that_changed_since_is_stale(index: Index) -> None:
    (index.corpus / "ferry.txt").write_text(FERRY.replace("42", "43"), encoding="utf-8")
    with pytest.raises(StaleSourceError, match="assistant index"):
        verifying.verify([RIGHT], read(index), index)


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
