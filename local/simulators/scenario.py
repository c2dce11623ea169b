"""What a scenario may say: how a create is answered, what is called back, polled and downloaded."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

from local.simulators.facts import Failure, Refusal


class Moment(StrEnum):
    """A moment in the life of a task, to which everything else is relative."""

    CREATED = "created"
    TEXT = "text"
    FIRST = "first"
    COMPLETE = "complete"


class Answer(StrEnum):
    """How a create is answered, when it is not as documented."""

    REFUSED = "refused"
    HTML_403 = "html-403"
    HTML_502 = "html-502"
    EMPTY_500 = "empty-500"
    HANG = "hang"
    CUT = "cut"
    NO_TASK_ID = "no-task-id"


@dataclass(frozen=True, slots=True)
class Create:
    """
    A create that goes wrong.

    `accepted` says whether the task nevertheless exists and goes on. `times` limits the fault to
    the first creates of one body, so that a client who tries again succeeds.
    """

    answer: Answer
    accepted: bool = False
    refusal: Refusal = Refusal.INVALID
    times: int | None = None


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


@dataclass(frozen=True, slots=True)
class Mark:
    """From when on record-info says what; `full` is whether it has the tracks that belong to it."""

    status: str
    after: Moment = Moment.CREATED
    plus_s: float = 0.0
    full: bool = True


class PollFault(StrEnum):
    """What a poll says instead of a task's state."""

    HTML_502 = "html-502"
    EMPTY_500 = "empty-500"
    UNKNOWN = "unknown"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Poll:
    """Polls that go wrong: the first `times`, or all."""

    fault: PollFault
    times: int | None = None


class FileFault(StrEnum):
    """What the audio host does instead of sending the file."""

    FORBIDDEN = "403"
    NOT_FOUND = "404"
    EMPTY = "empty"
    HTML = "html"
    PRIVATE = "redirect-private"
    REDIRECT = "redirect"
    LOOP = "redirect-loop"
    HALF = "half"
    SHORT = "short"
    WRONG_TYPE = "wrong-type"
    EXPIRED = "expired"
    SLOW = "slow"
    ENDLESS = "endless"
    SILENT = "silent"
    GARBAGE = "garbage"
    WAV = "wav"


@dataclass(frozen=True, slots=True)
class Files:
    """A download that goes wrong: each file's first `times` fetches, or all."""

    fault: FileFault
    times: int | None = None
    source_too: bool = True


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
class Scenario:
    """A way to behave. Left as it is, it behaves as documented."""

    says: str
    create: Create | None = None
    calls: tuple[Call, ...] = HAPPY_CALLS
    marks: tuple[Mark, ...] = HAPPY_MARKS
    poll: Poll | None = None
    files: Files | None = None
    failure: Failure = Failure.GENERATION
    pace: float = 1.0
    """All moments are this much later."""
    tracks: int = 2
    answer_after_calls: int = 0
    """The create is answered only when so many callbacks are delivered."""
    length_lie: float = 1.0
    """What is said of a track's duration, times the truth."""


def shaped(shape: Shape) -> tuple[Call, ...]:
    """Call back as documented, but in another shape."""
    return tuple(replace(call, shape=shape) for call in HAPPY_CALLS)


def fails(says: str, failure: Failure, shape: Shape = PLAIN) -> Scenario:
    """Accept, and fail when the first track should come."""
    error = Call("error", Moment.FIRST, shape=shape)
    return Scenario(says, calls=(error,), marks=FAILED_MARKS, failure=failure)
