"""
What is decided in a run, and where: the vocabulary of faults, choices and schedules.

A run is a pure function of its scenario, its seed and the list of decisions. A decision names the
point at which it strikes, so taking one out of the list leaves the others where they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol


class Kind(StrEnum):
    """What may happen at a point; docs are those of the fault model's table."""

    # At a port call of an invocation.
    FAIL_BEFORE = "fail-before"
    FAIL_AFTER = "fail-after"
    CRASH_BEFORE = "crash-before"
    CRASH_AFTER = "crash-after"
    # `number` calls of this operation are refused, this one first.
    THROTTLE = "throttle"
    PARTIAL = "partial"
    STALE = "stale"
    # The port fails for everybody from here on, for twelve minutes; or kills whoever calls it.
    OUTAGE = "outage"
    CRASHING_OUTAGE = "crashing-outage"
    # At the beginning of an invocation: the function's clock is off by `number` seconds from here
    # on, the clock jumps by so many within this invocation, or the previous release runs.
    SKEW = "skew"
    JUMP = "jump"
    OLD_CODE = "old-code"
    # At a delivery: of a message, a batch, an event or an HTTP request to us.
    DUPLICATE = "duplicate"
    DELAY = "delay"
    REORDER = "reorder"
    DROP = "drop"
    # No faults: another invocation goes on meanwhile; what a party outside does.
    PAUSE = "pause"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """
    A place in a run.

    `actor` is a function, or a party outside such as `queue.poll` or `provider.sunoapi`.
    `turn` says which of its invocations (deliveries, tasks) in this run, `call` which port call of
    that one; both count from 1, and call 0 is the beginning. `operation` is `port.operation`.
    """

    actor: str
    turn: int
    call: int
    operation: str

    def __str__(self) -> str:
        """Write it in one line."""
        return f"{self.actor}#{self.turn}.{self.call} {self.operation}"


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """What happens at a point. A choice has a `name`; `number` is how often, how long, how far."""

    at: Point
    kind: Kind
    number: float = 0.0
    name: str = ""

    def __str__(self) -> str:
        """Write it in one line."""
        told = f" {self.name}" if self.name else ""
        return f"{self.at}: {self.kind}{told}" + (f" {self.number:g}" if self.number else "")


class Source(Protocol):
    """Who decides: a list that was written down, or chance that writes down what it decides."""

    def fault(self, at: Point, kinds: Sequence[Kind]) -> Decision | None:
        """Decide whether something happens at a point, and which of the kinds that can."""
        ...

    def pause_s(self, at: Point) -> float:
        """Decide how long others go on before a call is made."""
        ...

    def choose(self, at: Point, names: Sequence[str]) -> str:
        """Decide what a party outside does; the first name is what it does by itself."""
        ...

    @property
    def decisions(self) -> Sequence[Decision]:
        """List what was decided so far, in the order in which it happened."""
        ...


# The kinds that are no faults, and so go on when faults have stopped.
HARMLESS: Final = frozenset({Kind.PAUSE, Kind.CHOICE})


class Fixed:
    """A list of decisions; wherever it says nothing, nothing happens."""

    def __init__(self, decisions: Sequence[Decision] = ()) -> None:
        self._at: dict[Point, list[Decision]] = {}
        for decision in decisions:
            self._at.setdefault(decision.at, []).append(decision)
        self._taken: list[Decision] = []

    @property
    def decisions(self) -> Sequence[Decision]:
        return self._taken

    def fault(self, at: Point, kinds: Sequence[Kind]) -> Decision | None:
        return self._find(at, kinds)

    def pause_s(self, at: Point) -> float:
        found = self._find(at, (Kind.PAUSE,))
        return found.number if found else 0.0

    def choose(self, at: Point, names: Sequence[str]) -> str:
        found = self._find(at, (Kind.CHOICE,))
        return found.name if found and found.name in names else names[0]

    def _find(self, at: Point, kinds: Sequence[Kind]) -> Decision | None:
        for decision in self._at.get(at, ()):
            if decision.kind in kinds:
                self._taken.append(decision)
                return decision
        return None
