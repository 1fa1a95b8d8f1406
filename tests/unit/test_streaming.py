"""A generation goes on without its reader, and ends when it is told to; over streams that the test plays."""

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from threading import Event, Thread

import pytest

from assistant.errors import ChatModelError
from assistant.streaming import EventStream, Generation
from assistant.types import StreamEvent, TextDelta

PATIENCE_S = 20
WORDS = [TextDelta(word) for word in ("At", " noon", ".")]


class Endless:
    """A stream that says a word whenever it is let, until it is closed."""

    def __init__(self) -> None:
        self.begun = Event()
        self.next = Event()
        self.closed = Event()

    def __call__(self) -> Iterator[StreamEvent]:
        self.begun.set()
        try:
            while True:
                yield TextDelta("on and ")
                assert self.next.wait(PATIENCE_S)
        finally:
            self.closed.set()


def test_the_stream_goes_on_while_nobody_reads() -> None:
    ended = Event()

    def words() -> Iterator[StreamEvent]:
        yield from WORDS
        ended.set()

    events = iter(Generation(words))
    first = next(events)
    assert ended.wait(PATIENCE_S)
    assert [first, *events] == WORDS


@pytest.mark.parametrize("error", [ValueError("a defect"), KeyboardInterrupt(), SystemExit(3)])
def test_what_the_stream_raises_reaches_the_reader(error: BaseException) -> None:
    def fails() -> Iterator[StreamEvent]:
        yield WORDS[0]
        raise error

    async def read() -> None:
        with pytest.raises(ValueError, match="a defect"):
            [event async for event in Generation(fails).in_event_loop()]

    with pytest.raises(type(error)):
        list(Generation(fails))
    if isinstance(error, Exception):  # the others end the event loop itself
        asyncio.run(read())


def test_the_stream_sees_the_reader_s_context() -> None:
    who = ContextVar("who", default="nobody")

    def tell() -> Iterator[StreamEvent]:
        yield TextDelta(who.get())

    async def read() -> list[StreamEvent]:
        return [event async for event in Generation(tell).in_event_loop()]

    events = EventStream(Generation(tell))
    who.set("me")  # before the first event, which is when a generator begins
    assert list(events) == [TextDelta("me")]
    assert asyncio.run(read()) == [TextDelta("me")]


def test_what_nobody_reads_never_begins() -> None:
    endless = Endless()

    async def close_unread() -> None:
        await Generation(endless).in_event_loop().aclose()

    events = EventStream(Generation(endless))
    events.close()
    asyncio.run(close_unread())
    assert list(events) == []
    assert not endless.begun.is_set()


def test_close_waits_until_the_stream_is_closed() -> None:
    endless = Endless()
    events = EventStream(Generation(endless))
    next(events)
    closing = Thread(target=events.close)
    closing.start()
    assert not endless.closed.is_set()
    assert closing.is_alive()
    endless.next.set()
    closing.join(PATIENCE_S)
    assert endless.closed.is_set()
    assert list(events) == []


@pytest.mark.parametrize("dropped", [True, False])
def test_dropped_or_interrupted_it_stops_without_waiting(dropped: bool) -> None:
    endless = Endless()
    generation = Generation(endless)
    events = EventStream(generation)
    next(events)
    if dropped:
        del events
        gc.collect()
    else:
        endless.next.set()  # here it waits, as `close` does
        with pytest.raises(KeyboardInterrupt):
            events.throw(KeyboardInterrupt)
    assert generation.stopped
    endless.next.set()
    assert endless.closed.wait(PATIENCE_S)


def test_a_reason_to_stop_is_raised() -> None:
    endless = Endless()
    generation = Generation(endless)
    events = iter(generation)
    next(events)
    generation.stop(ChatModelError("Closed", fix="Ask again."))
    generation.stop()
    with pytest.raises(ChatModelError):
        next(events)
    endless.next.set()


def test_closed_in_an_event_loop_it_waits_without_blocking_it() -> None:
    endless = Endless()

    async def main() -> None:
        events = Generation(endless).in_event_loop()
        await anext(events)
        closing = asyncio.create_task(events.aclose())
        await asyncio.sleep(0)  # the loop turns meanwhile
        assert not closing.done()
        assert not endless.closed.is_set()
        endless.next.set()
        await asyncio.wait_for(closing, PATIENCE_S)
        assert endless.closed.is_set()

    asyncio.run(main())


def test_cancelled_it_ends_although_the_stream_is_busy() -> None:
    endless = Endless()
    generation = Generation(endless)

    async def read() -> None:
        async for _ in generation.in_event_loop():
            pass

    async def main() -> None:
        task = asyncio.create_task(read())
        assert await asyncio.to_thread(endless.begun.wait, PATIENCE_S)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert generation.stopped
        assert not endless.closed.is_set()

    asyncio.run(main())
    endless.next.set()
    assert endless.closed.wait(PATIENCE_S), "though its event loop is gone"


def test_stop_from_another_thread_releases_a_reader_in_an_event_loop() -> None:
    endless = Endless()
    generation = Generation(endless)

    async def main(stop: Callable[[], None]) -> list[StreamEvent]:
        read = []
        async for event in generation.in_event_loop():
            read.append(event)
            await asyncio.to_thread(stop)
        return read

    assert asyncio.run(main(generation.stop)) == [TextDelta("on and ")]
    endless.next.set()
    assert endless.closed.wait(PATIENCE_S)


def test_what_tells_nothing_is_not_delivered() -> None:
    assert list(Generation(lambda: iter([None, WORDS[0], None]))) == [WORDS[0]]


def test_stopping_reaches_a_stream_within_a_stream() -> None:
    endless = Endless()
    inner = Generation(endless)
    outer = Generation(lambda: EventStream(inner))
    events = iter(outer)
    next(events)
    outer.stop()
    assert inner.stopped
    endless.next.set()
    assert endless.closed.wait(PATIENCE_S)
    assert list(events) == []
