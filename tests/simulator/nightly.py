"""
What a night has time for: all pairs of faults, and a million random schedules.

It may be killed at any time and goes on where it was: after each piece its state is written, one
file for each commit. When everything is done, the results are written for people to read.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tests.simulator import results
from tests.simulator.cases import Case, Outcome
from tests.simulator.gate import SWEPT, Exit, tell
from tests.simulator.pairs import play_pairs
from tests.simulator.progress import Progress
from tests.simulator.random_runs import schedules
from tests.simulator.scenarios import SCENARIOS
from tests.simulator.source import ROOT, commit
from tests.simulator.sweep import plain, play_all, singles
from tests.simulator.workers import count, spread

FOLDER: Final = ROOT / ".local" / "simulate"
SCHEDULES: Final = 1_000_000
# How many schedules, and how many first faults, are played between two writings of the state.
PIECE: Final = 2_000
FIRSTS: Final = 50

type State = dict[str, Any]
type Say = Callable[[str], None]


@dataclass(slots=True)
class Night:
    """A run, as far as it has come."""

    path: Path
    state: State
    violations: list[Outcome] = field(default_factory=list[Outcome])

    def add(self, part: str, played: int, cpu_s: float, wall_s: float, wrong: int) -> None:
        """Count what was played of a part, and write it down at once."""
        row = self.state["parts"].setdefault(part, dict.fromkeys(_COUNTS, 0))
        for name, more in zip(_COUNTS, (played, cpu_s, wall_s, wrong), strict=True):
            row[name] += more
        write(self.path, self.state)

    def done(self, name: str) -> int:
        """Tell how far a list was worked off."""
        done: int = self.state["done"].get(name, 0)
        return done


_COUNTS: Final = ("played", "cpu_s", "wall_s", "violations")


def main(say: Say) -> int:
    """Play everything that is wanted and not yet done; write the results."""
    wanted = os.environ.get("PAIRS")
    pairs = [one for one in (wanted or ",".join(SWEPT)).split(",") if one]
    unknown = set(pairs) - SCENARIOS.keys() - {"none"}
    if unknown:
        say(f"No scenario is called {', '.join(sorted(unknown))}; there are {[*SCENARIOS]}")
        return Exit.CRASHED
    total = int(os.environ.get("SCHEDULES") or SCHEDULES)
    folder = Path(os.environ.get("STATE") or FOLDER)
    night = open_night(folder, commit())
    for name in pairs:
        if name != "none":
            _play_pairs(night, name)
    _play_schedules(night, total)
    # Whoever ends the night here has its two costly parts.
    results.write(night.state)
    _play_singles(night)
    results.write(night.state)
    tell(night.violations, say)
    say(results.table(night.state))
    return Exit.VIOLATED if results.violations(night.state) else Exit.WELL


def open_night(folder: Path, of: str) -> Night:
    """Go on with the run of a commit, or begin one."""
    path = folder / f"{of[:12].replace(' ', '-')}.json"
    if path.is_file():
        return Night(path, json.loads(path.read_text(encoding="utf-8")))
    began = datetime.now(UTC).isoformat(timespec="seconds")
    return Night(path, {"commit": of, "began": began, "parts": {}, "done": {}})


def write(path: Path, state: State) -> None:
    """Write a state so that it is there whole, or the one before it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(state, indent=1), encoding="utf-8")
    beside.replace(path)


def _play_singles(night: Night) -> None:
    for outcome in plain([*SCENARIOS], count()):
        name = outcome.case.scenario
        _play(night, "single faults", f"single {name}", singles(outcome))


def _play_schedules(night: Night, total: int) -> None:
    done = night.done("schedules")
    _play(
        night, "random schedules", "schedules", schedules(night.state["commit"], total, done), done
    )


def _play(night: Night, part: str, name: str, cases: Sequence[Case], before: int = 0) -> None:
    """Play a list of cases from where it was left."""
    progress = Progress()
    start = 0 if before else night.done(name)
    for piece in _pieces(cases, start, PIECE):
        began_s = time.monotonic()
        outcomes = [*play_all(piece, count())]
        wrong = [one for one in outcomes if one.violations]
        night.violations += wrong
        start += len(piece)
        night.state["done"][name] = before + start
        progress.tell(name, before + start, before + len(cases), len(night.violations))
        cpu_s = sum(one.cpu_s for one in outcomes)
        night.add(part, len(piece), cpu_s, time.monotonic() - began_s, len(wrong))


def _play_pairs(night: Night, name: str) -> None:
    progress = Progress()
    (outcome,) = plain([name], 1)
    firsts = singles(outcome)
    done = night.done(f"pairs {name}")
    for piece in _pieces(firsts, done, FIRSTS):
        began_s = time.monotonic()
        found = [*spread(play_pairs, piece, count())]
        done += len(piece)
        night.state["done"][f"pairs {name}"] = done
        night.violations += [one for pairs in found for one in pairs.violations]
        progress.tell(f"pairs of '{name}'", done, len(firsts), len(night.violations))
        night.add(
            f"pairs of '{name}'",
            sum(pairs.played for pairs in found),
            sum(pairs.cpu_s for pairs in found),
            time.monotonic() - began_s,
            sum(pairs.broken.total() for pairs in found),
        )


def _pieces[T](whole: Sequence[T], start: int, size: int) -> Iterator[Sequence[T]]:
    return (whole[at : at + size] for at in range(start, len(whole), size))
