"""The answers on their way to the page, one a browser session."""

from threading import Lock

from assistant import streaming


class Generation(streaming.Generation):
    """An answer under way, whose conversation may be cleared meanwhile."""

    discarded = False

    def discard(self) -> None:
        """Stop, and tell the reader that the conversation is to be emptied."""
        self.discarded = True
        self.stop()


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
