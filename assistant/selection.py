"""What is read for a question: the whole folder where it is short, else what lies around the best hits, one by one."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant import evidence
from assistant.evidence import Passage
from index.search import Index
from index.snapshot import stale
from index.types import Hit

_READINGS = 3
"""Documents or stretches that a local model reads for a question at most."""


class Selection:
    """Chooses passages of an index, for a local model or for others."""

    def __init__(self, index: Index, *, local: bool) -> None:
        self._index = index
        self._local = local

    def readings(self, hits: Sequence[Hit]) -> Iterator[tuple[tuple[Passage, ...], str]]:
        """What to read for a question with these hits, the best first, and why that; never nothing.

        What comes second is for where the first does not answer. Raises StaleSourceError.
        """
        everything = self._everything()
        if not self._local or not hits:
            if everything:
                yield everything, "all documents: they are short together"
            else:
                yield evidence.select(hits), "the best hits, as many as a prompt has room for"
            return
        read: list[tuple[Passage, ...]] = []  # one at a time: a small model is distracted by what others tell
        for hit in hits:
            if (passages := self._around(hit, whole=bool(everything))) not in read:
                read.append(passages)
                place = "the best hit" if len(read) == 1 else "another hit: the better ones do not answer"
                yield passages, f"the {'document' if everything else 'stretch'} around {place}"
            if len(read) == _READINGS:
                return

    def titles(self, hits: Sequence[Hit]) -> tuple[Passage, ...]:
        """The sentences that hold the titles of the documents with hits."""
        found = {hit.source for hit in hits}
        return evidence.titles((self._index.document(source), self._index.sentences(source)) for source in found)

    def likely(self) -> Iterator[Passage]:
        """What a local model will read for questions, as `readings` finds it."""
        if everything := self._everything():
            yield from everything
        else:
            for info in self._index.documents:
                yield from evidence.stretches(self._index.document(info.source), self._index.chunks(info.source))

    def sentences(self) -> Iterator[str]:
        """What it will read apart, mostly, of documents that are short together: each sentence, and behind the one
        before it.
        """
        for passage in self._everything():
            said = [passage.text[span.start : span.end] for span in self._index.sentences(passage.source)]
            yield from said
            yield from map(" ".join, pairwise(said))

    def _around(self, hit: Hit, *, whole: bool) -> tuple[Passage, ...]:
        document = self._index.document(hit.source)
        if whole:
            return evidence.whole([document])
        if around := evidence.around(hit, document, self._index.chunks(hit.source)):
            return (around,)
        raise stale(hit.source)  # synced since it was found

    def _everything(self) -> tuple[Passage, ...]:
        """All documents, where they are short together."""
        if self._index.total_chars > evidence.WHOLE_BYTES:
            return ()
        everything = evidence.whole(self._index.document(info.source) for info in self._index.documents)
        return everything if evidence.fits_whole(everything) else ()
