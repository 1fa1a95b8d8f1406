"""Printing: safe on a terminal, plain in a pipe, JSON for programs, progress on a terminal's stderr only."""

import dataclasses
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any, Protocol

import click

from assistant.printable import CONTROL, printable

INTERRUPTED = 130
"""Exit code after Ctrl-C."""


def print_json(value: Any) -> None:
    """One JSON object; dataclasses become objects, control characters escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_jsonable)
    click.echo(CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def _jsonable(value: Any) -> Any:
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else str(value)


class _Log(logging.Handler):
    """On stderr, wherever that leads at the time."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):  # nobody reads
            click.echo(printable(self.format(record)), err=True)


@contextmanager
def log_shown(whole: Callable[[], bool]) -> Iterator[None]:
    """Meanwhile, what this program's own parts log: warnings, and all else while `whole()`. What libraries log is for
    their developers.
    """
    log, loggers = _Log(), [logging.getLogger(name) for name in ("assistant", "index", "ui")]
    log.addFilter(lambda record: record.levelno >= logging.WARNING or whole())
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.addHandler(log)
    try:
        yield
    finally:
        for logger in loggers:
            logger.setLevel(logging.NOTSET)
            logger.removeHandler(log)


@contextmanager
def spinner(label: str) -> Iterator[None]:
    """A sign of life on stderr, gone when it ends; silent where stderr is no terminal."""
    from rich.console import Console
    from rich.live import Live
    from rich.spinner import Spinner

    console = Console(stderr=True)
    with Live(Spinner("dots", label), console=console, transient=True) if console.is_terminal else nullcontext():
        yield


class ProgressBar(Protocol):
    """Told how much is done of how much, and optionally of what."""

    def __call__(self, done: int, total: int, label: str | None = None) -> None: ...


@contextmanager
def progress_bar(label: str, *, of_bytes: bool = False) -> Iterator[ProgressBar]:
    """A bar on stderr, gone when it ends; silent where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    count = DownloadColumn() if of_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)

        def update(done: int, total: int, label: str | None = None) -> None:
            bar.update(task, completed=done, total=total, description=label)

        yield update
