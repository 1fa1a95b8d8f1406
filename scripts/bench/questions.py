"""Which questions are put, and the files they are about."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.evaluation import load_question_set
from assistant.evaluation.matching import holds
from scripts.results import ROOT
from scripts.retrieval_eval import file_name, read_paragraphs

SET = ROOT / "tests" / "questions" / "summit.questions.yaml"
SEEDS = ROOT / "seeds"
PARAGRAPHS = "xquad.de.json"

Gold = tuple[tuple[str, ...], ...]
"""An answer holds it if it holds one phrase of each group."""


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation whose last question is timed."""

    id: str
    turns: tuple[str, ...]
    gold: Gold
    """Empty where nothing is known of the right answer."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A paragraph and two questions that it answers, in the order in which they are put."""

    source: str
    first: Case
    second: Case


def article_cases(count: int, rng: random.Random) -> list[Case]:
    """So many of the shipped set in random order, follow-ups in their natural share."""
    cases = [Case(q.id, q.turns, q.expect.contains) for q in load_question_set(SET).questions]
    groups = [[case for case in cases if (len(case.turns) > 1) is follow_up] for follow_up in (True, False)]
    follow_ups = round(count * len(groups[0]) / len(cases))
    chosen = rng.sample(groups[0], follow_ups) + rng.sample(groups[1], count - follow_ups)
    rng.shuffle(chosen)
    return chosen


def topics(paragraphs: Sequence[Mapping[str, Any]], count: int, rng: random.Random) -> list[Topic]:
    """So many paragraphs of a SQuAD-format set in random order; of each, two questions in random order."""
    several = [number for number, paragraph in enumerate(paragraphs) if len(paragraph["qas"]) > 1]
    chosen = rng.sample(several, count)
    return [Topic(file_name(n), *(_case(qa) for qa in rng.sample(paragraphs[n]["qas"], 2))) for n in chosen]


def _case(qa: Mapping[str, Any]) -> Case:
    return Case(qa["id"], (qa["question"],), (tuple(answer["text"] for answer in qa["answers"]),))


def holds_gold(answer: str, gold: Gold) -> bool | None:
    """None where there is none."""
    return all(any(holds(answer, phrase) for phrase in group) for group in gold) if gold else None


def load_paragraphs(folder: Path) -> list[dict[str, Any]]:
    """Of the German set. Raises FileNotFoundError."""
    return read_paragraphs(folder / PARAGRAPHS)


def article_texts() -> dict[str, str]:
    """The shipped texts, by file."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(SEEDS.iterdir()) if path.is_file()}


def paragraph_texts(paragraphs: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Each a file of its own."""
    return {file_name(number): str(paragraph["context"]) for number, paragraph in enumerate(paragraphs)}


def written(texts: Mapping[str, str], folder: Path) -> Path:
    """The folder, made, with a file for each text."""
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
