"""A folder -> documents that are ready to be indexed. Nothing is written here."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.chunking import ChunkingParams, chunk_document
from index.documents import TextFile, as_document, empty_folder, list_files, read_text
from index.errors import CorpusError
from index.manifest import ChunkRecord, DocumentRecord
from index.types import Document, DocumentInfo

_TOLD = 5
"""Files that cannot be read, of which an error tells."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The files to index, by source, and the names of the others."""

    files: dict[str, TextFile]
    ignored: tuple[str, ...]
    """Of a kind that is not indexed, and blank ones."""
    blank: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """How a folder differs from what was indexed; by source."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document cut up: what the manifest says of it, and its text."""

    record: DocumentRecord
    text: str


def read_folder(corpus: Path, index_dir: Path) -> Folder:
    """All documents, none of them blank; the index may lie in the folder itself.

    Raises FolderNotFoundError, EmptyFolderError, UnreadableFileError, BinaryFileError, EncodingError.
    """
    listed = list_files(corpus, index_dir)
    files, refused = {}, []
    for source in listed.documents:
        try:
            files[source] = read_text(corpus, source)
        except CorpusError as error:
            refused.append(error)
    if refused:
        raise _all_of(refused)
    filled = {source: file for source, file in files.items() if file.text.strip()}
    if not filled:
        raise empty_folder(corpus, listed.ignored)
    blank = tuple(source for source in files if source not in filled)
    return Folder(filled, tuple(sorted(listed.ignored + blank)), blank)


def _all_of(errors: Sequence[CorpusError]) -> CorpusError:
    """One error that tells all, so that a folder is mended at once and not file by file."""
    first, *others = errors
    if not others:
        return first
    told = "; ".join(error.message for error in errors[:_TOLD])
    more = f"; and {len(errors) - _TOLD} more files" if len(errors) > _TOLD else ""
    return type(first)(
        f"{told}{more}",
        fix="Save them as UTF-8 text that may be read, or take them out of the folder; nothing was indexed.",
    )


def changes(folder: Folder, indexed: Sequence[DocumentRecord]) -> Changes:
    """What a sync will do, or did."""
    now = {source: file.sha256 for source, file in folder.files.items()}
    before = {record.info.source: record.info.sha256 for record in indexed}
    return Changes(
        added=tuple(source for source in now if source not in before),
        changed=tuple(source for source in now if source in before and now[source] != before[source]),
        unchanged=tuple(source for source in now if source in before and now[source] == before[source]),
        removed=tuple(source for source in before if source not in now),
    )


def prepare(folder: Folder, known: Sequence[DocumentRecord], params: ChunkingParams) -> list[Prepared]:
    """Documents by source; what is known of unchanged files is kept."""
    records = {(record.info.source, record.info.sha256): record for record in known}
    return [
        Prepared(records.get((source, file.sha256)) or _record(as_document(source, file), params), file.text)
        for source, file in folder.files.items()
    ]


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
