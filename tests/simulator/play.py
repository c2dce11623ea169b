"""
One history from its beginning to its end: the entrance for everything around the simulator.

    played = play(SCENARIOS["one push job"], Fixed(), seed=1)

The same scenario, decisions and seed always give the same history, in any process.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.simulator.decisions import Decision, Point, Source
from tests.simulator.logs import Entry, Item, Logs
from tests.simulator.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that does not hold: which, when, what is wrong, and the state around it."""

    invariant: str
    at: float
    message: str
    before: Any = None
    after: Any = None


class Sight(Protocol):
    """What a checker may see: the logs of the parties outside, and what lies in the stores."""

    @property
    def scenario(self) -> Scenario: ...

    @property
    def now(self) -> float:
        """Tell the true time, in seconds since the beginning."""
        ...

    @property
    def faults_end_s(self) -> float:
        """Tell from when on no fault happens any more."""
        ...

    @property
    def logs(self) -> Logs: ...

    @property
    def rows(self) -> Mapping[tuple[str, str], Item]:
        """Give the table as it is, in DynamoDB's notation."""
        ...

    @property
    def objects(self) -> Mapping[str, bytes]:
        """Give the bucket as it is."""
        ...

    @property
    def waiting(self) -> Mapping[str, int]:
        """Count the messages in each queue, dead letters as well."""
        ...


class Check(Protocol):
    """The guard of some invariants during one history; it may remember."""

    def see(self, entry: Entry, sight: Sight) -> Iterable[Violation]:
        """Judge what has just happened."""
        ...

    def finish(self, sight: Sight) -> Iterable[Violation]:
        """Judge what is left when nothing is left to do."""
        ...


@dataclass(frozen=True, slots=True)
class Played:
    """
    A history.

    `points` are all places that were passed at which a fault could have struck, each with the kinds
    that it could have had; `decisions` those that were taken. `steps` are lines of a trace, if one
    was wanted. `ended` is whether nothing was left to do before time was up.
    """

    points: Sequence[tuple[Point, tuple[str, ...]]]
    decisions: Sequence[Decision]
    violations: Sequence[Violation]
    steps: Sequence[str]
    ended: bool
    counts: Mapping[str, int]
    logs: Logs = field(repr=False)


def play(
    scenario: Scenario,
    faults: Source,
    seed: int,
    *,
    checks: Sequence[Check] = (),
    is_traced: bool = False,
) -> Played:
    """Play a history; the first violation of a check ends it."""
    raise NotImplementedError
