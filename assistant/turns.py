"""Taking turns: a line in which whoever came first is seated first, and is told the place in it."""

from collections.abc import Iterator
from itertools import count
from threading import Condition
from types import TracebackType

_GLANCE_S = 0.1
"""Whoever waits comes up for air this often, to see whether it is still wanted."""


class Line:
    """Seats, numbered from 0, and a line before them; `threading`'s locks and semaphores let latecomers push in.

    Without a number of seats there is one for everybody.
    """

    def __init__(self, seats: int | None = None) -> None:
        self._seats = seats
        self._seated: dict[Ticket, int] = {}
        self._waiting: list[Ticket] = []
        self._changed = Condition()

    @property
    def busy(self) -> bool:
        """Is anybody seated or waiting?"""
        with self._changed:
            return bool(self._seated or self._waiting)

    def ticket(self) -> "Ticket":
        """Join the line, at its end. Leave it again: with the end of a `with` block, or by `leave`."""
        ticket = Ticket(self)
        with self._changed:
            self._waiting.append(ticket)
            self._advance()
        return ticket

    def quiet(self) -> Iterator[None]:
        """Until nobody is seated or waiting; yields now and then, a moment at which to give up."""
        while self.busy:
            yield
            with self._changed:
                if self.busy:
                    self._changed.wait(_GLANCE_S)

    def _advance(self) -> None:
        """Seat whoever is next, as long as there is a seat."""
        while self._waiting and (self._seats is None or len(self._seated) < self._seats):
            taken = set(self._seated.values())
            self._seated[self._waiting.pop(0)] = next(seat for seat in count() if seat not in taken)
        self._changed.notify_all()


class Ticket:
    """One's place in a line, and then one's seat."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def seat(self) -> int:
        """Its number. Raises KeyError for who has none."""
        return self._line._seated[self]

    def waiting(self) -> Iterator[int]:
        """Until there is a seat. Yields the place in the line, 1 being next: at once, when it changes, now and then."""
        while place := self._place():
            yield place
            with self._line._changed:
                if self._place() == place:
                    self._line._changed.wait(_GLANCE_S)

    def leave(self) -> None:
        """Give up the seat, or the place in the line. May be called twice."""
        with self._line._changed:
            if self in self._line._waiting:
                self._line._waiting.remove(self)
            self._line._seated.pop(self, None)
            self._line._advance()

    def __enter__(self) -> "Ticket":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def _place(self) -> int:
        """0 with a seat."""
        with self._line._changed:
            return 0 if self in self._line._seated else self._line._waiting.index(self) + 1
