"""
One history from its beginning to its end: the entrance for everything around the simulator.

    played = play(SCENARIOS["one push job"], Fixed(), seed=1)

The same scenario, decisions and seed always give the same history, in any process.
"""

import gc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.simulator.decisions import Decision, Point, Source
from tests.simulator.logs import Entry, Item, Logs
from tests.simulator.previous import previous
from tests.simulator.release import ROOT, release
from tests.simulator.run import Run
from tests.simulator.sandboxes import SANDBOXES
from tests.simulator.scenario import FAULTS_END_S, RUN_MAX_S, Scenario
from tests.simulator.workers import GARBAGE
from tests.simulator.world import World


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
    def rows(self) -> Mapping[tuple[Any, ...], Item]:
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


class _Guard:
    """All checks of a history, up to the first thing that is wrong."""

    def __init__(self, checks: Sequence[Check], world: World) -> None:
        self._checks = checks
        self._world = world
        self._found: list[Violation] = []

    def see(self, entry: Entry) -> None:
        """Judge what has just happened, and stop where it is wrong."""
        if not self._found:
            for check in self._checks:
                self._found.extend(check.see(entry, self._world))
            self._world.run.scheduler.is_stopped = bool(self._found)

    def finish(self) -> Sequence[Violation]:
        """Judge what is left, if all was well so far."""
        if not self._found:
            for check in self._checks:
                self._found.extend(check.finish(self._world))
        return self._found


def play(
    scenario: Scenario,
    faults: Source,
    seed: int,
    *,
    checks: Sequence[Check] = (),
    is_traced: bool = False,
    root: Path = ROOT,
    faults_end_s: float = FAULTS_END_S,
) -> Played:
    """
    Play a history; the first violation of a check ends it.

    `root` is the release that runs: the folder with `layers` and `functions` in it.
    """
    # A history leaves its garbage all at once, and little before.
    gc.set_threshold(GARBAGE)
    SANDBOXES.forget()
    run = Run(scenario, faults, seed, faults_end_s, is_traced=is_traced)
    run.enter()
    before = previous(scenario.before) if scenario.before else None
    world = World(run, release(root), before)
    guard = _Guard(checks, world)
    run.logs.tell = guard.see if checks else None
    world.begin()
    run.scheduler.run(RUN_MAX_S)
    ended = run.scheduler.next_at is None
    run.scheduler.close()
    if run.broken:
        raise run.broken
    return Played(
        points=run.faults.points,
        decisions=[*faults.decisions],
        violations=guard.finish(),
        steps=run.faults.steps,
        ended=ended,
        counts={"calls": run.faults.calls, "entries": len(run.logs.entries)},
        logs=run.logs,
    )
