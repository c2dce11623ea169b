"""
Random schedules: the same thousand always, and as many others as follow from the commit.

Nobody can mend a seed by rewording a commit, and every commit is tried with schedules of its own.

The fixed ones are played in all scenarios alike. A history of the longest takes twenty times as
long as one of the shortest, so the others draw lots, of which the long ones have fewer.
"""

import hashlib
from collections.abc import Iterator, Mapping
from random import Random
from typing import Final

from tests.simulator.cases import Case
from tests.simulator.scenarios import SCENARIOS

FIXED: Final = 1_000

# A scenario is short or long by the points at which something may happen in its history without
# faults, and most take time as they have points. A test keeps both lists.
SHORT_MAX, LONG_MIN = 155, 240
SHORT: Final = frozenset(
    {
        "a callback of old",
        "a host that serves something else each time",
        "an error after first",
        "callbacks and nothing else",
        "callbacks in any order",
        "callbacks that are lost",
        "canceled while nobody knows",
        "covers while two releases run",
        "credit for a job that fails",
        "music in the answer",
        "nobody knows",
        "one block job",
        "refused by all",
        "rows of a newer release",
        "taken and never said",
        "two answers that take their time",
    }
)
LONG: Final = frozenset(
    {
        "a row that nobody can read",
        "a storm of one key",
        "canceled in between",
        "credit for two jobs of four",
        "early callbacks of two jobs",
        "hostile callbacks",
        "hosts that serve nothing whole",
        "the bus is down",
        "the bus takes half",
        "the table fails for a while",
        "two releases at once",
    }
)
_SHORT, _LONG, _OTHER = 8, 1, 3
# How many lots each scenario has.
LOTS: Final[Mapping[str, int]] = {
    name: _SHORT if name in SHORT else _LONG if name in LONG else _OTHER
    for name in sorted(SCENARIOS)
}


def seeds(commit: str, total: int, start: int = 0) -> Iterator[int]:
    """Give the seeds of a run, from the start-th one on."""
    for number in range(start, total):
        yield number + 1 if number < FIXED else _derived(commit, number)


def schedule(seed: int) -> Case:
    """Give the random schedule of a seed: in which scenario it is played follows from it too."""
    chance = Random(f"scenario {seed}")
    if seed <= FIXED:
        return Case(chance.choice([*LOTS]), seed, None)
    (name,) = chance.choices([*LOTS], [*LOTS.values()])
    return Case(name, seed, None)


def schedules(commit: str, total: int, start: int = 0) -> list[Case]:
    """Give the schedules of a run, from the start-th one on."""
    return [schedule(seed) for seed in seeds(commit, total, start)]


def _derived(commit: str, number: int) -> int:
    digest = hashlib.sha256(f"{commit} {number}".encode()).digest()
    return FIXED + 1 + int.from_bytes(digest[:6], "big")
