"""How often do the words that the embedded model quotes hold all of a right answer, and how often does their sentence?

    python -m scripts.quotes_eval FOLDER [--questions N]

FOLDER holds squad2.en.json. Of its articles, those for reporting are left out; the model was taught by none of the
others. Every paragraph becomes a file, and answerable questions are asked whose paragraph is read for them. Prints a
Markdown table, by whether the words are names and numbers alone. A question takes some six seconds on two cores.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import evidence, grounding, sources
from assistant.composing import Basis, look_up
from assistant.drafting import Drafter
from assistant.evaluation.matching import holds
from assistant.models import load_chat_model
from assistant.reading import Reading
from assistant.selection import Selection
from assistant.settings import Settings
from assistant.streaming import Composed
from index.embedding import load_embedder
from index.search import Index
from index.sync import sync
from scripts.bench.questions import written
from scripts.fit.data import Asked, articles, as_files
from scripts.halves import MARKS

SEED = 3
LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a model quoted for a question."""

    names: bool
    """It is names and numbers alone."""
    words_hold: bool
    """They hold the gold span."""
    sentence_holds: bool


def main() -> int:
    """Ask for quotes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, default=100, metavar="N", help="default 100")
    arguments = parser.parse_args()
    paragraphs = as_files(articles(arguments.folder / "squad2.en.json"))
    asked = [(source, each) for source, one in paragraphs.items() for each in one.questions if each.answerable]
    chosen = random.Random(SEED).sample(asked, min(arguments.questions, len(asked)))
    embedder, chat = load_embedder("embedded"), load_chat_model(Settings.load(chat_model="embedded"))
    assert chat
    with tempfile.TemporaryDirectory() as name:
        texts = {source: paragraph.text for source, paragraph in paragraphs.items()}
        sync(written(texts, Path(name) / "corpus"), Path(name) / "index", embedder)
        with Index.open(Path(name) / "index", embedder) as index:
            quoted = list(_quoted(index, Drafter(chat), chosen))
    chat.close()
    print(table(quoted))
    return 0


def table(quoted: Sequence[Quoted]) -> str:
    """Markdown."""
    lines = [
        "| what is quoted | questions | the words hold the answer | their sentence does |",
        "| --- |" + " ---: |" * 3,
    ]
    for kind, rows in (
        ("names and numbers", [each for each in quoted if each.names]),
        ("other words", [each for each in quoted if not each.names]),
    ):
        words, sentences = sum(each.words_hold for each in rows), sum(each.sentence_holds for each in rows)
        lines.append(f"| {kind} | {len(rows)} | {words} | {sentences} |")
    return "\n".join(lines)


def _quoted(index: Index, drafter: Drafter, asked: Iterable[tuple[str, Asked]]) -> Iterator[Quoted]:
    """One of each question whose paragraph is read first."""
    selection = Selection(index, local=True)
    for source, question in asked:
        passages, _ = next(selection.readings(index.search(question.text, 8)))
        if all(passage.source != source for passage in passages):
            continue
        found: list[Basis] = []

        def composed(reading: Reading, text: str = question.text, found: list[Basis] = found) -> Composed[None]:
            found.append((yield from look_up(reading, text, lambda: LANGUAGE)))

        with drafter.visit() as visit:
            for _ in visit.read(evidence.as_prompt(passages), composed):
                pass
        quote = found[0].quote
        sentence = sources.place(index, passages, quote, question.text).sentence
        golds = [gold.strip(MARKS) for gold in question.golds]
        yield Quoted(
            names=grounding.only_names(quote, LANGUAGE),
            words_hold=any(holds(quote, gold) for gold in golds),
            sentence_holds=any(holds(sentence, gold) for gold in golds),
        )


if __name__ == "__main__":
    sys.exit(main())
