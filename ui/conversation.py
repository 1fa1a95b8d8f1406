"""The conversation as the page shows it and the browser keeps it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, TypeAdapter, ValidationError

from assistant.errors import AssistantError, QuestionError
from assistant.program import as_called
from assistant.types import Answer, Turn

MAX_EXCHANGES = 50
"""Older ones are dropped: a browser keeps some 5 MB a site."""


_Passing = Field(exclude=True)
"""Shown while an answer is under way, and not kept."""


class Stage(StrEnum):
    """How far an exchange has come."""

    SEARCHING = "searching"
    WRITING = "writing"
    ANSWERED = "answered"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, as the errors of the assistant tell it: in English."""

    message: str
    fix: str
    kind: str = ""
    """The error's class, by which the page finds its words in the reader's language."""

    @classmethod
    def of(cls, error: AssistantError) -> Self:
        """As the error tells it."""
        return cls(error.message, as_called(error.fix), type(error).__name__)

    @property
    def refusal(self) -> bool:
        """Whether the question itself was refused: asking it again as it is would fail again."""
        return self.kind == QuestionError.__name__

    def __str__(self) -> str:
        return f"{self.message.rstrip('.')}. {self.fix}"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what became of it."""

    question: str
    stage: Stage = Stage.SEARCHING
    passages: int | None = None
    """How many were found; None until the search is done."""
    waiting: Annotated[int, _Passing] = 0
    """The place in the queue, 1 being next; 0 where it does not wait."""
    quote: Annotated[str, _Passing] = ""
    """The words of the documents so far that the answer will rely on."""
    draft: str = ""
    """The words so far, of an answer that is being written or was stopped."""
    answer: Answer | None = None
    problem: Problem | None = None
    """In a failed exchange; None stands for an unexpected failure."""


Conversation = tuple[Exchange, ...]

_ADAPTER = TypeAdapter(Conversation)


def running(exchange: Exchange) -> bool:
    """Whether the answer is still on its way."""
    return exchange.stage in (Stage.SEARCHING, Stage.WRITING)


def under_way(conversation: Conversation) -> bool:
    """Whether the last exchange waits for its answer."""
    return bool(conversation) and running(conversation[-1])


def history(conversation: Conversation) -> list[Turn]:
    """The answered exchanges, as the assistant takes them."""
    return [Turn(exchange.question, exchange.answer.text) for exchange in conversation if exchange.answer is not None]


def dump(conversation: Conversation) -> list[Any]:
    """JSON-able form of the latest exchanges."""
    dumped: list[Any] = _ADAPTER.dump_python(conversation[-MAX_EXCHANGES:], mode="json")
    return dumped


def load(dumped: object) -> Conversation:
    """The conversation that a browser kept; empty where it is not one. What was under way counts as stopped."""
    try:
        conversation = _ADAPTER.validate_python(dumped)
    except ValidationError:
        return ()
    return tuple(replace(each, stage=Stage.STOPPED) if running(each) else each for each in conversation)
