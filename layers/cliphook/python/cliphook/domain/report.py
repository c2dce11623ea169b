"""Reports: every fact about a job, in our words, wherever it was learnt."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from cliphook.domain.companion import Companion, Part
from cliphook.domain.job import JobError
from cliphook.domain.passport import Passport
from cliphook.domain.status import Stage


class Via(StrEnum):
    """How a provider's word reached us; only a poll proves whose word it is."""

    CALLBACK = "callback"
    POLL = "poll"


@dataclass(frozen=True, slots=True)
class ReportedClip:
    """
    What a provider says of one clip at one stage; what it does not say is `None`.

    `passport` is there when the audio came with the saying, and is kept already.
    """

    provider_clip_id: str
    index: int
    title: str | None = None
    lyrics: str | None = None
    style: str | None = None
    audio_url: str | None = None
    source_url: str | None = None
    stream_url: str | None = None
    image_url: str | None = None
    duration_s: Decimal | None = None
    passport: Passport | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """
    An invocation is about to submit the job, and nobody else may.

    `option` is whom of the job's route it asks, and `reason` says why that one.
    """

    attempt: int
    owner: str
    at: datetime
    option: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Postponed:
    """
    The next submission has to wait: nobody who may be asked can be asked now.

    The rest is as in a `Postponement`.
    """

    attempt: int
    until: datetime
    option: int
    reason: str
    at: datetime
    has_slot: bool = False
    unwell_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Nobody who may be asked could be asked for so long that the job is given up unsent."""

    error: JobError
    at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """
    The provider took the job: its answer has its id, or tells at once how the job ended.

    At least one of `task_id` and `word` is there.
    """

    attempt: int
    task_id: str | None
    at: datetime
    word: "Progress | Failure | None" = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider answered that it will not do it; `may_retry` if it might later."""

    attempt: int
    error: JobError
    may_retry: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Unsent:
    """The submission provably never left."""

    attempt: int
    error: JobError
    at: datetime


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The submission left, and what became of it is not known; it is never sent again."""

    attempt: int
    error: JobError
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """The provider says that a stage is reached, and what it has by then."""

    task_id: str | None
    stage: Stage
    clips: tuple[ReportedClip, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """The provider says that there will be no music."""

    task_id: str | None
    error: JobError


@dataclass(frozen=True, slots=True)
class Silence:
    """The provider has nothing new to say, or did not answer in a usable way."""


type Word = Progress | Failure | Silence


@dataclass(frozen=True, slots=True)
class Said:
    """A provider's word on one attempt. When it was a poll, `at` is when we asked."""

    attempt: int
    word: Word
    via: Via
    at: datetime


@dataclass(frozen=True, slots=True)
class ClipArchived:
    """The archive holds the clip's bytes."""

    provider_clip_id: str
    passport: Passport
    at: datetime


@dataclass(frozen=True, slots=True)
class ClipLost:
    """The archive gave the clip up; an operator can still have it tried again."""

    provider_clip_id: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Accompanied:
    """Something was learnt of what is to be kept beside a clip's audio."""

    provider_clip_id: str
    part: Part
    companion: Companion
    at: datetime


@dataclass(frozen=True, slots=True)
class Expired:
    """
    The job's time is over.

    `attempts` says how many it had, where that is what it ends for: one more, and it goes on.
    """

    at: datetime
    attempts: int | None = None


@dataclass(frozen=True, slots=True)
class Canceled:
    """The client wants no more of it."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Nudged:
    """What the job waits for is overdue, so its work orders are to be sent again."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Recalled:
    """An operator wants what is not kept to be asked for again, whatever was given up before."""

    at: datetime


type Answer = Accepted | Refused | Unsent | Unanswered
type Report = (
    Claimed
    | Postponed
    | Abandoned
    | Answer
    | Said
    | ClipArchived
    | ClipLost
    | Accompanied
    | Expired
    | Canceled
    | Nudged
    | Recalled
)
