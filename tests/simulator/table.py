"""What a run tells in the end, as a table."""

from collections.abc import Iterator

from tests.simulator.gate import SPEED_MIN, Tally
from tests.simulator.random_runs import FIXED
from tests.simulator.source import commit, is_changed

WIDTH = 24


def table(tally: Tally, workers: int) -> str:
    """Write the table."""
    return "\n".join(f"  {name:<{WIDTH}} {told}" for name, told in _rows(tally, workers))


def _rows(tally: Tally, workers: int) -> Iterator[tuple[str, str]]:
    played_s = tally.wall_s or 1.0
    yield "commit", commit() + (" and changes" if is_changed() else "")
    yield "scenarios", f"{tally.scenarios:,}"
    yield "fault points", f"{tally.points:,}"
    is_all = tally.singles == tally.wanted
    yield (
        "single faults tried",
        f"{tally.singles:,}" + (", all" if is_all else f" of {tally.wanted:,}"),
    )
    of_commit = max(0, tally.schedules - FIXED)
    yield "random schedules", f"{tally.schedules:,}, {of_commit:,} of them from the commit"
    yield "violations", f"{len(tally.violations)}"
    if tally.caught:
        caught = [one for one in tally.caught if one.case]
        others = sum(1 for one in caught if not one.is_named)
        told = f"{len(caught)} of {len(tally.caught)}"
        yield "planted bugs caught", told + (f", {others} by another invariant" if others else "")
        for one in tally.caught:
            if not one.case:
                yield "  missed", f"{one.patch.name} ({one.patch.breaks}), {one.tried:,} tried"
    if tally.is_canary_seen is not None:
        yield "canary", "seen" if tally.is_canary_seen else "NOT SEEN"
    yield "schedules per second", f"{tally.histories / played_s:.1f} with {workers} workers"
    yield "  of one core's time", f"{tally.per_cpu_s:.1f}, and {SPEED_MIN} at least"
    yield "seconds", f"{tally.wall_s + tally.planted_s:.0f}, {tally.cpu_s:.0f} of cores' time"
