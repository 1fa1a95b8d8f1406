"""Is what is quoted in its passage and in its file, to the letter, now?"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.citations import Candidate
from assistant.errors import CitationError, StaleSourceError
from assistant.evidence import Passage
from assistant.types import Citation
from index.documents import decode, read_bytes
from index.errors import CorpusError
from index.search import Index


def verify(citations: Sequence[Citation], passages: Sequence[Passage], index: Index) -> None:
    """Check each quote against the passages that were read, and against its file as it is now.

    Raises StaleSourceError where a file changed or vanished since it was indexed, CitationError where a quote was never
    in it.
    """
    for citation in citations:
        if not any(_holds(passage, citation) for passage in passages):
            raise CitationError(f"A quote is not in {citation.source}", fix="Ask again, and report this as a defect.")
        if _read(citation.source, index)[citation.start : citation.end] != citation.quote:
            raise _stale(citation.source, index)


def verify_files(quotes: Sequence[Candidate], index: Index) -> None:
    """Check quotes against their files as they are now, before anything is said of them. Raises StaleSourceError."""
    texts = {source: _read(source, index) for source in {quote.source for quote in quotes}}
    for quote in quotes:
        if texts[quote.source][quote.span.start : quote.span.end] != quote.text:
            raise _stale(quote.source, index)


def _read(source: str, index: Index) -> str:
    """As the file is now."""
    try:
        return decode(source, read_bytes(index.corpus, source))
    except CorpusError as error:
        raise _stale(source, index) from error


def _holds(passage: Passage, citation: Citation) -> bool:
    """To the letter, at its place."""
    start, end = citation.start - passage.start, citation.end - passage.start
    return passage.source == citation.source and start >= 0 and passage.text[start:end] == citation.quote


def _stale(source: str, index: Index) -> StaleSourceError:
    if not index.corpus.is_dir():
        command = replace(index.remedy, corpus="FOLDER").command()
        return StaleSourceError(
            f"The folder {index.corpus}, which was indexed, is no longer there",
            fix=f"Bring it back, or index it where it is now: {command}.",
        )
    return StaleSourceError(f"{source} changed or vanished since it was indexed", fix=index.remedy.update)
