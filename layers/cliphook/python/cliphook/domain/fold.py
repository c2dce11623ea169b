"""
The one rule by which a job changes: a job is the fold of its reports.

`fold` is pure and total. Reports may come in any order and any number of times; the facts they
leave are the same, because every fact is joined by a maximum, a minimum or a union. One thing is
first come, first served: the verdict. A job that was announced as failed stays failed, and one
whose music is complete can no longer fail.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, assert_never

from cliphook.domain import report as reports
from cliphook.domain.attempts import open_attempt, with_attempt
from cliphook.domain.clips import (
    broken_limit,
    find_clip,
    is_delivered,
    merge_clips,
    with_clip,
)
from cliphook.domain.job import (
    Attempt,
    AttemptStatus,
    FailureCode,
    Job,
    JobError,
    Passport,
    Postponement,
    Verdict,
)
from cliphook.domain.report import Report, Via
from cliphook.domain.route import option_of, retry_at
from cliphook.domain.status import Stage, Status

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
    option = option_of(job, report.option)
    attempt = Attempt(
        report.attempt,
        option.provider,
        report.owner,
        report.at,
        model=option.model,
        option=report.option,
        reason=report.reason,
    )
    return replace(
        job,
        attempts=(*job.attempts, attempt),
        provider=option.provider,
        model=option.model,
        pace=option.pace,
    )


def _postpone(job: Job, report: reports.Postponed) -> Job:
    said = Postponement(report.attempt, report.until, report.option, report.reason)
    known = job.postponed or said
    return replace(job, postponed=max(known, said, key=lambda one: (one.attempt, one.until)))


def _abandon(job: Job, report: reports.Abandoned) -> Job:
    if job.attempts and open_attempt(job, len(job.attempts)):
        return job
    return _end(job, Status.FAILED, report.at, report.error)


def _accept(job: Job, report: reports.Accepted) -> Job | Quarantined:
    attempt = open_attempt(job, report.attempt)
    if not attempt:
        return Quarantined("foreign_attempt")
    is_repeated = attempt.status is AttemptStatus.ACCEPTED
    task = (_ANSWERED, report.task_id) if report.task_id else (0, "")
    accepted = with_attempt(
        job,
        replace(
            attempt,
            status=AttemptStatus.ACCEPTED,
            answered_at=_earlier(attempt.answered_at if is_repeated else None, report.at),
            task=max(attempt.task or task, task) if attempt.task or report.task_id else None,
            error=None,
        ),
    )
    return _finish(accepted, report)


def _finish(job: Job, report: reports.Accepted) -> Job:
    """Take what an answer says of the end: it is the provider's last word, however little it is."""
    match report.word:
        case reports.Progress() as word:
            merged = merge_clips(job, word, report.at, is_trusted=True)
            is_some = any(is_delivered(job, clip) for clip in word.clips)
            is_end = is_some and not job.verdict
            return _reach(merged, Stage.COMPLETE, report.at) if is_end else merged
        case reports.Failure() as word:
            return _end(job, Status.FAILED, report.at, word.error)
        case None:
            return job


def _refuse(job: Job, report: reports.Refused) -> Job:
    return _unmade(job, report, AttemptStatus.REFUSED, may_retry=report.may_retry)


def _not_sent(job: Job, report: reports.Unsent) -> Job:
    return _unmade(job, report, AttemptStatus.UNSENT, may_retry=True)


def _unmade(
    job: Job,
    report: reports.Refused | reports.Unsent,
    status: AttemptStatus,
    *,
    may_retry: bool,
) -> Job:
    """Close an attempt that came to nothing for certain; whoever may be asked next is, or none."""
    attempt = open_attempt(job, report.attempt)
    if not attempt or attempt.status is not AttemptStatus.CLAIMED or attempt.task:
        return job
    closed = replace(
        attempt,
        status=status,
        answered_at=report.at,
        error=report.error,
        may_retry=may_retry,
    )
    again_at = retry_at(with_attempt(job, closed), report.at)
    job = with_attempt(job, replace(closed, retry_at=again_at))
    return job if again_at else _end(job, Status.FAILED, report.at, report.error)


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
    is_whole = bool(word.clips) and all(is_delivered(job, clip) for clip in word.clips)
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
    return _end(job, Status.EXPIRED, report.at, _expiry(job))


def _expiry(job: Job) -> JobError:
    """Say why a job's time is over: unsent, in doubt, or known to the provider and late."""
    if not job.attempts or not open_attempt(job, len(job.attempts)):
        message = "No provider could be asked in time, so nothing was sent."
        return JobError(FailureCode.DEADLINE_PASSED, message)
    if job.is_taken:
        return JobError(FailureCode.DEADLINE_PASSED, "The provider did not deliver in time.")
    message = "The provider never said whether it took the job, so it was not asked again."
    return JobError(FailureCode.SUBMISSION_UNKNOWN, message)


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
    reports.Postponed: _postpone,
    reports.Abandoned: _abandon,
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
