"""What does the size of the stretch that a local model reads of a larger folder do to answers, and to their seconds?

    python -m scripts.stretch_eval FOLDER [--bytes N ...] [--questions N]

FOLDER holds xquad.de.json and xquad.en.json, whose articles and questions correspond. Every article becomes a file,
every other one in German, and is asked one question, every third one in the other language. Prints a Markdown table:
the share of answers that hold the right words, of those with a citation of them, and the seconds where nothing was
read ahead. A question takes some fifteen seconds on two cores, twice as many with the largest stretch.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import Assistant, evidence
from assistant.evaluation.matching import holds
from assistant.settings import Settings
from scripts.bench.questions import written
from scripts.retrieval_eval import LANGUAGES

SEED = 20
SIZES = (evidence.STRETCH_BYTES, 2 * evidence.STRETCH_BYTES, evidence.WHOLE_BYTES)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and where its answer stands."""

    text: str
    source: str
    gold: tuple[str, ...]
    """The right words, in either language."""
    paragraph: str
    start: int
    """Of the right words in the paragraph."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a question."""

    right: bool
    cited: bool
    first_words_s: float
    total_s: float


def main() -> int:
    """Ask with every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bytes", type=int, nargs="+", default=SIZES, metavar="N", help=f"default {SIZES}")
    parser.add_argument("--questions", type=int, metavar="N", help="so many, drawn at random (fixed seed); default all")
    arguments = parser.parse_args()
    articles = {
        language: json.loads((arguments.folder / f"xquad.{language}.json").read_text(encoding="utf-8"))["data"]
        for language in LANGUAGES
    }
    rng = random.Random(SEED)
    texts, questions = chosen(articles, rng)
    asked = rng.sample(questions, min(arguments.questions or len(questions), len(questions)))
    print(
        "| bytes | questions | right | rightly cited | first words | total |\n"
        "| ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    for size in arguments.bytes:
        evidence.STRETCH_BYTES = size
        with tempfile.TemporaryDirectory() as folder:
            corpus = written(texts, Path(folder) / "corpus")
            settings = Settings.load(
                corpus=corpus,
                index_dir=Path(folder) / "index",
                chat_model="embedded",
                embedding_model="embedded",
            )
            with Assistant.open(settings, sync=True) as assistant:
                assistant.warm_up()
                judged = [judge(assistant, question) for question in asked]
        print(row(size, judged), flush=True)
    return 0


def chosen(
    articles: Mapping[str, Sequence[dict[str, Any]]], rng: random.Random
) -> tuple[dict[str, str], list[Question]]:
    """Files by name, and a question to each."""
    texts, questions = {}, []
    for number, pair in enumerate(zip(*(articles[language] for language in LANGUAGES), strict=True)):
        article, other = pair if number % 2 else reversed(pair)
        source = f"{number:04}.txt"
        texts[source] = "\n\n".join(paragraph["context"] for paragraph in article["paragraphs"])
        place = rng.randrange(len(article["paragraphs"]))
        paragraph, translated = article["paragraphs"][place], other["paragraphs"][place]
        place = rng.randrange(len(paragraph["qas"]))
        qa, qa_translated = paragraph["qas"][place], translated["qas"][place]
        (answer, *_), (answer_translated, *_) = qa["answers"], qa_translated["answers"]
        questions.append(
            Question(
                text=(qa_translated if number % 3 == 0 else qa)["question"],
                source=source,
                gold=(answer["text"], answer_translated["text"]),
                paragraph=paragraph["context"],
                start=answer["answer_start"],
            )
        )
    return texts, questions


def judge(assistant: Assistant, question: Question) -> Judged:
    """Ask it."""
    answer = assistant.ask(question.text)
    begin = assistant.document(question.source).text.index(question.paragraph) + question.start
    end = begin + len(question.gold[0])
    right = any(holds(answer.text, words) for words in question.gold)
    cited = any(c.source == question.source and c.start < end and begin < c.end for c in answer.citations)
    return Judged(right, right and cited, answer.timings.first_token_s, answer.timings.total_s)


def row(size: int, judged: Sequence[Judged]) -> str:
    """Markdown."""
    first, total = (statistics.median(getattr(each, name) for each in judged) for name in ("first_words_s", "total_s"))
    right, cited = sum(each.right for each in judged), sum(each.cited for each in judged)
    return f"| {size:,} | {len(judged)} | {right} | {cited} | {first:.1f} s | {total:.1f} s |"


if __name__ == "__main__":
    sys.exit(main())
