"""Streams that are left or closed before their end, and questions that are asked at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest

from assistant import Assistant
from assistant.errors import ChatModelError
from assistant.types import Answer, PassagesFound, TextDelta

from ..answering_fakes import ADA, CAPTAIN, CARGO, PATIENCE_S, WHO, Call, Loaders, assert_verifies, in_time


def take_until_text(events: Iterator[Any]) -> None:
    for event in events:
        if isinstance(event, TextDelta):
            return
    raise AssertionError("no text was streamed")


# --- one stream ---


def test_a_stream_closed_early_stops_the_model(assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.model
    loaders.model.replies["draft"] = f"{ADA} {CAPTAIN} {CARGO} " * 5
    stream = assistant.stream(WHO)
    take_until_text(stream)
    stream.close()
    assert loaders.model.closed == ["draft"]
    assert assistant.ask(WHO).citations


def test_a_stream_dropped_early_keeps_nobody_waiting(assistant: Assistant) -> None:
    assert len(list(islice(assistant.stream(WHO), 2))) == 2
    assert assistant.ask(WHO).citations


def test_a_stream_begins_when_it_is_read(assistant: Assistant, loaders: Loaders) -> None:
    events = assistant.stream(WHO)
    assert loaders.loaded == []
    events.close()
    assert list(events) == []
    assert loaders.loaded == []


def test_a_stream_ends_with_its_assistant(assistant: Assistant, loaders: Loaders) -> None:
    begun, go_on = Event(), Event()

    def slow(call: Call) -> str:
        del call
        begun.set()
        assert go_on.wait(PATIENCE_S)
        return ADA

    assert loaders.model
    loaders.model.replies["draft"] = slow
    events = assistant.stream(WHO)
    assert isinstance(next(events), PassagesFound)
    assert begun.wait(PATIENCE_S)
    assistant.close()
    with pytest.raises(ChatModelError, match="Ask again"):
        next(events)
    go_on.set()
    loaders.model.replies["draft"] = ADA
    assert assistant.ask(WHO).citations


def test_a_local_model_is_left_before_it_is_closed(local_assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.model
    half_read = local_assistant.stream(WHO)
    take_until_text(half_read)
    local_assistant.close()
    assert loaders.model.closed
    assert not local_assistant._running
    assert loaders.closed == ["chat"]


# --- several questions at once ---


def test_two_streams_of_a_local_model_are_read_in_turns(local_assistant: Assistant) -> None:
    pairs = in_time(lambda: list(zip(local_assistant.stream(WHO), local_assistant.stream(WHO), strict=True)))
    assert all(type(one) is type(other) for one, other in pairs)
    assert isinstance(pairs[-1][0], Answer)


def test_a_question_while_a_local_model_s_answer_is_read(local_assistant: Assistant) -> None:
    half_read = local_assistant.stream(WHO)
    take_until_text(half_read)
    assert in_time(lambda: local_assistant.ask(WHO)).citations
    assert isinstance([*half_read][-1], Answer)


def test_two_threads_at_once(assistant: Assistant, loaders: Loaders, folder: Path) -> None:
    assert loaders.model
    loaders.model.replies["draft"] = lambda call: CARGO if "carry" in call.text else CAPTAIN
    together = Barrier(4)

    def ask(number: int) -> Answer:
        together.wait(PATIENCE_S)
        return assistant.ask("What did the ferry carry to Norrport?" if number % 2 else WHO)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(4)))
    assert [CARGO in answer.text for answer in answers] == [False, True, False, True]
    assert sorted(loaders.loaded) == ["chat", "embedding"]
    for answer in answers:
        assert_verifies(answer, folder / "corpus")


def test_hosted_models_take_several_questions_at_once(assistant: Assistant) -> None:
    streams = [assistant.stream(WHO) for _ in range(3)]
    for stream in streams:
        take_until_text(stream)
    assert assistant.ask(WHO).citations
    assert all(isinstance(list(stream)[-1], Answer) for stream in streams)


def test_two_answers_do_not_get_mixed_up(assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.model
    begun, go_on = Event(), Event()

    def slow(call: Call) -> str:
        if "carry" in call.text:
            begun.set()
            assert go_on.wait(PATIENCE_S)
            return CARGO
        return CAPTAIN

    loaders.model.replies["draft"] = slow
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(assistant.ask, "What did the ferry carry to Norrport?")
        assert begun.wait(PATIENCE_S)
        second = threads.submit(assistant.ask, WHO)
        go_on.set()
        assert CARGO in first.result(PATIENCE_S).text
        assert CAPTAIN in second.result(PATIENCE_S).text
