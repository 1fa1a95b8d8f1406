"""Question sets in SQuAD's format, read where they lie."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FITTED_ON = frozenset(
    (
        *("1973_oil_crisis", "Amazon_rainforest", "Black_Death", "Civil_disobedience"),
        *("Computational_complexity_theory", "Construction", "Ctenophora", "Economic_inequality"),
        *("European_Union_law", "Force", "French_and_Indian_War", "Fresno,_California", "Geology"),
        *("Harvard_University", "Huguenot", "Immune_system", "Imperialism"),
        *("Intergovernmental_Panel_on_Climate_Change", "Jacksonville,_Florida", "Normans", "Oxygen"),
        *("Packet_switching", "Pharmacy", "Prime_number", "Private_school", "Rhine"),
        *("Scottish_Parliament", "Sky_(United_Kingdom)", "Southern_California", "Steam_engine"),
        *("University_of_Chicago", "Victoria_(Australia)", "Yuan_dynasty"),
    )
)
"""Articles of SQuAD, and of XQuAD, that may be fitted on; the others tell how well that went (scripts/halves.py)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a paragraph."""

    id: str
    text: str
    answerable: bool
    golds: tuple[str, ...]
    starts: tuple[int, ...]
    """Of the golds in the paragraph."""


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


def all_articles(path: Path) -> tuple[Article, ...]:
    """Those for reporting as well."""
    return tuple(_article(each) for each in json.loads(path.read_text(encoding="utf-8"))["data"])


def articles(path: Path) -> tuple[Article, ...]:
    """Those that may be fitted on."""
    return tuple(article for article in all_articles(path) if article.title in FITTED_ON)


def file_of(title: str, number: int) -> str:
    """A paragraph of an article as a document of its own, in a folder of such."""
    return f"{title}_{number:03d}.txt"


def article_of(file: str) -> str:
    """The title of the article that a document is a paragraph of."""
    return file.rpartition("_")[0]


def as_files(articles: Iterable[Article]) -> dict[str, Paragraph]:
    """Paragraphs by their file."""
    return {
        file_of(article.title, number): paragraph
        for article in articles
        for number, paragraph in enumerate(article.paragraphs)
    }


def translations(english: Path, other: Path) -> dict[str, tuple[Paragraph, Paragraph]]:
    """Text of an English paragraph -> it, and the same paragraph in the other language; their questions correspond."""
    return {
        here.text: (here, there)
        for one, another in zip(all_articles(english), all_articles(other), strict=True)
        for here, there in zip(one.paragraphs, another.paragraphs, strict=True)
    }


def _article(data: dict[str, Any]) -> Article:
    return Article(data["title"], tuple(_paragraph(each) for each in data["paragraphs"]))


def _paragraph(data: dict[str, Any]) -> Paragraph:
    questions = tuple(
        Asked(
            q["id"],
            q["question"].strip(),
            not q.get("is_impossible", False),
            tuple(answer["text"] for answer in q["answers"]),
            tuple(answer["answer_start"] for answer in q["answers"]),
        )
        for q in data["qas"]
    )
    return Paragraph(data["context"], questions)
