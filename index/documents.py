"""A folder -> its documents, one loader a format."""

import codecs
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import (
    BinaryFileError,
    CorpusError,
    EmptyFolderError,
    EncodingError,
    FolderNotFoundError,
    UnreadableFileError,
)
from index.language import detect
from index.metadata import read_metadata
from index.types import Document

SUFFIXES = frozenset({".txt", ".md"})


@dataclass(frozen=True, slots=True)
class FileList:
    """What a folder holds; paths as Document.source, sorted."""

    documents: tuple[str, ...]
    ignored: tuple[str, ...]
    """Of other kinds."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file, decoded."""

    text: str
    sha256: str
    """Of its bytes."""


def list_files(corpus: Path, index_dir: Path | None = None) -> FileList:
    """All files below `corpus`, but hidden ones, those that a link leads to outside of it, and those of the index.

    Raises FolderNotFoundError, UnreadableFileError (a folder that cannot be listed, a name that is not UTF-8).
    """
    if not corpus.is_dir():
        state = f"{corpus} is not a folder" if corpus.exists() else f"The folder {corpus} does not exist"
        raise FolderNotFoundError(state, fix="Name a folder of .txt and .md files.")
    if index_dir and _real(index_dir) == _real(corpus):
        raise CorpusError(
            f"The index cannot lie among the documents of {corpus}", fix="Give it a folder of its own with --index-dir."
        )
    sources = sorted(path.relative_to(corpus).as_posix() for path in _walk(corpus, index_dir))
    kept = tuple(source for source in sources if Path(source).suffix.lower() in SUFFIXES)
    for name in (str(_real(corpus)), *kept):
        _check_name(name)
    return FileList(kept, tuple(source for source in sources if Path(source).suffix.lower() not in SUFFIXES))


def read_bytes(corpus: Path, source: str) -> bytes:
    """The file as it is. Raises UnreadableFileError."""
    try:
        return (corpus / source).read_bytes()
    except OSError as error:
        raise UnreadableFileError(
            f"{source} cannot be read: {error.strerror}", fix="Correct its permissions, or take it out of the folder."
        ) from error


def read_text(corpus: Path, source: str) -> TextFile:
    """The file, decoded. Raises UnreadableFileError, BinaryFileError, EncodingError."""
    content = read_bytes(corpus, source)
    return TextFile(decode(source, content), hashlib.sha256(content).hexdigest())


def as_document(source: str, file: TextFile) -> Document:
    """A file with its title, date and language."""
    language = detect(file.text)
    metadata = read_metadata(source, file.text, language)
    return Document(
        source=source,
        text=file.text,
        sha256=file.sha256,
        title=metadata.title,
        date=metadata.date,
        language=language,
    )


def empty_folder(corpus: Path, ignored: Sequence[str]) -> EmptyFolderError:
    """The error for a folder without a document, but perhaps with files of other kinds."""
    beside = f", only files that hold none or are of other kinds ({ignored[0]})" if ignored else ""
    return EmptyFolderError(f"The folder {corpus} holds no text{beside}", fix="Put .txt or .md files into it.")


def _check_name(name: str) -> None:
    """The index names its documents in UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        shown = os.fsencode(name).decode(errors="replace")
        raise UnreadableFileError(
            f"The name {shown} is not UTF-8", fix="Rename it, or take it out of the folder."
        ) from error


def _walk(corpus: Path, index_dir: Path | None) -> Iterator[Path]:
    root = _real(corpus)
    seen = {_real(index_dir)} if index_dir else set()

    def refuse(error: OSError) -> None:
        raise UnreadableFileError(
            f"The folder {error.filename} cannot be listed: {error.strerror}", fix="Correct its permissions."
        ) from error

    for folder, folders, files in os.walk(corpus, followlinks=True, onerror=refuse):
        here = Path(folder)
        if _real(here) in seen:  # a link to a folder above, or the index
            folders.clear()
            continue
        seen.add(_real(here))
        folders[:] = [name for name in sorted(folders) if _belongs(here / name, root)]
        yield from (here / name for name in files if _belongs(here / name, root) and (here / name).is_file())


def _belongs(path: Path, root: Path) -> bool:
    return not path.name.startswith(".") and _real(path).is_relative_to(root)


def _real(path: Path) -> Path:
    """Without links. Path.resolve fails on one that leads to itself; here it leads nowhere, as others do."""
    return Path(os.path.realpath(path))


# --- decoding ---

_BINARY_SHARE = 0.1
"""Of control characters; texts have next to none."""
_SHORT = 100
"""Bytes up to which there is too little to recognise an encoding by."""
_WESTERN = re.compile(
    r"[\x00-\x7f€‚„…‰‘’“”•–—™«»§©®°·¿¡ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøœùúûü\xa0]*"
)
"""What Western European languages write; other encodings read as Windows-1252 make other characters, too."""
_TURKISH = re.compile(r"[ğışĞİŞ]")
"""Read as Windows-1252, they are Icelandic letters."""
_NOT_TURKISH = re.compile(r"[áéíóúæÁÉÍÓÚÆ]")
"""Which Icelandic can hardly do without."""
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")


def decode(source: str, content: bytes) -> str:
    """The file's characters, line ends as they are, without a byte order mark.

    Raises BinaryFileError, EncodingError.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # as Windows' editor may save it
        try:
            decoded = content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise _refused(EncodingError, source, "is not the UTF-16 that it begins as") from error
        if "\0" in decoded:  # of UTF-32, whose mark begins alike, or of no text at all
            raise _refused(BinaryFileError, source, "is binary, whatever its name says")
        return decoded
    controls = len(content) - len(content.translate(None, _CONTROL))
    if b"\0" in content or controls > _BINARY_SHARE * len(content):
        raise _refused(BinaryFileError, source, "is binary, whatever its name says")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes

    if match := from_bytes(content, cp_isolation=["cp1252", "latin_1"]).best():
        return _turkish(content) or content.decode(match.encoding)
    if (text := _western(content)) is not None:
        return text
    raise _refused(EncodingError, source, "is neither UTF-8 nor Latin-1/Windows-1252")


def _turkish(content: bytes) -> str | None:
    """Windows-1254, which differs from 1252 in six letters only, where that is what makes sense of them."""
    text = content.decode("cp1254", errors="replace")
    if "\ufffd" in text:
        return None
    return text if _TURKISH.search(text) and not _NOT_TURKISH.search(text) and detect(text) == "tr" else None


def _western(content: bytes) -> str | None:
    """A few words in Windows-1252, of which statistics make nothing."""
    text = content.decode("cp1252", errors="replace")
    return text if len(content) <= _SHORT and _WESTERN.fullmatch(text) else None


def _refused(kind: type[CorpusError], source: str, what: str) -> CorpusError:
    return kind(f"{source} {what}", fix="Save it as UTF-8 text, or take it out of the folder; nothing was indexed.")
