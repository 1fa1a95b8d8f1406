"""Errors of the index, and the root that every error of the project shares.

    AssistantError
    ├── UsageError                  exit 2: wrong usage or configuration
    │   └── CorpusError             the folder cannot be indexed as it is
    │       ├── FolderNotFoundError
    │       ├── EmptyFolderError
    │       ├── UnreadableFileError
    │       ├── BinaryFileError
    │       └── EncodingError
    └── MissingError                exit 3: something needed is missing; `fix` names the command that mends it
        ├── IndexNotFoundError
        ├── IndexMismatchError      built with another embedding model or other chunking
        ├── IndexDamagedError
        ├── IndexBusyError          another process is indexing
        ├── EmbeddingModelError
        ├── VectorStoreError        Chroma unreachable or refusing
        ├── NoSpaceError
        ├── UnwritableIndexError
        └── StaleSourceError        a document changed or vanished since it was indexed

`assistant.errors` adds what concerns questions, models and the command line.
"""

from typing import ClassVar


class AssistantError(Exception):
    """Root of all errors that users meet. `str(error)` is one line: what happened, then what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, fix: str) -> None:
        super().__init__(message, fix)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message.rstrip('.')}. {self.fix}"


class UsageError(AssistantError):
    """Wrong usage or configuration."""

    exit_code = 2


class MissingError(AssistantError):
    """Something needed is missing, damaged or out of reach."""

    exit_code = 3


class CorpusError(UsageError):
    """The folder cannot be indexed as it is; the index stays as it was."""


class FolderNotFoundError(CorpusError):
    """The corpus folder does not exist or is not a folder."""


class EmptyFolderError(CorpusError):
    """The folder holds no document that can be read."""


class UnreadableFileError(CorpusError):
    """A document cannot be opened (permissions, I/O)."""


class BinaryFileError(CorpusError):
    """A file named like a text is binary."""


class EncodingError(CorpusError):
    """A text file's encoding is neither UTF-8 nor a recognisable Latin-1/Windows-1252."""


class IndexNotFoundError(MissingError):
    """There is no index at the place asked for."""


class IndexMismatchError(MissingError):
    """The index was built with another embedding model, revision or chunking."""


class IndexDamagedError(MissingError):
    """The index cannot be read."""


class IndexBusyError(MissingError):
    """Another process is writing this index."""


class EmbeddingModelError(MissingError):
    """The embedding model cannot be loaded or fails."""


class VectorStoreError(MissingError):
    """Chroma cannot be reached or refuses."""


class NoSpaceError(MissingError):
    """The disk is full; nothing was changed."""


class UnwritableIndexError(MissingError):
    """The index folder cannot be written (permissions, or a file is in its place)."""


class StaleSourceError(MissingError, KeyError):
    """A document changed or vanished since it was indexed, so it cannot be cited."""
