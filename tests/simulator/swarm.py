"""
Chance as the one who decides, and who writes down what it has decided.

Each seed has settings of its own: which kinds of faults there are, how many, and how much others
get in between. A run in which everything fails gets nowhere, and one in which one kind of fault is
frequent gets where a mixture never would.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.simulator.decisions import HARMLESS, Decision, Kind, Point
from tests.simulator.sizes import DRAWN

# How many of a hundred points have a fault, and as many entries as there are chances for each.
FAULTS_IN_A_HUNDRED: Final = (0, 0.5, 1, 1, 2, 2, 4, 8, 20)
PAUSES_IN_A_HUNDRED: Final = (0, 0, 2, 10, 40)
CHOICES_IN_A_HUNDRED: Final = (0, 20, 60, 100)
PAUSES_S: Final = (0.01, 0.1, 1, 3, 15, 70, 400)
# How many of the kinds a run has.
SHARES: Final = (0.2, 0.5, 1.0)

# An outage that strikes at many points of a run is one without an end.
SUSTAINED: Final = frozenset({Kind.OUTAGE, Kind.CRASHING_OUTAGE})
SUSTAINED_SHARE: Final = 0.1

_KINDS: Final = tuple(kind for kind in Kind if kind not in HARMLESS)


@dataclass(frozen=True, slots=True)
class Settings:
    """What there is in one run."""

    fault_share: float
    pause_share: float
    choice_share: float
    kinds: frozenset[Kind]


def draw_settings(chance: Random) -> Settings:
    """Take settings by chance."""
    share = chance.choice(SHARES)
    return Settings(
        fault_share=chance.choice(FAULTS_IN_A_HUNDRED) / 100,
        pause_share=chance.choice(PAUSES_IN_A_HUNDRED) / 100,
        choice_share=chance.choice(CHOICES_IN_A_HUNDRED) / 100,
        kinds=frozenset(kind for kind in _KINDS if chance.random() < share),
    )


class Swarm:
    """
    Decides by chance, the same for the same seed.

    What the parties outside do, who goes first, and what fails have a stream of chance each, so
    that more of one does not change the others.
    """

    def __init__(self, seed: int) -> None:
        """Draw settings and streams from a seed."""
        self.settings = draw_settings(Random(f"settings {seed}"))
        self._faults = Random(f"faults {seed}")
        self._pauses = Random(f"schedule {seed}")
        self._choices = Random(f"environment {seed}")
        self._decisions: list[Decision] = []

    @property
    def decisions(self) -> Sequence[Decision]:
        """List what was decided so far."""
        return self._decisions

    def fault(self, at: Point, kinds: Sequence[Kind]) -> Decision | None:
        """Decide whether something happens at a point."""
        chance = self._faults
        if chance.random() >= self.settings.fault_share:
            return None
        allowed = [kind for kind in kinds if kind in self.settings.kinds]
        if not allowed:
            return None
        kind = chance.choice(allowed)
        if kind in SUSTAINED and chance.random() >= SUSTAINED_SHARE:
            return None
        return self._take(Decision(at, kind, chance.choice(DRAWN.get(kind, (0.0,)))))

    def pause_s(self, at: Point) -> float:
        """Decide how long others go on before a call is made."""
        if self._pauses.random() >= self.settings.pause_share:
            return 0.0
        return self._take(Decision(at, Kind.PAUSE, self._pauses.choice(PAUSES_S))).number

    def choose(self, at: Point, names: Sequence[str]) -> str:
        """Decide what a party outside does; what it does by itself is no decision."""
        if len(names) == 1 or self._choices.random() >= self.settings.choice_share:
            return names[0]
        name = self._choices.choice(names)
        if name != names[0]:
            self._take(Decision(at, Kind.CHOICE, name=name))
        return name

    def _take(self, decision: Decision) -> Decision:
        self._decisions.append(decision)
        return decision
