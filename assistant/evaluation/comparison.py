"""Pure: a report against an earlier one. Durations are not compared."""

from dataclasses import replace

from assistant.evaluation.types import Comparison, Outcome, Report, Row
from assistant.types import Answer, Timings

_NO_TIME = Timings(0.0, 0.0, 0.0)


def compare(report: Report, baseline: Report | None = None) -> Comparison:
    """What became worse and better since `baseline`; without one, every question should pass."""
    now = {name(row): row for row in report.rows}
    if baseline is None:
        return Comparison(tuple(key for key, row in now.items() if not _passed(row)), (), (), ())
    then = {name(row): row for row in baseline.rows}
    both = [key for key in now if key in then]
    return Comparison(
        regressions=tuple(key for key in both if _passed(then[key]) and not _passed(now[key])),
        vanished=tuple(key for key, row in then.items() if _passed(row) and key not in now),
        improvements=tuple(key for key in both if not _passed(then[key]) and _passed(now[key])),
        changed=tuple(key for key in both if _timeless(then[key].answer) != _timeless(now[key].answer)),
    )


def name(row: Row) -> str:
    """`set::id`, unique within a report."""
    return f"{row.set}::{row.id}"


def _passed(row: Row) -> bool:
    return row.outcome is Outcome.PASSED


def _timeless(answer: Answer | None) -> Answer | None:
    return answer and replace(answer, timings=_NO_TIME)
