"""Asks the questions of question sets and judges the answers."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from assistant.errors import AssistantError, QuestionSetError
from assistant.evaluation.checks import DetectLanguage, check_answer, judge
from assistant.evaluation.questions import Question, QuestionSet, load_question_set
from assistant.evaluation.types import Outcome, Report, Row, Verdict
from assistant.types import Answer, Turn
from index.language import detect as detect_language

_log = logging.getLogger(__name__)


class HasText(Protocol):
    """A document, as far as a check of quotes needs it."""

    @property
    def text(self) -> str: ...


class Asked(Protocol):
    """What is evaluated: an Assistant, as far as it is needed."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer: ...

    def document(self, source: str) -> HasText: ...


Progress = Callable[[Row, int, int], None]
"""Called after each question: its row, how many are done, of how many."""


def evaluate(assistant: Asked, paths: Iterable[str | Path], *, progress: Progress | None = None) -> Report:
    """Run the question sets in these files. All are read before the first question is asked.

    Raises QuestionSetError where a file is not of the format.
    """
    return run(assistant, [load_question_set(path) for path in paths], progress=progress)


def run(
    assistant: Asked,
    sets: Iterable[QuestionSet],
    *,
    progress: Progress | None = None,
    detect: DetectLanguage = detect_language,
) -> Report:
    """Ask every question in order. One that raises is a row of the report, not the end of the run.

    Raises QuestionSetError where two sets have the same name, which would mix up their questions.
    """
    sets = tuple(sets)
    names = [questions.name for questions in sets]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise QuestionSetError(f"Two question sets are named {twice}", fix="Rename one, or name the file once.")
    todo = [(questions.name, question) for questions in sets for question in questions.questions]
    rows = []
    for name, question in todo:
        row = run_question(assistant, name, question, detect=detect)
        rows.append(row)
        if progress:
            progress(row, len(rows), len(todo))
    return Report(tuple(rows))


def run_question(
    assistant: Asked, set_name: str, question: Question, *, detect: DetectLanguage = detect_language
) -> Row:
    """Ask one question, its earlier turns first, and judge the answer to the last turn."""
    answer = error = None
    try:
        answer = replace(_converse(assistant, question.turns), explanation=None)  # reports would grow tenfold
        checks = check_answer(question.expect, answer, _sources(assistant, answer), detect)
    except Exception as raised:  # noqa: BLE001 (whatever a question triggers is a finding, not the end of the run)
        _log.debug("%s::%s", set_name, question.id, exc_info=True)
        answer, checks = None, ()
        message = str(raised) if isinstance(raised, AssistantError) else f"{type(raised).__name__}: {raised}"
        error = " ".join(message.split())
    passed = all(check.passed for check in checks)
    return Row(
        set=set_name,
        id=question.id,
        kind=question.kind,
        language=question.expect.language or (answer.language if answer else None),
        turns=question.turns,
        answerable=question.expect.abstains is not True,
        outcome=Outcome.ERRORED if answer is None else Outcome.PASSED if passed else Outcome.FAILED,
        answer=answer,
        error=error,
        checks=checks,
        verdict=judge(question.expect, answer, checks) if answer else Verdict.ERRORED,
    )


def _converse(assistant: Asked, turns: Sequence[str]) -> Answer:
    history: list[Turn] = []
    for question in turns[:-1]:
        history.append(Turn(question, assistant.ask(question, history=tuple(history)).text))
    return assistant.ask(turns[-1], history=tuple(history))


def _sources(assistant: Asked, answer: Answer) -> dict[str, str]:
    """The cited documents that can be read; the check reports those that cannot."""
    texts = {}
    for source in sorted({citation.source for citation in answer.citations}):
        try:
            texts[source] = assistant.document(source).text
        except AssistantError:
            _log.debug("%s cannot be read", source, exc_info=True)
    return texts
