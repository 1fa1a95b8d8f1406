"""Running question sets: history, order, progress, and questions that crash."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.errors import QuestionSetError, StaleSourceError
from assistant.evaluation.questions import Expectation, Question, QuestionSet
from assistant.evaluation.runner import evaluate, run
from assistant.evaluation.types import Outcome, Row
from assistant.types import Answer, Citation, Timings, Turn

SOURCE = "Anna bought apples."


class Echo:
    """Answers with the question, citing SOURCE; `boom` crashes, `ctrl-c` interrupts."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append((question, tuple(history)))
        if question == "boom":
            raise ZeroDivisionError("division\nby zero")
        if question == "ctrl-c":
            raise KeyboardInterrupt
        cited = Citation(1, "shop.txt", "Shop", SOURCE, 0, len(SOURCE))
        return Answer(question, f"{question}! [1]", "en", question, (cited,), False, None, Timings(0.1, 0.2, 0.3))

    def document(self, source: str) -> SimpleNamespace:
        assert source == "shop.txt"
        return SimpleNamespace(text=SOURCE)


class Forgetful(Echo):
    def document(self, source: str) -> SimpleNamespace:
        raise StaleSourceError(f"{source} vanished", fix="Run assistant index.")


def undetected(_text: str, _prior: Mapping[str, float]) -> None:
    return None


def questions(*items: Question, name: str = "a.questions.yaml") -> QuestionSet:
    return QuestionSet(name, items)


def test_earlier_turns_are_asked_first_and_become_history() -> None:
    echo = Echo()
    report = run(echo, [questions(Question("follow-up", ("one", "two", "three")))], detect=undetected)
    first, second = Turn("one", "one! [1]"), Turn("two", "two! [1]")
    assert echo.asked == [("one", ()), ("two", (first,)), ("three", (first, second))]
    assert report.rows[0].answer.question == "three"
    assert report.rows[0].outcome is Outcome.PASSED


def test_a_crashing_question_is_a_row() -> None:
    sets = [questions(Question("bad", ("boom",)), Question("early", ("boom", "fine")), Question("good", ("fine",)))]
    bad, early, good = run(Echo(), sets, detect=undetected).rows
    assert (bad.outcome, bad.error, bad.answer, bad.checks) == (
        Outcome.ERRORED,
        "ZeroDivisionError: division by zero",
        None,
        (),
    )
    assert early.outcome is Outcome.ERRORED
    assert good.outcome is Outcome.PASSED


def test_ctrl_c_ends_the_run() -> None:
    with pytest.raises(KeyboardInterrupt):
        run(Echo(), [questions(Question("a", ("ctrl-c",)))], detect=undetected)


def test_a_source_that_cannot_be_read_fails_the_check_of_its_quotes() -> None:
    (row,) = run(Forgetful(), [questions(Question("a", ("fine",)))], detect=undetected).rows
    assert row.outcome is Outcome.FAILED
    assert [check.reason for check in row.checks if not check.passed] == [
        "citation [1] cannot be verified: shop.txt cannot be read"
    ]


def test_rows_in_the_order_of_the_files_with_progress() -> None:
    seen: list[tuple[str, int, int]] = []

    def progress(row: Row, done: int, total: int) -> None:
        seen.append((row.id, done, total))

    sets = [
        questions(Question("z", ("z",), Expectation(abstains=True, language="fr")), Question("a", ("a",)), name="two"),
        questions(Question("z", ("z",), kind="fact"), name="one"),
    ]
    report = run(Echo(), sets, progress=progress, detect=undetected)
    assert [(row.set, row.id) for row in report.rows] == [("two", "z"), ("two", "a"), ("one", "z")]
    assert [(row.answerable, row.language, row.kind) for row in report.rows] == [
        (False, "fr", None),
        (True, "en", None),
        (True, "en", "fact"),
    ]
    assert seen == [("z", 1, 3), ("a", 2, 3), ("z", 3, 3)]
    assert report == run(Echo(), sets, detect=undetected)


def test_sets_of_one_name_are_refused_before_anything_is_asked() -> None:
    echo = Echo()
    with pytest.raises(QuestionSetError, match=r"named a\.questions\.yaml"):
        run(echo, [questions(Question("a", ("a",))), questions(Question("b", ("b",)))], detect=undetected)
    assert echo.asked == []


def test_all_files_are_read_before_anything_is_asked(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("- {id: a, question: Who}")
    bad.write_text("- {id: a}")
    echo = Echo()
    with pytest.raises(QuestionSetError):
        evaluate(echo, [good, bad])
    assert echo.asked == []
    assert [row.id for row in evaluate(echo, [good]).rows] == ["a"]
