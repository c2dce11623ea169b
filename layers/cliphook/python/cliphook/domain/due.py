"""What a job waits for: which call is to be made next and when, and which clips to download."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cliphook.domain.clip import Clip
from cliphook.domain.companions import wanted_companions
from cliphook.domain.job import Attempt, Job
from cliphook.domain.status import Stage
from cliphook.domain.steps import later


class Work(StrEnum):
    """What is to be done for a job, after the commit that made it due."""

    DISPATCH = "dispatch"
    POLL = "poll"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Call:
    """The next call to a provider. What it will be is decided again when its time has come."""

    work: Work
    at: datetime


POLL_GAP_MAX_S: Final = 900

# From which age on with which gap, both in first waits. Where callbacks tell of progress, polls
# make up for lost ones: with 90 s for the first these are 60, 120, 240, 480 and 900 s, or so.
PUSHED_GAPS: Final = (
    (0.0, 2 / 3),
    (4 / 3, 4 / 3),
    (7 / 3, 8 / 3),
    (13 / 3, 16 / 3),
    (25 / 3, 10.0),
)
SPREAD: Final = 0.2

# Where polls are all that tells of it: with ten seconds for the first one these are 10, 15, 20 and
# 30 s, and a minute after ten.
POLLED_GAPS: Final = ((0.0, 1.0), (1.0, 1.5), (2.5, 2.0), (4.5, 3.0), (60.0, 6.0))

# How long it is asked about music that a callback claims after a job's end: a provider's API may
# be behind its callbacks, or not answer just then.
FOLLOWED_UP_S: Final = 600

# When the sweep starts to wonder: this long after the time, then at this distance.
OVERDUE_S: Final = 60
NUDGE_GAP_S: Final = 300
# Longer than a cover is tried for: the same host is not asked by several orders at once.
BESIDE_GAP_S: Final = 1800


def next_call(job: Job) -> Call | None:
    """Tell which call to the job's provider is next; none when there is nothing to ask."""
    if is_hinted(job):
        return Call(Work.POLL, _poll_at(job, job.attempts[-1]))
    if (recalled_at := job.recalled_at) and _is_asked_again(job, recalled_at):
        return Call(Work.POLL, recalled_at)
    if job.verdict or Stage.COMPLETE in job.stages:
        return _follow_up(job)
    attempt = job.attempt
    if not attempt or attempt.retry_at:
        return Call(Work.DISPATCH, _dispatch_at(job))
    if not attempt.task:
        return Call(Work.POLL, deadline_of(job, attempt))
    return Call(Work.POLL, _poll_at(job, attempt))


def deadline_of(job: Job, attempt: Attempt) -> datetime:
    """Tell when to give up; a submission whose fate is not known gets less time."""
    seconds = job.pace.deadline_s if attempt.task else job.pace.unknown_deadline_s
    return attempt.claimed_at + timedelta(seconds=seconds)


def unsent_deadline_of(job: Job) -> datetime:
    """Tell when to give a job up that no provider has."""
    return job.created_at + timedelta(seconds=job.pace.deadline_s)


def is_hinted(job: Job) -> bool:
    """Whether a callback claims an end which the provider's own API was not yet asked about."""
    if not job.hinted_at or not job.task_id or Stage.COMPLETE in job.stages:
        return False
    return job.polled_at is None or job.hinted_at > job.polled_at


def wanted_clips(job: Job) -> tuple[Clip, ...]:
    """
    Name the clips that are to be downloaded: those of a job with an end, late ones as well.

    One that was given up is wanted again once the job was recalled after that.
    """
    if not job.has_ended:
        return ()
    return tuple(clip for clip in unkept_clips(job) if not _is_given_up(job, clip))


def unkept_clips(job: Job) -> tuple[Clip, ...]:
    """Name the clips that are with their provider alone."""
    return tuple(clip for clip in job.results if clip.is_delivered and not clip.is_kept)


def sweep_at(job: Job) -> datetime | None:
    """Tell when the sweep should look whether what was due has been done; never for one at rest."""
    since = later(job.recalled_at, job.polled_at or job.created_at)
    times = [since] if wanted_clips(job) else []
    if call := next_call(job):
        times.append(max(call.at, job.hinted_at) if job.hinted_at else call.at)
    beside = _beside_at(job)
    if not times:
        return beside
    overdue = min(times) + timedelta(seconds=OVERDUE_S)
    nudged = job.nudged_at and job.nudged_at + timedelta(seconds=NUDGE_GAP_S)
    at = max(overdue, nudged) if nudged else overdue
    return min(at, beside) if beside else at


def _beside_at(job: Job) -> datetime | None:
    """Tell when to look after what belongs beside the audio, which is tried for long by itself."""
    if not wanted_companions(job):
        return None
    since = max(filter(None, (job.polled_at, job.nudged_at)), default=job.created_at)
    return since + timedelta(seconds=BESIDE_GAP_S)


def _is_asked_again(job: Job, recalled_at: datetime) -> bool:
    """Whether a job that had its end waits for one question more: what its provider still has."""
    if not job.has_ended or not job.task_id or (job.polled_at and job.polled_at >= recalled_at):
        return False
    return not job.results or any(not clip.is_kept for clip in job.results)


def _is_given_up(job: Job, clip: Clip) -> bool:
    return clip.loss is not None and not (job.recalled_at and clip.loss[0] < job.recalled_at)


def _follow_up(job: Job) -> Call | None:
    """Time the next question about late music, at doubling gaps, until all of it is there."""
    if not job.verdict or not job.hinted_at or not job.polled_at:
        return None
    since_hint = job.polled_at - job.hinted_at
    is_whole = all(clip.is_delivered for clip in job.clips.values())
    is_over = since_hint > timedelta(seconds=FOLLOWED_UP_S)
    if job.hinted_at < job.verdict.at or is_over or (job.clips and is_whole):
        return None
    gap = max(since_hint, timedelta(seconds=job.pace.poll_gap_s))
    return Call(Work.POLL, job.polled_at + gap)


def _dispatch_at(job: Job) -> datetime:
    """
    Time the next submission.

    The first one is made inside the request where it is quick; only a job whose request died, or
    that has to wait for its turn, needs another hand then.
    """
    at = job.attempt.retry_at if job.attempt else None
    if job.waiting:
        at = max(at or job.waiting.until, job.waiting.until)
    at = at or job.created_at + timedelta(seconds=job.pace.dispatch_after_s)
    return min(at, unsent_deadline_of(job))


def _poll_at(job: Job, attempt: Attempt) -> datetime:
    """
    Time the next poll.

    The gap grows with the job's age up to its deadline, and is never below what the provider
    allows. A hint is followed up at once, and while the provider's API still denies it, at
    doubling gaps. Further hints do not move the time, so no stream of them can put a poll off for
    ever.
    """
    pace, deadline = job.pace, deadline_of(job, attempt)
    if not job.polled_at:
        wait_s = 0 if job.hinted_at else max(pace.poll_first_s, pace.poll_gap_s)
        return min(deadline, attempt.claimed_at + timedelta(seconds=wait_s))
    earliest = job.polled_at + timedelta(seconds=pace.poll_gap_s)
    # Of two clocks, the one that asked may be behind the one that submitted.
    age_s = max(0.0, (job.polled_at - attempt.claimed_at).total_seconds())
    gap_s = _gap_s(job, age_s)
    if job.hinted_at:
        since_hint_s = (job.polled_at - job.hinted_at).total_seconds()
        # Before the hint means long ago, unless the clock that heard it is ahead: then it seems
        # newer than every poll, until the others have caught up.
        gap_s = min(gap_s, since_hint_s if since_hint_s >= 0 else -since_hint_s / 2)
    at = job.polled_at + timedelta(seconds=gap_s)
    return max(earliest, at if is_hinted(job) else min(deadline, at))


def _gap_s(job: Job, age_s: float) -> float:
    first_s = job.pace.poll_first_s
    gaps = POLLED_GAPS if job.pace.is_polled else PUSHED_GAPS
    gap_s = first_s * max(gap for since, gap in gaps if since <= age_s / first_s)
    return gap_s if job.pace.is_polled else min(POLL_GAP_MAX_S, gap_s * _spread(job))


def _spread(job: Job) -> float:
    """Spread the polls of jobs that began together, each by a share of its own."""
    digest = hashlib.sha256(f"{job.id} {job.polled_at}".encode()).digest()
    return 1 - SPREAD + 2 * SPREAD * digest[0] / 255
