"""Hits -> passages for the prompt: in document order, so that prompts begin alike, and within a budget."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.types import Document, Hit, Span

WHOLE_BYTES = 6_000
"""Up to this size (some 1,800 tokens) all documents together are short: the model reads whole ones of them, a hosted
one all, so that questions share a prefix.

Bytes of UTF-8 grow with a script's tokens, so that texts of any script fit into a small context.
"""

PASSAGE_BYTES = 3_600
"""Otherwise passages of about this size together (some 1,000 tokens)."""

STRETCH_BYTES = 1_500
"""Or, for a local model, as much of the best document (some 430 tokens): what it reads first is waited for."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that the model reads."""

    source: str
    title: str
    date: str | None
    language: str | None
    start: int
    end: int
    text: str


def whole(documents: Iterable[Document]) -> tuple[Passage, ...]:
    """All documents, whole, by source."""
    return tuple(
        Passage(d.source, d.title, d.date, d.language, 0, len(d.text), d.text)
        for d in sorted(documents, key=lambda d: d.source)
    )


def stretches(document: Document, chunks: Sequence[Span]) -> tuple[Passage, ...]:
    """The parts of a document, in order: whole chunks of it, up to STRETCH_BYTES together where there are several.

    They are the same whatever is asked, so that questions on one topic share what was read.
    """
    parts: list[list[Span]] = []
    for chunk in chunks:
        if not parts or len(document.text[parts[-1][0].start : chunk.end].encode()) > STRETCH_BYTES:
            parts.append([])
        parts[-1].append(chunk)
    d = document
    borders = [(part[0].start, part[-1].end) for part in parts]
    return tuple(Passage(d.source, d.title, d.date, d.language, s, e, d.text[s:e]) for s, e in borders)


def around(hit: Hit, document: Document, chunks: Sequence[Span]) -> Passage | None:
    """The stretch of the document that holds the hit; None where that is no chunk of it (any more)."""
    return next((passage for passage in stretches(document, chunks) if passage.end >= hit.end), None)


def fits_whole(passages: Sequence[Passage]) -> bool:
    """May all of these be read, at every question?"""
    return sum(len(passage.text.encode()) for passage in passages) <= WHOLE_BYTES


def titles(documents: Iterable[tuple[Document, Sequence[Span]]]) -> tuple[Passage, ...]:
    """The sentences, of documents and their sentences, that hold the documents' titles, by source."""
    return tuple(
        Passage(d.source, d.title, d.date, d.language, span.start, span.end, d.text[span.start : span.end])
        for d, sentences in sorted(documents, key=lambda pair: pair[0].source)
        if (span := next((s for s in sentences if is_title(d.text[s.start : s.end], d.title)), None))
    )


def is_title(sentence: str, title: str) -> bool:
    """Is it a line of its own, or of front matter? A title that is a file's name may stand in any word."""
    line = rf"""^[ \t]*(?:#*[ \t]*|title:[ \t]*["']?){re.escape(title)}["']?[ \t#]*\r?$"""
    return re.search(line, sentence, re.MULTILINE) is not None


def select(hits: Sequence[Hit], budget: int = PASSAGE_BYTES) -> tuple[Passage, ...]:
    """The best hits that fit into `budget` bytes (always the first one), by source and offset."""
    chosen: list[Hit] = []
    used = 0
    for hit in hits:
        size = len(hit.text.encode())
        if chosen and used + size > budget:
            break
        chosen.append(hit)
        used += size
    return _passages(chosen)


def apart(hits: Sequence[Hit], passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The hits that lie outside of the passages, by source and offset."""
    others = [
        hit
        for hit in hits
        if not any(p.source == hit.source and p.start < hit.end and hit.start < p.end for p in passages)
    ]
    return _passages(others)


def as_prompt(passages: Sequence[Passage]) -> str:
    """The passages as the model reads them: each document under its title, paragraphs apart."""
    blocks: list[str] = []
    previous: str | None = None
    for passage in passages:
        text = "\n\n".join(block.strip() for block in passage.text.split("\n\n") if block.strip())
        if passage.source != previous:
            head = f"Title: {passage.title}" + (f"\nDate: {passage.date}" if passage.date else "")
            title_line = rf"#*\s*{re.escape(passage.title)}[ \t#]*(?:[\r\n]\s*|\Z)"  # not a sentence that begins alike
            body = re.sub(rf"\A{title_line}", "", text)
            text = f"{head}\n\n{body}".rstrip()
            previous = passage.source
        blocks.append(text)
    return "\n\n".join(blocks)


def _passages(hits: Iterable[Hit]) -> tuple[Passage, ...]:
    return tuple(
        Passage(hit.source, hit.title, hit.date, hit.language, hit.start, hit.end, hit.text)
        for hit in sorted(hits, key=lambda hit: (hit.source, hit.start))
    )
