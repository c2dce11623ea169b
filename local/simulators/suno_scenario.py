"""What a scenario may say in the suno format: callbacks of any shape, states, failures."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from local.simulators.scenario import Mark, Moment, Scenario
from local.simulators.suno_facts import Failure


@dataclass(frozen=True, slots=True)
class Shape:
    """How the body of a callback departs from the documented one."""

    id_key: Literal["task_id", "taskId"] = "task_id"
    foreign_id: bool = False
    wrapped: bool = True
    audio: bool = True
    text_variant: Literal["A", "B", "C"] | None = None
    error_data: Literal["null", "list", "string"] = "null"
    error_word: Literal["error", "failed"] = "error"
    create_time: Literal["ms", "string"] | None = None
    unknown_fields: bool = False
    pad_bytes: int = 0
    broken: bool = False


PLAIN: Final = Shape()


@dataclass(frozen=True, slots=True)
class Call:
    """One callback: its stage, and when; `plus_s` are published seconds, scaled like all."""

    stage: Literal["text", "first", "complete", "error"]
    after: Moment
    plus_s: float = 0.0
    shape: Shape = PLAIN


HAPPY_CALLS: Final = (
    Call("text", Moment.TEXT),
    Call("first", Moment.FIRST),
    Call("complete", Moment.COMPLETE),
)
HAPPY_MARKS: Final = (
    Mark("PENDING"),
    Mark("GENERATING", plus_s=3),
    Mark("TEXT_SUCCESS", Moment.TEXT),
    Mark("FIRST_SUCCESS", Moment.FIRST),
    Mark("SUCCESS", Moment.COMPLETE),
)
FAILED_MARKS: Final = (*HAPPY_MARKS[:2], Mark("GENERATE_AUDIO_FAILED", Moment.FIRST))


@dataclass(frozen=True, slots=True)
class SunoScenario(Scenario):
    """A way to behave for a provider of the suno format."""

    calls: tuple[Call, ...] = HAPPY_CALLS
    marks: tuple[Mark, ...] = HAPPY_MARKS
    failure: Failure = Failure.GENERATION
    tracks: int = 2
    answer_after_calls: int = 0
    """The create is answered only when so many callbacks are delivered."""


def shaped(shape: Shape) -> tuple[Call, ...]:
    """Call back as documented, but in another shape."""
    return tuple(replace(call, shape=shape) for call in HAPPY_CALLS)


def fails(says: str, failure: Failure, shape: Shape = PLAIN) -> SunoScenario:
    """Accept, and fail when the first track should come."""
    error = Call("error", Moment.FIRST, shape=shape)
    return SunoScenario(says, calls=(error,), marks=FAILED_MARKS, failure=failure)
