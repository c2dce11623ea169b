"""
Random schedules: the same thousand always, and as many others as follow from the commit.

Nobody can mend a seed by rewording a commit, and every commit is tried with schedules of its own.
"""

import hashlib
from collections.abc import Iterator
from random import Random
from typing import Final

from tests.simulator.cases import Case
from tests.simulator.scenarios import SCENARIOS

FIXED: Final = 1_000


def seeds(commit: str, total: int, start: int = 0) -> Iterator[int]:
    """Give the seeds of a run, from the start-th one on."""
    for number in range(start, total):
        yield number + 1 if number < FIXED else _derived(commit, number)


def schedule(seed: int) -> Case:
    """Give the random schedule of a seed: in which scenario it is played follows from it too."""
    name = Random(f"scenario {seed}").choice(sorted(SCENARIOS))
    return Case(name, seed, None)


def schedules(commit: str, total: int, start: int = 0) -> list[Case]:
    """Give the schedules of a run, from the start-th one on."""
    return [schedule(seed) for seed in seeds(commit, total, start)]


def _derived(commit: str, number: int) -> int:
    digest = hashlib.sha256(f"{commit} {number}".encode()).digest()
    return FIXED + 1 + int.from_bytes(digest[:6], "big")
