"""
`make simulate`: play the gate, one case again, or everything that a night has time for.

    make simulate                                  the gate
    make simulate ARGS="--seed 7"                  one random schedule
    make simulate ARGS="--scenario S --decisions D"
    make simulate ARGS=--search-planted            look anew for what catches each planted bug
    make simulate NIGHTLY=1 [PAIRS=… SCHEDULES=…]  all pairs, and a million schedules
"""

import argparse
import os
import sys
from collections.abc import Sequence

from tests.simulator import nightly, planted_runs, written
from tests.simulator.cases import SEED, Case, run
from tests.simulator.freezing import freeze
from tests.simulator.gate import SCHEDULES, SWEPT, Exit, Wanted, exit_of, play_gate, tell
from tests.simulator.planted.catalogue import PATCHES
from tests.simulator.planted.patch import patched, read, stale
from tests.simulator.planted_runs import least
from tests.simulator.progress import Progress
from tests.simulator.random_runs import schedule
from tests.simulator.release import PLANTED
from tests.simulator.report import report
from tests.simulator.table import table
from tests.simulator.workers import HarnessError, count


def main(arguments: Sequence[str]) -> int:
    """Do what is asked, and say how it ended."""
    asked = _parser().parse_args(arguments)
    if asked.plant:
        PLANTED.update(patched(read(asked.plant)))
    try:
        return _do(asked)
    except HarnessError as error:
        say(f"The simulator itself failed:\n{error}")
        return Exit.CRASHED


def say(text: str) -> None:
    """Tell it to whoever reads."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _do(asked: argparse.Namespace) -> int:
    if asked.search_planted is not None:
        return _search(asked.search_planted)
    if asked.decisions is not None or asked.seed is not None:
        return _again(asked)
    if os.environ.get("NIGHTLY"):
        return nightly.main(say)
    return _gate(asked)


def _gate(asked: argparse.Namespace) -> int:
    if found := stale(PATCHES):
        say("\n".join(("Planted bugs that no longer apply:", *found)))
        return Exit.BUG_MISSED
    is_whole = not asked.plant
    wanted = Wanted(
        tuple(asked.sweep or SWEPT),
        asked.schedules,
        has_planted=is_whole and not asked.sweep,
        has_canary=is_whole and not asked.sweep,
        workers=count(),
    )
    tally = play_gate(wanted, Progress())
    tell(tally.violations, say)
    say(table(tally, wanted.workers))
    return exit_of(tally)


def _again(asked: argparse.Namespace) -> int:
    """Play one case again, and tell of it what is to be told."""
    case = schedule(asked.seed or SEED)
    if asked.decisions is not None:
        case = Case(asked.scenario, asked.seed or SEED, written.read(asked.decisions))
    outcome = run(case)
    if not outcome.violations:
        say(f"Nothing is violated in '{case.scenario}', of {outcome.calls} calls.")
        return Exit.WELL
    shrunk = least(outcome, planted_runs.SHRINK_S * 3)
    say(report(outcome, shrunk))
    if asked.freeze:
        say(f"It stays in {freeze(shrunk, outcome.violations[0], asked.freeze)}")
    return Exit.NOT_LIVE if outcome.is_liveness else Exit.VIOLATED


def _search(names: Sequence[str]) -> int:
    """Look for what catches planted bugs, and write the table of it anew."""
    chosen = [patch for patch in PATCHES if not names or patch.name in names]
    # What is found no more is still remembered until something else is.
    caught = [*planted_runs.known(PATCHES)]
    for one in planted_runs.search_all(chosen, count()):
        told = f"by {one.invariant} in '{one.case.scenario}'" if one.case else "by nothing"
        say(f"{one.patch.name} ({one.patch.breaks}): {told}, {one.tried:,} tried")
        caught.append(one)
        planted_runs.write_table(caught)
    return Exit.BUG_MISSED if any(not one.case for one in caught) else Exit.WELL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--scenario", default="one push job", help="which one to play again")
    parser.add_argument("--seed", type=int, help="of a random schedule, or of the case")
    parser.add_argument("--decisions", help="what is decided, as a report tells it")
    parser.add_argument("--freeze", metavar="NAME", help="keep what is found as a test")
    parser.add_argument("--sweep", action="append", metavar="SCENARIO", help="only these")
    parser.add_argument("--schedules", type=int, default=SCHEDULES, help="how many random ones")
    parser.add_argument("--plant", metavar="BUG", help="plant a bug first")
    parser.add_argument("--search-planted", nargs="*", metavar="BUG", help="all of them, or some")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
