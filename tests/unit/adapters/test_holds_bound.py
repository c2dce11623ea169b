"""A dead provider or host delays no other by five minutes: played, and computed."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from cliphook.adapters.holds import STRIKES, Holds
from cliphook.adapters.httpx_exchange import CONNECT_S, WRITE_S
from cliphook.adapters.httpx_fetcher import TOTAL_MAX_S
from cliphook.adapters.httpx_sender import ASK_BODY_S, ASK_S
from infra.flows import WORKERS
from tests.support.makers import at

# I16, and what the longest poll takes.
LATE_MAX_S = 300
POLL_MAX_S = CONNECT_S + WRITE_S + ASK_S + ASK_BODY_S
WORKER = {worker.name: worker for worker in WORKERS}


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: at(0))

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def waits_of_others(takes_s: float, processes: int, *, is_patient: bool) -> Iterator[float]:
    """
    Play an hour of a queue: far more orders than can be done for a provider that hangs, and among
    them every second one for another, which is done at once. Give how long the latter wait.
    """
    clocks = [Clock() for _ in range(processes)]
    holds = [Holds(clock) for clock in clocks]
    free = [(0.0, number) for number in range(processes)]
    for second in range(3600):
        for name in ("dead",) * processes + ("well",):
            ends, number = heapq.heappop(free)
            begins = max(ends, float(second))
            clock, hold = clocks[number], holds[number]
            clock.now = at(begins)
            if name == "well":
                yield begins - second
                clock.sleep(0.5)
            elif hold.left_s(name):
                clock.sleep(0.005)
            else:
                clock.sleep(takes_s)
                if is_patient:
                    hold.wasted(name, at(begins))
            heapq.heappush(free, ((clock.now - at(0)).total_seconds(), number))


@pytest.mark.parametrize(
    ("function", "takes_s"), [("poll", POLL_MAX_S), ("archive", TOTAL_MAX_S), ("poll", ASK_S)]
)
def test_a_dead_downstream_delays_no_other_by_five_minutes_however_much_work_it_has(
    function: str, takes_s: float
) -> None:
    processes = WORKER[function].concurrency

    # All may be caught by it at first, twice in a row; from then on most of their time is left.
    assert max(waits_of_others(takes_s, processes, is_patient=True)) <= STRIKES * takes_s + 1
    assert STRIKES * takes_s + 1 < LATE_MAX_S
    assert max(waits_of_others(takes_s, processes, is_patient=False)) > LATE_MAX_S


def test_nobody_is_killed_before_it_can_remember_who_kept_it_waiting() -> None:
    assert WORKER["poll"].timeout_s > POLL_MAX_S
    assert WORKER["archive"].timeout_s > TOTAL_MAX_S


def test_an_order_keeps_no_other_waiting_in_its_batch() -> None:
    assert {worker.batch for worker in WORKERS} == {1}
