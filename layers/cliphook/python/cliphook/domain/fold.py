"""
The one rule by which a job changes: a job is the fold of its reports.

`fold` is pure and total. Reports may come in any order and any number of times; the facts they
leave are the same, because every fact is joined by a maximum, a minimum or a union. One thing is
first come, first served: the verdict. A job that was announced as failed stays failed, and one
whose music is complete can no longer fail.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, assert_never

from cliphook.domain import report as reports
from cliphook.domain import submissions
from cliphook.domain.attempts import open_attempt, with_attempt
from cliphook.domain.clips import (
    broken_limit,
    find_clip,
    is_delivered,
    merge_clips,
    with_clip,
)
from cliphook.domain.companions import with_companion
from cliphook.domain.job import FailureCode, Job, JobError
from cliphook.domain.passport import Passport
from cliphook.domain.report import Report, Via
from cliphook.domain.status import Stage, Status
from cliphook.domain.steps import Quarantined, end, later, reach


def fold(job: Job, report: Report) -> Job | Quarantined:
    """Tell what a report makes of a job; the same job if it is not news."""
    return _RULES[type(report)](job, report)


def _hear(job: Job, report: reports.Said) -> Job | Quarantined:
    is_trusted = report.via is Via.POLL
    heard = replace(job, polled_at=later(job.polled_at, report.at)) if is_trusted else job
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
        return reach(merged, word.stage, report.at)
    if not is_trusted:
        return replace(merged, hinted_at=later(job.hinted_at, report.at))
    is_whole = bool(word.clips) and all(is_delivered(job, clip) for clip in word.clips)
    return reach(merged, Stage.COMPLETE, report.at) if is_whole and not job.verdict else merged


def _fail(
    job: Job, report: reports.Said, word: reports.Failure, *, is_trusted: bool
) -> Job | Quarantined:
    bound = _bind(job, report.attempt, word.task_id)
    if isinstance(bound, Quarantined):
        return bound
    if not is_trusted:
        return replace(bound, hinted_at=later(job.hinted_at, report.at))
    return end(bound, Status.FAILED, report.at, word.error)


def _archive(job: Job, report: reports.ClipArchived) -> Job:
    clip = find_clip(job, report.provider_clip_id)
    passport = min(clip.passport or report.passport, report.passport, key=_by_age)
    return with_clip(job, replace(clip, passport=passport))


def _lose_clip(job: Job, report: reports.ClipLost) -> Job:
    clip = find_clip(job, report.provider_clip_id)
    loss = (report.at, report.reason)
    # The last one counts: it is what became of the latest try.
    return with_clip(job, replace(clip, loss=max(clip.loss or loss, loss)))


def _accompany(job: Job, report: reports.Accompanied) -> Job:
    clip = find_clip(job, report.provider_clip_id)
    companions = with_companion(clip, report.part, report.companion)
    return with_clip(job, replace(clip, companions=companions))


def _expire(job: Job, report: reports.Expired) -> Job:
    if report.attempts not in {None, len(job.attempts)}:
        return job
    return end(job, Status.EXPIRED, report.at, _expiry(job))


def _cancel(job: Job, report: reports.Canceled) -> Job:
    # Its owner is shown the same cancellation again, whatever the clock says that repeats it.
    return job if job.verdict else end(job, Status.CANCELED, report.at)


def _expiry(job: Job) -> JobError:
    """Say why a job's time is over: nobody took it, somebody may have, or who did was late."""
    if not job.attempts:
        message = "No provider could be asked in time, so nothing was sent."
        return JobError(FailureCode.DEADLINE_PASSED, message)
    if not open_attempt(job, len(job.attempts)):
        return JobError(FailureCode.DEADLINE_PASSED, "No provider took the job in time.")
    # A callback shows that its provider has the job, also where it does not name the task.
    if job.is_taken or job.stages or job.hinted_at:
        return JobError(FailureCode.DEADLINE_PASSED, "The provider did not deliver in time.")
    message = "The provider never said whether it took the job, so it was not asked again."
    return JobError(FailureCode.SUBMISSION_UNKNOWN, message)


def _nudge(job: Job, report: reports.Nudged) -> Job:
    return replace(job, nudged_at=later(job.nudged_at, report.at))


def _recall(job: Job, report: reports.Recalled) -> Job:
    return replace(job, recalled_at=later(job.recalled_at, report.at))


def _bind(job: Job, number: int, task_id: str | None) -> Job | Quarantined:
    """Tie a word to the attempt that it speaks of; a callback may be the first to name it."""
    attempt = open_attempt(job, number)
    if not attempt:
        return Quarantined("foreign_attempt")
    if task_id is None:
        return job
    if attempt.task and attempt.task_id != task_id:
        return Quarantined("binding_conflict")
    task = max(attempt.task or (0, ""), (submissions.CALLED_BACK, task_id))
    return with_attempt(job, replace(attempt, task=task))


def _by_age(passport: Passport) -> tuple[datetime, str]:
    return passport.archived_at, passport.sha256


# `Any`, because a table from a type to the rule for that type cannot be said in types.
_RULES: Final[Mapping[type, Callable[[Job, Any], Job | Quarantined]]] = {
    reports.Claimed: submissions.claim,
    reports.Postponed: submissions.postpone,
    reports.Abandoned: submissions.abandon,
    reports.Accepted: submissions.accept,
    reports.Refused: submissions.refuse,
    reports.Unsent: submissions.not_sent,
    reports.Unanswered: submissions.lose_sight,
    reports.Said: _hear,
    reports.ClipArchived: _archive,
    reports.ClipLost: _lose_clip,
    reports.Accompanied: _accompany,
    reports.Expired: _expire,
    reports.Canceled: _cancel,
    reports.Nudged: _nudge,
    reports.Recalled: _recall,
}
