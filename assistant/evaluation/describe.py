"""Pure: a judged question in words, for terminals, test output and JUnit."""

from collections.abc import Iterator

from assistant.evaluation.types import Outcome, Row
from assistant.printable import printable


def describe(row: Row) -> str:
    """The question, the answer, its citations, and what is wrong and why; several lines."""
    return printable("\n".join(_lines(row)))


def problems(row: Row) -> tuple[str, ...]:
    """What is wrong, a line each; nothing for a question that passed."""
    if row.outcome is Outcome.ERRORED:
        return (printable(f"error: {row.error}"),)
    return tuple(printable(f"{check.check}: {check.reason}") for check in row.checks if not check.passed)


def _lines(row: Row) -> Iterator[str]:
    *earlier, question = row.turns
    yield from (f"before:    {turn}" for turn in earlier)
    yield f"question:  {question}"
    if row.answer:
        yield f"answer:    {row.answer.text}"
        yield from (
            f"citation:  [{cited.marker}] {cited.source} {cited.start}–{cited.end} “{cited.quote}”"
            for cited in row.answer.citations
        )
        if not row.answer.citations:
            yield "citation:  none"
    yield from (f"✗ {problem}" for problem in problems(row))
