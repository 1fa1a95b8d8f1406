"""A line is fair, however many threads stand in it, and whoever leaves it makes room."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier, Lock

import pytest

from assistant.turns import Line, Ticket

PATIENCE_S = 20
THREADS = 16


def place(ticket: Ticket) -> int:
    """As of now; 0 with a seat."""
    return next(ticket.waiting(), 0)


def seated(ticket: Ticket) -> Ticket:
    """As soon as it is."""
    for _ in ticket.waiting():
        pass
    return ticket


def test_first_come_first_served() -> None:
    line = Line(2)
    tickets = [line.ticket() for _ in range(5)]
    assert [place(ticket) for ticket in tickets] == [0, 0, 1, 2, 3]
    assert [ticket.seat for ticket in tickets[:2]] == [0, 1]
    tickets[0].leave()
    assert [place(ticket) for ticket in tickets[1:]] == [0, 0, 1, 2]
    assert [ticket.seat for ticket in tickets[1:3]] == [1, 0]
    late = line.ticket()
    assert [place(ticket) for ticket in (*tickets[3:], late)] == [1, 2, 3]


def test_leaving_the_line_moves_those_behind() -> None:
    line = Line(1)
    first, second, third = (line.ticket() for _ in range(3))
    second.leave()
    second.leave()
    assert place(third) == 1
    with pytest.raises(KeyError):
        _ = third.seat
    first.leave()
    first.leave()
    assert place(third) == 0
    assert line.busy
    third.leave()
    assert not line.busy


def test_a_place_is_told_at_once_when_it_changes_and_until_there_is_a_seat() -> None:
    line = Line(1)
    first, second, third = (line.ticket() for _ in range(3))
    told: Iterator[int] = third.waiting()
    assert next(told) == 2
    second.leave()
    assert next(told) == 1
    assert next(told) == 1, "now and then also where nothing has changed"
    first.leave()
    assert list(told) == []


def test_an_error_gives_the_seat_back() -> None:
    line = Line(1)
    with pytest.raises(ZeroDivisionError), line.ticket():
        raise ZeroDivisionError
    assert place(line.ticket()) == 0


def test_without_a_number_of_seats_nobody_waits() -> None:
    line = Line()
    assert [place(ticket) for ticket in [line.ticket() for _ in range(50)]] == [0] * 50


def test_quiet_waits_until_the_last_one_has_left() -> None:
    line = Line(1)
    assert list(line.quiet()) == []
    first, second = line.ticket(), line.ticket()
    quiet = line.quiet()
    next(quiet)
    first.leave()
    next(quiet)
    second.leave()
    assert list(quiet) == []


@pytest.mark.parametrize("seats", [1, 2, 5])
def test_many_threads_never_share_a_seat_and_nobody_is_forgotten(seats: int) -> None:
    line, together, lock = Line(seats), Barrier(THREADS), Lock()
    taken: list[bool] = [False] * seats
    most = served = 0

    def stand(number: int) -> None:
        nonlocal most, served
        random = Random(number)
        together.wait(PATIENCE_S)
        for _ in range(50):
            with line.ticket() as ticket:
                if random.random() < 0.2:  # whoever leaves while waiting, or just seated
                    next(ticket.waiting(), 0)
                    continue
                seat = seated(ticket).seat
                with lock:
                    assert not taken[seat]
                    taken[seat] = True
                    most = max(most, sum(taken))
                    served += 1
                with lock:
                    taken[seat] = False

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(stand, range(THREADS)))
    assert not line.busy
    assert most <= seats
    assert served > THREADS * 50 * 0.6


def test_threads_are_served_in_the_order_in_which_they_came() -> None:
    line = Line(1)
    first = line.ticket()
    tickets = [line.ticket() for _ in range(THREADS)]
    order: list[int] = []

    def stand(number: int) -> None:
        with seated(tickets[number]):
            order.append(number)

    with ThreadPoolExecutor(THREADS) as threads:
        waiting = [threads.submit(stand, number) for number in reversed(range(THREADS))]
        first.leave()
        for each in waiting:
            each.result(PATIENCE_S)
    assert order == list(range(THREADS))


def test_two_who_come_again_and_again_take_turns() -> None:
    """With `threading.Lock`, whoever lets go takes it again before the other one wakes."""
    line, together = Line(1), Barrier(2)
    order: list[str] = []

    def work(name: str) -> None:
        ticket = line.ticket()
        together.wait(PATIENCE_S)
        for _ in range(20):
            seated(ticket)
            order.append(name)
            again = line.ticket()  # behind the other one, who waits
            ticket.leave()
            ticket = again
        ticket.leave()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, "ab"))
    assert order in (list("ab") * 20, list("ba") * 20)
