"""All that readers need of an index as one manifest describes it."""

import hashlib
from pathlib import Path

from index.errors import IndexDamagedError, StaleSourceError
from index.layout import keywords_folder, text_file, vector_store
from index.lexical import LexicalIndex
from index.manifest import FILE, ChunkRecord, DocumentRecord, Manifest, no_index, read_manifest, remedy_of
from index.remedy import Remedy
from index.store import VectorStore

Stamp = tuple[int, int]
"""Differs from one manifest file to the next."""


class Snapshot:
    """Read once, never changed; a position is that of a chunk among all chunks."""

    def __init__(self, index_dir: Path, stamp: Stamp, manifest: Manifest, lexical: LexicalIndex, store: VectorStore):
        self.stamp = stamp
        self.manifest = manifest
        self.lexical = lexical
        self.store = store
        self.chunks: tuple[ChunkRecord, ...] = manifest.chunks
        self.homes = [record for record in manifest.documents for _ in record.chunks]
        self.by_chunk = {chunk.id: position for position, chunk in enumerate(self.chunks)}
        self.by_sentence = {id_: position for position, chunk in enumerate(self.chunks) for id_ in chunk.sentence_ids}
        self._index_dir = index_dir
        self._records = {record.info.source: record for record in manifest.documents}
        self._texts: dict[str, str] = {}

    @classmethod
    def load(cls, index_dir: Path, chroma_url: str | None) -> "Snapshot":
        """Raises IndexNotFoundError, IndexMismatchError (another format), IndexDamagedError, VectorStoreError."""
        while True:
            stamp = read_stamp(index_dir)
            try:
                return cls._load(index_dir, chroma_url, stamp, read_manifest(index_dir))
            except IndexDamagedError:  # or a sync deleted what was about to be read
                if read_stamp(index_dir) == stamp:
                    raise

    @classmethod
    def _load(cls, index_dir: Path, chroma_url: str | None, stamp: Stamp, manifest: Manifest) -> "Snapshot":
        lexical = LexicalIndex.load(
            keywords_folder(index_dir, manifest.generation, manifest.revision),
            manifest.chunk_languages,
            remedy_of(manifest, index_dir),
        )
        store = vector_store(index_dir, manifest, chroma_url)
        try:
            snapshot = cls(index_dir, stamp, manifest, lexical, store)
            if store.chunks.count() < len(snapshot.by_chunk) or store.sentences.count() < len(snapshot.by_sentence):
                raise IndexDamagedError(f"The index in {index_dir} lacks vectors", fix=snapshot.remedy.update)
        except BaseException:
            store.close()
            raise
        return snapshot

    @property
    def remedy(self) -> Remedy:
        """What mends the index."""
        return remedy_of(self.manifest, self._index_dir)

    def record(self, source: str) -> DocumentRecord:
        """Raises StaleSourceError."""
        try:
            return self._records[source]
        except KeyError as error:
            raise stale(source) from error

    def text(self, record: DocumentRecord) -> str:
        """The document's text, checked. Raises IndexDamagedError."""
        name = record.text_sha256
        if name not in self._texts:
            try:
                content = text_file(self._index_dir, name).read_bytes()
            except OSError as error:
                raise IndexDamagedError(
                    f"The text of {record.info.source} is missing", fix=self.remedy.update
                ) from error
            if hashlib.sha256(content).hexdigest() != name:
                raise IndexDamagedError(f"The text of {record.info.source} is garbled", fix=self.remedy.update)
            self._texts[name] = content.decode()
        return self._texts[name]


def read_stamp(index_dir: Path) -> Stamp:
    """Raises IndexNotFoundError."""
    try:
        status = (index_dir / FILE).stat()
    except OSError as error:
        raise no_index(index_dir) from error
    return status.st_mtime_ns, status.st_ino


def stale(source: str) -> StaleSourceError:
    """The error for a document, or a sentence of it, that the index does not hold (any more)."""
    return StaleSourceError(f"{source} is not in the index as it is now", fix="Ask again.")
