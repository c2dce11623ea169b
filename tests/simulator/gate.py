"""
The whole gate of the simulator: every single fault, random schedules, planted bugs, the canary.

Its exit code says what went wrong first: safety before liveness, and both before the harness.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from tests.simulator import planted_runs
from tests.simulator.cases import Case, Outcome
from tests.simulator.cloud.session import prepare
from tests.simulator.planted.catalogue import CANARY, PATCHES
from tests.simulator.planted_runs import Caught, least
from tests.simulator.progress import Progress
from tests.simulator.random_runs import schedules
from tests.simulator.report import report
from tests.simulator.scenarios import SCENARIOS
from tests.simulator.source import ROOT, commit
from tests.simulator.sweep import plain, play_all, singles

# Those that are swept in every gate; a nightly run sweeps all. They are the ones with few points
# among those that differ in how music comes, and how it does not.
SWEPT: Final = (
    "one push job",
    "one poll job",
    "one block job",
    "music in the answer",
    "callbacks that are lost",
    "an error after first",
    "refused by all",
    "nobody knows",
    "a host that serves something else each time",
    "callbacks and nothing else",
    "canceled while nobody knows",
    "credit for a job that fails",
)
SCHEDULES: Final = 10_000
# Histories in a second of one core's time, which a busy machine does not change much.
SPEED_MIN: Final = 5.0
# More are not worth waiting for: the first few say what is wrong.
VIOLATIONS_MAX: Final = 10
# Beside the rest of a gate it may be given next to nothing for a while.
CANARY_S: Final = 600


class Exit(IntEnum):
    """How a run ends; the least that is not 0 counts."""

    WELL = 0
    VIOLATED = 1
    NOT_LIVE = 2
    CRASHED = 3
    BUG_MISSED = 4
    CANARY_MISSED = 5
    SLOW = 6


@dataclass(slots=True)
class Tally:
    """What was tried, and what came of it."""

    scenarios: int = 0
    points: int = 0
    # How many single faults there are, and how many were tried.
    wanted: int = 0
    singles: int = 0
    schedules: int = 0
    cpu_s: float = 0.0
    wall_s: float = 0.0
    planted_s: float = 0.0
    violations: list[Outcome] = field(default_factory=list[Outcome])
    caught: list[Caught] = field(default_factory=list[Caught])
    is_canary_seen: bool | None = None

    @property
    def histories(self) -> int:
        """Count all that was played."""
        return self.scenarios + self.singles + self.schedules

    @property
    def per_cpu_s(self) -> float:
        """Tell how many histories a second of one core's time plays."""
        return self.histories / self.cpu_s if self.cpu_s else 0.0

    @property
    def is_enough(self) -> bool:
        """Whether so much has gone wrong that more would tell nothing new."""
        return len(self.violations) >= VIOLATIONS_MAX

    def note(self, outcome: Outcome) -> None:
        """Take note of what came of a case."""
        self.cpu_s += outcome.cpu_s
        if outcome.violations:
            self.violations.append(outcome)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done."""

    scenarios: Sequence[str] = SWEPT
    schedules: int = SCHEDULES
    has_planted: bool = True
    has_canary: bool = True
    workers: int = 1


def play_gate(wanted: Wanted, progress: Progress) -> Tally:
    """Play everything that is wanted, until enough has gone wrong."""
    prepare()
    tally, began_s = Tally(), time.monotonic()
    outcomes = plain([*SCENARIOS] if wanted.schedules else wanted.scenarios, wanted.workers)
    tally.scenarios = len(outcomes)
    for outcome in outcomes:
        tally.note(outcome)
    swept = [one for one in outcomes if one.case.scenario in wanted.scenarios]
    tally.points = sum(len(one.points) for one in swept)
    cases = [case for outcome in swept for case in singles(outcome)]
    tally.wanted = len(cases)
    if not tally.is_enough:
        tally.singles = _play(cases, "single faults", tally, wanted, progress)
    if not tally.is_enough:
        drawn = schedules(commit(), wanted.schedules)
        tally.schedules = _play(drawn, "random schedules", tally, wanted, progress)
    tally.wall_s = time.monotonic() - began_s
    if wanted.has_planted:
        _plant(tally, wanted, progress)
    if wanted.has_canary:
        tally.is_canary_seen = is_canary_seen()
    return tally


def _play(
    cases: Sequence[Case], what: str, tally: Tally, wanted: Wanted, progress: Progress
) -> int:
    played = 0
    for outcome in play_all(cases, wanted.workers):
        played += 1
        progress.tell(what, played, len(cases), len(tally.violations))
        tally.note(outcome)
        if tally.is_enough:
            break
    return played


def _plant(tally: Tally, wanted: Wanted, progress: Progress) -> None:
    began_s = time.monotonic()
    for caught in planted_runs.check(PATCHES, wanted.workers):
        tally.caught.append(caught)
        missed = sum(1 for one in tally.caught if not one.case)
        progress.tell("planted bugs", len(tally.caught), len(PATCHES), missed)
    tally.planted_s = time.monotonic() - began_s


def is_canary_seen() -> bool:
    """
    Run a broken build through all of this, and see that it fails as it should.

    It must end with the code for a violation, name the invariant, and say how to see it again.
    """
    arguments = ["--plant", CANARY.name, "--sweep", SWEPT[0], "--schedules", "0"]
    told = subprocess.run(
        [sys.executable, "-m", "tests.simulator", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=CANARY_S,
        check=False,
    )
    wanted = (f"{CANARY.breaks} is violated", "make simulate ARGS=")
    is_not_live = told.returncode in {Exit.VIOLATED, Exit.NOT_LIVE}
    return is_not_live and all(one in told.stdout for one in wanted)


def exit_of(tally: Tally) -> Exit:
    """Say how a run ends."""
    if tally.violations:
        is_liveness = all(outcome.is_liveness for outcome in tally.violations)
        return Exit.NOT_LIVE if is_liveness else Exit.VIOLATED
    if any(not one.case for one in tally.caught):
        return Exit.BUG_MISSED
    if tally.is_canary_seen is False:
        return Exit.CANARY_MISSED
    return Exit.SLOW if tally.per_cpu_s < SPEED_MIN else Exit.WELL


def tell(outcomes: Iterable[Outcome], say: Callable[[str], None]) -> None:
    """Shrink and report what went wrong: the first of each invariant."""
    told: set[str] = set()
    for outcome in outcomes:
        invariant = outcome.violations[0].invariant
        if invariant not in told:
            told.add(invariant)
            say(report(outcome, least(outcome, planted_runs.SHRINK_S * 3)))
