"""The question set that ships with the project keeps its promises, and the seed document can keep them too."""

import re
from collections import Counter
from pathlib import Path

import pytest

from assistant.evaluation.matching import holds
from assistant.evaluation.questions import Question, QuestionSet, load_question_set
from index.documents import list_files, read_text

ROOT = Path(__file__).parents[2]
SET = ROOT / "tests" / "questions" / "summit.questions.yaml"
SET_ASIDE = ROOT / "tests" / "questions" / "summit-reporting.questions.yaml"
"""Run for reporting only."""


@pytest.fixture(scope="module", params=[SET, SET_ASIDE], ids=lambda path: path.name)
def questions(request: pytest.FixtureRequest) -> QuestionSet:
    return load_question_set(request.param)


@pytest.fixture(scope="module")
def all_questions() -> list[Question]:
    return [question for path in (SET, SET_ASIDE) for question in load_question_set(path).questions]


@pytest.fixture(scope="module")
def seeds() -> list[str]:
    """The texts that the questions are about."""
    return [read_text(ROOT / "seeds", source).text for source in list_files(ROOT / "seeds").documents]


def kinds_in_header() -> dict[str, bool]:
    """Kind -> are its questions answerable?, as the comment at the head of the file lists them."""
    lines = re.findall(r"^#   (answerable|unanswerable) +(.+)$", SET.read_text(encoding="utf-8"), re.MULTILINE)
    return {kind: label == "answerable" for label, kinds in lines for kind in kinds.split()}


def test_there_are_enough_of_each(all_questions: list[Question]) -> None:
    languages = Counter(question.expect.language for question in all_questions)
    assert len(all_questions) >= 160
    assert sum(question.expect.abstains is True for question in all_questions) >= 60
    assert sum(len(question.turns) > 1 for question in all_questions) >= 25
    assert languages.keys() == {"de", "en", "es", "fr"}
    assert min(languages.values()) >= 40


def test_a_third_is_set_aside_and_asks_something_else(all_questions: list[Question]) -> None:
    aside = load_question_set(SET_ASIDE).questions
    assert len(aside) * 3 >= len(all_questions)
    turns = [tuple(turn.casefold() for turn in question.turns) for question in all_questions]
    assert len(set(turns)) == len(turns)
    assert len({question.id for question in all_questions}) == len(all_questions)


def test_every_kind_of_the_header_is_asked_as_it_says(questions: QuestionSet) -> None:
    asked = {(question.kind, question.expect.abstains is not True) for question in questions.questions}
    assert asked == set(kinds_in_header().items())


def test_every_quote_stands_in_a_seed(questions: QuestionSet, seeds: list[str]) -> None:
    """Of the phrases, any may be cited; a typing mistake in one would go unnoticed for long."""
    missing = [
        f"{question.id}: {phrase}"
        for question in questions.questions
        for phrase in question.expect.cites
        if not any(holds(text, phrase) for text in seeds)
    ]
    assert missing == []


def test_only_what_is_answerable_has_to_be_cited(questions: QuestionSet) -> None:
    def contradicts(question: Question) -> bool:
        return question.expect.abstains is True and bool(question.expect.cites or question.expect.contains)

    assert [question.id for question in questions.questions if contradicts(question)] == []
