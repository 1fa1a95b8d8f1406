"""The adapters of the embedded chat model: at work where they are asked for, and nowhere else."""

import math
from typing import Any

import pytest

from assistant import prompting
from assistant.calls import beginning
from assistant.models import ChatModel
from assistant.models.runtime import SHORT_SLOT, STRETCH_TOKENS, LlamaRuntime
from assistant.prompting import DECLINE_WORD
from assistant.reading import Reading
from assistant.turns import Line

pytestmark = pytest.mark.chat_model

DOCUMENTS = "Title: Log\n\n" + "The keeper of the lighthouse is called Aldo. He repairs clocks on Fridays. " * 3
STATED, NEAR_MISS = "What is the keeper of the lighthouse called?", "On which day does Aldo repair boats?"


@pytest.fixture
def runtime(embedded_chat: ChatModel) -> LlamaRuntime:
    assert embedded_chat.runtime is not None
    return embedded_chat.runtime


@pytest.fixture
def reading(embedded_chat: ChatModel) -> Reading:
    return Reading(embedded_chat, DOCUMENTS, Line(1), 0)


def end(steps: Any) -> Any:
    """What a generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as stopped:
            return stopped.value


def stated(reading: Reading, question: str) -> float:
    end(reading.prepare())
    odds = end(reading.stated(question))
    assert isinstance(odds, float)
    return odds


def test_it_tells_what_is_stated_from_a_near_miss(reading: Reading) -> None:
    assert stated(reading, STATED) > stated(reading, NEAR_MISS)


def test_it_is_at_work_only_where_it_is_asked_for(
    reading: Reading, runtime: LlamaRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught = stated(reading, NEAR_MISS)
    monkeypatch.setattr(runtime, "adapted", {})
    plain = stated(reading, NEAR_MISS)
    assert not math.isclose(taught, plain, abs_tol=0.01)
    monkeypatch.undo()
    assert stated(reading, NEAR_MISS) == taught, "what was asked before changes nothing"


def test_it_quotes_the_words_that_answer(reading: Reading) -> None:
    end(reading.prepare())
    assert "".join(piece or "" for piece in reading.quote(STATED)).strip(" .") == "Aldo"
    assert "".join(reading.quote_of("He repairs clocks on Fridays.", "What does he repair?")).strip(" .") == "clocks"


def test_where_nothing_answers_it_quotes_all_the_same(reading: Reading) -> None:
    end(reading.prepare())
    quoted = "".join(piece or "" for piece in reading.quote("How many barrels of salt did the ferry carry?"))
    assert quoted.strip()
    assert DECLINE_WORD not in quoted


def test_the_quote_and_the_reading_alone_tell_the_same(reading: Reading) -> None:
    end(reading.prepare())
    assert end(reading.quote(STATED)) == stated(reading, STATED)


def test_other_calls_answer_the_same_after_it(reading: Reading) -> None:
    def said() -> tuple[str, float]:
        end(reading.prepare())
        drafted = "".join(reading.draft(STATED, "Aldo", "English"))
        return drafted, end(reading.claimed_by("Aldo repairs clocks.", "Aldo repairs boats."))

    before = said()
    stated(reading, STATED)
    end(reading.stated_by("Aldo repairs clocks.", STATED))
    assert said() == before


def test_what_was_left_half_read_is_gone_on_with_after_it(reading: Reading, runtime: LlamaRuntime) -> None:
    """llama.cpp drops what a slot holds when an adapter goes: it must not happen to what was just restored."""
    prefix = "The tide came in, and the log was kept. " * 80
    assert len(runtime.tokens(prefix)) > 2 * STRETCH_TOKENS
    steps = runtime.prepare(prefix, SHORT_SLOT)
    read = [next(steps) for _ in range(3)][-1][0]
    steps.close()
    stated(reading, STATED)  # on the same slot
    rest = runtime.prepare(prefix, SHORT_SLOT)
    assert next(rest)[0] == 0
    assert next(rest)[0] > read, "not from the beginning"
    assert end(rest) == len(runtime.tokens(prefix))


def test_what_is_read_of_a_sentence_is_kept(reading: Reading, runtime: LlamaRuntime) -> None:
    sentence = "Berta sold ropes to the harbour for eleven years."
    prefix = beginning(runtime, prompting.quote_prompt(), documents=sentence)
    assert not runtime.kept(prefix)
    read = end(reading.stated_by(sentence, STATED))
    assert runtime.kept(prefix)
    end(reading.stated_by("Aldo repairs clocks.", STATED))
    assert end(reading.stated_by(sentence, STATED)) == read, "restored, it tells the same"


def test_it_translates_with_another_adapter_and_quotes_as_before(reading: Reading) -> None:
    before = stated(reading, STATED)
    told = "".join(reading.translated("He repairs clocks on Fridays.", "German", "English"))
    assert "Freitag" in told
    assert stated(reading, STATED) == before
    assert "".join(reading.translated("He repairs clocks on Fridays.", "German", "English")) == told
