"""What is not kept of older jobs is asked for again, as long as its provider may still have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cliphook.application.ports import JobRef, Jobs
from cliphook.application.record import record
from cliphook.domain.due import unkept_clips
from cliphook.domain.errors import RetryableError, UnknownResourceError
from cliphook.domain.job import Job
from cliphook.domain.report import Recalled

# A recall is not repeated as long as the first one's tries to download may go on.
UNDERWAY: Final = timedelta(minutes=30)


class Outcome(StrEnum):
    """What came of recalling a job."""

    ORDERED = "ordered"
    # It was recalled a moment ago, and its clips are being tried.
    UNDERWAY = "underway"
    KEPT = "kept"
    # No provider is known to have taken it, so there is nobody to ask.
    NEVER_TAKEN = "never_taken"
    # It has no end yet, and what is owed to it comes by itself.
    NOT_DONE = "not_done"
    UNKNOWN_JOB = "unknown_job"
    UNREADABLE_JOB = "unreadable_job"


@dataclass(frozen=True, slots=True)
class Recall:
    """
    What came of it: how many clips only their provider has, and for how much longer, in hours.

    Less than nothing means that it has deleted them, as far as it documents.
    """

    ref: JobRef
    outcome: Outcome
    missing: int = 0
    left_h: float | None = None


def recall_job(ref: JobRef, kept_days: Mapping[str, int], *, jobs: Jobs, now: datetime) -> Recall:
    """
    Have a job's provider asked once more, and what is not kept downloaded again.

    That is one report, from which the orders follow, so a crash or a second recall does no harm.
    """
    try:
        job = jobs.load(ref)
        outcome = _outcome(job, now) if job else Outcome.UNKNOWN_JOB
        if outcome is Outcome.ORDERED:
            record(ref, Recalled(now), jobs=jobs)
    except UnknownResourceError:
        return Recall(ref, Outcome.UNKNOWN_JOB)
    except RetryableError:
        return Recall(ref, Outcome.UNREADABLE_JOB)
    return _told(ref, job, outcome, kept_days, now)


def _outcome(job: Job, now: datetime) -> Outcome:
    if not job.has_ended:
        return Outcome.NOT_DONE
    if job.results and all(clip.is_kept for clip in job.results):
        return Outcome.KEPT
    if not job.task_id and not unkept_clips(job):
        return Outcome.NEVER_TAKEN
    is_underway = job.recalled_at is not None and now - job.recalled_at < UNDERWAY
    return Outcome.UNDERWAY if is_underway else Outcome.ORDERED


def _told(
    ref: JobRef, job: Job | None, outcome: Outcome, kept_days: Mapping[str, int], now: datetime
) -> Recall:
    clips = unkept_clips(job) if job else ()
    times = [clip.delivered_at for clip in clips if clip.delivered_at]
    days = kept_days.get(job.provider) if job else None
    if not times or days is None:
        return Recall(ref, outcome, len(clips))
    left = min(times) + timedelta(days=days) - now
    return Recall(ref, outcome, len(clips), round(left / timedelta(hours=1), 1))
