"""Question sets in SQuAD's format, read where they lie."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPORTING = {"Islamism", "Warsaw"}
"""Articles that nothing is fitted on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a paragraph."""

    id: str
    text: str
    answerable: bool
    golds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """With the questions that were asked about it."""

    text: str
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """Paragraphs on one topic."""

    title: str
    paragraphs: tuple[Paragraph, ...]


def articles(path: Path) -> tuple[Article, ...]:
    """All but the reporting ones."""
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    return tuple(_article(each) for each in data if each["title"] not in REPORTING)


def _article(data: dict[str, Any]) -> Article:
    return Article(data["title"], tuple(_paragraph(each) for each in data["paragraphs"]))


def _paragraph(data: dict[str, Any]) -> Paragraph:
    questions = tuple(
        Asked(
            q["id"],
            q["question"].strip(),
            not q.get("is_impossible", False),
            tuple(answer["text"] for answer in q["answers"]),
        )
        for q in data["qas"]
    )
    return Paragraph(data["context"], questions)
