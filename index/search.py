"""Hybrid search over an index, and what the index knows of its documents."""

import hashlib
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType

import numpy as np

from index.chunking import ChunkingParams
from index.embedding import Embedder, Vectors
from index.errors import IndexDamagedError, IndexNotFoundError
from index.layout import keywords_folder, text_file, vector_store
from index.lexical import LexicalIndex
from index.manifest import FILE, REBUILD, DocumentRecord, EmbeddingInfo, Manifest, check_match, read_manifest
from index.ranking import fuse, top, without_near_duplicates
from index.store import REFILL, VectorStore
from index.sync import sentence_id
from index.types import Document, DocumentInfo, Hit, Span

_CANDIDATES = 50
"""Chunks that each signal may propose."""


class Index:
    """An index as its manifest describes it; a sync by another process is noticed at the next call of `search`."""

    def __init__(
        self, index_dir: Path, embedder: Embedder, chroma_url: str | None, manifest: Manifest, stamp: tuple[int, int]
    ) -> None:
        self._index_dir = index_dir
        self._embedder = embedder
        self._chroma_url = chroma_url
        self._load(manifest, stamp)

    @classmethod
    def open(
        cls,
        index_dir: Path,
        embedder: Embedder | Callable[[], Embedder],
        chroma_url: str | None = None,
        params: ChunkingParams | None = None,
    ) -> "Index":
        """Open what `sync` wrote; a loader is called only where there is an index.

        Raises IndexNotFoundError, IndexMismatchError, IndexDamagedError, EmbeddingModelError, VectorStoreError.
        """
        stamp = _stamp(index_dir)
        manifest = read_manifest(index_dir)
        model: Embedder = embedder() if callable(embedder) else embedder
        check_match(manifest, EmbeddingInfo(model.name, model.revision, model.dimension), params or ChunkingParams())
        return cls(index_dir, model, chroma_url, manifest, stamp)

    def close(self) -> None:
        """Let go of files and connections."""
        self._store.close()

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
        return Path(self._manifest.corpus)

    @property
    def documents(self) -> tuple[DocumentInfo, ...]:
        """All documents, by source."""
        return tuple(record.info for record in self._manifest.documents)

    @property
    def total_chars(self) -> int:
        """Characters of all documents together."""
        return sum(record.characters for record in self._manifest.documents)

    @property
    def fingerprint(self) -> str:
        """Changes whenever an answer could: with texts, embedding model or chunking."""
        return hashlib.sha256(repr(self._manifest).encode()).hexdigest()[:16]

    def document(self, source: str) -> Document:
        """A document with its text, as indexed. Raises KeyError for a source unknown, IndexDamagedError."""
        record = self._records[source]
        info = record.info
        return Document(
            source=source,
            text=self._text(record),
            sha256=info.sha256,
            title=info.title,
            date=info.date,
            language=info.language,
        )

    def sentences(self, source: str) -> tuple[Span, ...]:
        """All sentences of a document, in order."""
        return tuple(Span(*span) for chunk in self._records[source].chunks for span in chunk.sentences)

    def sentence_vectors(self, source: str, spans: Sequence[Span]) -> Vectors:
        """Vectors of sentences that `sentences(source)` names, shape (len(spans), dimension), rows of length 1."""
        ids = {
            Span(*span): sentence_id(chunk.id, number)
            for chunk in self._records[source].chunks
            for number, span in enumerate(chunk.sentences)
        }
        return _unit(self._store.sentences.get([ids[span] for span in spans])).reshape(len(spans), -1)

    # --- search ---

    def embed_query(self, text: str) -> Vectors:
        """Vector of shape (dimension,) and length 1."""
        vector: Vectors = _unit(self._embedder.embed_queries([text]))[0]
        return vector

    def idf(self, term: str) -> float:
        """Rarity of a word over all chunks: 0 where each has it, highest where none has."""
        return self._lexical.idf(term)

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """The k best chunks, best first, without near-duplicates; ties by source and offset.

        Raises IndexDamagedError, VectorStoreError, EmbeddingModelError; and IndexMismatchError where the index was
        rebuilt with another model meanwhile.
        """
        self._reload_if_changed()
        try:
            return self._search(query, k)
        except IndexDamagedError:  # or a sync deleted what the search was about to read
            if not self._reload_if_changed():
                raise
            return self._search(query, k)

    def _search(self, query: str, k: int) -> list[Hit]:
        vector = self.embed_query(query)
        keywords = self._lexical.scores(query)
        candidates = self._candidates(vector, keywords, max(_CANDIDATES, 2 * k))
        chunk_cosines = _unit(self._store.chunks.get([self._chunks[i].id for i in candidates])) @ vector
        scores = fuse(chunk_cosines, self._best_sentences(candidates, vector), keywords[candidates])
        hits = (self._hit(candidates[i], float(scores[i])) for i in top(scores, len(candidates)))
        return list(islice(without_near_duplicates(hits), k))

    def _candidates(self, vector: Vectors, keywords: Vectors, n: int) -> list[int]:
        """Positions of chunks that one of the signals proposes, in document order."""
        found = {i for i in top(keywords, n) if keywords[i] > 0}
        for collection, positions in (
            (self._store.chunks, self._position),
            (self._store.sentences, self._sentence_home),
        ):
            orphans = max(0, collection.count() - len(positions))
            found.update(positions[id_] for id_ in collection.nearest(vector, n + orphans) if id_ in positions)
        return sorted(found)

    def _best_sentences(self, candidates: Sequence[int], vector: Vectors) -> Vectors:
        ids = [[sentence_id(self._chunks[i].id, n) for n in range(len(self._chunks[i].sentences))] for i in candidates]
        cosines = _unit(self._store.sentences.get([id_ for group in ids for id_ in group])) @ vector
        starts = np.cumsum([0, *(len(group) for group in ids)])[:-1]
        best: Vectors = np.maximum.reduceat(cosines, starts)
        return best

    def _hit(self, position: int, score: float) -> Hit:
        chunk, record = self._chunks[position], self._home[position]
        info = record.info
        text = self._text(record)[chunk.start : chunk.end]
        return Hit(info.source, info.title, chunk.start, chunk.end, text, score, info.date, info.language)

    # --- loading ---

    def _load(self, manifest: Manifest, stamp: tuple[int, int]) -> None:
        self._manifest, self._stamp = manifest, stamp
        self._records = {record.info.source: record for record in manifest.documents}
        self._chunks = manifest.chunks
        self._home = [record for record in manifest.documents for _ in record.chunks]
        self._position = {chunk.id: i for i, chunk in enumerate(self._chunks)}
        self._sentence_home = {
            sentence_id(chunk.id, number): i
            for i, chunk in enumerate(self._chunks)
            for number in range(len(chunk.sentences))
        }
        self._texts: dict[str, str] = {}
        self._lexical = LexicalIndex.load(
            keywords_folder(self._index_dir, manifest.generation, manifest.revision),
            [record.info.language for record in self._home],
        )
        self._store: VectorStore = vector_store(
            self._index_dir, manifest.index_id, manifest.generation, self._chroma_url
        )
        if self._store.chunks.count() < len(self._position) or self._store.sentences.count() < len(self._sentence_home):
            raise IndexDamagedError(f"The index in {self._index_dir} lacks vectors", fix=REFILL)

    def _reload_if_changed(self) -> bool:
        stamp = _stamp(self._index_dir)
        if stamp == self._stamp:
            return False
        manifest = read_manifest(self._index_dir)
        check_match(manifest, self._manifest.embedding, self._manifest.chunking)
        self._store.close()
        self._load(manifest, stamp)
        return True

    def _text(self, record: DocumentRecord) -> str:
        name = record.text_sha256
        if name not in self._texts:
            try:
                content = text_file(self._index_dir, name).read_bytes()
            except OSError as error:
                raise IndexDamagedError(f"The text of {record.info.source} is missing", fix=REBUILD) from error
            if hashlib.sha256(content).hexdigest() != name:
                raise IndexDamagedError(f"The text of {record.info.source} is garbled", fix=REBUILD)
            self._texts[name] = content.decode()
        return self._texts[name]


def _stamp(index_dir: Path) -> tuple[int, int]:
    try:
        status = (index_dir / FILE).stat()
    except OSError as error:
        raise IndexNotFoundError(
            f"There is no index in {index_dir}", fix="Build it: `assistant index FOLDER`."
        ) from error
    return status.st_mtime_ns, status.st_ino


def _unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1: Chroma stores them as they come, other embedders may round."""
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return unit
