"""Every error a user can meet, each with what to do next.

AssistantError
├── UsageError                    exit 2: wrong usage or configuration
│   ├── QuestionError             empty, blank or over-long
│   ├── HistoryError              the conversation is not a list of turns
│   ├── SettingsError             a setting is unknown or has no sense
│   ├── QuestionSetError          a question-set file is not of the format
│   ├── ReportError               an evaluation report cannot be read or written
│   ├── PortInUseError
│   └── CorpusError …             the folder cannot be indexed: see index.errors
└── MissingError                  exit 3: something needed is missing; `fix` names what mends it
    ├── ModelNotFoundError        the chat model is not on this machine
    ├── ModelDamagedError         truncated, or of another SHA-256
    ├── PullError                 the model could not be fetched
    ├── ChatModelError            the chat model failed
    │   ├── ChatUnreachableError
    │   ├── ChatTimeoutError
    │   └── ChatNonsenseError     it answered what no chat model answers
    ├── CitationError             a quote is not in its file: never shown
    └── IndexNotFoundError …      missing, damaged, of another model: see index.errors
"""

from index.errors import (
    AssistantError,
    BinaryFileError,
    CorpusError,
    EmbeddingModelError,
    EmptyFolderError,
    EncodingError,
    FolderNotFoundError,
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexNotFoundError,
    MissingError,
    NoSpaceError,
    StaleSourceError,
    UnreadableFileError,
    UnwritableIndexError,
    UsageError,
    VectorStoreError,
)

__all__ = [
    "AssistantError",
    "BinaryFileError",
    "ChatModelError",
    "ChatNonsenseError",
    "ChatTimeoutError",
    "ChatUnreachableError",
    "CitationError",
    "CorpusError",
    "EmbeddingModelError",
    "EmptyFolderError",
    "EncodingError",
    "FolderNotFoundError",
    "HistoryError",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexMismatchError",
    "IndexNotFoundError",
    "MissingError",
    "ModelDamagedError",
    "ModelNotFoundError",
    "NoSpaceError",
    "PortInUseError",
    "PullError",
    "QuestionError",
    "QuestionSetError",
    "ReportError",
    "SettingsError",
    "StaleSourceError",
    "UnreadableFileError",
    "UnwritableIndexError",
    "UsageError",
    "VectorStoreError",
]


class QuestionError(UsageError):
    """The question is empty, blank or over-long."""


class HistoryError(UsageError):
    """The conversation is not a list of turns."""


class SettingsError(UsageError):
    """A setting is unknown or has no sense."""


class QuestionSetError(UsageError):
    """A question-set file is not of the format."""


class ReportError(UsageError):
    """An evaluation report cannot be read or written."""


class PortInUseError(UsageError):
    """Another program listens on the port."""


class ModelNotFoundError(MissingError):
    """The chat model is not on this machine."""


class ModelDamagedError(MissingError):
    """The model file is truncated or has another SHA-256."""


class PullError(MissingError):
    """The model could not be fetched."""


class ChatModelError(MissingError):
    """The chat model failed."""


class ChatUnreachableError(ChatModelError):
    """Nothing listens where the chat model should be."""


class ChatTimeoutError(ChatModelError):
    """The chat model did not answer in time."""


class ChatNonsenseError(ChatModelError):
    """The chat server answered what no chat model answers."""


class CitationError(MissingError):
    """A quote is not in its file at its offsets; such an answer is never shown."""
