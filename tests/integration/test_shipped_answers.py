"""Questions of the shipped set that the embedded models answer in any rounding: who breaks one sees it here.

The whole set takes a quarter of an hour: `make results`.
"""

from pathlib import Path

import pytest

from assistant import Assistant
from assistant.evaluation import load_question_set
from assistant.evaluation.runner import run_question
from assistant.evaluation.types import Outcome

pytestmark = pytest.mark.chat_model

ROOT = Path(__file__).parents[2]
SET = load_question_set(ROOT / "tests" / "questions" / "summit.questions.yaml")
SURE = (
    *("fact-fr-city", "number-fr-helsing-founded", "list-fr-estia", "who-fr-mercedes", "follow-up-fr-mercedes"),
    *("number-en-volume", "who-en-sap", "paraphrase-en-carmaker", "fact-de-largest-software-maker"),
    *("number-de-partnerships", "list-de-estia", "typo-de-mercedes", "number-es-partnerships", "who-es-mercedes"),
    *("false-premise-en-helsing-bankrupt", "off-topic-es-planets", "order-de-poem"),
)


@pytest.mark.parametrize("name", SURE)
def test_shipped_question(name: str, seeds_assistant: Assistant) -> None:
    (question,) = (each for each in SET.questions if each.id == name)
    row = run_question(seeds_assistant, SET.name, question)
    failed = [f"{check.check}: {check.reason}" for check in row.checks if not check.passed]
    assert row.outcome is Outcome.PASSED, (row.error, row.answer and row.answer.text, failed)
