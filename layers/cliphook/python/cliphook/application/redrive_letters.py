"""
Dead letters go back to where they came from.

A message is sent before its letter is dropped, so a crash between the two leaves both, and whoever
redrives at the same time takes others: all orders may come twice, since each is looked at first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cliphook.application.operations_ports import Letter, Letters

# Letters are hidden from others for longer than a command may take.
HIDDEN_S: Final = 120
BATCH: Final = 10


class Fate(StrEnum):
    """What is to become of a letter, if it is not sent to a queue."""

    DROP = "drop"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Sent:
    """The queue to which a letter goes back, and what is sent there."""

    queue: str
    body: str


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of letters; with `is_more` there may be others that nobody looked at."""

    moved: int
    dropped: int
    left: int
    is_more: bool


def redrive_letters(
    queue: str,
    limit: int,
    *,
    letters: Letters,
    decide: Callable[[Letter], Sent | Fate],
    has_time: Callable[[], bool],
) -> Redriven:
    """Take the letters of a queue, and do with each what is decided."""
    moved = dropped = 0
    left: list[Letter] = []
    is_more = True
    while is_more and has_time() and moved + dropped + len(left) < limit:
        room = limit - moved - dropped - len(left)
        taken = letters.take(queue, min(BATCH, room), HIDDEN_S)
        is_more = bool(taken)
        for letter in taken:
            fate = decide(letter)
            if fate is Fate.LEAVE:
                left.append(letter)
                continue
            if isinstance(fate, Sent):
                letters.send(fate.queue, fate.body)
                moved += 1
            else:
                dropped += 1
            letters.drop(letter)
    letters.put_back(left)
    return Redriven(moved, dropped, len(left), is_more)
