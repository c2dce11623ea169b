"""One dead or slow receiver keeps no other waiting: many workers in virtual time (I15)."""

import heapq
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise

from greenlet import getcurrent, greenlet

from cliphook.application.attempt_delivery import attempt_delivery
from cliphook.application.webhook_ports import DeliveryRef
from cliphook.domain.delivery import Response, Trouble
from cliphook.domain.lane import FLIGHTS_FIRST, FLIGHTS_MAX
from tests.support.makers import START, at
from tests.support.receiving import Receiving, announced

# As many as the template lets work at once, less than the dead ones would take if they could.
WORKERS = 40
DEAD = Response(error=Trouble.TIMEOUT, duration_ms=15_000)
SLOW = Response(status=200, duration_ms=9_000)
WELL = Response(status=200, duration_ms=50)


class Shift:
    """Workers that take errands as they become free; each waits out what its receiver takes."""

    def __init__(self, world: Receiving, look_s: float = 0) -> None:
        self.world = world
        # What a worker is busy for with any errand, also with one that finds no room.
        self.look_s = look_s
        self.sleeping: list[tuple[float, int, greenlet]] = []
        self.flying: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.turns = iter(range(10**9))
        self.free = WORKERS
        self.errands = 0
        self.posted: list[tuple[str, float]] = []
        self.first: dict[tuple[str, str], float] = {}
        self.main = getcurrent()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Answer as the script says, once the time is over that it takes."""
        del body
        response = self.world.poster.scripts[url][0]
        self.flying[url] = self.flying.get(url, 0) + 1
        self.most[url] = max(self.most.get(url, 0), self.flying[url])
        now_s = (self.world.clock.now - START).total_seconds()
        self.posted.append((url, now_s))
        self.first.setdefault((url, headers["webhook-id"]), now_s)
        self.sleep(response.duration_ms / 1000)
        self.flying[url] -= 1
        return response

    def sleep(self, seconds: float) -> None:
        now_s = (self.world.clock.now - START).total_seconds()
        heapq.heappush(self.sleeping, (now_s + seconds, next(self.turns), getcurrent()))
        self.main.switch()

    def run(self, until_s: float) -> None:
        while True:
            self._begin()
            moments = [*self._moments()]
            if not moments or min(moments) > until_s:
                return
            self.world.clock.now = at(min(moments))
            while self.sleeping and self.sleeping[0][0] <= min(moments):
                heapq.heappop(self.sleeping)[2].switch()

    def _moments(self) -> Iterator[float]:
        yield from (one[0] for one in self.sleeping[:1])
        if self.free:
            yield from ((when - START).total_seconds() for when, _ in self.world.errands.attempts)

    def _begin(self) -> None:
        now = self.world.clock.now
        ready = [one for one in self.world.errands.attempts if one[0] <= now]
        ready.sort(key=lambda one: one[0])
        for errand in ready[: self.free]:
            self.world.errands.attempts.remove(errand)
            self.free -= 1
            greenlet(self._work, self.main).switch(errand[1])

    def _work(self, ref: DeliveryRef) -> None:
        self.errands += 1
        if self.look_s:
            self.sleep(self.look_s)
        attempt_delivery(ref, world=self.world.world)
        self.free += 1


def test_a_dead_and_a_slow_receiver_delay_no_first_attempt_of_another() -> None:
    world = Receiving()
    dead, slow, well = (
        world.endpoint("dead", DEAD),
        world.endpoint("slow", SLOW),
        world.endpoint("well", WELL),
    )
    shift = Shift(world)
    world.poster.post = shift.post  # type: ignore[method-assign]
    for seq in range(150):
        world.announce(announced(seq, START))

    shift.run(600)

    first: dict[str, float] = {}
    for url, when in shift.posted:
        if url == well.url:
            first.setdefault(f"{when}-{len(first)}", when)
    assert len(first) == 150
    assert max(first.values()) <= 10
    assert shift.most[dead.url] == FLIGHTS_FIRST
    assert shift.most[slow.url] == FLIGHTS_MAX
    assert shift.most[well.url] <= FLIGHTS_MAX


def test_a_dead_receiver_is_asked_by_one_at_a_time_after_it_was_silent_for_long() -> None:
    world = Receiving()
    dead = world.endpoint("dead", DEAD)
    shift = Shift(world)
    world.poster.post = shift.post  # type: ignore[method-assign]
    for seq in range(150):
        world.announce(announced(seq, START))

    shift.run(timedelta(minutes=30).total_seconds())

    later = sorted(when for _, when in shift.posted if when > 60)
    assert all(after - before >= 15 for before, after in pairwise(later))
    assert len(later) <= 30
    assert shift.most[dead.url] == FLIGHTS_FIRST


def test_those_who_wait_do_not_keep_the_workers_from_others() -> None:
    world = Receiving()
    well = world.endpoint("well", WELL)
    world.endpoint("dead", DEAD)
    world.endpoint("slow", SLOW)
    shift = Shift(world, look_s=0.25)
    world.poster.post = shift.post  # type: ignore[method-assign]
    announced_at: dict[str, float] = {}
    for seq in range(500):
        shift.run(seq / 10)
        world.clock.now = at(seq / 10)
        event = announced(seq, at(seq / 10))
        announced_at[event.event_id] = seq / 10
        world.announce(event)
    shift.run(110)

    lags = [shift.first[well.url, id_] - when for id_, when in announced_at.items()]
    assert max(lags) <= 2


def test_who_waits_for_a_full_lane_comes_again_ever_more_seldom() -> None:
    world = Receiving()
    slow = world.endpoint("slow", SLOW)
    shift = Shift(world)
    world.poster.post = shift.post  # type: ignore[method-assign]
    for seq in range(400):
        world.announce(announced(seq, START))

    shift.run(timedelta(minutes=30).total_seconds())

    # Ten at a time, nine seconds each, are six minutes for all of them.
    took_s = [when for url, when in shift.posted if url == slow.url]
    assert len(took_s) == 400
    assert max(took_s) <= 600
    assert shift.errands <= 400 * 20


def test_who_waits_for_a_silent_receiver_comes_again_ever_more_seldom() -> None:
    world = Receiving()
    world.endpoint("dead", DEAD)
    shift = Shift(world)
    world.poster.post = shift.post  # type: ignore[method-assign]
    for seq in range(200):
        world.announce(announced(seq, START))

    shift.run(timedelta(hours=1).total_seconds())

    # Each is looked at a few times in the first minutes, and then every eight minutes or so.
    assert shift.errands <= 200 * 30
