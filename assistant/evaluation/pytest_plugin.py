"""Pytest plugin: every question of a `*.questions.yaml` is a test.

Pytest imports this module in every run of every project of the environment: it loads the rest when a file is collected.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assistant import Assistant
    from assistant.evaluation.questions import Question
    from assistant.evaluation.types import Row

SUFFIX = ".questions.yaml"

_OPTIONS = {
    "index_dir": ("--assistant-index-dir", "index to answer from"),
    "corpus": ("--assistant-corpus", "folder of documents"),
    "chat_model": ("--assistant-chat-model", "chat model"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("assistant", f"assistant: questions of *{SUFFIX} files as tests")
    for dest, (option, what) in _OPTIONS.items():
        group.addoption(
            option,
            dest=f"assistant_{dest}",
            default=None,
            help=f"{what} (default: as in ASSISTANT_{dest.upper()} or assistant.toml)",
        )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_OPENED] = _Opened({dest: config.getoption(f"assistant_{dest}") for dest in _OPTIONS})
    config.add_cleanup(config.stash[_OPENED].close)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> QuestionFile | None:
    return QuestionFile.from_parent(parent, path=file_path) if file_path.name.endswith(SUFFIX) else None


class QuestionFile(pytest.File):
    """A question set."""

    def collect(self) -> Iterator[QuestionItem]:
        from assistant.errors import QuestionSetError
        from assistant.evaluation.questions import load_question_set

        try:
            questions = load_question_set(self.path).questions
        except QuestionSetError as error:
            raise self.CollectError(str(error)) from error
        for question in questions:
            yield QuestionItem.from_parent(self, name=question.id, question=question)


class QuestionItem(pytest.Item):
    """A question; it fails where the answer does not hold what is expected."""

    def __init__(self, *, question: Question, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.question = question

    def setup(self) -> None:
        self.config.stash[_OPENED].assistant()

    def runtest(self) -> None:
        from assistant.evaluation.runner import run_question
        from assistant.evaluation.types import Outcome

        row = run_question(self.config.stash[_OPENED].assistant(), self.path.name, self.question)
        if row.outcome is not Outcome.PASSED:
            raise UnexpectedAnswerError(row)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from assistant.evaluation.describe import describe

        if isinstance(excinfo.value, UnexpectedAnswerError):
            return describe(excinfo.value.row)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name


class UnexpectedAnswerError(Exception):
    """Carries the judged question to the report of its failure."""

    def __init__(self, row: Row) -> None:
        super().__init__(f"{row.set}::{row.id} {row.outcome.value}")
        self.row = row


class _Opened:
    """One Assistant for the session, opened when the first question runs."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._resources = ExitStack()
        self._assistant: Assistant | None = None
        self._error: str | None = None

    def assistant(self) -> Assistant:
        """Fails the test in one line where the Assistant cannot be opened or loaded, without trying again."""
        from assistant import Assistant, AssistantError

        if self._assistant is None and self._error is None:
            try:
                opened = self._resources.enter_context(Assistant.open(**self._settings))
                opened.warm_up()
                self._assistant = opened
            except AssistantError as error:
                self._error = str(error)
        if self._assistant is None:
            pytest.fail(f"The assistant cannot be opened: {self._error}", pytrace=False)
        return self._assistant

    def close(self) -> None:
        self._resources.close()


_OPENED = pytest.StashKey[_Opened]()
