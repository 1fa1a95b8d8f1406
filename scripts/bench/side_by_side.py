"""Both pipelines on the article and on the paragraphs: the same questions in the same process, in random order."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from assistant import Assistant
from assistant.errors import AssistantError
from assistant.models.chat_model import ChatModel
from index.embedding import Embedder
from index.sync import sync
from scripts.bench.plain import PlainPipeline
from scripts.bench.questions import Case, Topic, holds_gold, written
from scripts.bench.server import Call, ModelServer, Speed
from scripts.bench.timing import Ask, Follow, Timed, timed
from scripts.bench.ungrounded import Ungrounded

ARTICLE, FIRST, SECOND, CONTROL = "article", "first on a topic", "second on a topic", "article, never read"
PARTS = (ARTICLE, FIRST, SECOND, CONTROL)
ASSISTANT, PLAIN, UNGROUNDED = "assistant", "plain", "assistant, ungrounded"
PIPELINES = (PLAIN, UNGROUNDED, ASSISTANT)


@dataclass(frozen=True, slots=True)
class Row:
    """One question put to one pipeline."""

    part: str
    pipeline: str
    question: str
    question_tokens: int
    """Of the last question alone."""
    times: Timed
    holds_gold: bool | None
    """Does the right answer stand in the text? None where it is not known."""
    calls: list[Call]
    """Of the model, those of earlier turns included; reading of documents by the assistant is none of them."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the pipelines over one corpus."""

    pipeline: str
    ask: Ask
    follow: Follow = lambda _: None
    around: Callable[[], AbstractContextManager[None]] = nullcontext
    """Entered before its questions on one topic, left after them; no clock runs."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What the pipelines share, and what was measured so far."""

    chat: ChatModel
    chat_model: str
    """As in the settings."""
    embedder: Embedder
    scratch: Path
    rng: random.Random
    server: ModelServer
    rows: list[Row] = field(default_factory=list)
    speeds: list[Speed] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @contextmanager
    def opened(self, index_dir: Path) -> Iterator[Assistant]:
        """An assistant over an index, with the shared models loaded."""
        with Assistant.open(index_dir=index_dir, chat_model=self.chat_model, embedder=self.embedder) as assistant:
            assistant._chat = self.chat  # lent: there is one model in the process
            try:
                assistant.warm_up()
                yield assistant
            finally:
                assistant._chat = None

    def sides(self, assistant: Assistant, texts: Mapping[str, str]) -> list[Side]:
        """Both pipelines over the same texts."""
        plain = PlainPipeline(texts.values(), self.embedder, self.chat)
        return [
            Side(ASSISTANT, assistant.stream, assistant.expect_follow_up),
            Side(PLAIN, plain.ask, around=self.server.plain_slot),
        ]

    def put(self, sides: Sequence[Side], cases: Mapping[str, Case]) -> None:
        """Questions by part, each side all of them at a stretch, the sides in random order."""
        for side in self.rng.sample(sides, len(sides)):
            with side.around():
                for part, case in cases.items():
                    self._put(side, part, case)

    def warm_up(self, sides: Sequence[Side], case: Case) -> None:
        """A question that is not measured."""
        for side in sides:
            with side.around():
                timed(side.ask, case.turns, side.follow)

    def measure_speed(self, text: str) -> None:
        """Of the bare server, now."""
        self.speeds.append(self.server.speed(text))

    def _put(self, side: Side, part: str, case: Case) -> None:
        self.server.take_calls()
        try:
            times = timed(side.ask, case.turns, side.follow)
        except AssistantError as error:
            self.failures.append(f"{part}, {side.pipeline}, {case.id}: {error}")
            return
        assert self.chat.runtime is not None
        tokens = len(self.chat.runtime.tokens(case.turns[-1]))
        gold = holds_gold(times.text, case.gold)
        self.rows.append(Row(part, side.pipeline, case.id, tokens, times, gold, self.server.take_calls()))
        print(f"{part:22}{side.pipeline:11}{times.first_words_s:7.2f}{times.total_s:7.2f} s  {case.id}", flush=True)


def article(bench: Bench, index_dir: Path, texts: Mapping[str, str], cases: Sequence[Case], controls: int) -> None:
    """The shipped texts, read ahead; the first case warms up.

    Some are put to copies that were never read, too: what is gained by having read is told from what is gained by
    being warm.
    """
    warm, *measured = cases
    whole = "\n\n".join(texts.values())
    with bench.opened(index_dir) as assistant:
        assistant.read_ahead(sentences=True)
        ungrounded = Ungrounded(assistant._loaded_index(), bench.chat)
        sides = [*bench.sides(assistant, texts), Side(UNGROUNDED, ungrounded.ask)]
        bench.warm_up(sides, warm)
        for number, case in enumerate(measured):
            if number % 5 == 0:
                bench.measure_speed(whole)
            bench.put(sides, {ARTICLE: case})
    for number, case in enumerate(measured[:controls]):
        altered = {name: f"Copy {number}\n\n{text}" for name, text in texts.items()}
        folder = bench.scratch / f"control-{number}"
        sync(written(altered, folder / "corpus"), folder / "index", bench.embedder)
        with bench.opened(folder / "index") as assistant:
            bench.put(bench.sides(assistant, altered), {CONTROL: case})
    bench.measure_speed(whole)


def paragraphs(bench: Bench, index_dir: Path, texts: Mapping[str, str], topics: Sequence[Topic]) -> None:
    """Nothing is read ahead: of each topic a first and a second question; the first topic warms up."""
    warm, *measured = topics
    with bench.opened(index_dir) as assistant:
        sides = bench.sides(assistant, texts)
        bench.warm_up(sides, warm.first)
        for topic in measured:
            bench.put(sides, {FIRST: topic.first, SECOND: topic.second})
