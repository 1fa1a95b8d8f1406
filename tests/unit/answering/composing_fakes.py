"""A small local model that is a script, and questions to it."""

from collections.abc import Callable, Sequence

from assistant.drafting import Drafter
from assistant.pipeline import Pipeline
from assistant.types import Answer, TextDelta, Turn
from index.search import Index

from ..answering_fakes import (
    Call,
    FakeRuntime,
    ScriptedModel,
    assert_verifies,
    local,
)

WER = "Wer ist der Kapitän der Fähre?"
ADA = "The captain of the ferry is Ada Lindqvist."
NOTHING = "NONE Norrport"
"""Of a model that was taught to say NONE and may not: what comes nearest."""


def model(**replies: str | Exception | Callable[[Call], str]) -> ScriptedModel:
    """A local one that finds the answer stated."""
    return ScriptedModel(replies={"stated": "Yes", **replies})


def taught_model(**replies: object) -> ScriptedModel:
    """One that was taught to quote."""
    return ScriptedModel(replies={"stated": "Ada", **replies})


def run(
    index: Index,
    scripted: ScriptedModel,
    question: str,
    history: Sequence[Turn] = (),
    runtime: FakeRuntime | None = None,
) -> tuple[str, Answer]:
    """What was streamed, and the answer."""
    _, *deltas, answer = Pipeline(index, Drafter(local(scripted, runtime))).run(question, history)
    assert isinstance(answer, Answer)
    assert_verifies(answer, index.corpus)
    return "".join(delta.text for delta in deltas if isinstance(delta, TextDelta)), answer
