"""Answers on their way: each is generated in a thread of its own, however slowly it is read, and can be stopped."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import closing, suppress
from contextvars import copy_context
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, TypeVar

from assistant.types import StreamEvent

Step = StreamEvent | None
"""What a stream does next; None tells nothing, and is a moment at which it may be closed."""

Made = TypeVar("Made")
Composed = Generator[Step, None, Made]
"""What is made of the model's words: deltas, None while there is nothing to show, in the end what goes on with them."""

_Item = StreamEvent | BaseException | None
"""An event, what the stream raised, or None: there is no more."""


class Generation:
    """Reads a stream in a thread of its own, which begins with the iteration and sees the reader's context variables.

    The queue between the two has no bound (answers are short): whoever reads slowly, or no further, keeps nobody from
    the model. The reader is released at once by `stop`, and the stream is closed as soon as it hands over control (a
    generator that is computing cannot be closed from outside).
    """

    def __init__(self, open_stream: Callable[[], Iterator[Step]]) -> None:
        self._open_stream = open_stream
        self._stream: Iterator[Step] | None = None
        self._deliver: Callable[[_Item], None] = lambda _: None  # nobody reads yet
        self._stopped = False
        self._reason: Exception | None = None
        self._left: Future[None] | None = None

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped

    def stop(self, reason: Exception | None = None) -> None:
        """End the iteration now, raising `reason` where there is one; may be called twice, and after the end."""
        if not self._stopped:
            self._reason = reason
        self._stopped = True
        self._deliver(None)
        if isinstance(self._stream, EventStream):  # it is at work in a thread of its own
            self._stream.stop()

    def wait(self, patience_s: float | None = None) -> None:
        """Until the stream is closed, or for so long."""
        if self._left:
            with suppress(TimeoutError):
                self._left.result(patience_s)

    def __iter__(self) -> Iterator[StreamEvent]:
        """The events, once; raises what the stream raises."""
        queue: SimpleQueue[_Item] = SimpleQueue()
        self._start(queue.put)
        while (event := self._received(queue.get())) is not None:
            yield event

    async def in_event_loop(self) -> AsyncGenerator[StreamEvent, None]:
        """The events, once. Closed early, it waits until the stream is closed; cancelled, it ends at once."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[_Item] = asyncio.Queue()

        def deliver(item: _Item) -> None:
            with suppress(RuntimeError):  # the event loop is closed: nobody reads any more
                loop.call_soon_threadsafe(queue.put_nowait, item)

        self._start(deliver)
        try:
            while (event := self._received(await queue.get())) is not None:
                yield event
        except GeneratorExit:
            self.stop()
            if self._left:
                await asyncio.wrap_future(self._left)
            raise
        finally:
            self.stop()

    def _start(self, deliver: Callable[[_Item], None]) -> None:
        self._deliver = deliver
        left: Future[None] = Future()
        left.set_running_or_notify_cancel()  # who waits for it may be cancelled, it may not
        self._left = left
        read = copy_context().run
        Thread(target=read, args=(self._read, left), name="generation", daemon=True).start()

    def _received(self, item: _Item) -> StreamEvent | None:
        if self._stopped:
            if self._reason:
                raise self._reason
            return None
        if isinstance(item, BaseException):
            raise item
        return item

    def _read(self, left: Future[None]) -> None:
        try:
            with closing(self._events()) as events:
                for event in events:
                    if self._stopped:
                        return
                    if event is not None:
                        self._deliver(event)
        except BaseException as error:  # noqa: BLE001 - it is raised again, where the events are read
            self._deliver(error)
        finally:
            left.set_result(None)
            self._deliver(None)

    def _events(self) -> Generator[Step, None, None]:
        if not self._stopped:
            self._stream = self._open_stream()
        if self._stream is not None and not self._stopped:
            yield from self._stream  # closing this generator closes the stream


class EventStream(Generator[StreamEvent, None, None]):
    """A generation as a generator.

    `close` stops it and waits until the model is free. One that is dropped is stopped only: garbage is collected in
    whatever thread, be it one that the model is waiting for.
    """

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._events = iter(generation)

    def send(self, value: None, /) -> StreamEvent:
        del value
        try:
            return next(self._events)
        except BaseException:  # Ctrl-C among others
            self._generation.stop()
            raise

    def throw(self, kind: Any, value: Any = None, trace: TracebackType | None = None, /) -> StreamEvent:
        """Close it, then raise."""
        self.close()
        return super().throw(kind, value, trace)

    def stop(self) -> None:
        """End it now, from any thread; the model is free a little later."""
        self._generation.stop()

    def close(self) -> None:
        self._generation.stop()
        self._generation.wait()

    def __del__(self) -> None:
        self._generation.stop()
