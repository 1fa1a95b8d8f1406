"""Reports as files: report.json (everything, and the baseline of later runs) and junit.xml (for CI)."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from io import BytesIO
from itertools import groupby
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite
from pydantic import TypeAdapter, ValidationError

from assistant.errors import NoSpaceError, ReportError
from assistant.evaluation.describe import describe, problems
from assistant.evaluation.types import Outcome, Report, Row
from assistant.printable import printable
from index.files import DISK_FULL

REPORT_FILE = "report.json"
JUNIT_FILE = "junit.xml"


def prepare_folder(directory: str | Path) -> None:
    """Create a folder for a report, and try whether files can be written there: better before a long run than after it.

    Raises ReportError or NoSpaceError.
    """
    folder = Path(directory)
    with _writing(folder), tempfile.TemporaryFile(dir=folder):
        pass


def write_report(report: Report, directory: str | Path) -> tuple[Path, Path]:
    """Write report.json and junit.xml into a folder, which is created; each file as a whole or not at all.

    Returns their paths. Raises ReportError or NoSpaceError where that fails.
    """
    folder = Path(directory)
    files = {folder / REPORT_FILE: to_json(report).encode(), folder / JUNIT_FILE: to_junit(report)}
    with _writing(folder):
        for path, content in files.items():
            _write(path, content)
    return folder / REPORT_FILE, folder / JUNIT_FILE


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Inside, the folder exists, and what cannot be written is told."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise NoSpaceError(f"No space left to write {folder}", fix="Free some space.") from error
        raise ReportError(
            f"The report cannot be written to {folder} ({error.strerror})", fix="Name a folder."
        ) from error


def load_report(path: str | Path) -> Report:
    """The report in a report.json, or in the folder that holds it.

    Raises ReportError where there is none, or it is damaged, of another version or of an interrupted run.
    """
    file = Path(path) / REPORT_FILE if Path(path).is_dir() else Path(path)
    try:
        report = TypeAdapter(Report).validate_json(file.read_bytes())
    except OSError as error:
        raise ReportError(f"{file} cannot be read ({error.strerror})", fix="Name an earlier report.json.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "whole file"
        raise ReportError(
            f"{file} is not a report ({where}: {first['msg']})", fix="Name an earlier report.json."
        ) from error
    if not report.complete:  # as a baseline it would hide what became worse
        raise ReportError(f"{file} is of a run that was interrupted", fix="Run it again, or name another report.json.")
    return report


def to_json(report: Report) -> str:
    """All of a report, keys in a fixed order."""
    fields = {"version": report.version, "complete": report.complete, "rows": [asdict(row) for row in report.rows]}
    text = json.dumps(fields, ensure_ascii=False, indent=2) + "\n"
    return text.encode(errors="replace").decode()  # a model can emit half a surrogate pair, a file cannot hold it


def to_junit(report: Report) -> bytes:
    """A suite a question set, a case a question; durations are those of the judged turn."""
    xml = JUnitXml("questions")
    for name, rows in groupby(report.rows, key=lambda row: row.set):
        suite = TestSuite(printable(name))
        suite.add_testcases([_case(row) for row in rows])
        xml.add_testsuite(suite)
    buffer = BytesIO()
    xml.write(buffer)
    return buffer.getvalue()


def _case(row: Row) -> TestCase:
    case = TestCase(
        printable(row.id), classname=printable(row.set), time=row.answer.timings.total_s if row.answer else 0.0
    )
    if row.outcome is not Outcome.PASSED:
        kind = Error if row.outcome is Outcome.ERRORED else Failure
        result = kind("; ".join(problems(row)), type_=row.outcome.value)
        result.text = describe(row)
        case.result = result
    return case


def _write(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
