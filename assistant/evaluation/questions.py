"""Question sets: YAML files of questions and of what their answers must hold.

- id: capital
  question: "…"                 # or turns: ["…", "…"]; the last one is judged
  kind: fact                    # optional label; reports group by it
  expect:
    contains: ["…", ["…", "…"]] # all of these; an inner list is any of
    excludes: ["…"]             # none of these
    cites: ["…"]                # some citation's quote holds one of these
    abstains: false
    language: fr
"""

import reprlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from assistant.errors import QuestionSetError
from assistant.evaluation.matching import normalize

_FIX = "Correct the file."


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "must not be blank")
    return text


def _phrase(text: str) -> str:
    if not normalize(text):  # would be found in every text
        raise PydanticCustomError("blank", "must hold more than blanks and quotation marks")
    return text


def _label(text: str) -> str:
    if not text.isprintable() or text != text.strip() or not text:
        raise PydanticCustomError("label", "must be one line of printable text without blanks around it")
    return text


def _list(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _alternatives(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple):
        return tuple(value)
    raise PydanticCustomError("alternatives", "must be text in quotes, or a list of such texts")


_Text = Annotated[str, AfterValidator(_not_blank)]
_Label = Annotated[str, AfterValidator(_label)]
_Phrases = Annotated[tuple[Annotated[str, AfterValidator(_phrase)], ...], Field(min_length=1)]
_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class Expectation(BaseModel):
    """What an answer is checked for; what is not given is not checked."""

    model_config = _STRICT

    contains: Annotated[
        tuple[Annotated[_Phrases, BeforeValidator(_alternatives)], ...], BeforeValidator(_list), Field(min_length=1)
    ] = Field(default=())
    """All of these groups; of each group, any."""
    excludes: Annotated[_Phrases, BeforeValidator(_list)] = ()
    cites: Annotated[_Phrases, BeforeValidator(_list)] = ()
    """Some citation's quote holds any of these."""
    abstains: bool | None = None
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] | None = None
    """ISO 639-1."""


class _Entry(BaseModel):
    """One question as it stands in the file."""

    model_config = _STRICT

    id: _Label
    question: _Text | None = None
    turns: Annotated[tuple[_Text, ...], BeforeValidator(_list), Field(min_length=1)] | None = None
    kind: _Label | None = None
    expect: Expectation = Expectation()

    @model_validator(mode="after")
    def _question_or_turns(self) -> "_Entry":
        if (self.question is None) == (self.turns is None):
            found = "neither" if self.question is None else "both"
            raise PydanticCustomError(
                "question_or_turns", "needs either question or turns, has {found}", {"found": found}
            )
        return self


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a set."""

    id: str
    turns: tuple[str, ...]
    """Asked in this order; the last one is judged, the earlier ones and their answers are its history."""
    expect: Expectation = field(default_factory=Expectation)
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of one file, in its order."""

    name: str
    """The file's name, without its folder."""
    questions: tuple[Question, ...]


def load_question_set(path: str | Path) -> QuestionSet:
    """The question set in a file.

    Raises QuestionSetError (one line: file, question, what is wrong) where it cannot be read or is not of the format.
    """
    return parse_question_set(_read(Path(path)), path)


def parse_question_set(text: str, path: str | Path) -> QuestionSet:
    """The question set in a text; `path` names it in errors, which are as above."""
    entries = _parse(text, path)
    if not isinstance(entries, list) or not entries:
        found = "an empty list" if entries == [] else _shown(entries)
        raise QuestionSetError(f"{path}: must be a list of questions, found {found}", fix=_FIX)
    questions = tuple(_question(entry, f"{path}: {_place(entry, number)}") for number, entry in enumerate(entries, 1))
    repeated = [name for name, times in Counter(question.id for question in questions).items() if times > 1]
    if repeated:
        places = ", ".join(str(number) for number, q in enumerate(questions, 1) if q.id == repeated[0])
        raise QuestionSetError(f"{path}: questions {places} have the same id, {_shown(repeated[0])}", fix=_FIX)
    return QuestionSet(Path(path).name, questions)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise QuestionSetError(f"{path}: no such file", fix="Check the path.") from error
    except IsADirectoryError as error:
        raise QuestionSetError(f"{path}: is a folder", fix="Name the files in it.") from error
    except UnicodeDecodeError as error:
        raise QuestionSetError(f"{path}: is not UTF-8 (byte {error.start})", fix="Save it as UTF-8.") from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise QuestionSetError(f"{path}: cannot be read ({error})", fix="Check the path.") from error


class _Loader(yaml.SafeLoader):
    """Safe YAML in which a key may stand only once: a forgotten dash would otherwise swallow a question."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"key {key.value!r} stands twice", key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def _parse(text: str, path: str | Path) -> object:
    try:
        return yaml.load(text, _Loader)  # safe: a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise QuestionSetError(f"{path}{line}: is not YAML ({error.problem or error.context})", fix=_FIX) from error
    except Exception as error:  # PyYAML lets ValueError, KeyError, RecursionError and others of odd scalars through
        problem = " ".join(str(error).split())
        raise QuestionSetError(f"{path}: is not YAML ({type(error).__name__}: {problem})", fix=_FIX) from error


def _question(entry: object, place: str) -> Question:
    try:
        valid = _Entry.model_validate(entry)
    except ValidationError as error:
        raise QuestionSetError(f"{place}: {_problem(error.errors()[0])}", fix=_FIX) from error
    turns = valid.turns if valid.turns is not None else (valid.question or "",)
    return Question(id=valid.id, turns=turns, expect=valid.expect, kind=valid.kind)


def _place(entry: object, number: int) -> str:
    name = entry.get("id") if isinstance(entry, dict) else None
    return f"question {number} ({_shown(name)})" if isinstance(name, str) else f"question {number}"


_PROBLEMS = {
    "string_type": "must be text in quotes, found {found}",
    "tuple_type": "must be a list, found {found}",
    "bool_type": "must be true or false, found {found}",
    "model_type": "must be a mapping, found {found}",
    "string_pattern_mismatch": "must be a language of two small letters, as in fr, found {found}",
    "too_short": "must not be empty",
    "extra_forbidden": "is not a known key",
    "missing": "is missing",
}


def _problem(error: ErrorDetails) -> str:
    """`expect.contains[2] must be …`."""
    where = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    what = _PROBLEMS.get(error["type"], error["msg"]).format(found=_shown(error["input"]))
    return " ".join(f"{where} {what}".split())


def _shown(value: object) -> str:
    return "nothing" if value is None else reprlib.repr(value)
