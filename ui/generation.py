"""An answer on its way, which can be stopped from another thread at any moment."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from queue import SimpleQueue
from threading import Event, Lock, Thread

from assistant.types import StreamEvent


class Generation:
    """Reads a stream in a thread of its own: the reader is released at once by `stop`, and the stream is closed
    as soon as it hands over control (a generator that is computing cannot be closed from outside).
    """

    def __init__(self, open_stream: Callable[[], Iterator[StreamEvent]]) -> None:
        self._open_stream = open_stream
        self._queue: SimpleQueue[StreamEvent | Exception | None] = SimpleQueue()
        self._stop = Event()
        self._discard = Event()

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stop.is_set()

    @property
    def discarded(self) -> bool:
        """Whether the conversation was cleared meanwhile."""
        return self._discard.is_set()

    def discard(self) -> None:
        """Stop, and tell the reader that the conversation is to be emptied."""
        self._discard.set()
        self.stop()

    def stop(self) -> None:
        """End the iteration now; may be called twice, and after the end."""
        self._stop.set()
        self._queue.put(None)

    def __iter__(self) -> Iterator[StreamEvent]:
        """The events, once; raises what the stream raises."""
        Thread(target=self._read, name="generation", daemon=True).start()
        while (event := self._queue.get()) is not None and not self.stopped:
            if isinstance(event, Exception):
                raise event
            yield event

    def _read(self) -> None:
        try:
            with closing(self._events()) as events:
                for event in events:
                    if self.stopped:
                        return
                    self._queue.put(event)
        except Exception as error:  # noqa: BLE001 - it is raised again, in the reader's thread
            self._queue.put(error)
        finally:
            self._queue.put(None)

    def _events(self) -> Generator[StreamEvent, None, None]:
        yield from self._open_stream()  # closing this generator closes the stream


class Generations:
    """The running generation of each browser session: one at a time."""

    def __init__(self) -> None:
        self._by_session: dict[str, Generation] = {}
        self._lock = Lock()

    def start(self, session: str, generation: Generation) -> None:
        """Register a generation; an earlier one of the session is stopped."""
        with self._lock:
            earlier, self._by_session[session] = self._by_session.get(session), generation
        if earlier is not None:
            earlier.stop()

    def finish(self, session: str, generation: Generation) -> None:
        """Stop a generation and forget it."""
        generation.stop()
        with self._lock:
            if self._by_session.get(session) is generation:
                del self._by_session[session]

    def discard(self, session: str) -> bool:
        """Discard the session's generation. False where none is running: then nobody else empties the conversation."""
        with self._lock:
            generation = self._by_session.get(session)
            if generation is not None:
                generation.discard()
            return generation is not None

    def running(self, session: str) -> bool:
        """Whether an answer for the session is on its way."""
        with self._lock:
            return session in self._by_session

    def stop(self, session: str) -> None:
        """Stop the session's generation, if there is one."""
        with self._lock:
            generation = self._by_session.get(session)
        if generation is not None:
            generation.stop()
