"""Reports for people: tables on a terminal, plain lines in a pipe, Markdown for the docs."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.evaluation.describe import problems
from assistant.evaluation.summary import Group, Latency, Share, Summary, summarize
from assistant.evaluation.types import Comparison, Outcome, Report, Row
from assistant.printable import printable

_STYLES = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.ERRORED: "bold red"}
_GROUP_COLUMNS = (
    "answerable, right",
    "right or answer shown",
    "wrong claims",
    "unanswerable, no claim",
    "errors",
)


def render_table(report: Report, console: Console) -> None:
    """Every question with what is wrong, then the figures. Tables on a terminal, else one line a question."""
    summary = summarize(report)
    if not console.is_terminal:
        _print_lines(console, _plain(report, summary))
        return
    console.print(_questions(report.rows))
    for title, cells in _tables(summary):
        table = Table(title=title, title_justify="left")
        for column, header in enumerate(cells[0]):
            table.add_column(header, justify="right" if column else "left")
        for row in cells[1:]:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)


def render_comparison(comparison: Comparison, console: Console) -> None:
    """What became worse and better since a baseline, one line each, and a line that sums it up."""
    groups = {
        "regression": comparison.regressions,
        "vanished": comparison.vanished,
        "improvement": comparison.improvements,
    }
    _print_lines(console, (f"{label}: {name}" for label, names in groups.items() for name in names))
    counts = ", ".join(f"{len(names)} {label}" for label, names in groups.items())
    _print_lines(console, [f"against the baseline: {counts}, {len(comparison.changed)} answered differently"])


def markdown_summary(report: Report) -> str:
    """The figures as Markdown tables."""
    return "\n".join(_markdown(summarize(report)))


def _plain(report: Report, summary: Summary) -> Iterator[str]:
    for row in report.rows:
        yield " ".join(filter(None, [row.outcome.value, f"{row.set}::{row.id}", _seconds(row), _given(row)]))
        yield from (f"    {problem}" for problem in problems(row))
    for title, (header, *rows) in _tables(summary):
        for label, *cells in rows:
            values = ", ".join(f"{name} {cell}" for name, cell in zip(header[1:], cells, strict=True))
            yield f"{title}: {label}: {values}"


def _questions(rows: Sequence[Row]) -> Table:
    table = Table(
        "question", "kind", "outcome", "given", "seconds", "what is wrong", title="Questions", title_justify="left"
    )
    for row in rows:
        table.add_row(
            Text(printable(row.id)),
            Text(printable(row.kind or "")),
            Text(row.outcome.value, style=_STYLES[row.outcome]),
            Text(_given(row)),
            Text(_seconds(row), justify="right"),
            Text("\n".join(problems(row))),
        )
    return table


def _given(row: Row) -> str:
    """What the reader was given, where that says more than the outcome does."""
    return f"({row.verdict})" if row.verdict and row.verdict.value != row.outcome.value else ""


def _markdown(summary: Summary) -> Iterator[str]:
    for title, (header, *rows) in _tables(summary):
        yield f"### {title}\n"
        yield f"| {' | '.join(header)} |"
        yield f"| --- |{' ---: |' * (len(header) - 1)}"
        yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)
        yield ""


def _tables(summary: Summary) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Title, then the header and the rows, as text."""
    yield "Kinds", [("kind", *_GROUP_COLUMNS), *map(_cells, (*summary.kinds, summary.total))]
    yield "Languages", [("language", *_GROUP_COLUMNS), *map(_cells, (*summary.languages, summary.total))]
    if summary.checks:  # there are none where every question errored
        yield "Checks", [("check", "held"), *((name, _share(share)) for name, share in summary.checks)]
        yield "Seconds", [("until", "median", "p95"), *map(_latency, summary.latencies)]


def _cells(group: Group) -> tuple[str, ...]:
    shares = (group.answerable, group.answer_given, group.wrong, group.unanswerable)
    return printable(group.label), *map(_share, shares), str(group.errored)


def _latency(latency: Latency) -> tuple[str, ...]:
    return latency.label, f"{latency.median:.2f}", f"{latency.p95:.2f}"


def _share(share: Share) -> str:
    return f"{share.part}/{share.whole} ({100 * share.part / share.whole:.0f}%)" if share.whole else "–"


def _seconds(row: Row) -> str:
    return f"{row.answer.timings.total_s:.1f}s" if row.answer else ""


def _print_lines(console: Console, lines: Iterator[str] | Sequence[str]) -> None:
    for line in lines:
        console.print(printable(line), markup=False, highlight=False, soft_wrap=True)
