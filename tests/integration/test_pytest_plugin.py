"""The plugin in a real pytest of its own, against a scripted Assistant."""

import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import assistant

ROOT = Path(assistant.__file__).parents[1]

FAKE = """
import assistant
from assistant.errors import IndexNotFoundError, ModelNotFoundError
from assistant.types import Answer, Citation, Timings

SOURCE = "Anna bought 18 apples in 2018."


class Document:
    text = SOURCE


class FakeAssistant:
    opened = 0

    @classmethod
    def open(cls, **keywords):
        cls.opened += 1
        print(f"opened {cls.opened} with {keywords}")
        if keywords["index_dir"] == "nowhere":
            raise IndexNotFoundError("There is no index at nowhere", fix="Run `assistant index`.")
        made = cls()
        made.chat_model = keywords["chat_model"]
        return made

    def warm_up(self):
        if self.chat_model == "not pulled":
            raise ModelNotFoundError("The chat model is not here", fix="Run `assistant pull`.")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with open("closed.txt", "a") as file:
            file.write("closed")

    def ask(self, question, history=()):
        if question == "boom":
            raise ZeroDivisionError("division by zero")
        cited = Citation(1, "shop.txt", "Shop", SOURCE, 0, len(SOURCE))
        text = f"Anna, after {len(history)} turns. [1]"
        return Answer(question, text, "en", question, (cited,), False, None, Timings(0.1, 0.2, 0.3))

    def document(self, source):
        return Document()


assistant.Assistant = FakeAssistant
"""

QUESTIONS = """
- id: passes
  question: "Who bought apples?"
  expect: {contains: ["anna"], cites: ["18 apples"], abstains: false}
- id: follow-up
  turns: ["Who?", "Really?"]
  expect: {contains: ["after 1 turns"]}
"""

FAILING = """
- id: fails
  question: "Who bought pears?"
  expect: {contains: ["Bert"], abstains: true}
- id: crashes
  question: "boom"
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with the fake in its conftest.py, where `import assistant` works though it may not be installed."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeconftest(FAKE)
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    # by module name, not by entry point: this also works in a checkout that is not installed
    plugin = ("-p", "no:assistant-questions", "-p", "assistant.evaluation.pytest_plugin")
    return project.runpytest_subprocess(*plugin, "-W", "error", "-p", "no:cacheprovider", *arguments)


def write(project: pytest.Pytester, text: str, name: str = "shop.questions.yaml") -> None:
    (project.path / name).write_text(text, encoding="utf-8")


def test_each_question_is_a_test_named_by_its_id(project: pytest.Pytester) -> None:
    write(project, QUESTIONS)
    result = run(project, "-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["shop.questions.yaml::passes PASSED*", "shop.questions.yaml::follow-up PASSED*"])


def test_one_question_can_be_selected(project: pytest.Pytester) -> None:
    write(project, QUESTIONS)
    run(project, "shop.questions.yaml::follow-up").assert_outcomes(passed=1)


def test_a_failure_reads_as_question_answer_and_reasons(project: pytest.Pytester) -> None:
    write(project, FAILING)
    result = run(project)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "*_ fails _*",
            "question:  Who bought pears?",
            "answer:    Anna, after 0 turns. [[]1]",
            "citation:  [[]1] shop.txt 0–30 “Anna bought 18 apples in 2018.”",
            "✗ contains: the answer should hold “Bert”",
            "✗ abstains: a decline was expected, but it answered",
            "*_ crashes _*",
            "question:  boom",
            "✗ error: ZeroDivisionError: division by zero",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert ".py:" not in result.stdout.str()


def test_one_assistant_for_the_session_with_the_options_given(project: pytest.Pytester) -> None:
    write(project, QUESTIONS)
    write(project, QUESTIONS, "other.questions.yaml")
    options = ("--assistant-index-dir=here", "--assistant-corpus=docs", "--assistant-chat-model=none")
    result = run(project, "-s", *options)
    result.assert_outcomes(passed=4)
    settings = {"index_dir": "here", "corpus": "docs", "chat_model": "none"}
    assert f"opened 1 with {settings}" in result.stdout.str()
    assert "opened 2" not in result.stdout.str()
    assert (project.path / "closed.txt").read_text() == "closed"


def test_collecting_opens_nothing(project: pytest.Pytester) -> None:
    write(project, QUESTIONS)
    result = run(project, "-s", "--collect-only")
    assert result.ret == pytest.ExitCode.OK
    assert "opened" not in result.stdout.str()


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--assistant-index-dir=nowhere", "There is no index at nowhere. Run `assistant index`."),
        ("--assistant-chat-model=not pulled", "The chat model is not here. Run `assistant pull`."),
    ],
    ids=["no index", "no model"],
)
def test_what_keeps_the_assistant_from_opening_is_told_in_one_line(
    option: str, told: str, project: pytest.Pytester
) -> None:
    write(project, QUESTIONS)
    result = run(project, "-s", option)
    result.assert_outcomes(errors=2)
    assert f"The assistant cannot be opened: {told}" in result.stdout.lines
    assert "opened 2" not in result.stdout.str()
    assert ".py:" not in result.stdout.str()


def test_a_bad_file_is_a_collection_error_in_one_line(project: pytest.Pytester) -> None:
    write(project, "- {id: a}", "bad.questions.yaml")
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*bad.questions.yaml: question 1 ('a'): needs either question or turns, has neither. Correct the file."]
    )
    assert ".py:" not in result.stdout.str()


def test_other_yaml_files_are_left_alone(project: pytest.Pytester) -> None:
    write(project, "- {id: a}", "other.yaml")
    assert run(project).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_loading_the_plugin_imports_next_to_nothing(project: pytest.Pytester) -> None:
    code = "import sys, pytest; before = set(sys.modules); import assistant.evaluation.pytest_plugin\n"
    code += "print(*sorted(set(sys.modules) - before))"
    result = project.run(sys.executable, "-c", code)
    assert result.stdout.lines == ["assistant assistant.evaluation assistant.evaluation.pytest_plugin"]


def test_pytest_finds_the_plugin_by_itself() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"][
        "pytest11"
    ]
    plugin = import_module(declared["assistant-questions"])
    assert plugin.pytest_collect_file
