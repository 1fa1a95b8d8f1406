"""Regression testing: question sets, their checks, and reports.

    with Assistant.open() as assistant:
        report = evaluate(assistant, ["my.questions.yaml"])
    write_report(report, "reports")
    compare(report, load_report("baseline.json")).failed

Names load when they are first used: pytest imports this package in every run, for its plugin.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.evaluation.comparison import compare
    from assistant.evaluation.questions import QuestionSet, load_question_set
    from assistant.evaluation.render import markdown_summary, render_comparison, render_table
    from assistant.evaluation.report import load_report, prepare_folder, write_report
    from assistant.evaluation.runner import evaluate, run
    from assistant.evaluation.types import Comparison, Report

__all__ = [
    "Comparison",
    "QuestionSet",
    "Report",
    "compare",
    "evaluate",
    "load_question_set",
    "load_report",
    "markdown_summary",
    "prepare_folder",
    "render_comparison",
    "render_table",
    "run",
    "write_report",
]

_HOMES = {
    "Comparison": "types",
    "QuestionSet": "questions",
    "Report": "types",
    "compare": "comparison",
    "evaluate": "runner",
    "load_question_set": "questions",
    "load_report": "report",
    "markdown_summary": "render",
    "prepare_folder": "report",
    "render_comparison": "render",
    "render_table": "render",
    "run": "runner",
    "write_report": "report",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
