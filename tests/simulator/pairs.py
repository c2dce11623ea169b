"""
All pairs of faults: the second one at every point that is passed after the first has struck.

The points after it are those of that run, not of one without a fault: what is done to recover is
where the second fault hurts.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tests.simulator.cases import Case, Outcome, brief, run
from tests.simulator.sweep import decisions_at

VIOLATIONS_MAX: Final = 5


@dataclass(slots=True)
class Pairs:
    """What came of one first fault with all second ones."""

    first: Case
    played: int = 0
    cpu_s: float = 0.0
    violations: list[Outcome] = field(default_factory=list[Outcome])
    broken: Counter[str] = field(default_factory=Counter[str])


def seconds(first: Outcome) -> Iterator[Case]:
    """List the cases with a second fault that follow from one with a first."""
    (struck,) = first.case.decisions or ()
    places = [place for place, (at, _) in enumerate(first.points) if at == struck.at]
    after = first.points[places[0] + 1 :] if places else ()
    for decision in decisions_at(after):
        yield first.case.fixed((struck, decision))


def play_pairs(first: Case) -> Pairs:
    """Play all pairs that begin with a fault."""
    outcome = run(first)
    pairs = Pairs(first, cpu_s=outcome.cpu_s)
    for case in seconds(outcome):
        found = brief(case)
        pairs.played += 1
        pairs.cpu_s += found.cpu_s
        if found.violations:
            pairs.broken[found.violations[0].invariant] += 1
            if len(pairs.violations) < VIOLATIONS_MAX:
                pairs.violations.append(found)
    return pairs
