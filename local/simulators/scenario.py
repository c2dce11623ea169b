"""What a scenario may say with any provider; a format adds its own, in a class below this one."""

from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why a request is refused, in our words; a provider has its own for those that it knows."""

    INVALID = "invalid"
    UNAUTHORIZED = "unauthorized"
    CREDITS = "credits"
    NOT_FOUND = "not-found"
    RATE = "rate"
    FREQUENCY = "frequency"
    CONFLICT = "conflict"
    TOO_LONG = "too-long"
    FETCH = "fetch"
    MAINTENANCE = "maintenance"
    SERVER = "server-error"
    FORBIDDEN = "forbidden"
    UPSTREAM = "bad-gateway"
    TIMEOUT = "timeout"


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
class Mark:
    """From when on a poll says what; `full` is whether it has the tracks that belong to it."""

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


class CoverFault(StrEnum):
    """What the audio host has in the place of every cover."""

    NOT_FOUND = "404"
    HTML = "html"
    OVERSIZED = "oversized"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A way to behave. Left as it is, it behaves as documented."""

    says: str
    create: Create | None = None
    poll: Poll | None = None
    files: Files | None = None
    cover: CoverFault | None = None
    pace: float = 1.0
    """All moments are this much later."""
    length_lie: float = 1.0
    """What is said of a track's duration, times the truth."""
