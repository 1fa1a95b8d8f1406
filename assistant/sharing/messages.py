"""What passes between the two processes: a question as JSON, then a line of JSON for each event."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from assistant import errors
from assistant.errors import AssistantError
from assistant.types import Answer, PassagesFound, QuoteDelta, StreamEvent, TextDelta, Turn, Waiting


@dataclass(frozen=True, slots=True)
class Asked:
    """What a server is asked."""

    question: str
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """An error on its way to the process that asked; the last line where there is one."""

    kind: str
    """The name of its class in `assistant.errors`."""
    message: str
    fix: str

    @classmethod
    def of(cls, error: AssistantError) -> "Failure":
        """Of the nearest kind that callers know."""
        kind = next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in errors.__all__)
        return cls(kind, error.message, error.fix)

    def error(self) -> AssistantError:
        """The error itself. Raises ValueError for a kind unknown."""
        if self.kind not in errors.__all__:
            raise ValueError(f"unknown error {self.kind!r}")
        kind: type[AssistantError] = getattr(errors, self.kind)
        return kind(self.message, fix=self.fix)


Message = StreamEvent | Failure

_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in (Waiting, PassagesFound, QuoteDelta, TextDelta, Answer, Failure)
}
_ASKED = TypeAdapter(Asked)


def as_body(asked: Asked) -> bytes:
    """The body of a request."""
    return _ASKED.dump_json(asked)


def asked(body: bytes) -> Asked:
    """What `as_body` made. Raises ValueError."""
    return _ASKED.validate_json(body)


def as_line(message: Message) -> bytes:
    """One line: an object whose only key names the kind."""
    name = type(message).__name__
    return b'{"%s":%s}\n' % (name.encode(), _ADAPTERS[name].dump_json(message))


def message(line: bytes) -> Message:
    """What `as_line` made. Raises ValueError."""
    match json.loads(line):
        case dict() as named if len(named) == 1 and (name := next(iter(named))) in _ADAPTERS:
            found: Message = _ADAPTERS[name].validate_python(named[name])
            return found
    raise ValueError("not a line of a server")
