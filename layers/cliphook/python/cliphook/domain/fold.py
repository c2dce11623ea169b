"""
The one rule by which a job changes: a job is the fold of its reports.

`fold` is pure and total. Reports may come in any order and any number of times; the facts they
leave are the same, because every fact is joined by a maximum, a minimum or a union. One thing is
first come, first served: the verdict. A job that was announced as failed stays failed, and one
whose music is complete can no longer fail.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, assert_never

from cliphook.domain import report as reports
from cliphook.domain.attempts import open_attempt, with_attempt
from cliphook.domain.clips import broken_limit, find_clip, merge_clips, with_clip
from cliphook.domain.job import (
    Attempt,
    AttemptStatus,
    FailureCode,
    Job,
    JobError,
    Passport,
    Verdict,
)
from cliphook.domain.report import Report, Via
from cliphook.domain.status import Stage, Status

# How long to wait before the next submission, by how many there were. A rate window is ten
# seconds wide and maintenance takes minutes; what never left is tried sooner and given up sooner.
REFUSED_RETRY_S: Final = (5, 10, 20, 40, 80, 160, 300, 300, 300)
UNSENT_RETRY_S: Final = (2, 5, 15, 30, 60)

# A provider's answer to our request is believed over what a callback says of its own id.
_ANSWERED: Final = 2
_CALLED_BACK: Final = 1


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A report that may not change the job: kept as it came, for a person to look at."""

    reason: str


def fold(job: Job, report: Report) -> Job | Quarantined:
    """Tell what a report makes of a job; the same job if it is not news."""
    return _RULES[type(report)](job, report)


def _claim(job: Job, report: reports.Claimed) -> Job:
    last = job.attempt
    may_send = last is None or (last.retry_at is not None and last.retry_at <= report.at)
    if job.verdict or not may_send or report.attempt != len(job.attempts) + 1:
        return job
    attempt = Attempt(report.attempt, job.provider, report.owner, report.at)
    return replace(job, attempts=(*job.attempts, attempt))


def _accept(job: Job, report: reports.Accepted) -> Job | Quarantined:
    attempt = open_attempt(job, report.attempt)
    if not attempt:
        return Quarantined("foreign_attempt")
    is_repeated = attempt.status is AttemptStatus.ACCEPTED
    return with_attempt(
        job,
        replace(
            attempt,
            status=AttemptStatus.ACCEPTED,
            answered_at=_earlier(attempt.answered_at if is_repeated else None, report.at),
            task=max(attempt.task or (0, ""), (_ANSWERED, report.task_id)),
            error=None,
        ),
    )


def _refuse(job: Job, report: reports.Refused) -> Job:
    schedule = REFUSED_RETRY_S if report.may_retry else ()
    return _unmade(job, report, AttemptStatus.REFUSED, schedule)


def _not_sent(job: Job, report: reports.Unsent) -> Job:
    return _unmade(job, report, AttemptStatus.UNSENT, UNSENT_RETRY_S)


def _unmade(
    job: Job,
    report: reports.Refused | reports.Unsent,
    status: AttemptStatus,
    schedule: tuple[int, ...],
) -> Job:
    attempt = open_attempt(job, report.attempt)
    if not attempt or attempt.status is not AttemptStatus.CLAIMED or attempt.task:
        return job
    tries = sum(1 for earlier in job.attempts if earlier.status is status)
    retry_at = report.at + timedelta(seconds=schedule[tries]) if tries < len(schedule) else None
    closed = replace(
        attempt, status=status, answered_at=report.at, error=report.error, retry_at=retry_at
    )
    job = with_attempt(job, closed)
    return job if retry_at else _end(job, Status.FAILED, report.at, report.error)


def _lose_sight(job: Job, report: reports.Unanswered) -> Job:
    attempt = open_attempt(job, report.attempt)
    if not attempt or attempt.status is not AttemptStatus.CLAIMED:
        return job
    return with_attempt(
        job,
        replace(
            attempt,
            status=AttemptStatus.UNKNOWN,
            answered_at=report.at,
            error=report.error,
        ),
    )


def _hear(job: Job, report: reports.Said) -> Job | Quarantined:
    is_trusted = report.via is Via.POLL
    heard = replace(job, polled_at=_later(job.polled_at, report.at)) if is_trusted else job
    match report.word:
        case reports.Progress() as word:
            return _progress(heard, report, word, is_trusted=is_trusted)
        case reports.Failure() as word:
            return _fail(heard, report, word, is_trusted=is_trusted)
        case reports.Silence():
            return heard
        case unknown:
            assert_never(unknown)


def _progress(
    job: Job, report: reports.Said, word: reports.Progress, *, is_trusted: bool
) -> Job | Quarantined:
    bound = _bind(job, report.attempt, word.task_id)
    if isinstance(bound, Quarantined):
        return bound
    merged = merge_clips(bound, word, report.at, is_trusted=is_trusted)
    if not is_trusted and (limit := broken_limit(merged)):
        return Quarantined(limit)
    if word.stage is not Stage.COMPLETE:
        return _reach(merged, word.stage, report.at)
    if not is_trusted:
        return replace(merged, hinted_at=_later(job.hinted_at, report.at))
    is_whole = bool(word.clips) and all(clip.audio_url for clip in word.clips)
    return _reach(merged, Stage.COMPLETE, report.at) if is_whole and not job.verdict else merged


def _fail(
    job: Job, report: reports.Said, word: reports.Failure, *, is_trusted: bool
) -> Job | Quarantined:
    bound = _bind(job, report.attempt, word.task_id)
    if isinstance(bound, Quarantined):
        return bound
    if not is_trusted:
        return replace(bound, hinted_at=_later(job.hinted_at, report.at))
    return _end(bound, Status.FAILED, report.at, word.error)


def _archive(job: Job, report: reports.ClipArchived) -> Job:
    clip = find_clip(job, report.provider_clip_id)
    passport = min(clip.passport or report.passport, report.passport, key=_by_age)
    return with_clip(job, replace(clip, passport=passport))


def _lose_clip(job: Job, report: reports.ClipLost) -> Job:
    clip = find_clip(job, report.provider_clip_id)
    loss = (report.at, report.reason)
    return with_clip(job, replace(clip, loss=min(clip.loss or loss, loss)))


def _expire(job: Job, report: reports.Expired) -> Job:
    is_known = job.task_id is not None
    error = JobError(
        code=FailureCode.DEADLINE_PASSED if is_known else FailureCode.SUBMISSION_UNKNOWN,
        message=(
            "The provider did not deliver in time."
            if is_known
            else "The provider never said whether it took the job, so it was not asked again."
        ),
    )
    return _end(job, Status.EXPIRED, report.at, error)


def _nudge(job: Job, report: reports.Nudged) -> Job:
    return replace(job, nudged_at=_later(job.nudged_at, report.at))


def _end(job: Job, status: Status, at: datetime, error: JobError) -> Job:
    verdict = Verdict(status, at, error)
    if Stage.COMPLETE in job.stages or (job.verdict and job.verdict.status is not status):
        return job
    return replace(job, verdict=min(job.verdict or verdict, verdict, key=lambda one: one.at))


def _reach(job: Job, stage: Stage, at: datetime) -> Job:
    return replace(job, stages={**job.stages, stage: _earlier(job.stages.get(stage), at)})


def _bind(job: Job, number: int, task_id: str | None) -> Job | Quarantined:
    """Tie a word to the attempt that it speaks of; a callback may be the first to name it."""
    attempt = open_attempt(job, number)
    if not attempt:
        return Quarantined("foreign_attempt")
    if task_id is None:
        return job
    if attempt.task and attempt.task_id != task_id:
        return Quarantined("binding_conflict")
    task = max(attempt.task or (0, ""), (_CALLED_BACK, task_id))
    return with_attempt(job, replace(attempt, task=task))


def _by_age(passport: Passport) -> tuple[datetime, str]:
    return passport.archived_at, passport.sha256


def _earlier(one: datetime | None, other: datetime) -> datetime:
    return min(one, other) if one else other


def _later(one: datetime | None, other: datetime) -> datetime:
    return max(one, other) if one else other


# `Any`, because a table from a type to the rule for that type cannot be said in types.
_RULES: Final[Mapping[type, Callable[[Job, Any], Job | Quarantined]]] = {
    reports.Claimed: _claim,
    reports.Accepted: _accept,
    reports.Refused: _refuse,
    reports.Unsent: _not_sent,
    reports.Unanswered: _lose_sight,
    reports.Said: _hear,
    reports.ClipArchived: _archive,
    reports.ClipLost: _lose_clip,
    reports.Expired: _expire,
    reports.Nudged: _nudge,
}
