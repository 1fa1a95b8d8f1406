"""Data of an evaluation: frozen, without logic. `Report` is also the shape of report.json."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from assistant.types import Answer


class Outcome(StrEnum):
    """How a question went."""

    PASSED = "passed"
    FAILED = "failed"
    """Answered, and a check does not hold."""
    ERRORED = "errored"
    """Not answered: something raised."""


class Verdict(StrEnum):
    """What a reader was given."""

    RIGHT = "right"
    """A claim that holds all checks."""
    WRONG = "wrong"
    """A claim that fails one, or one where the documents tell nothing."""
    ANSWER_SHOWN = "answer shown"
    """No claim, but the passage that answers."""
    PASSAGE_SHOWN = "passage shown"
    """No claim, and a passage that does not answer."""
    DECLINED = "declined"
    ERRORED = "errored"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of one answer."""

    check: str
    """contains, excludes, cites, abstains, language, verbatim or markers."""
    passed: bool
    reason: str
    """What was expected and what was found, in one line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One judged question."""

    set: str
    """File name of the question set."""
    id: str
    """Unique within the set."""
    kind: str | None
    language: str | None
    """ISO 639-1: the expected one, else the answer's."""
    turns: tuple[str, ...]
    """As asked; the last one is judged."""
    answerable: bool
    """False where a decline is expected."""
    outcome: Outcome
    answer: Answer | None
    """None where the question errored."""
    error: str | None
    """What was raised; None where it was answered."""
    checks: tuple[CheckResult, ...]
    verdict: Verdict | None = None
    """None in reports of versions that told claims and declines only."""


@dataclass(frozen=True, slots=True)
class Report:
    """All judged questions, in the order of the files."""

    rows: tuple[Row, ...]
    version: Literal[1] = 1
    complete: bool = True
    """False where the run was interrupted: the other questions were not asked."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A report against an earlier one. Questions are named `set::id`, in the order of the newer report."""

    regressions: tuple[str, ...]
    """Passed earlier and do not now; without an earlier report, all that do not pass."""
    vanished: tuple[str, ...]
    """Passed earlier and were not asked now. A regression may hide there, so they count as failures."""
    improvements: tuple[str, ...]
    """Did not pass earlier and do now."""
    changed: tuple[str, ...]
    """Answered differently, timings aside, whether better or worse."""

    @property
    def failed(self) -> bool:
        return bool(self.regressions or self.vanished)
