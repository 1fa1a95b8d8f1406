"""Times of one question."""

import time
from collections.abc import Iterator

from assistant.types import Timings


class Clock:
    """Starts with the question."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._retrieve_s = 0.0
        self._first_token_s: float | None = None

    def retrieved(self) -> None:
        """Note that the passages are found."""
        self._retrieve_s = time.perf_counter() - self._start

    def first_token(self) -> None:
        """Note that the model has said something; the first time counts."""
        self._first_token_s = self._first_token_s or time.perf_counter() - self._start

    def timed(self, pieces: Iterator[str]) -> Iterator[str]:
        """Pieces that a model says, as they are."""
        for piece in pieces:
            if piece:
                self.first_token()
            yield piece

    def timings(self) -> Timings:
        """All that was noted, and the time until now."""
        total = time.perf_counter() - self._start
        return Timings(self._retrieve_s, self._first_token_s or total, total)
