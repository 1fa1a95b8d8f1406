"""Pure: is this a question to the documents, and is what was found an answer? Weights are fitted: deciding.json.

`python -m scripts.fit` makes them, and tells what they were made of and how well they do. Lines that were drawn by hand
stand here.
"""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assistant.types import Signal

TRANSLATED_LOG_PROBABILITY = -0.58
"""A translation is given up whose tokens are on average less likely: so were 6 of 53, of which 1 held what it should.

As an estimate of quality: Fomicheva et al. 2020, arXiv:2005.10608.
"""

TRANSLATED_SENTENCE_LOG_PROBABILITY = -0.42
"""The same of a whole sentence, in which one wrong word is a smaller part: of 42 put into German (PIAF's, XQuAD's) 21
reach -.58, 7 of them without an error of sense, and 6 reach -.42, 5 of them without (read by one of the authors).
"""

BEST_OF_SEVERAL_ODDS = 1.5
"""By which the odds are raised from which the most convincing of several sentences may answer: of claims made of one at
a probability of .5 to .6, 1 of 7 was right, and of those made of what was quoted at once 6 of 9 (tests/development).
"""

CLAIMED_LOG_ODDS = -0.3
"""A sentence is cut where the log-odds of Yes to "does the text state exactly this claim?" stay below this.

Small models are not sure of what is said in another language: most right sentences lie above 0, and few below this.
"""


CLAIMED_WITH_NAMES_LOG_ODDS = 1.0
"""The same of one with names that its quotes do not hold in that spelling: another language's, or made up."""

TO_THE_POINT_LOG_ODDS = -0.5
"""A sentence is to open no answer where the log-odds that it answers the question, with it for the documents, stay
below this: it may be true, but of something else. Drawn by hand.
"""

DEFINED_ODDS = 0.1
"""The same where just that is asked what a name is, and the sentence says it: it need hardly convince a model. Drawn by
hand.
"""

RESTATED_ODDS = 0.1
"""The same where a yes or no is asked, and a sentence says much of what the question says, or denies it: a model that
near misses taught to doubt doubts these, too. Drawn by hand.
"""

_CONVINCED = 4.0
"""Log-odds of a model that finds an answer stated."""


@dataclass(frozen=True, slots=True)
class Line:
    """Cosines of a question and the sentence most like it, by one embedding model, for a pair of languages."""

    nothing: float
    """Below this, the documents tell nothing of it: hardly a question that they answer falls there."""
    near: float
    """From here on, they tell of it, whether or not they answer it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Weights of a logistic regression: is a question answered by what a local model read?"""

    bias: float
    weight: float
    """Of the mean of its log-odds: that all that it read answers, and that the sentence alone does."""
    near: float
    """Of how far above the line `near` the question's cosine lies, counted from what is typical."""
    typical: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """`answered` is of the embedded chat model; `answered_plain` of it without its adapter, and taken for other local
    ones; all but their log-odds is of one embedding model.
    """

    embedding_model: str
    orders: tuple[float, ...]
    """Weights of a question's vector, by dimension, of a logistic regression that tells orders from questions."""
    orders_bias: float
    orders_line: float
    """Probability from which it is taken for an order: where hardly a question is."""
    same_language: Line
    other_language: Line
    answered: Answered
    answered_plain: Answered


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
        answered=Answered(**data["answered"]["adapted"]["weights"]),
        answered_plain=Answered(**data["answered"]["plain"]["weights"]),
    )


def order(vector: Sequence[float]) -> Signal:
    """How probably this is the vector of an order, a greeting, a role to play, rather than of a question to documents.

    From its line on, it is taken for one.
    """
    odds = fitted().orders_bias + sum(weight * value for weight, value in zip(fitted().orders, vector, strict=True))
    return Signal("order", _probability(odds), fitted().orders_line)


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


def above_near(cosine: float, *, same_language: bool) -> float:
    """How far above the line of `near` a cosine lies."""
    signal = near(cosine, same_language=same_language)
    return signal.value - signal.line


def answered(
    log_odds: Sequence[float], nearness: float | None, caution: float, *, adapted: bool, odds: float = 1
) -> Signal:
    """How probably a sentence answers, by a local model's log-odds and by how far above the line of `near` a
    cosine lies; None where the vectors do not tell. From `caution` on, a claim may be made; `odds` multiply
    the odds that this takes.
    """
    weights = fitted().answered if adapted else fitted().answered_plain
    said = weights.bias + weights.weight * sum(log_odds) / len(log_odds)
    like = weights.near * (nearness - weights.typical) if nearness is not None else 0.0
    line = caution * odds / (1 - caution + caution * odds)
    return Signal("answered", _probability(said + like), line)


def may_be_answered(stated: float, nearness: float | None, caution: float, *, adapted: bool) -> bool:
    """Can a sentence still convince that the documents answer, after what the model said of all that it read?"""
    return holds(answered((stated, _CONVINCED), nearness, caution, adapted=adapted))


def carried(log_odds: float, *, other_names: bool) -> Signal:
    """By the model's log-odds that a sentence's quotes state it: may it stand? From the signal's line on."""
    line = CLAIMED_WITH_NAMES_LOG_ODDS if other_names else CLAIMED_LOG_ODDS
    return Signal("claimed_by_quotes", log_odds, line)


def translated(log_probability: float, *, whole: bool) -> Signal:
    """By the mean log-probability of its tokens: may a translation, of a `whole` sentence perhaps, stand? From the
    signal's line on.
    """
    line = TRANSLATED_SENTENCE_LOG_PROBABILITY if whole else TRANSLATED_LOG_PROBABILITY
    return Signal("translated", log_probability, line)


def to_the_point(log_odds: float) -> Signal:
    """By the model's log-odds that a sentence states the answer: may it open one? From the signal's line on."""
    return Signal("answers_question", log_odds, TO_THE_POINT_LOG_ODDS)


def holds(signal: Signal) -> bool:
    """Does it reach its line?"""
    return signal.value >= signal.line


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
