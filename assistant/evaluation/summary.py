"""Pure: a report in numbers."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from assistant.evaluation.types import Outcome, Report, Row, Verdict

NO_LABEL = "(none)"
"""Stands for the kind or language of questions that have none."""


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`."""

    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of one kind or language."""

    label: str
    answerable: Share
    """Right (all checks hold), of those that the documents answer."""
    answer_given: Share
    """Right, or shown the passage that answers, of the same."""
    wrong: Share
    """Wrong claims, of the same."""
    unanswerable: Share
    """No claim made, of those that they do not answer."""
    errored: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds, over the questions that were answered."""

    label: str
    median: float
    p95: float
    """Nearest rank."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A report in numbers."""

    total: Group
    kinds: tuple[Group, ...]
    languages: tuple[Group, ...]
    """Both in alphabetical order."""
    checks: tuple[tuple[str, Share], ...]
    """How many answers hold each check, of those it was applied to."""
    latencies: tuple[Latency, ...]


def summarize(report: Report) -> Summary:
    """Count a report."""
    answers = [row.answer for row in report.rows if row.answer]
    latencies = {
        "first token": [answer.timings.first_token_s for answer in answers],
        "total": [answer.timings.total_s for answer in answers],
    }
    return Summary(
        total=_group("all", report.rows),
        kinds=_groups(report.rows, lambda row: row.kind),
        languages=_groups(report.rows, lambda row: row.language),
        checks=_checks(report.rows),
        latencies=tuple(Latency(label, median(times), _p95(times)) for label, times in latencies.items() if times),
    )


def _groups(rows: Iterable[Row], label: Callable[[Row], str | None]) -> tuple[Group, ...]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(label(row) or NO_LABEL, []).append(row)
    return tuple(_group(name, grouped[name]) for name in sorted(grouped))


def _group(label: str, rows: Sequence[Row]) -> Group:
    answerable = [row for row in rows if row.answerable]
    unanswerable = [row.answer is not None and row.answer.abstained for row in rows if not row.answerable]

    def share(*verdicts: Verdict) -> Share:
        return Share(sum(row.verdict in verdicts for row in answerable), len(answerable))

    return Group(
        label=label,
        answerable=share(Verdict.RIGHT),
        answer_given=share(Verdict.RIGHT, Verdict.ANSWER_SHOWN),
        wrong=share(Verdict.WRONG),
        unanswerable=Share(sum(unanswerable), len(unanswerable)),
        errored=sum(row.outcome is Outcome.ERRORED for row in rows),
    )


def _checks(rows: Iterable[Row]) -> tuple[tuple[str, Share], ...]:
    verdicts: dict[str, list[bool]] = {}
    for row in rows:
        for check in row.checks:
            verdicts.setdefault(check.check, []).append(check.passed)
    return tuple((name, Share(sum(verdicts[name]), len(verdicts[name]))) for name in sorted(verdicts))


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]
