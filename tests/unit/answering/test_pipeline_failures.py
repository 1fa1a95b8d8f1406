"""A model that fails and a reader who leaves: either way the next question is answered."""

import pytest

from assistant.errors import ChatModelError, ChatNonsenseError, ChatTimeoutError, ChatUnreachableError
from assistant.types import Answer, TextDelta
from index.search import Index

from ..answering_fakes import ADA, CAPTAIN, CARGO, FERRY_DE, TURN, WHO, ScriptedModel, pipeline, scripted


class APITimeoutError(Exception):
    """As clients name it."""


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (ConnectionError("refused"), ChatUnreachableError),
        (APITimeoutError("slow"), ChatTimeoutError),
        (ValueError("not JSON"), ChatNonsenseError),
        (RuntimeError("boom"), ChatModelError),
    ],
)
@pytest.mark.parametrize("kind", ["draft", "condense", "phrase"])
def test_failures_are_typed_and_the_next_question_works(
    raised: Exception, expected: type[Exception], kind: str, index: Index
) -> None:
    model = ScriptedModel(replies={"draft": CAPTAIN, "condense": WHO, "phrase": FERRY_DE} | {kind: raised})
    asked = pipeline(index, model)
    with pytest.raises(expected) as caught:
        list(asked.run("Wer ist der Kapitän der Fähre?", [TURN]))
    assert caught.value.__cause__ is raised
    model.replies[kind] = FERRY_DE
    assert isinstance(list(asked.run("Wer ist der Kapitän der Fähre?", [TURN]))[-1], Answer)


def test_closing_the_stream_stops_the_model(index: Index) -> None:
    model = scripted(f"{ADA} {CAPTAIN} {CARGO}")
    asked = pipeline(index, model)
    stream = asked.run(WHO, ())
    for event in stream:
        if isinstance(event, TextDelta):
            break
    read = len(model.pieces)
    stream.close()
    assert model.closed == ["draft"]
    assert len(model.pieces) == read < len(f"{ADA} {CAPTAIN} {CARGO}".split())
    assert isinstance(list(asked.run(WHO, ()))[-1], Answer), "the model takes the next question"


def test_closing_the_stream_before_the_model_is_called(index: Index) -> None:
    model = scripted(ADA)
    asked = pipeline(index, model)
    stream = asked.run(WHO, ())
    next(stream)
    stream.close()
    assert model.calls == []
    assert isinstance(list(asked.run(WHO, ()))[-1], Answer)


def test_a_reader_that_fails_frees_the_model(index: Index) -> None:
    asked = pipeline(index, scripted(ADA))

    def read() -> None:
        for event in asked.run(WHO, ()):
            if isinstance(event, TextDelta):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read()
    assert isinstance(list(asked.run(WHO, ()))[-1], Answer)
