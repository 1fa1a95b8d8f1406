"""A folder -> documents that are ready to be indexed. Nothing is written here."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from index.chunking import ChunkingParams, chunk_document
from index.documents import decode, empty_folder, list_files, load_document, read_bytes
from index.manifest import ChunkRecord, DocumentRecord
from index.types import Document, DocumentInfo


@dataclass(frozen=True, slots=True)
class Folder:
    """The files to index, and the names of the others."""

    contents: dict[str, bytes]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document cut up: what the manifest says of it, and its text."""

    record: DocumentRecord
    text: str


def read_folder(corpus: Path) -> Folder:
    """Raises FolderNotFoundError, EmptyFolderError, UnreadableFileError."""
    files = list_files(corpus)
    if not files.documents:
        raise empty_folder(corpus)
    return Folder({source: read_bytes(corpus, source) for source in files.documents}, files.ignored)


def prepare(
    contents: dict[str, bytes], known: dict[str, DocumentRecord], params: ChunkingParams
) -> tuple[list[Prepared], tuple[str, ...]]:
    """Documents by source, and the sources of blank files; what is known of unchanged files is kept.

    Raises BinaryFileError, EncodingError.
    """
    prepared = []
    blank = []
    for source, content in contents.items():
        record = known.get(source)
        if record and record.info.sha256 == hashlib.sha256(content).hexdigest():
            prepared.append(Prepared(record, decode(source, content)))
        elif document := load_document(source, content):
            prepared.append(Prepared(_record(document, params), document.text))
        else:
            blank.append(source)
    return prepared, tuple(blank)


def _record(document: Document, params: ChunkingParams) -> DocumentRecord:
    return DocumentRecord(
        info=DocumentInfo(document.source, document.title, document.date, document.language, document.sha256),
        text_sha256=hashlib.sha256(document.text.encode()).hexdigest(),
        characters=len(document.text),
        chunks=tuple(
            ChunkRecord(chunk.id, chunk.start, chunk.end, tuple((s.start, s.end) for s in chunk.sentences))
            for chunk in chunk_document(document, params)
        ),
    )
