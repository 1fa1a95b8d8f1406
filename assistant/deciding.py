"""Pure: is this a question to the documents, and is what was found an answer? The numbers are fitted: deciding.json.

`python -m scripts.fit` makes them, and tells what they were made of and how well they do.
"""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assistant.types import Signal

STATED_LOG_ODDS = 1.0
"""A question is answered where the log-odds of Yes to "is the exact answer written in the documents?" reach this.

Uncalibrated, Yes wins nearly always. At this line about 3% of the answerable questions of SQuAD 2.0 (Rajpurkar et al.
2018; a sample of its articles) are lost and a quarter of its near misses declined; off-topic questions and orders fall
well below.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """Cosines of a question and the sentence most like it, by one embedding model, for a pair of languages."""

    nothing: float
    """Below this, the documents tell nothing of it: hardly a question that they answer falls there."""
    near: float
    """From here on, they tell of it, whether or not they answer it."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What holds for the vectors of one embedding model."""

    embedding_model: str
    orders: tuple[float, ...]
    """Weights of a question's vector, by dimension, of a logistic regression that tells orders from questions."""
    orders_bias: float
    orders_line: float
    """Probability from which it is taken for an order: where hardly a question is."""
    same_language: Line
    other_language: Line


@cache
def fitted() -> Fitted:
    """Read from deciding.json."""
    data = json.loads(files("assistant").joinpath("deciding.json").read_text(encoding="utf-8"))
    orders, nearness = data["orders"], data["nearness"]
    return Fitted(
        embedding_model=data["embedding_model"],
        orders=tuple(orders["weights"]),
        orders_bias=orders["bias"],
        orders_line=orders["line"],
        same_language=Line(**nearness["same_language"]),
        other_language=Line(**nearness["other_language"]),
    )


def order(vector: Sequence[float]) -> Signal:
    """How probably this is the vector of an order, a greeting, a role to play, rather than of a question to documents.

    From its line on, it is taken for one.
    """
    odds = fitted().orders_bias + sum(weight * value for weight, value in zip(fitted().orders, vector, strict=True))
    return Signal("order", 1 / (1 + math.exp(-odds)), fitted().orders_line)


def something_near(cosine: float, same_language: Callable[[], bool]) -> Signal:
    """Is the question worth a model's time, whose best sentence has this cosine? Not below the signal's line.

    `same_language` may take its time: it is asked where it makes a difference.
    """
    lax, strict = fitted().other_language.nothing, fitted().same_language.nothing
    return Signal("nearest_cosine", cosine, strict if lax <= cosine < strict and same_language() else lax)


def near(cosine: float, *, same_language: bool) -> Signal:
    """Do the documents tell of it, whether or not they answer it? From the signal's line on."""
    lines = fitted().same_language if same_language else fitted().other_language
    return Signal("nearest_cosine", cosine, lines.near)


def stated(log_odds: float) -> Signal:
    """By the model's log-odds that the documents state the answer: may one be drafted? From the signal's line on."""
    return Signal("stated_log_odds", log_odds, STATED_LOG_ODDS)


def holds(signal: Signal) -> bool:
    """Does it reach its line?"""
    return signal.value >= signal.line
