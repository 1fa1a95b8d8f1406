"""Measure retrieval: every question of a SQuAD-format set on an index of its paragraphs, each a file of its own.

    python scripts/retrieval_eval.py FOLDER [--json FILE] [--every N]

FOLDER holds xquad.de.json and xquad.en.json, whose paragraphs and questions correspond. Prints a Markdown table:
recall@1, recall@5 and MRR@10 of the paragraph, within each language and across.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.embedding import Embedder, load_embedder
from index.search import Index
from index.sync import sync

LANGUAGES = ("de", "en")
COLUMNS = (("de", "de"), ("en", "en"), ("en", "de"), ("de", "en"))
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the file that answers it."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over the questions of one column."""

    column: str
    questions: int
    recall_at_1: float
    recall_at_5: float
    mrr_at_10: float


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument("--every", type=int, default=1, help="take each Nth question only")
    arguments = parser.parse_args()
    embedder = load_embedder("embedded")
    paragraphs = {language: read_paragraphs(arguments.folder / f"xquad.{language}.json") for language in LANGUAGES}
    results = []
    for corpus_language in LANGUAGES:
        with tempfile.TemporaryDirectory() as folder:
            index = build(paragraphs[corpus_language], Path(folder), embedder)
            with index:
                for column in COLUMNS:
                    if column[1] == corpus_language:
                        questions = list_questions(paragraphs[column[0]])[:: arguments.every]
                        results.append(measure(" → ".join(column), questions, index))
    results.sort(key=lambda scores: [" → ".join(column) for column in COLUMNS].index(scores.column))
    print(table(results))
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(scores) for scores in results], indent=2, ensure_ascii=False))


def read_paragraphs(path: Path) -> list[dict[str, Any]]:
    """Paragraphs in order, as the set has them."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [paragraph for article in articles for paragraph in article["paragraphs"]]


def list_questions(paragraphs: Sequence[dict[str, Any]]) -> list[Question]:
    """All questions, each with the file of its paragraph."""
    return [Question(qa["question"], file_name(number)) for number, p in enumerate(paragraphs) for qa in p["qas"]]


def file_name(number: int) -> str:
    """Of a paragraph."""
    return f"{number:04}.txt"


def build(paragraphs: Sequence[dict[str, Any]], folder: Path, embedder: Embedder) -> Index:
    """An index of the paragraphs, each a file of its own."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, paragraph in enumerate(paragraphs):
        (corpus / file_name(number)).write_text(paragraph["context"], encoding="utf-8")
    sync(corpus, folder / "index", embedder)
    return Index.open(folder / "index", embedder)


def measure(column: str, questions: Sequence[Question], index: Index) -> Scores:
    """Rank files by their best chunk."""
    ranks = [rank(question, index) for question in questions]
    return Scores(
        column=column,
        questions=len(ranks),
        recall_at_1=sum(r == 1 for r in ranks) / len(ranks),
        recall_at_5=sum(r is not None and r <= 5 for r in ranks) / len(ranks),
        mrr_at_10=sum(1 / r for r in ranks if r) / len(ranks),
    )


def rank(question: Question, index: Index) -> int | None:
    """Place of the right file, from 1; None beyond DEPTH."""
    sources = list(dict.fromkeys(hit.source for hit in index.search(question.text, k=3 * DEPTH)))[:DEPTH]
    return sources.index(question.source) + 1 if question.source in sources else None


def table(results: Sequence[Scores]) -> str:
    """Markdown."""
    lines = ["| questions → paragraphs | questions | recall@1 | recall@5 | MRR@10 |", "|---|---|---|---|---|"]
    for s in results:
        lines.append(f"| {s.column} | {s.questions} | {s.recall_at_1:.3f} | {s.recall_at_5:.3f} | {s.mrr_at_10:.3f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
