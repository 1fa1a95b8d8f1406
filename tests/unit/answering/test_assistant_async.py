"""Asking and streaming in an event loop, cancelling included."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from assistant import Assistant
from assistant.errors import HistoryError, QuestionError
from assistant.types import Answer, PassagesFound, TextDelta

from ..answering_fakes import ADA, PATIENCE_S, WHO, Call, Loaders, ScriptedModel, assert_verifies, in_time


def test_async(assistant: Assistant, folder: Path) -> None:
    async def main() -> tuple[Answer, list[Any]]:
        return await assistant.aask(WHO), [event async for event in assistant.astream(WHO)]

    answer, events = asyncio.run(main())
    assert_verifies(answer, folder / "corpus")
    assert isinstance(events[0], PassagesFound)
    assert isinstance(events[-1], Answer)
    assert events[-1].text == answer.text
    assert "".join(event.text for event in events[1:-1]) == ADA


def test_async_errors_come_through(assistant: Assistant) -> None:
    async def main() -> None:
        with pytest.raises(QuestionError):
            await assistant.aask("")
        with pytest.raises(HistoryError):
            async for _ in assistant.astream(WHO, "no history"):
                pass

    asyncio.run(main())


def test_several_questions_in_one_event_loop(assistant: Assistant) -> None:
    async def main() -> list[Answer]:
        return await asyncio.gather(*(assistant.aask(WHO) for _ in range(3)))

    assert len({answer.text for answer in asyncio.run(main())}) == 1


def test_more_async_streams_of_a_local_model_than_threads(local_assistant: Assistant) -> None:
    async def last() -> Any:
        return [event async for event in local_assistant.astream(WHO)][-1]

    async def main() -> list[Any]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        return await asyncio.gather(*(last() for _ in range(3)))

    assert [type(event) for event in in_time(lambda: asyncio.run(main()))] == [Answer] * 3


# --- left early ---


def test_an_async_stream_left_early_stops_the_model(assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.model

    async def main() -> Answer:
        stream = assistant.astream(WHO)
        async for event in stream:
            if isinstance(event, TextDelta):
                break
        await stream.aclose()
        assert loaders.model
        assert loaders.model.closed == ["draft"]
        return await assistant.aask(WHO)

    assert asyncio.run(main()).citations


class Thinking:
    """A model that has begun and says nothing before it is let."""

    def __init__(self, model: ScriptedModel) -> None:
        self.begun, self.go_on, self.done = Event(), Event(), Event()
        model.replies["draft"] = self

    def __call__(self, call: Call) -> str:
        del call
        self.begun.set()
        assert self.go_on.wait(PATIENCE_S)
        self.done.set()
        return ADA


async def read_to_the_end(assistant: Assistant, question: str) -> None:
    async for _ in assistant.astream(question):
        pass


@pytest.mark.parametrize("ask", [Assistant.aask, read_to_the_end])
def test_cancelling_does_not_wait_for_the_model(ask: Any, assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.model
    thinking = Thinking(loaders.model)

    async def main() -> None:
        task = asyncio.create_task(ask(assistant, WHO))
        assert await asyncio.to_thread(thinking.begun.wait, PATIENCE_S)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not thinking.done.is_set()
        thinking.go_on.set()

    asyncio.run(main())
    loaders.model.replies["draft"] = ADA
    assert assistant.ask(WHO).citations, "the model takes the next question"


def test_the_end_of_an_event_loop_ends_its_streams(assistant: Assistant, loaders: Loaders) -> None:
    """`asyncio.run` cancels all tasks at its end, whatever they wait for."""
    assert loaders.model
    thinking = Thinking(loaders.model)
    complaints: list[Any] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
        reading = asyncio.create_task(read_to_the_end(assistant, WHO))
        assert await asyncio.to_thread(thinking.begun.wait, PATIENCE_S)
        assert not reading.done()

    in_time(lambda: asyncio.run(main()))
    thinking.go_on.set()
    assert complaints == []
