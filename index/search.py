"""Hybrid search over an index, and what the index knows of its documents."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Lock
from types import TracebackType

import numpy as np

from index.chunking import ChunkingParams
from index.embedding import Embedder, Vectors
from index.errors import IndexDamagedError, IndexMismatchError
from index.manifest import ChunkRecord, EmbeddingInfo, check_match
from index.ranking import fuse, top, without_near_duplicates
from index.remedy import Remedy
from index.snapshot import Snapshot, read_stamp, stale
from index.types import Document, DocumentInfo, Hit, Span

_CANDIDATES = 50
"""Chunks that each signal may propose."""


class Index:
    """An index to search; a sync by another process is noticed at the next call of `search`."""

    def __init__(self, index_dir: Path, embedder: Embedder, chroma_url: str | None, snapshot: Snapshot) -> None:
        self._index_dir = index_dir
        self._embedder = embedder
        self._chroma_url = chroma_url
        self._snapshot = snapshot
        self._reading = Lock()  # of vectors: not while they are reloaded

    @classmethod
    def open(
        cls,
        index_dir: Path,
        embedder: Embedder | Callable[[], Embedder],
        chroma_url: str | None = None,
    ) -> "Index":
        """Open what `sync` wrote; a loader is called only where there is an index.

        Raises IndexNotFoundError, IndexMismatchError, IndexDamagedError, EmbeddingModelError, VectorStoreError.
        """
        snapshot = Snapshot.load(index_dir, chroma_url)
        try:
            model: Embedder = embedder() if callable(embedder) else embedder
            embedding = EmbeddingInfo(model.name, model.revision, model.dimension)
            check_match(snapshot.manifest, index_dir, embedding, ChunkingParams())
        except BaseException:
            snapshot.store.close()
            raise
        return cls(index_dir, model, chroma_url, snapshot)

    def close(self) -> None:
        """Let go of files and connections."""
        self._snapshot.store.close()

    def __enter__(self) -> "Index":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- documents ---

    @property
    def corpus(self) -> Path:
        """The folder that was indexed."""
        return Path(self._snapshot.manifest.corpus)

    @property
    def remedy(self) -> Remedy:
        """The commands that mend this index."""
        return self._snapshot.remedy

    @property
    def documents(self) -> tuple[DocumentInfo, ...]:
        """All documents, by source."""
        return tuple(record.info for record in self._snapshot.manifest.documents)

    @property
    def total_chars(self) -> int:
        """Characters of all documents together."""
        return sum(record.characters for record in self._snapshot.manifest.documents)

    def document(self, source: str) -> Document:
        """A document with its text, as indexed. Raises StaleSourceError (a KeyError), IndexDamagedError."""
        snapshot = self._snapshot
        record = snapshot.record(source)
        info = record.info
        with self._unless_synced(snapshot, source):
            text = snapshot.text(record)
        return Document(
            source=source,
            text=text,
            sha256=info.sha256,
            title=info.title,
            date=info.date,
            language=info.language,
        )

    def chunks(self, source: str) -> tuple[Span, ...]:
        """All chunks of a document, in order. Raises StaleSourceError."""
        return tuple(Span(chunk.start, chunk.end) for chunk in self._snapshot.record(source).chunks)

    def sentences(self, source: str) -> tuple[Span, ...]:
        """All sentences of a document, in order. Raises StaleSourceError."""
        return tuple(Span(*span) for chunk in self._snapshot.record(source).chunks for span in chunk.sentences)

    def sentence_vectors(self, source: str, spans: Sequence[Span]) -> Vectors:
        """Vectors of sentences that `sentences(source)` names, shape (len(spans), dimension), rows of length 1.

        Raises StaleSourceError, IndexDamagedError, VectorStoreError.
        """
        with self._reading, self._unless_synced(self._snapshot, source):
            snapshot = self._snapshot
            ids = {
                Span(*span): id_
                for chunk in snapshot.record(source).chunks
                for span, id_ in zip(chunk.sentences, chunk.sentence_ids, strict=True)
            }
            if not ids.keys() >= set(spans):
                raise stale(source)
            if not spans:
                return np.empty((0, snapshot.manifest.embedding.dimension), dtype=np.float32)
            return _unit(snapshot.store.sentences.get([ids[span] for span in spans]))

    @contextmanager
    def _unless_synced(self, snapshot: Snapshot, source: str) -> Iterator[None]:
        """What a sync meanwhile took away is no damage of the index."""
        try:
            yield
        except IndexDamagedError as error:
            if read_stamp(self._index_dir) == snapshot.stamp:
                raise
            raise stale(source) from error

    # --- search ---

    @property
    def embedding_model(self) -> str:
        """Name of the model that its vectors are of."""
        return self._embedder.name

    def embed_query(self, text: str) -> Vectors:
        """Vector of shape (dimension,) and length 1."""
        vector: Vectors = _unit(self._embedder.embed_queries([text]))[0]
        return vector

    def idf(self, term: str) -> float:
        """Rarity of a word over all chunks: 0 where each has it, highest where none has."""
        return self._snapshot.lexical.idf(term)

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """The k best chunks, best first, without near-duplicates; ties by source and offset.

        Raises IndexDamagedError, VectorStoreError, EmbeddingModelError; and IndexMismatchError where the index was
        rebuilt with another model meanwhile.
        """
        with self._reading:
            self._reload_if_changed()
            try:
                return self._search(query, k)
            except IndexDamagedError:  # or a sync deleted what the search was about to read
                if not self._reload_if_changed():
                    raise
                return self._search(query, k)

    def _reload_if_changed(self) -> bool:
        if read_stamp(self._index_dir) == self._snapshot.stamp:
            return False
        old = self._snapshot
        old.store.close()  # first, or Chroma would go on with what it holds in memory
        new = Snapshot.load(self._index_dir, self._chroma_url)
        try:
            check_match(new.manifest, self._index_dir, old.manifest.embedding, old.manifest.chunking)
        except IndexMismatchError:
            new.store.close()
            raise
        self._snapshot = new
        return True

    def _search(self, query: str, k: int) -> list[Hit]:
        snapshot = self._snapshot
        vector = self.embed_query(query)
        keywords = snapshot.lexical.scores(query)
        candidates = self._candidates(vector, keywords, max(_CANDIDATES, 2 * k))
        chunks = [snapshot.chunks[position] for position in candidates]
        cosines = _unit(snapshot.store.chunks.get([chunk.id for chunk in chunks])) @ vector
        scores = fuse(cosines, _best_sentences(snapshot, chunks, vector), keywords[candidates])
        hits = (_hit(snapshot, candidates[i], float(scores[i])) for i in top(scores, len(candidates)))
        return list(islice(without_near_duplicates(hits), k))

    def _candidates(self, vector: Vectors, keywords: Vectors, n: int) -> list[int]:
        """Positions of chunks that one of the signals proposes, in document order."""
        snapshot = self._snapshot
        found = {position for position in top(keywords, n) if keywords[position] > 0}
        for vectors, positions in (
            (snapshot.store.chunks, snapshot.by_chunk),
            (snapshot.store.sentences, snapshot.by_sentence),
        ):
            nearest = vectors.nearest(vector, n)
            if not positions.keys() >= set(nearest):  # what an unfinished sync left crowds out others
                nearest = vectors.nearest(vector, n + max(0, vectors.count() - len(positions)))
            found.update(positions[id_] for id_ in nearest if id_ in positions)
        return sorted(found)


def _best_sentences(snapshot: Snapshot, chunks: Sequence[ChunkRecord], vector: Vectors) -> Vectors:
    """The highest cosine among each chunk's sentences."""
    cosines = _unit(snapshot.store.sentences.get([id_ for chunk in chunks for id_ in chunk.sentence_ids])) @ vector
    starts = np.cumsum([0, *(len(chunk.sentences) for chunk in chunks)])[:-1]
    best: Vectors = np.maximum.reduceat(cosines, starts)
    return best


def _hit(snapshot: Snapshot, position: int, score: float) -> Hit:
    chunk, record = snapshot.chunks[position], snapshot.homes[position]
    info = record.info
    text = snapshot.text(record)[chunk.start : chunk.end]
    return Hit(info.source, info.title, chunk.start, chunk.end, text, score, info.date, info.language)


def _unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1: Chroma stores them as they come, other embedders may round."""
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return unit
