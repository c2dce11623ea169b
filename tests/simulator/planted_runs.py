"""
Whether the simulator notices bugs: each planted one is played until an invariant breaks.

What caught a bug first is remembered in a table, and tried first. Where it no longer catches, or
nothing is remembered, everything is searched: a thousand random schedules and every single fault.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.simulator import written
from tests.simulator.cases import Case, Outcome, brief, run
from tests.simulator.cloud.session import prepare
from tests.simulator.planted.patch import Patch, patched
from tests.simulator.random_runs import schedules
from tests.simulator.release import PLANTED
from tests.simulator.scenarios import SCENARIOS
from tests.simulator.shrink import shrink
from tests.simulator.sweep import singles
from tests.simulator.workers import settle, spread_apart

TABLE: Final = Path(__file__).parent / "planted" / "caught.json"
SCHEDULES: Final = 1_000
SHRINK_S: Final = 20.0
# So many cases more are played in search of the invariant that is meant, once another has broken.
MORE_MAX: Final = 400

type Remembered = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Caught:
    """What a planted bug was caught by: nothing, or a case and the invariant that broke in it."""

    patch: Patch
    case: Case | None = None
    invariant: str = ""
    tried: int = 0
    cpu_s: float = 0.0

    @property
    def is_named(self) -> bool:
        """Whether it broke the invariant that it was to break."""
        return self.invariant == self.patch.breaks


def remembered() -> Remembered:
    """Read the table of what has caught which bug."""
    if not TABLE.is_file():
        return {}
    table: Remembered = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


def check(patches: Sequence[Patch], workers: int) -> Iterator[Caught]:
    """Play for each bug what has caught it before; search for what no longer is."""
    for caught in spread_apart(_check, patches, workers):
        if caught.case:
            yield caught
        else:
            yield from spread_apart(search, [caught.patch], 1)


def _check(patch: Patch) -> Caught:
    before = case_of(remembered().get(patch.name))
    if before is None:
        return Caught(patch)
    _plant(patch)
    outcome = _judged(run(before), patch.breaks)
    invariant = outcome.violations[0].invariant if outcome.violations else ""
    case = before if invariant else None
    return Caught(patch, case, invariant, tried=1, cpu_s=outcome.cpu_s)


def _judged(outcome: Outcome, invariant: str) -> Outcome:
    """
    Where another invariant broke first, play the same again with the checks of one alone.

    The first violation ends a history, so what it would have broken besides is not seen in it.
    """
    if not outcome.violations or outcome.violations[0].invariant == invariant:
        return outcome
    alone = run(outcome.case.fixed(outcome.decisions), invariant)
    return alone if alone.violations else outcome


def search(patch: Patch) -> Caught:
    """Play everything until a bug breaks its invariant; another one's breaking is second best."""
    _plant(patch)
    best: Outcome | None = None
    tried, last, cpu_s = 0, 10**9, 0.0
    for played in _outcomes():
        outcome = _judged(played, patch.breaks)
        tried += 1
        cpu_s += outcome.cpu_s
        if outcome.violations and outcome.violations[0].invariant == patch.breaks:
            best = outcome
            break
        if outcome.violations and not best:
            best, last = outcome, tried + MORE_MAX
        if tried > last:
            break
    if not best:
        return Caught(patch, tried=tried, cpu_s=cpu_s)
    invariant = best.violations[0].invariant
    case = least(best, SHRINK_S, invariant)
    return Caught(patch, case, invariant, tried, cpu_s)


def search_all(patches: Sequence[Patch], workers: int) -> Iterator[Caught]:
    """Search for what catches each bug."""
    prepare()
    return spread_apart(search, patches, workers)


def known(patches: Iterable[Patch]) -> Iterator[Caught]:
    """Give what is remembered of bugs."""
    table = remembered()
    for patch in patches:
        case = case_of(table.get(patch.name))
        if case:
            yield Caught(patch, case, table[patch.name]["invariant"])


def least(outcome: Outcome, limit_s: float, *invariants: str) -> Case:
    """Find the fewest decisions that break the same invariant, judged by all or by some alone."""
    invariant = outcome.violations[0].invariant
    case = outcome.case.fixed(outcome.decisions)

    def shows(decisions: tuple[Any, ...]) -> bool:
        found = run(case.fixed(decisions), *invariants).violations
        return any(one.invariant == invariant for one in found)

    return case.fixed(shrink(outcome.decisions, shows, limit_s=limit_s))


def _plant(patch: Patch) -> None:
    assert not PLANTED, "a process bears one bug only"
    PLANTED.update(patched(patch))


def _outcomes() -> Iterator[Outcome]:
    """Play what is likely to show something first."""
    plain: list[Outcome] = []
    for name in SCENARIOS:
        plain.append(run(Case(name)))
        yield plain[-1]
    settle()
    # Chance finds most bugs within a few dozen schedules, and a sweep what it misses.
    yield from map(brief, schedules("", SCHEDULES))
    for outcome in plain:
        yield from map(brief, singles(outcome))


def case_of(row: Mapping[str, Any] | None) -> Case | None:
    """Read a case from the table, if it can still be played."""
    if not row or row["scenario"] not in SCENARIOS:
        return None
    return Case(row["scenario"], row["seed"], written.read(row["decisions"]))


def write_table(caught: Iterable[Caught]) -> None:
    """Remember what has caught which bug."""
    latest = {one.patch.name: one for one in caught if one.case}
    table = {
        one.patch.name: {
            "invariant": one.invariant,
            "scenario": one.case.scenario,
            "seed": one.case.seed,
            "decisions": written.write(one.case.decisions or ()),
        }
        for _, one in sorted(latest.items())
        if one.case
    }
    TABLE.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
