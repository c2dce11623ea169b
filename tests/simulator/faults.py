"""
What happens to the port calls of invocations: nothing, a fault that was decided, or an outage.

It is the only way in which time passes for a call, and so the only place where others overtake it.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Final

from tests.simulator.decisions import Decision, Kind, Point, Source
from tests.simulator.effects import NORMAL, Effect, Killed, Loss, LostCallError, Port
from tests.simulator.scenario import Harm, Trouble
from tests.simulator.scheduler import Invocation, Scheduler

# How long a call takes that goes well, that is refused, and of which nobody ever hears.
LATENCY_S: Final = 0.005
REFUSED_S: Final = 0.2
UNHEARD_S: Final = 3.0
# How long others go on before a call is made, at most: as long as the SDK waits for it, where
# somebody waits for an answer.
PAUSE_MAX_S: Final = 60.0
PAUSES_MAX_S: Final[Mapping[str, float]] = dict.fromkeys(
    ("submit", "callback", "query", "billing", "cancel"), 3.0
)
# Longer than anybody tries again by himself.
OUTAGE_S: Final = 12 * 60

_LOST: Final = (Kind.FAIL_BEFORE, Kind.CRASH_BEFORE, Kind.OUTAGE, Kind.CRASHING_OUTAGE)
_READ: Final = (*_LOST, Kind.THROTTLE)
_LAGGING: Final = (*_READ, Kind.STALE)
_WRITTEN: Final = (*_READ, Kind.FAIL_AFTER, Kind.CRASH_AFTER)
_CONTENDED: Final = (*_WRITTEN, Kind.PARTIAL)

# What can happen to each operation. What is only read cannot fail after it has happened, and
# PARTIAL is what the fake makes of it: a page that is cut, entries that are refused, a conflict.
KINDS: Final[Mapping[str, tuple[Kind, ...]]] = {
    "kv.get_item": _LAGGING,
    "kv.query": (*_LAGGING, Kind.PARTIAL),
    "kv.batch_get_item": (*_LAGGING, Kind.PARTIAL),
    "kv.put_item": _CONTENDED,
    "kv.update_item": _CONTENDED,
    "kv.delete_item": _CONTENDED,
    "kv.transact_write_items": _CONTENDED,
    "blob.put_object": _WRITTEN,
    "blob.head_object": _READ,
    "blob.get_object": (*_READ, Kind.PARTIAL),
    "bus.put_events": _CONTENDED,
    "queue.change_message_visibility": _WRITTEN,
    "secrets.get_secret_value": _READ,
    "http.submit": (*_WRITTEN, Kind.PARTIAL, Kind.JUMP),
    "http.ask": (*_READ, Kind.PARTIAL, Kind.JUMP),
    "http.download": (*_READ, Kind.PARTIAL, Kind.JUMP),
}
_OTHERS: Final = _WRITTEN


@dataclass(slots=True)
class Outage:
    """A port that fails for everybody."""

    until: float
    is_crashing: bool


@cache
def _named(port: Port, operation: str) -> str:
    return f"{port.value}.{operation}"


class Faults:
    """Everything that goes wrong in a run, as somebody decides it."""

    def __init__(
        self,
        source: Source,
        scheduler: Scheduler,
        ends_at: float,
        *,
        is_traced: bool,
        troubles: Sequence[Trouble] = (),
    ) -> None:
        """Ask a source at every point, up to an instant; `troubles` come by themselves."""
        self.source = source
        self.scheduler = scheduler
        self.ends_at = ends_at
        self.points: list[tuple[Point, tuple[Kind, ...]]] = []
        self.steps: list[str] = []
        self.calls = 0
        self.is_traced = is_traced
        # Whom to tell of every call that has happened, before its caller hears of it.
        self.settled: Callable[[Port, Invocation], None] = _nothing
        self._troubles = troubles
        self._outages: dict[Port, Outage] = {}
        self._throttled: dict[tuple[str, str], int] = {}

    @property
    def are_on(self) -> bool:
        """Whether anything can still go wrong."""
        return self.scheduler.now < self.ends_at

    def step(self, port: Port, operation: str) -> AbstractContextManager[Effect]:
        """Surround an operation of whoever runs; what the parties outside do is left alone."""
        running = self.scheduler.running
        if running is None:
            return _FREE
        return _Step(self, running, port, _named(port, operation))

    def decide(self, at: Point, kinds: tuple[Kind, ...]) -> Decision | None:
        """Pass a point at which something could go wrong."""
        if not self.are_on:
            return None
        self.points.append((at, kinds))
        decided = self.source.fault(at, kinds)
        if decided:
            self.trace(f"{at.actor}#{at.turn}", f"{at.operation} {decided.kind}")
        return decided

    def trace(self, who: str, what: str) -> None:
        """Write a step down."""
        if self.is_traced:
            self.steps.append(f"{self.scheduler.now:10.3f} {who:<14} {what}")

    def trouble(self, port: Port) -> Harm | None:
        """Tell what is wrong with a port by itself."""
        now = self.scheduler.now
        for one in self._troubles:
            if one.port == port and one.from_s <= now < one.from_s + one.for_s:
                return one.harm
        return None

    def lose(self, port: Port, at: Point, decided: Decision | None) -> None:
        """Raise what keeps a call from happening, if anything does."""
        if decided and decided.kind in {Kind.OUTAGE, Kind.CRASHING_OUTAGE}:
            until = min(self.ends_at, self.scheduler.now + (decided.number or OUTAGE_S))
            self._outages[port] = Outage(until, decided.kind is Kind.CRASHING_OUTAGE)
        if decided and decided.kind is Kind.THROTTLE:
            self._throttled[at.actor, at.operation] = max(1, int(decided.number))
        outage = self._outages.get(port)
        if outage and self.scheduler.now >= outage.until:
            del self._outages[port]
            outage = None
        harm = self.trouble(port) if self._troubles else None
        is_fatal = harm is Harm.CRASHES or (outage is not None and outage.is_crashing)
        if is_fatal or (decided and decided.kind is Kind.CRASH_BEFORE):
            running = self.scheduler.running
            assert running
            raise running.die("killed")
        if outage or harm is Harm.FAILS or (decided and decided.kind is Kind.FAIL_BEFORE):
            raise LostCallError(Loss.TIMEOUT)
        if self._throttled and (left := self._throttled.get((at.actor, at.operation))):
            self._throttled[at.actor, at.operation] = left - 1
            raise LostCallError(Loss.THROTTLED)


def _nothing(_: Port, __: Invocation) -> None:
    """Do nothing."""


class _Free:
    """Nothing happens to what is no handler's call."""

    def __enter__(self) -> Effect:
        return NORMAL

    def __exit__(self, *_: object) -> None:
        return None


_FREE: Final = _Free()
_EFFECTS: Final[Mapping[Kind, Effect]] = {
    Kind.PARTIAL: Effect(is_partial=True),
    Kind.STALE: Effect(is_stale=True),
}


class _Step:
    """One call of an invocation."""

    __slots__ = ("_decided", "_faults", "_invocation", "_operation", "_port")

    def __init__(self, faults: Faults, invocation: Invocation, port: Port, operation: str) -> None:
        self._faults = faults
        self._invocation = invocation
        self._port = port
        self._operation = operation
        self._decided: Decision | None = None

    def __enter__(self) -> Effect:
        faults, invocation = self._faults, self._invocation
        if invocation.is_dead:
            raise Killed
        faults.calls += 1
        invocation.calls += 1
        at = Point(invocation.actor, invocation.turn, invocation.calls, self._operation)
        if faults.is_traced:
            faults.trace(f"{at.actor}#{at.turn}", at.operation)
        scheduler = faults.scheduler
        if not faults.are_on:
            scheduler.wait(LATENCY_S)
            return NORMAL
        # Troubles end before that.
        pause_s = min(faults.source.pause_s(at), PAUSES_MAX_S.get(at.actor, PAUSE_MAX_S))
        invocation.paused_s += pause_s
        scheduler.wait(LATENCY_S + pause_s)
        decided = self._decided = faults.decide(at, KINDS.get(self._operation, _OTHERS))
        try:
            faults.lose(self._port, at, decided)
        except LostCallError:
            scheduler.wait(REFUSED_S)
            raise
        if not decided:
            is_partial = faults.trouble(self._port) is Harm.PARTIAL
            return _EFFECTS[Kind.PARTIAL] if is_partial else NORMAL
        if decided.kind is Kind.JUMP:
            invocation.clock_off_s += decided.number
        return _EFFECTS.get(decided.kind, NORMAL)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if kind is Killed:
            return
        self._faults.settled(self._port, self._invocation)
        decided = self._decided
        if not decided:
            return
        if decided.kind is Kind.CRASH_AFTER:
            raise self._invocation.die("killed")
        if decided.kind is Kind.FAIL_AFTER:
            self._faults.scheduler.wait(UNHEARD_S)
            raise LostCallError(Loss.TIMEOUT)
