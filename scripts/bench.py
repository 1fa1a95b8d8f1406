"""Time the assistant side by side with the plain tutorial pipeline, and write docs/bench.json.

    python scripts/bench.py [--questions N]

One run, one process, one chat model, one embedder. The plain pipeline cuts texts into chunks of 1,000 characters, puts
the four nearest to a question into one prompt, and asks. Questions come in random order (fixed seed), and each is put
to the two pipelines in random order, after a warm-up. A control asks the assistant about texts that it has never read,
so that what is gained by having read is not mistaken for a faster answer. Ratios are the result; seconds depend on the
machine.
"""

import argparse
import json
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from assistant import Assistant, Turn
from assistant.evaluation import load_question_set
from assistant.evaluation.questions import Question
from assistant.models.chat_model import ChatModel
from assistant.types import Answer, TextDelta
from index.embedding import Embedder, load_embedder

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "docs" / "bench.json"
SET = ROOT / "tests" / "questions" / "summit.questions.yaml"
SEED = 20
CHUNK_CHARS, CHUNKS = 1_000, 4
CONTROLS = 5
PLAIN_PROMPT = (
    "Use the passages below to answer the question in its language, in one to three sentences. "
    "If they do not hold the answer, say that you do not know.\n\n{passages}\n\nQuestion: {question}"
)


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds from the question to the first and to the last word."""

    pipeline: str
    question: str
    first_token_s: float
    total_s: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one figure over all questions."""

    median: float
    p95: float


class PlainPipeline:
    """What a tutorial builds: chunks, the nearest four, one prompt, the answer as the model gives it."""

    def __init__(self, texts: Iterable[str], embedder: Embedder, chat: ChatModel) -> None:
        self._chunks = [chunk for text in texts for chunk in chunks(text)]
        self._vectors = embedder.embed_documents(self._chunks)
        self._embedder = embedder
        self._llm = chat.llm.bind(extra_body={"id_slot": 0, "cache_prompt": False})

    def ask(self, question: str, history: Sequence[Turn]) -> Iterator[str]:
        """Pieces of the answer; of the conversation it reads the questions, as tutorials do."""
        asked = " ".join([*(turn.question for turn in history), question])
        nearest = np.argsort(-(self._vectors @ self._embedder.embed_queries([asked])[0]), kind="stable")[:CHUNKS]
        passages = "\n\n".join(self._chunks[i] for i in nearest)
        for piece in self._llm.stream(PLAIN_PROMPT.format(passages=passages, question=asked)):
            if piece.text:
                yield piece.text


def chunks(text: str) -> list[str]:
    """Paragraphs joined up to 1,000 characters; longer ones are cut."""
    found: list[str] = []
    for paragraph in filter(str.strip, text.split("\n\n")):
        for start in range(0, len(paragraph), CHUNK_CHARS):
            piece = paragraph[start : start + CHUNK_CHARS]
            if found and len(found[-1]) + len(piece) + 2 <= CHUNK_CHARS:
                found[-1] += f"\n\n{piece}"
            else:
                found.append(piece)
    return found


def asked_of(assistant: Assistant) -> Callable[[str, Sequence[Turn]], Iterator[str]]:
    """The assistant as pieces of text: its words, or all of them where it shows none before the end."""

    def ask(question: str, history: Sequence[Turn]) -> Iterator[str]:
        spoken = False
        for event in assistant.stream(question, history):
            if isinstance(event, TextDelta):
                spoken = True
                yield event.text
            elif isinstance(event, Answer) and not spoken:
                yield event.text

    return ask


def timed(pipeline: str, ask: Callable[[str, Sequence[Turn]], Iterator[str]], question: Question) -> Timed:
    """One answer. The assistant condenses a conversation, the plain pipeline joins its questions."""
    history = [Turn(turn, "…") for turn in question.turns[:-1]]
    start = time.perf_counter()
    first: float | None = None
    for _ in ask(question.turns[-1], history):
        first = first or time.perf_counter() - start
    total = time.perf_counter() - start
    return Timed(pipeline, question.id, first or total, total)


def article(questions: int) -> list[Timed]:
    """The shipped article: small enough to be read ahead."""
    rng = random.Random(SEED)
    chosen = rng.sample(load_question_set(SET).questions, questions)
    seeds = ROOT / "seeds"
    rows: list[Timed] = []
    with (
        tempfile.TemporaryDirectory() as name,
        Assistant.open(corpus=seeds, index_dir=Path(name) / "index", chat_model="embedded", sync=True) as assistant,
    ):
        assistant.read_ahead()
        embedder = load_embedder("embedded")
        chat = assistant._chat  # the same process, the same model: that is the point
        assert chat is not None
        texts = [assistant.document(info.source).text for info in assistant.documents]
        asks = {"assistant": asked_of(assistant), "plain": PlainPipeline(texts, embedder, chat).ask}
        for pipeline, ask in asks.items():
            timed(pipeline, ask, chosen[0])  # warm-up
        for question in chosen:
            for pipeline, ask in rng.sample(sorted(asks.items()), len(asks)):
                rows.append(timed(pipeline, ask, question))
                print(rows[-1], flush=True)
        rows += control(chosen[:CONTROLS], texts, chat, Path(name))
    return rows


def control(questions: Sequence[Question], texts: Sequence[str], chat: ChatModel, scratch: Path) -> Iterator[Timed]:
    """Each question over the article with another first line: nothing of it was read before."""
    for number, question in enumerate(questions):
        corpus = scratch / f"corpus-{number}"
        corpus.mkdir()
        (corpus / "text.txt").write_text("\n\n".join([f"Copy {number}", *texts]), encoding="utf-8")
        with Assistant.open(
            corpus=corpus, index_dir=scratch / f"index-{number}", chat_model="embedded", sync=True
        ) as anew:
            anew._chat = chat
            anew.warm_up()
            yield timed("assistant, never read", asked_of(anew), question)
            anew._chat = None  # it is closed once


def spread(values: Sequence[float]) -> Spread:
    """Median and 95th percentile."""
    ranked = sorted(values)
    return Spread(statistics.median(ranked), ranked[min(len(ranked) - 1, round(0.95 * (len(ranked) - 1)))])


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=30, metavar="N", help="of the shipped set")
    rows = article(parser.parse_args().questions)
    figures = {
        pipeline: {
            figure: asdict(spread([getattr(row, figure) for row in rows if row.pipeline == pipeline]))
            for figure in ("first_token_s", "total_s")
        }
        for pipeline in dict.fromkeys(row.pipeline for row in rows)
    }
    ratios = {
        figure: figures["assistant"][figure]["median"] / figures["plain"][figure]["median"]
        for figure in ("first_token_s", "total_s")
    }
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    report = {
        "date": date.today().isoformat(),
        "machine": machine,
        "article": {"figures": figures, "ratios": ratios, "rows": [asdict(row) for row in rows]},
    }
    OUTPUT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({"figures": figures, "ratios": ratios}, indent=2))


if __name__ == "__main__":
    main()
