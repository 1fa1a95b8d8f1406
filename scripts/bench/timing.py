"""Seconds of one answer; median and p95."""

import gc
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.types import Answer, History, PassagesFound, QuoteDelta, StreamEvent, TextDelta, Turn

_WORD = re.compile(r"\w")

Ask = Callable[[str, History], Iterator[StreamEvent]]
Follow = Callable[[History], object]
"""Called while the reader would read an answer, with the conversation so far."""


@dataclass(frozen=True, slots=True)
class Timed:
    """An answer, and seconds since the question was asked."""

    text: str
    first_words_s: float
    """Until the first words: quoted from the documents, or of the answer. A decline withdraws them."""
    first_standing_s: float
    """Until the first words that stand: of a decline, its own."""
    first_answer_s: float
    """Until the first words of the answer itself."""
    total_s: float
    found_s: float | None = None
    """Until the passages were found, of a pipeline that tells."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one figure over all questions."""

    median: float
    p95: float


def timed(ask: Ask, turns: Sequence[str], follow: Follow = lambda _: None) -> Timed:
    """The last of `turns`, after the others were really asked, and `follow` was called. Raises AssistantError."""
    history: list[Turn] = []
    for question in turns[:-1]:
        history.append(Turn(question, _timed(ask, question, history).text))
        follow(history)
    return _timed(ask, turns[-1], history)


def _timed(ask: Ask, question: str, history: History) -> Timed:
    gc.collect()
    text, abstained = "", False
    first_words = first_answer = None
    found = None
    start = time.perf_counter()
    for event in ask(question, history):
        now = time.perf_counter() - start
        match event:
            case PassagesFound():
                found = now
            case QuoteDelta() if _WORD.search(event.text):
                first_words = first_words or now
            case TextDelta():
                text += event.text
                if _WORD.search(event.text):
                    first_answer = first_answer or now
            case Answer():
                text, abstained = event.text, event.abstained
    total = time.perf_counter() - start
    first_answer = first_answer or total  # a decline comes at once, in the end
    first_words = first_words or first_answer
    return Timed(text, first_words, total if abstained else first_words, first_answer, total, found)


def spread(values: Sequence[float]) -> Spread:
    """Median, and the 95th percentile as a value that was measured."""
    ranked = sorted(values)
    return Spread(statistics.median(ranked), ranked[round(0.95 * (len(ranked) - 1))])
