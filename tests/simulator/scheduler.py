"""
Virtual time: an agenda, and invocations that take turns on one thread.

Each invocation is a greenlet. Wherever it lets time pass, at a port call or asleep, everything that
is due by then happens first; so a pause at one call is all it takes to let others overtake.
"""

import heapq
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Final

from greenlet import getcurrent, greenlet

from tests.simulator.effects import Killed

type Act = Callable[[], None]
# What a process has for itself and a library keeps once for all: an object and its attribute.
type Own = tuple[Any, str]

ABSENT: Final = object()
# A history has a few thousand things happen; one that has so many would have no end.
HAPPENS_MAX: Final = 20_000


class Invocation:
    """One run of a function, in a process that may die."""

    def __init__(self, actor: str, turn: int, ends_at: float, folder: str = "") -> None:
        """Be the turn-th run of a function, which has time up to an instant."""
        self.actor = actor
        self.turn = turn
        self.ends_at = ends_at
        self.began_at = 0.0
        self.calls = 0
        self.paused_s = 0.0
        # How far its clock is off, and what became of it.
        self.clock_off_s = 0.0
        self.is_dead = False
        self.outcome = "done"
        self.error = ""
        self.answer: Any = None
        self.folder = folder
        self.thread: greenlet | None = None
        self.own: list[object] = []
        self.resume: Act = _nothing

    def die(self, outcome: str) -> Killed:
        """Be dead from now on; what it gives is to be raised."""
        self.is_dead = True
        self.outcome = outcome
        return Killed(f"{self.actor}#{self.turn} {outcome}")


class Scheduler:
    """The one true clock, and what is to happen when."""

    def __init__(self, owns: Sequence[Own] = ()) -> None:
        """Start at zero with nothing to do."""
        self.now = 0.0
        self.is_stopped = False
        self.running: Invocation | None = None
        self.alive: dict[Invocation, None] = {}
        self._owns = owns
        self._agenda: list[tuple[float, int, Act]] = []
        self._order = count()
        self._hub = getcurrent()
        self._until = 0.0

    def at(self, when: float, act: Act) -> None:
        """Have something happen at an instant; what is past happens now."""
        heapq.heappush(self._agenda, (max(when, self.now), next(self._order), act))

    def after(self, seconds: float, act: Act) -> None:
        """Have something happen so many seconds from now."""
        heapq.heappush(self._agenda, (self.now + seconds, next(self._order), act))

    @property
    def next_at(self) -> float | None:
        """Tell when the next thing is to happen."""
        return self._agenda[0][0] if self._agenda else None

    def run(self, until: float) -> None:
        """
        Let everything happen up to an instant, or until somebody stops it.

        What has no end is left in the midst of it, with more on the agenda.
        """
        self._until = until
        agenda = self._agenda
        happened = 0
        while agenda and agenda[0][0] <= until and not self.is_stopped:
            self.now, _, act = heapq.heappop(agenda)
            act()
            happened += 1
            if happened > HAPPENS_MAX:
                return
        if agenda and not self.is_stopped:
            self.now = until

    def begin(self, invocation: Invocation, act: Act, over: Act) -> None:
        """Run an invocation from now on; `over` is called when it is over, alive or dead."""

        def live() -> None:
            try:
                act()
            except Killed:
                invocation.is_dead = True
            finally:
                self.alive.pop(invocation, None)

        def resume() -> None:
            self._enter(invocation)
            if invocation.thread is None:
                over()

        invocation.began_at = self.now
        invocation.resume = resume
        invocation.thread = greenlet(live, self._hub)
        invocation.own = [ABSENT] * len(self._owns)
        self.alive[invocation] = None
        resume()

    def wait(self, seconds: float) -> None:
        """
        Let time pass for the invocation that runs; others run meanwhile.

        Raises `Killed` once its own time is up.
        """
        invocation = self.running
        if invocation is None:
            return
        if invocation.is_dead:
            raise Killed
        wake = self.now + seconds
        is_late = wake > invocation.ends_at
        if is_late:
            wake = max(self.now, invocation.ends_at)
        agenda = self._agenda
        if wake > self._until or self.is_stopped or (agenda and agenda[0][0] <= wake):
            heapq.heappush(agenda, (wake, next(self._order), invocation.resume))
            self._hub.switch()
        else:
            self.now = wake
        if is_late:
            raise invocation.die("timed-out")

    def close(self) -> None:
        """End whoever is still running; nobody gets to call anything any more."""
        for invocation in [*self.alive]:
            invocation.die("left")
            if invocation.thread:
                invocation.thread.throw(Killed)
        self._agenda.clear()

    def _enter(self, invocation: Invocation) -> None:
        """Let an invocation go on, with what is its own, until it waits or is over."""
        thread = invocation.thread
        if thread is None:
            return
        for (owner, name), value in zip(self._owns, invocation.own, strict=True):
            if value is not ABSENT:
                setattr(owner, name, value)
        self.running = invocation
        thread.switch()
        self.running = None
        invocation.own = [getattr(owner, name, ABSENT) for owner, name in self._owns]
        if thread.dead:
            invocation.thread = None


def _nothing() -> None:
    """Do nothing."""
