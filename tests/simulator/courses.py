"""What becomes of a task, as a table: what is true when, and what callbacks tell when."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tests.simulator.scenario import Course

# Later than any deadline and any redelivery, and less than a ticket is good for.
LATE_S: Final = 25 * 3600.0


class State(StrEnum):
    """How far a task is."""

    PENDING = "pending"
    TEXT = "text"
    FIRST = "first"
    COMPLETE = "complete"
    ERROR = "error"


class Manner(StrEnum):
    """How a callback is written."""

    PLAIN = "plain"
    MALFORMED = "malformed"
    FOREIGN_ID = "foreign-id"


@dataclass(frozen=True, slots=True)
class Call:
    """A callback, so many seconds after the task was taken."""

    at_s: float
    state: State
    manner: Manner = Manner.PLAIN


type Truth = tuple[tuple[float, State], ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A task from its beginning to its end."""

    truth: Truth
    calls: tuple[Call, ...]

    def at(self, age_s: float) -> State:
        """Tell how far a task of that age is."""
        reached = [state for at_s, state in self.truth if at_s <= age_s]
        return reached[-1] if reached else State.PENDING


_T, _F, _C, _E = State.TEXT, State.FIRST, State.COMPLETE, State.ERROR
_PLAIN: Final[Truth] = ((10, _T), (35, _F), (120, _C))


def _told(truth: Truth, manner: Manner = Manner.PLAIN) -> tuple[Call, ...]:
    return tuple(Call(at_s, state, manner) for at_s, state in truth)


_FAILED: Final[Truth] = ((40, _E),)
_AFTER_FIRST: Final[Truth] = ((10, _T), (35, _F), (60, _E))
_LATE: Final[Truth] = ((10, _T), (35, _F), (LATE_S, _C))

PATHS: Final[Mapping[Course, Path]] = {
    Course.PLAIN: Path(_PLAIN, _told(_PLAIN)),
    Course.SKIPPED: Path(_PLAIN, (Call(120, _C),)),
    Course.REPEATED: Path(
        _PLAIN,
        tuple(Call(at_s + more, state) for at_s, state in _PLAIN for more in (0, 0.001, 30)),
    ),
    Course.SWAPPED: Path(_PLAIN, (Call(120, _C), Call(120.5, _F), Call(121, _T))),
    Course.LATE: Path(_LATE, _told(_LATE)),
    Course.LOST: Path(_PLAIN, ()),
    Course.MALFORMED: Path(_PLAIN, _told(_PLAIN, Manner.MALFORMED)),
    Course.FOREIGN_ID: Path(_PLAIN, _told(_PLAIN, Manner.FOREIGN_ID)),
    Course.FAILED: Path(_FAILED, _told(_FAILED)),
    Course.ERROR_AFTER_FIRST: Path(_AFTER_FIRST, _told(_AFTER_FIRST)),
    Course.FALSE_ERROR: Path(_PLAIN, (Call(10, _T), Call(20, _E), Call(120, _C))),
    Course.FALSE_COMPLETE: Path(_PLAIN, (Call(10, _T), Call(20, _C), Call(120, _C))),
    Course.NEVER: Path((), ()),
}
