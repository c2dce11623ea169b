"""A job and its clips, as the facts that are known of them; what follows from those is derived."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cliphook.domain.clip import CLIPS_MAX, Clip, Told
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.plan import Lineage, Option, Pace, Postponement
from cliphook.domain.request import MusicRequest
from cliphook.domain.status import STAGE_RANK, Stage, Status


class AttemptStatus(StrEnum):
    """What is known of one submission; `claimed` may have been sent, `unsent` surely was not."""

    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNSENT = "unsent"
    UNKNOWN = "unknown"


class FailureCode(StrEnum):
    """Why a job can fail, in words that clients may rely on."""

    REJECTED = "provider_rejected"
    UNAUTHORIZED = "provider_unauthorized"
    OUT_OF_CREDIT = "provider_out_of_credit"
    RATE_LIMITED = "provider_rate_limited"
    UNAVAILABLE = "provider_unavailable"
    UNREACHABLE = "provider_unreachable"
    SOURCE_UNAVAILABLE = "source_unavailable"
    CONTENT_POLICY = "content_policy"
    GENERATION_FAILED = "generation_failed"
    SUBMISSION_UNKNOWN = "submission_unknown"
    DEADLINE_PASSED = "deadline_passed"
    CAP_REACHED = "daily_cap_reached"


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
    `charge` is what was taken for it when it came, and `refund` what was given back at its end,
    which is decided once; neither is there where nothing is charged. `version` counts commits, for
    compare-and-swap; `seq` counts announced events. All but `charge`, and which clips are late,
    belong to the record of the job, not to its facts, so two histories that tell the same may
    differ there. `carried` is what a newer version wrote and this one cannot read: it goes back as
    it came.
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
    recalled_at: datetime | None = None
    route: tuple[Option, ...] = ()
    lineage: Lineage | None = None
    postponed: Postponement | None = None
    charge: Decimal | None = None
    refund: Decimal | None = None
    version: int = 0
    seq: int = 0
    carried: Mapping[tuple[str, ...], Any] = field(
        default_factory=dict[tuple[str, ...], Any], compare=False
    )

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
    def has_ended(self) -> bool:
        """Whether its end is decided: there is a verdict, or its music is complete."""
        return self.verdict is not None or Stage.COMPLETE in self.stages

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
        """Whether the clip was delivered only after the job's end had been decided without it."""
        if clip.is_late is not None:
            return clip.is_late
        if not self.verdict or not clip.delivered_at:
            return False
        return clip.delivered_at > self.verdict.at

    @property
    def status(self) -> Status:
        """How far the job is."""
        if self.verdict:
            return self.verdict.status
        if Stage.COMPLETE in self.stages and all(clip.is_kept for clip in self._in_time):
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
        return Stage.COMPLETE in self.stages and all(clip.is_settled for clip in self._in_time)

    @property
    def _in_time(self) -> tuple[Clip, ...]:
        """The clips on which the job's end depends: no late one brings it back from there."""
        return tuple(clip for clip in self.results if not self.is_late(clip))
