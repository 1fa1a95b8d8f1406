"""What the page needs of an assistant, so that any stand-in with these members works."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from assistant.types import Answer, StreamEvent, Turn


class DocumentInfo(Protocol):
    """A document of the index, as listed."""

    @property
    def source(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def date(self) -> str | None: ...
    @property
    def language(self) -> str | None: ...


class DocumentText(DocumentInfo, Protocol):
    """A document with its decoded text."""

    @property
    def text(self) -> str: ...


class HasCorpus(Protocol):
    """The one setting that the page reads."""

    @property
    def corpus(self) -> Path: ...


class DocumentAssistant(Protocol):
    """The part of `assistant.Assistant` that the page uses. Its methods raise AssistantError; `document` also KeyError
    for a source that it does not know.
    """

    @property
    def settings(self) -> HasCorpus: ...
    @property
    def ready(self) -> bool: ...
    @property
    def documents(self) -> Sequence[DocumentInfo]: ...
    def warm_up(self) -> None: ...
    def read_ahead(self, *, sentences: bool) -> None: ...
    def expect_follow_up(self, history: Sequence[Turn], /) -> None: ...
    def document(self, source: str, /) -> DocumentText: ...
    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[StreamEvent]: ...
    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer: ...
