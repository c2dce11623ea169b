"""
Invocations at the same time, in virtual time: at every port call another one may go on.

Each invocation is a greenlet. Which one goes on is drawn, so a seed gives the same story again.
"""

import heapq
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from greenlet import getcurrent, greenlet

from tests.support.hooks import Moment
from tests.support.makers import START

# So much time passes at most from one port call to another, whoever makes them.
STEP_MAX_S: Final = 0.002


class _Invocation(greenlet):
    """One invocation: it runs until its next port call, and then waits to be let go on."""


class Interleaving:
    """Invocations and their clock; as the hook of every fake it lets others go on."""

    def __init__(self, seed: int) -> None:
        """Start with nothing to do."""
        self.chance = random.Random(seed)
        self.now = START
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self._running: list[_Invocation] = []

    def __call__(self, _: str, __: Moment) -> None:
        """Let another invocation go on, if it is one that calls."""
        invocation = getcurrent()
        if isinstance(invocation, _Invocation):
            assert invocation.parent
            invocation.parent.switch()

    def at(self, when: datetime, act: Callable[[], None]) -> None:
        """Have an invocation begin at an instant."""
        heapq.heappush(self._agenda, (when, next(self._order), act))

    def run(self) -> None:
        """Go on until nobody has anything left to do."""
        while self._agenda or self._running:
            self._begin()
            invocation = self.chance.choice(self._running)
            self.now += timedelta(seconds=self.chance.uniform(0, STEP_MAX_S))
            invocation.switch()
            self._running = [one for one in self._running if not one.dead]

    def _begin(self) -> None:
        if not self._running:
            self.now = max(self.now, self._agenda[0][0])
        while self._agenda and self._agenda[0][0] <= self.now:
            invocation = _Invocation(heapq.heappop(self._agenda)[2])
            self._running.append(invocation)
