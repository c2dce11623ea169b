"""How far, how long and how often: the numbers of a decision of each kind."""

from collections.abc import Mapping, Sequence
from typing import Final

from tests.simulator.decisions import Decision, Kind, Point

# What a sweep tries of each kind; one that is not named has no number. A message or an answer that
# is a minute late comes after the next step, and one of half an hour after the provider's end.
SWEPT: Final[Mapping[Kind, tuple[float, ...]]] = {
    Kind.THROTTLE: (3,),
    Kind.SKEW: (-300, 300),
    Kind.JUMP: (-300, 300),
    Kind.DELAY: (60, 1800),
    Kind.REORDER: (20,),
}

# What chance takes any of.
DRAWN: Final[Mapping[Kind, tuple[float, ...]]] = {
    Kind.THROTTLE: (1, 2, 3, 8),
    Kind.SKEW: (-300, -60, -2, 2, 60, 300),
    Kind.JUMP: (-300, -30, 30, 300),
    Kind.DELAY: (1, 10, 60, 300, 1800),
    Kind.REORDER: (2, 20, 120),
    Kind.OUTAGE: (0, 0, 20, 120),
    Kind.CRASHING_OUTAGE: (0, 0, 20, 120),
}


def every(at: Point, kinds: Sequence[str]) -> list[Decision]:
    """List every single decision that a sweep tries at a point."""
    found = [Kind(kind) for kind in kinds]
    return [Decision(at, kind, number) for kind in found for number in SWEPT.get(kind, (0.0,))]
