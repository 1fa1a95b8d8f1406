"""What is read for a question: the whole folder where it is short, else what lies around the best hit."""

from collections.abc import Iterator, Sequence

from assistant import evidence
from assistant.evidence import Passage
from index.search import Index
from index.snapshot import stale
from index.types import Hit


class Selection:
    """Chooses passages of an index, for a local model or for others."""

    def __init__(self, index: Index, *, local: bool) -> None:
        self._index = index
        self._local = local

    def passages(self, hits: Sequence[Hit]) -> tuple[tuple[Passage, ...], str]:
        """Those to read for a question with these hits, and why these. Raises StaleSourceError."""
        everything = self._everything()
        if not self._local or not hits:
            if everything:
                return everything, "all documents: they are short together"
            return evidence.select(hits), "the best hits, as many as a prompt has room for"
        best = hits[0]  # a small model is distracted by what others tell
        document = self._index.document(best.source)
        if everything:
            return evidence.whole([document]), "the document of the best hit: all are short together"
        if around := evidence.around(best, document, self._index.chunks(best.source)):
            return (around,), "the stretch around the best hit"
        raise stale(best.source)  # synced since it was found

    def titles(self, hits: Sequence[Hit]) -> tuple[Passage, ...]:
        """The sentences that hold the titles of the documents with hits."""
        found = {hit.source for hit in hits}
        return evidence.titles((self._index.document(source), self._index.sentences(source)) for source in found)

    def likely(self) -> Iterator[Passage]:
        """What a local model will read for questions, as `passages` finds it."""
        if everything := self._everything():
            yield from everything
        else:
            for info in self._index.documents:
                yield from evidence.stretches(self._index.document(info.source), self._index.chunks(info.source))

    def _everything(self) -> tuple[Passage, ...]:
        """All documents, where they are short together."""
        if self._index.total_chars > evidence.WHOLE_BYTES:
            return ()
        everything = evidence.whole(self._index.document(info.source) for info in self._index.documents)
        return everything if evidence.fits_whole(everything) else ()
