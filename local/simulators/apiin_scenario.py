"""What a scenario may say at apiin: states, webhooks of any shape and order, failures."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

from local.simulators.apiin_facts import Failure
from local.simulators.scenario import Mark, Moment, Scenario

ALL: Final = 99


class State(StrEnum):
    """How far a task is, in our words."""

    PENDING = "pending"
    TEXT = "text"
    FIRST = "first"
    COMPLETE = "complete"
    UNKNOWN = "unknown"
    FAILED = "failed"
    FAILED_AFTER_FIRST = "failed-after-first"
    HALF_FAILED = "half-failed"


@dataclass(frozen=True, slots=True)
class Look:
    """What a state looks like from outside."""

    word: str
    """What each result says it is; a failed one stays what it was."""
    task: Literal["pending", "processing", "completed", "failed"]
    heard: int = 0
    """How many results have audio."""
    sound: int = ALL
    """How many results did not fail; failed are those behind them."""


LOOKS: Final[Mapping[State, Look]] = {
    State.PENDING: Look("new", "pending"),
    State.TEXT: Look("text", "processing"),
    State.FIRST: Look("first", "processing", heard=1),
    State.COMPLETE: Look("complete", "completed", heard=ALL),
    State.UNKNOWN: Look("arranging", "processing"),
    State.FAILED: Look("text", "failed", sound=0),
    State.FAILED_AFTER_FIRST: Look("first", "failed", heard=1, sound=1),
    State.HALF_FAILED: Look("complete", "completed", heard=1, sound=1),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """How results, or the webhook around them, depart from what is documented."""

    audio: bool = True
    early_audio: bool = False
    """Whether there is an audio_url as soon as there is a text."""
    ids: bool = True
    """Whether results have an id when there is but a text."""
    foreign_id: bool = False
    unknown_fields: bool = False
    pad_bytes: int = 0
    broken: bool = False


PLAIN: Final = Shape()


@dataclass(frozen=True, slots=True)
class Call:
    """One webhook: what it tells, and when; `plus_s` are published seconds, scaled like all."""

    state: State
    after: Moment
    plus_s: float = 0.0
    shape: Shape = PLAIN

    @property
    def stage(self) -> str:
        """Name what is told as all simulators name it."""
        return "error" if LOOKS[self.state].sound < ALL else self.state.value


HAPPY_CALLS: Final = (
    Call(State.TEXT, Moment.TEXT),
    Call(State.FIRST, Moment.FIRST),
    Call(State.COMPLETE, Moment.COMPLETE),
)
HAPPY_MARKS: Final = (
    Mark(State.PENDING),
    Mark(State.TEXT, Moment.TEXT),
    Mark(State.FIRST, Moment.FIRST),
    Mark(State.COMPLETE, Moment.COMPLETE),
)


@dataclass(frozen=True, slots=True)
class ApiinScenario(Scenario):
    """A way to behave for apiin."""

    calls: tuple[Call, ...] = HAPPY_CALLS
    marks: tuple[Mark, ...] = HAPPY_MARKS
    feed: Shape = PLAIN
    failure: Failure = Failure.GENERATION
    tracks: int = 2
    answer_after_calls: int = 0
    """The create is answered only when so many webhooks are delivered."""
    switched: tuple[tuple[str, str], ...] = ()
    """Switches that are set otherwise for this task alone, by name."""


def shaped(shape: Shape) -> tuple[Call, ...]:
    """Call back as documented, but in another shape."""
    return tuple(replace(call, shape=shape) for call in HAPPY_CALLS)


def fails(says: str, failure: Failure) -> ApiinScenario:
    """Accept, and fail when the first track should come."""
    return ApiinScenario(
        says,
        calls=(Call(State.FAILED, Moment.FIRST),),
        marks=(Mark(State.PENDING), Mark(State.FAILED, Moment.FIRST)),
        failure=failure,
    )
