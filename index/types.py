"""Data of the index: frozen, without logic. Offsets are characters in a document's decoded text."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters, `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One file, decoded."""

    source: str
    """Path relative to the corpus folder, with forward slashes."""
    text: str
    """The decoded file itself; all offsets point into it."""
    sha256: str
    """Of the file's bytes."""
    title: str
    date: str | None
    """ISO 8601, where the document states its own date."""
    language: str | None
    """ISO 639-1, where it can be told."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is embedded and searched: whole sentences of one document, with paragraph borders kept."""

    id: str
    """Depends on the document's path and content and on the chunk's place, nothing else."""
    source: str
    start: int
    end: int
    text: str
    """Verbatim: the document's text at [start:end]."""
    sentences: tuple[Span, ...]
    """The chunk's sentences, as offsets in the document."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found for a query."""

    source: str
    title: str
    start: int
    end: int
    text: str
    score: float
    """Fused relevance; higher is better; comparable within one search only."""
    date: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What the index knows of a document besides its text."""

    source: str
    title: str
    date: str | None
    language: str | None
    sha256: str
    """Of the file's bytes when it was indexed."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did."""

    corpus: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    ignored: tuple[str, ...]
    """Files of a kind that is not indexed, and blank ones."""
    blank: tuple[str, ...]
    """Those of `ignored` that are of the right kind but hold no text."""
    chunks: int
    """In the index now."""
    replaced_corpus: str | None = None
    """The folder this index held before, where it was another one."""


Progress = Callable[[int, int], None]
"""Told how much is done, of how much; whoever calls it says what is counted."""
