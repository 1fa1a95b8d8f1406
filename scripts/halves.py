"""Does the assistant answer what a folder answers, and stay silent on the rest? Measured on questions of others.

    python -m scripts.halves FOLDER ROWS [--questions N] [--part NAME ...] [--read N]

FOLDER holds xquad.de.json, xquad.en.json and squad2.en.json (see CONTRIBUTING.md). Nothing is fitted on what is asked:
of XQuAD and SQuAD 2.0, articles that scripts/fit does not read. The parts:

    easy-de, easy-en   XQuAD; of half of the questions the paragraph with the answer is left out of the folder
    hard               SQuAD 2.0, all paragraphs in the folder; half of the questions are near misses
    across-de          as hard, but of XQuAD's German paragraphs, as far as it has those of SQuAD 2.0's articles

What is asked is drawn by a fixed seed. ROWS is a file: answers are appended as they come, and a run goes on where
another one was broken off. Prints a Markdown table. With --read, prints N sentences of the answers in ROWS instead,
drawn by a fixed seed, each with its quotes, for somebody to read.
"""

import argparse
import json
import random
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant import Assistant
from assistant.evaluation.matching import holds
from assistant.settings import Settings
from assistant.types import Answer
from scripts.bench.questions import written
from scripts.fit.data import FITTED_ON, Article, Asked, Paragraph, all_articles, article_of, as_files, translations

SEED = 51
_MARKER = re.compile(r"\[(\d+)\]")
_SENTENCE = re.compile(r"(.+?)((?:\s*\[\d+\])+)", re.DOTALL)
"""Of an answer, with its markers."""
MARKS = " .,;:!?()\"'“”„«»"
"""At the ends of a gold span: SQuAD's own evaluation does not count them either (Rajpurkar et al. 2016)."""
PARTS = ("easy-de", "easy-en", "hard", "across-de")


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a folder, and where its answer stands."""

    id: str
    text: str
    answerable: bool
    golds: tuple[str, ...]
    source: str
    starts: tuple[int, ...]
    """Of the golds in the source, if they are in its language."""


@dataclass(frozen=True, slots=True)
class Part:
    """A folder, files by name, and what is asked of it."""

    name: str
    texts: dict[str, str]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a question."""

    part: str
    id: str
    question: str
    answerable: bool
    answered: bool
    """A claim was made."""
    right: bool
    """And it holds the gold span."""
    cited: bool
    """A citation overlaps the gold span."""
    reason: str | None
    answer: str
    quotes: tuple[str, ...]
    total_s: float


def main() -> int:
    """Ask, and print what was asked so far."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--questions", type=int, default=200, metavar="N", help="of each part; default 200")
    parser.add_argument("--part", choices=PARTS, action="append", help="default: all")
    parser.add_argument("--read", type=int, metavar="N", help="print N answered sentences to read")
    arguments = parser.parse_args()
    rows = [Row(**json.loads(line)) for line in _lines(arguments.rows)]
    if arguments.read:
        print(to_read(rows, arguments.read))
        return 0
    for name in arguments.part or PARTS:
        part = _part(name, arguments.folder, arguments.questions)
        done = {row.id for row in rows if row.part == name}
        with arguments.rows.open("a", encoding="utf-8") as file:
            for row in _asked(part, [question for question in part.questions if question.id not in done]):
                rows.append(row)
                print(json.dumps(asdict(row), ensure_ascii=False), file=file, flush=True)
        wanted = {question.id for question in part.questions}
        print(table(name, [row for row in rows if row.part == name and row.id in wanted]), flush=True)
    return 0


def table(name: str, rows: Sequence[Row]) -> str:
    """Markdown: a part's figures."""
    own = [row for row in rows if row.answerable]
    others = [row for row in rows if not row.answerable]
    right = [row for row in own if row.right]
    wrong = [row for row in rows if row.answered and not row.right]
    answered, silent = (
        _share(own, [r for r in own if r.answered]),
        _share(others, [r for r in others if not r.answered]),
    )
    figures = {
        "questions": str(len(rows)),
        "gold span in the answer, of the answerable": f"{_share(own, right):.1%}",
        "right, or a passage shown with the gold span": f"{_share(own, [r for r in own if r.right or r.cited]):.1%}",
        "a citation overlaps the gold span, of those": f"{_share(right, [r for r in right if r.cited]):.1%}",
        "no claim, of the others": f"{silent:.1%}",
        "balanced accuracy of answering against declining": f"{(answered + silent) / 2:.1%}",
        "wrong claims, of all": f"{_share(rows, wrong):.1%}",
    }
    lines = [f"| {name} | |", "| --- | ---: |", *(f"| {what} | {figure} |" for what, figure in figures.items())]
    return "\n".join(lines) + "\n"


def to_read(rows: Sequence[Row], count: int) -> str:
    """Sentences of answers, drawn by a fixed seed, with the question and the quotes of each."""
    told = [(row, match) for row in rows if row.answered for match in _SENTENCE.finditer(row.answer)]
    drawn = random.Random(SEED).sample(told, min(count, len(told)))
    lines = []
    for number, (row, match) in enumerate(drawn, 1):
        quotes = [row.quotes[int(marker) - 1] for marker in _MARKER.findall(match[2])]
        lines += [f"{number}. {row.part}, {row.id}: {row.question}", f"   -> {match[1].strip()}"]
        lines += [f"   - {' '.join(quote.split())}" for quote in quotes]
    return "\n".join(lines)


def _share(all_of: Sequence[Row], some: Sequence[Row]) -> float:
    return len(some) / max(1, len(all_of))


def _asked(part: Part, questions: Sequence[Question]) -> Iterable[Row]:
    if not questions:
        return
    with tempfile.TemporaryDirectory() as name:
        settings = Settings.load(
            corpus=written(part.texts, Path(name) / "corpus"),
            index_dir=Path(name) / "index",
            chat_model="embedded",
            embedding_model="embedded",
        )
        with Assistant.open(settings, sync=True) as assistant:
            assistant.warm_up()
            for question in questions:
                yield judged(part.name, question, assistant.ask(question.text))


def judged(part: str, question: Question, answer: Answer) -> Row:
    """What became of a question."""
    answered = not answer.abstained
    golds = [gold.strip(MARKS) for gold in question.golds]
    spans = [(start, start + len(gold)) for start, gold in zip(question.starts, question.golds, strict=False)]
    cited = any(
        c.source == question.source and c.start < end and start < c.end
        for c in answer.citations
        for start, end in spans
    )
    return Row(
        part=part,
        id=question.id,
        question=question.text,
        answerable=question.answerable,
        answered=answered,
        right=answered and question.answerable and any(holds(answer.text, gold) for gold in golds),
        cited=cited and question.answerable,
        reason=answer.decline_reason,
        answer=answer.text,
        quotes=tuple(citation.quote for citation in answer.citations),
        total_s=round(answer.timings.total_s, 2),
    )


# --- what is asked ---


def _part(name: str, folder: Path, count: int) -> Part:
    if name.startswith("easy-"):
        return _easy(name, all_articles(folder / f"xquad.{name[-2:]}.json"), count)
    reporting = all_articles(folder / "squad2.en.json")
    if name == "hard":
        return _hard(name, reporting, count)
    german = all_articles(folder / "xquad.de.json")
    return _across(name, reporting, german, translations(folder / "xquad.en.json", folder / "xquad.de.json"), count)


def _easy(name: str, articles: Sequence[Article], count: int) -> Part:
    """Half of the paragraphs asked about are left out."""
    rng = random.Random(SEED)
    paragraphs = as_files(articles)
    asked = sorted(source for source in paragraphs if article_of(source) not in FITTED_ON)
    rng.shuffle(asked)
    left_out, kept = asked[: len(asked) // 2], asked[len(asked) // 2 :]
    questions: list[Question] = []
    for sources, answerable in ((left_out, False), (kept, True)):
        own = [_question(source, q, answerable) for source in sources for q in paragraphs[source].questions]
        questions += rng.sample(own, count // 2)
    rng.shuffle(questions)
    texts = {source: paragraph.text for source, paragraph in paragraphs.items() if source not in set(left_out)}
    return Part(name, texts, tuple(questions))


def _hard(name: str, articles: Sequence[Article], count: int) -> Part:
    paragraphs = as_files(articles)
    asked = [
        _question(source, asked, asked.answerable)
        for source, paragraph in paragraphs.items()
        if article_of(source) not in FITTED_ON
        for asked in paragraph.questions
    ]
    return Part(name, {source: each.text for source, each in paragraphs.items()}, _drawn(asked, count))


def _across(
    name: str,
    articles: Sequence[Article],
    german: Sequence[Article],
    translated: Mapping[str, tuple[Paragraph, Paragraph]],
    count: int,
) -> Part:
    """An answer may hold the German gold span or the English one."""
    sources = {paragraph.text: source for source, paragraph in as_files(german).items()}
    questions = []
    for article in articles:
        for paragraph in article.paragraphs:
            if article.title in FITTED_ON or paragraph.text not in translated:
                continue
            here, there = translated[paragraph.text]
            known = {asked.text: other for asked, other in zip(here.questions, there.questions, strict=True)}
            for asked in paragraph.questions:
                if own := known.get(asked.text):
                    golds = (*own.golds, *asked.golds)
                    questions.append(Question(asked.id, asked.text, True, golds, sources[there.text], own.starts))
                elif not asked.answerable:
                    questions.append(_question(sources[there.text], asked, False))
    return Part(name, {source: text for text, source in sources.items()}, _drawn(questions, count))


def _drawn(questions: Sequence[Question], count: int) -> tuple[Question, ...]:
    """As many that are answerable as others, in a random order."""
    rng = random.Random(SEED)
    kinds = [[question for question in questions if question.answerable == kind] for kind in (True, False)]
    drawn = [question for kind in kinds for question in rng.sample(kind, min(count // 2, *map(len, kinds)))]
    rng.shuffle(drawn)
    return tuple(drawn)


def _question(source: str, asked: Asked, answerable: bool) -> Question:
    return Question(asked.id, asked.text, answerable, asked.golds, source, asked.starts)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


if __name__ == "__main__":
    sys.exit(main())
