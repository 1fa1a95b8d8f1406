"""Question sets: what the format takes, and a one-line error for every mistake."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import QuestionSetError
from assistant.evaluation.questions import (
    Expectation,
    Question,
    QuestionSet,
    load_question_set,
    parse_question_set,
)


def test_a_full_set(tmp_path: Path) -> None:
    path = tmp_path / "some.questions.yaml"
    path.write_text(
        """
- id: plain
  question: "Who ?"
- id: full
  turns: ["Who?", "How many?"]
  kind: follow-up
  expect:
    contains: ["two", ["three", "3"]]
    excludes: ["four"]
    cites: ["two or three"]
    abstains: false
    language: en
""",
        encoding="utf-8",
    )
    assert load_question_set(path) == QuestionSet(
        "some.questions.yaml",
        (
            Question("plain", ("Who ?",)),
            Question(
                "full",
                ("Who?", "How many?"),
                Expectation(
                    contains=(("two",), ("three", "3")),
                    excludes=("four",),
                    cites=("two or three",),
                    abstains=False,
                    language="en",
                ),
                kind="follow-up",
            ),
        ),
    )


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "bom.questions.yaml"
    path.write_bytes(b"\xef\xbb\xbf- {id: a, question: Who}")
    assert load_question_set(path).questions == (Question("a", ("Who",)),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must be a list of questions, found nothing"),
        ("[]", "must be a list of questions, found an empty list"),
        ("id: a", "must be a list of questions, found {'id': 'a'}"),
        ("- just text", "question 1: must be a mapping, found 'just text'"),
        ("- {question: Who}", "question 1: id is missing"),
        ("- {id: 7, question: Who}", "question 1: id must be text in quotes, found 7"),
        ('- {id: " a", question: Who}', "question 1 (' a'): id must be one line"),
        ("- {id: a, question: Who}\n- {id: a, question: Who}", "questions 1, 2 have the same id, 'a'"),
        ("- {id: a}", "question 1 ('a'): needs either question or turns, has neither"),
        ("- {id: a, question: Who, turns: [Who]}", "question 1 ('a'): needs either question or turns, has both"),
        ('- {id: a, question: "  "}', "question must not be blank"),
        ("- {id: a, question: [Who]}", "question must be text in quotes, found ['Who']"),
        ("- {id: a, turns: []}", "turns must not be empty"),
        ("- {id: a, turns: Who}", "turns must be a list, found 'Who'"),
        ('- {id: a, turns: [Who, ""]}', "turns[2] must not be blank"),
        ("- {id: a, question: Who, kind: 3}", "kind must be text in quotes, found 3"),
        ("- {id: a, question: Who, knid: fact}", "knid is not a known key"),
        ("- {id: a, question: Who, expect: [x]}", "expect must be a mapping, found ['x']"),
        ("- {id: a, question: Who, expect: }", "expect must be a mapping, found nothing"),
        ("- {id: a, question: Who, expect: {contain: [x]}}", "expect.contain is not a known key"),
        ("- {id: a, question: Who, expect: {contains: x}}", "expect.contains must be a list, found 'x'"),
        ("- {id: a, question: Who, expect: {contains: []}}", "expect.contains must not be empty"),
        ("- {id: a, question: Who, expect: {contains: [x, 18]}}", "expect.contains[2] must be text in quotes, or a"),
        ("- {id: a, question: Who, expect: {contains: [[x, 18]]}}", "expect.contains[1][2] must be text in quotes"),
        ("- {id: a, question: Who, expect: {contains: [[]]}}", "expect.contains[1] must not be empty"),
        ("- {id: a, question: Who, expect: {contains: ['« »']}}", "expect.contains[1][1] must hold more than"),
        ("- {id: a, question: Who, expect: {excludes: [['x']]}}", "expect.excludes[1] must be text in quotes"),
        ("- {id: a, question: Who, expect: {cites: [2025-01-01]}}", "expect.cites[1] must be text in quotes"),
        ("- {id: a, question: Who, expect: {abstains: 'yes'}}", "expect.abstains must be true or false, found 'yes'"),
        ("- {id: a, question: Who, expect: {language: no}}", "expect.language must be text in quotes, found False"),
        ("- {id: a, question: Who, expect: {language: French}}", "expect.language must be a language of two small"),
        ("- id: a\n  question: Who\n  question: When?", "line 3: is not YAML (key 'question' stands twice)"),
        ("- {id: a", "line 1: is not YAML ("),
        ("- !!python/object:os.system {}", "line 1: is not YAML ("),
        ("- !!bool maybe", "is not YAML (KeyError"),
        ("- 2025-99-99", "is not YAML (ValueError"),
        ("[" * 1000, "is not YAML (RecursionError"),
        ("- &a [*a]", "question 1: must be a mapping"),
        ("--- [a]\n--- [b]", "line 2: is not YAML ("),
    ],
)
def test_mistakes(text: str, problem: str) -> None:
    with pytest.raises(QuestionSetError) as raised:
        parse_question_set(text, "some.questions.yaml")
    message = str(raised.value)
    assert problem in message
    assert message.startswith("some.questions.yaml")
    assert "\n" not in message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"none\.yaml: no such file"):
        load_question_set(tmp_path / "none.yaml")
    with pytest.raises(QuestionSetError, match="is a folder"):
        load_question_set(tmp_path)
    with pytest.raises(QuestionSetError, match="cannot be read"):
        load_question_set("a\0b")
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("- {id: é}".encode("latin-1"))
    with pytest.raises(QuestionSetError, match=r"is not UTF-8 \(byte 7\)"):
        load_question_set(latin)


_PHRASE = st.text(st.characters(categories=["L", "N", "P", "Zs"])).filter(lambda text: any(c.isalnum() for c in text))
_PHRASES = st.lists(_PHRASE, min_size=1, max_size=3)
_LABEL = st.text(st.characters(categories=["L", "N", "P"]), min_size=1)
_ENTRY = st.fixed_dictionaries(
    {"id": _LABEL},
    optional={
        "kind": _LABEL,
        "expect": st.fixed_dictionaries(
            {},
            optional={
                "contains": st.lists(_PHRASE | _PHRASES, min_size=1, max_size=3),
                "excludes": _PHRASES,
                "cites": _PHRASES,
                "abstains": st.booleans(),
                "language": st.sampled_from(["fr", "en", "de", "es"]),
            },
        ),
    },
)
_ASKED = st.fixed_dictionaries({"question": _PHRASE}) | st.fixed_dictionaries({"turns": _PHRASES})
_ENTRIES = st.lists(
    st.builds(lambda entry, asked: entry | asked, _ENTRY, _ASKED), min_size=1, max_size=4, unique_by=lambda e: e["id"]
)


@given(_ENTRIES)
def test_what_is_written_is_read(entries: list[dict]) -> None:
    questions = parse_question_set(yaml.safe_dump(entries, allow_unicode=True), "some.yaml").questions
    assert [question.id for question in questions] == [entry["id"] for entry in entries]
    for question, entry in zip(questions, entries, strict=True):
        assert question.turns == tuple(entry["turns"] if "turns" in entry else [entry["question"]])
        assert question.kind == entry.get("kind")
        expect = entry.get("expect", {})
        assert [list(group) for group in question.expect.contains] == [
            [group] if isinstance(group, str) else group for group in expect.get("contains", [])
        ]
        assert list(question.expect.cites) == expect.get("cites", [])
        assert question.expect.abstains is expect.get("abstains")


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "question", "expect"]), inner),
    max_leaves=8,
)


@given(st.text(st.characters(codec="utf-8")) | _JUNK.map(yaml.safe_dump))
def test_any_text_is_a_set_or_a_one_line_error(text: str) -> None:
    try:
        problem = None if parse_question_set(text, "some.yaml").questions else "no questions"
    except QuestionSetError as error:
        problem = str(error)
    assert problem is None or (problem.startswith("some.yaml") and "\n" not in problem)
