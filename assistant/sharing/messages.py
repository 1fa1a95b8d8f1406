"""What passes back from a server: a line of JSON for each event."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from assistant import errors
from assistant.errors import AssistantError
from assistant.types import Answer, PassagesFound, QuoteDelta, StreamEvent, TextDelta, Waiting


class ServingError(Exception):
    """Something that nobody foresaw went wrong in the serving process."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error on its way to the process that asked; the last line where there is one."""

    kind: str | None
    """The name of its class in `assistant.errors`; None for a defect."""
    message: str
    fix: str = ""

    @classmethod
    def of(cls, error: Exception) -> "Failure":
        """Of the nearest kind that callers know."""
        if not isinstance(error, AssistantError):
            return cls(None, f"{type(error).__name__}: {error}")
        kind = next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in errors.__all__)
        return cls(kind, error.message, error.fix)

    def error(self) -> AssistantError | ServingError:
        """The error itself. Raises ValueError for a kind unknown."""
        if self.kind is None:
            return ServingError(f"{self.message}, in the running server: its log says more")
        if self.kind not in errors.__all__:
            raise ValueError(f"unknown error {self.kind!r}")
        kind: type[AssistantError] = getattr(errors, self.kind)
        return kind(self.message, fix=self.fix)


Message = StreamEvent | Failure

_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in (Waiting, PassagesFound, QuoteDelta, TextDelta, Answer, Failure)
}


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
