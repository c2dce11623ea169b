"""
Every single fault: at each point of each scenario every kind that can strike there, one run each.

No points are merged: what looks alike may differ in what was logged, or who came in between.
"""

from collections.abc import Iterator, Sequence

from tests.simulator.cases import Case, Outcome, brief, run
from tests.simulator.decisions import Decision, Point
from tests.simulator.sizes import every
from tests.simulator.workers import spread

# How many cases a worker takes at a time.
BATCH = 25

type Points = Sequence[tuple[Point, tuple[str, ...]]]


def plain(scenarios: Sequence[str], workers: int) -> list[Outcome]:
    """Play each scenario without a fault."""
    return [*spread(run, [Case(name) for name in scenarios], workers)]


def singles(outcome: Outcome) -> list[Case]:
    """List the cases with one fault that follow from one without."""
    return [outcome.case.fixed((decision,)) for decision in decisions_at(outcome.points)]


def decisions_at(points: Points) -> Iterator[Decision]:
    """List every single decision at every point, each once."""
    seen: set[Decision] = set()
    for at, kinds in points:
        for decision in every(at, kinds):
            if decision not in seen:
                seen.add(decision)
                yield decision


def play_all(cases: Sequence[Case], workers: int) -> Iterator[Outcome]:
    """Play cases on all cores, and give what came of them in their order."""
    batches = [cases[start : start + BATCH] for start in range(0, len(cases), BATCH)]
    for outcomes in spread(_play_batch, batches, workers):
        yield from outcomes


def _play_batch(cases: Sequence[Case]) -> list[Outcome]:
    return [brief(case) for case in cases]
