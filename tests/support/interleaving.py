"""
Invocations at the same time, in virtual time: at every port call another one may go on.

Each invocation is a thread, and one of them runs at a time. Which one goes on is drawn, so a seed
gives the same story again.
"""

import heapq
import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from tests.support.hooks import Moment
from tests.support.makers import START

# So much time passes at most from one port call to another, whoever makes them.
STEP_MAX_S: Final = 0.002


class _Invocation(threading.Thread):
    """One invocation: it runs until its next port call, and then waits to be let go on."""

    def __init__(self, act: Callable[[], None], back: threading.Semaphore) -> None:
        super().__init__(daemon=True)
        self.turn = threading.Semaphore(0)
        self.is_over = False
        self.is_fine = False
        self._act = act
        self._back = back

    def run(self) -> None:
        self.turn.acquire()
        try:
            self._act()
            self.is_fine = True
        finally:
            self.is_over = True
            self._back.release()

    def pause(self) -> None:
        self._back.release()
        self.turn.acquire()

    def go_on(self) -> None:
        self.turn.release()
        self._back.acquire()
        # What went wrong is told by the thread itself.
        assert self.is_fine or not self.is_over


class Interleaving:
    """Invocations and their clock; as the hook of every fake it lets others go on."""

    def __init__(self, seed: int) -> None:
        """Start with nothing to do."""
        self.chance = random.Random(seed)
        self.now = START
        self._back = threading.Semaphore(0)
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self._running: list[_Invocation] = []

    def __call__(self, _: str, __: Moment) -> None:
        """Let another invocation go on, if it is one that calls."""
        invocation = threading.current_thread()
        if isinstance(invocation, _Invocation):
            invocation.pause()

    def at(self, when: datetime, act: Callable[[], None]) -> None:
        """Have an invocation begin at an instant."""
        heapq.heappush(self._agenda, (when, next(self._order), act))

    def run(self) -> None:
        """Go on until nobody has anything left to do."""
        while self._agenda or self._running:
            self._begin()
            invocation = self.chance.choice(self._running)
            self.now += timedelta(seconds=self.chance.uniform(0, STEP_MAX_S))
            invocation.go_on()
            self._running = [one for one in self._running if not one.is_over]

    def _begin(self) -> None:
        if not self._running:
            self.now = max(self.now, self._agenda[0][0])
        while self._agenda and self._agenda[0][0] <= self.now:
            invocation = _Invocation(heapq.heappop(self._agenda)[2], self._back)
            invocation.start()
            self._running.append(invocation)
