"""A case: one history by its name, its seed and who decides in it; and what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from time import process_time
from typing import Final

from tests.simulator.checks import make_guard
from tests.simulator.checks.rules import IN_THE_END
from tests.simulator.decisions import Decision, Fixed, Point
from tests.simulator.play import Played, Violation, play
from tests.simulator.scenarios import SCENARIOS
from tests.simulator.swarm import Swarm

SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Case:
    """A history that can be played again: by its decisions, or by the chance that made them."""

    scenario: str
    seed: int = SEED
    # Nothing stands for chance, which the seed determines.
    decisions: tuple[Decision, ...] | None = ()

    def fixed(self, decisions: Iterable[Decision]) -> "Case":
        """Give the same case with other decisions."""
        return replace(self, decisions=tuple(decisions))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case; small enough to be handed from one process to another."""

    case: Case
    violations: tuple[Violation, ...]
    # Where faults could have struck, each point with its kinds.
    points: tuple[tuple[Point, tuple[str, ...]], ...]
    decisions: tuple[Decision, ...]
    ended: bool
    calls: int
    cpu_s: float

    @property
    def is_liveness(self) -> bool:
        """Whether all that is wrong was found only in the end."""
        return all(one.message.startswith(IN_THE_END) for one in self.violations)


def act(case: Case, *, is_traced: bool = False, invariants: Sequence[str] = ()) -> Played:
    """Play a case, with all checks or with those of some invariants."""
    source = Swarm(case.seed) if case.decisions is None else Fixed(case.decisions)
    scenario = SCENARIOS[case.scenario]
    guard = make_guard(source, *invariants)
    return play(scenario, source, case.seed, checks=(guard,), is_traced=is_traced)


def run(case: Case, *invariants: str) -> Outcome:
    """Play a case, and say what came of it: of everything, or of some invariants alone."""
    began_s = process_time()
    played = act(case, invariants=invariants)
    violations = tuple(played.violations)
    is_judged = not invariants or "I9" in invariants
    if not played.ended and not violations and is_judged:
        message = f"{IN_THE_END}there was no end to what was to be done, or not after fourteen days"
        violations = (Violation("I9", 14 * 86_400, message),)
    return Outcome(
        case,
        violations,
        tuple((at, tuple(kinds)) for at, kinds in played.points),
        tuple(played.decisions),
        played.ended,
        played.counts.get("calls", 0),
        process_time() - began_s,
    )


def brief(case: Case) -> Outcome:
    """Play a case, and leave its points out of what came of it: nobody goes on from there."""
    outcome = run(case)
    return replace(outcome, points=(), decisions=outcome.decisions if outcome.violations else ())
