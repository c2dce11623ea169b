"""A job and its clips, as the facts that are known of them; what follows from those is derived."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from cliphook.domain.ids import AccountId, ClipId, JobId
from cliphook.domain.request import MusicRequest
from cliphook.domain.status import STAGE_RANK, ClipStatus, Stage, Status

# What somebody said, with the weight of the saying: (weight, value). The greater pair is
# believed, so joining two is `max`, and the order in which they arrive cannot matter.
type Told[T] = tuple[int, T]

# Added to the weight of what a provider's own API answered us; a callback is not signed.
TRUSTED: Final = 10

# What a job may hold of unsigned sayings. A stolen callback address must not fill the table's row
# (400 KB) and so keep the provider's true answer out.
CLIPS_MAX: Final = 16
TEXT_CHARACTERS_MAX: Final = 60_000


class AttemptStatus(StrEnum):
    """What is known of one submission; `claimed` may have been sent, `unsent` surely was not."""

    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNSENT = "unsent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Pace:
    """
    A deployment's times for one provider, kept in the job: a change never moves a running job's.

    A job is handed to another process after `dispatch_after_s`, at once where its submission takes
    longer than a client waits. `is_polled` is true where polls are all that tells of progress.
    """

    poll_first_s: int
    deadline_s: int
    unknown_deadline_s: int
    poll_gap_s: int = 5
    dispatch_after_s: int = 30
    is_polled: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One way to have a job made: who could do it, how, for what price, and why it stands here."""

    provider: str
    model: str
    pace: Pace
    price: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Lineage:
    """
    What a request starts from, as it was found when the request came.

    Of an earlier clip these are its provider's own ids, and the model that made it; `key` and
    `picture_keys` are where the audio and the pictures lie with us.
    """

    provider: str | None = None
    model: str | None = None
    task_id: str | None = None
    provider_clip_id: str | None = None
    index: int = 0
    key: str | None = None
    url: str | None = None
    picture_keys: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Postponement:
    """Until when an attempt waits, for which option of the route, and why."""

    attempt: int
    until: datetime
    option: int
    reason: str


class FailureCode(StrEnum):
    """Why a job can fail, in words that clients may rely on."""

    REJECTED = "provider_rejected"
    UNAUTHORIZED = "provider_unauthorized"
    OUT_OF_CREDIT = "provider_out_of_credit"
    RATE_LIMITED = "provider_rate_limited"
    UNAVAILABLE = "provider_unavailable"
    UNREACHABLE = "provider_unreachable"
    CONTENT_POLICY = "content_policy"
    GENERATION_FAILED = "generation_failed"
    SUBMISSION_UNKNOWN = "submission_unknown"
    DEADLINE_PASSED = "deadline_passed"


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed: `code` is a `FailureCode` or a newer version's, `provider_code` theirs."""

    code: str
    message: str
    provider_code: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    One submission of a job to one provider.

    `owner` fences the one invocation that may send; `option` is the place in the job's route, and
    `may_retry` whether a refusal was one for now only.
    """

    number: int
    provider: str
    owner: str
    claimed_at: datetime
    status: AttemptStatus = AttemptStatus.CLAIMED
    answered_at: datetime | None = None
    task: Told[str] | None = None
    error: JobError | None = None
    retry_at: datetime | None = None
    model: str | None = None
    option: int = 0
    reason: str = ""
    may_retry: bool = True

    @property
    def task_id(self) -> str | None:
        """The provider's id for this attempt, once anybody said it."""
        return self.task[1] if self.task else None


@dataclass(frozen=True, slots=True)
class Passport:
    """What the archive knows about a clip's bytes."""

    key: str
    sha256: str
    size_bytes: int
    content_type: str
    archived_at: datetime


@dataclass(frozen=True, slots=True)
class Clip:
    """One result of a job."""

    id: ClipId
    provider_clip_id: str
    index: Told[int] | None = None
    title: Told[str] | None = None
    lyrics: Told[str] | None = None
    style: Told[str] | None = None
    audio_url: Told[str] | None = None
    # Where the same audio is besides, until it expires.
    source_url: Told[str] | None = None
    stream_url: Told[str] | None = None
    image_url: Told[str] | None = None
    duration_s: Told[Decimal] | None = None
    passport: Passport | None = None
    loss: tuple[datetime, str] | None = None
    delivered_at: datetime | None = None
    # A set of lyrics has no audio: its text is all of it, and the job's row keeps that.
    is_text: bool = False

    @property
    def is_delivered(self) -> bool:
        """Whether the provider's own API has shown us audio, so that it may be downloaded."""
        return self.delivered_at is not None

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where its audio is, by the provider's own API alone; the best address first."""
        told = filter(None, (self.audio_url, self.source_url))
        return tuple(url for weight, url in told if weight >= TRUSTED)

    @property
    def is_kept(self) -> bool:
        """Whether all of the clip is with us for good."""
        return self.passport is not None or (self.is_text and self.is_delivered)

    @property
    def is_settled(self) -> bool:
        """Whether the archive has the clip, or gave it up."""
        return self.is_kept or self.loss is not None

    @property
    def status(self) -> ClipStatus:
        """How far the clip is."""
        if self.is_kept:
            return ClipStatus.ARCHIVED
        if self.loss:
            return ClipStatus.ARCHIVE_FAILED
        return ClipStatus.READY if self.audio_url else ClipStatus.PENDING


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a job ended without its music, and why. The first one stays."""

    status: Status
    at: datetime
    error: JobError | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """
    The making of one request, as the facts that are known of it.

    `route` lists who may make it, the preferred one first; `provider`, `model` and `pace` are those
    of the latest attempt, and of the first in the route until there is one.
    `version` counts commits, for compare-and-swap; `seq` counts announced events. Both belong to
    the record of the job, not to its facts, so two histories that tell the same may differ there.
    """

    id: JobId
    account_id: AccountId
    request: MusicRequest
    provider: str
    model: str
    created_at: datetime
    pace: Pace
    attempts: tuple[Attempt, ...] = ()
    stages: Mapping[Stage, datetime] = field(default_factory=dict[Stage, datetime])
    clips: Mapping[str, Clip] = field(default_factory=dict[str, Clip])
    verdict: Verdict | None = None
    hinted_at: datetime | None = None
    polled_at: datetime | None = None
    nudged_at: datetime | None = None
    route: tuple[Option, ...] = ()
    lineage: Lineage | None = None
    postponed: Postponement | None = None
    version: int = 0
    seq: int = 0

    @property
    def attempt(self) -> Attempt | None:
        """The latest submission."""
        return self.attempts[-1] if self.attempts else None

    @property
    def task_id(self) -> str | None:
        """The provider's id of the latest submission."""
        return self.attempt.task_id if self.attempt else None

    @property
    def is_taken(self) -> bool:
        """Whether a provider is known to have taken the latest submission."""
        attempt = self.attempt
        if not attempt:
            return False
        return attempt.task is not None or attempt.status is AttemptStatus.ACCEPTED

    @property
    def waiting(self) -> Postponement | None:
        """What the next submission is waiting for, if it was put off."""
        is_next = self.postponed and self.postponed.attempt == len(self.attempts) + 1
        return self.postponed if is_next and not self.is_done else None

    @property
    def stage(self) -> Stage | None:
        """The furthest stage that was reached."""
        return max(self.stages, key=STAGE_RANK.__getitem__, default=None)

    @property
    def results(self) -> tuple[Clip, ...]:
        """
        The clips in the order the provider gave them.

        Once the music is complete only clips that the provider's own API named count; before
        that, what callbacks claim is shown too.
        """
        clips = sorted(
            self.clips.values(),
            key=lambda clip: (clip.index[1] if clip.index else CLIPS_MAX, clip.provider_clip_id),
        )
        if Stage.COMPLETE in self.stages:
            return tuple(clip for clip in clips if clip.is_delivered)
        return tuple(clips)

    def is_late(self, clip: Clip) -> bool:
        """Whether the clip was delivered only after the job had ended without it."""
        if not self.verdict or not clip.delivered_at:
            return False
        return clip.delivered_at > self.verdict.at

    @property
    def status(self) -> Status:
        """How far the job is."""
        if self.verdict:
            return self.verdict.status
        if Stage.COMPLETE in self.stages and all(clip.is_kept for clip in self.results):
            return Status.ARCHIVED
        if self.stage:
            return Status(self.stage.value)
        if self.is_taken:
            return Status.ACCEPTED
        return Status.SUBMITTING if self.attempts else Status.QUEUED

    @property
    def is_done(self) -> bool:
        """Whether nothing more will change, but for clips that turn up late."""
        if self.verdict:
            return True
        return Stage.COMPLETE in self.stages and all(clip.is_settled for clip in self.results)
