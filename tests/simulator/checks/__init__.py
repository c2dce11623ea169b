"""
The invariants, as checks of what the parties outside have seen and of what was written.

Nothing here calls the product or believes what it says of itself: rows are read by their bytes,
tickets by their packing, and what a job was to be is known from the providers' logs.
"""

from tests.simulator.checks import (
    callbacks,
    clips,
    companions,
    events,
    feed,
    jobs,
    money,
    privacy,
    rules,
    submissions,
    work,
)
from tests.simulator.decisions import Source

# Each notes its own as it is imported.
NOTED_BY = (callbacks, clips, companions, events, feed, jobs, money, privacy, submissions, work)


def make_guard(source: Source | None = None, *invariants: str) -> rules.Guard:
    """Make the checks of one history: of some invariants, or of all."""
    chosen = [rule for rule in rules.RULES if not invariants or rule.invariant in invariants]
    return rules.Guard(chosen, source)
