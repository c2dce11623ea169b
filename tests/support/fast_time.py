"""Time that runs many times as fast as ours, and stands still while somebody is at work."""

import asyncio
import heapq
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from threading import Event, Lock
from typing import Final

from local.simulators import Clock
from tests.support.makers import START

# More than ever wait for time to pass: with all threads waiting, nobody else could work.
THREADS: Final = 128
TICK_S: Final = 0.005


@dataclass(frozen=True, slots=True, order=True)
class _Task:
    at_s: float
    number: int
    act: Callable[[], None] = field(compare=False)


@dataclass(frozen=True, slots=True, order=True)
class _Sleeper:
    until_s: float
    number: int
    woken: asyncio.Future[None] = field(compare=False)


class FastTime:
    """
    A time of its own, with an agenda that threads work off.

    It goes on only when nothing is due and nobody at work, so a busy machine delays a run and
    changes nothing in it. What itself waits for time to pass says so, by `passing`; meanwhile each
    tick waits until the event loop of those who sleep by this time has had a turn. They are woken
    by the tick that they wait for, and do not look at the clock before.
    """

    def __init__(self, speed: float) -> None:
        """Begin at the start; so many seconds pass in each real one, at most."""
        self._speed = speed
        self._passed_s = 0.0
        self._halted = 0
        self._under_way = 0
        self._agenda: list[_Task] = []
        self._sleepers: list[_Sleeper] = []
        self._order = count()
        self._lock = Lock()
        self._done: list[Future[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._had_turn = Event()
        self._had_turn.set()

    def now(self) -> datetime:
        """Tell the time."""
        return START + timedelta(seconds=self._passed_s)

    def clock(self) -> Clock:
        """Make a simulator's clock that shows this time."""
        scale = 1 / self._speed
        return Clock(scale, monotonic=lambda: self._passed_s * scale, sleep=self._nap)

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Have something done so many seconds from now; time stands still meanwhile."""
        with self._lock:
            at_s = self._passed_s + max(0, seconds)
            heapq.heappush(self._agenda, _Task(at_s, next(self._order), act))

    @contextmanager
    def halted(self) -> Generator[None]:
        """Let no time pass."""
        self._halt(1)
        try:
            yield
        finally:
            self._halt(-1)

    @contextmanager
    def passing(self) -> Generator[None]:
        """Let time pass for as long as the one at work only waits."""
        self._halt(-1)
        try:
            yield
        finally:
            self._halt(1)

    def run(self, seconds: float, *, real_s_max: float) -> list[BaseException]:
        """
        Let so much time pass, wait for what is under way then, and tell what tasks have raised.

        Raises `TimeoutError` if that takes too long by our own clock.
        """
        ends_at_s = self._passed_s + seconds
        gives_up_at_s = time.monotonic() + real_s_max
        with ThreadPoolExecutor(THREADS) as pool:
            while self._passed_s < ends_at_s or self._under_way:
                if time.monotonic() > gives_up_at_s:
                    raise TimeoutError(f"only {self._passed_s:.0f} s had passed by then")
                self._done += [pool.submit(self._do, task) for task in self._take_due()]
                time.sleep(TICK_S)
                self._go_on()
        return [error for future in self._done if (error := future.exception())]

    def _halt(self, more: int) -> None:
        with self._lock:
            self._halted += more

    def _take_due(self) -> list[_Task]:
        with self._lock:
            due: list[_Task] = []
            while self._agenda and self._agenda[0].at_s <= self._passed_s:
                due.append(heapq.heappop(self._agenda))
            self._under_way += len(due)
            self._halted += len(due)
        return due

    def _do(self, task: _Task) -> None:
        try:
            task.act()
        finally:
            with self._lock:
                self._under_way -= 1
                self._halted -= 1

    def _go_on(self) -> None:
        """Pass one tick, and no task; a thread that starves passes less time, never more."""
        if not self._had_turn.is_set():
            return
        with self._lock:
            if self._halted:
                return
            next_s = self._agenda[0].at_s if self._agenda else float("inf")
            self._passed_s = min(self._passed_s + TICK_S * self._speed, next_s)
            due = self._take_sleepers()
        if self._loop:
            self._had_turn.clear()
            self._loop.call_soon_threadsafe(self._wake, self._loop, due)

    def _take_sleepers(self) -> list[asyncio.Future[None]]:
        due: list[asyncio.Future[None]] = []
        while self._sleepers and self._sleepers[0].until_s <= self._passed_s:
            due.append(heapq.heappop(self._sleepers).woken)
        return due

    def _wake(self, loop: asyncio.AbstractEventLoop, due: list[asyncio.Future[None]]) -> None:
        """Wake those whose time has come; only after them it is the next tick's turn."""
        for woken in due:
            if not woken.done():
                woken.set_result(None)
        loop.call_soon(self._had_turn.set)

    async def _nap(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        woken = self._loop.create_future()
        with self._lock:
            until_s = self._passed_s + seconds * self._speed
            heapq.heappush(self._sleepers, _Sleeper(until_s, next(self._order), woken))
        await woken
