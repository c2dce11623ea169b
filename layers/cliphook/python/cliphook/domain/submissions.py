"""What the reports about a submission make of a job: who asks, and what the provider answers."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from cliphook.domain import report as reports
from cliphook.domain.attempts import open_attempt, with_attempt
from cliphook.domain.clips import is_delivered, merge_clips
from cliphook.domain.job import Attempt, AttemptStatus, FailureCode, Job, JobError
from cliphook.domain.plan import Postponement
from cliphook.domain.route import option_of, retry_at
from cliphook.domain.status import Stage, Status
from cliphook.domain.steps import Quarantined, earlier, end, reach

# A provider's answer to our request is believed over what a callback says of its own id.
ANSWERED: Final = 2
CALLED_BACK: Final = 1

_NOTHING: Final = JobError(FailureCode.GENERATION_FAILED, "The answer held nothing to be kept.")


def claim(job: Job, report: reports.Claimed) -> Job:
    """Open an attempt for the one who may send it."""
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


def postpone(job: Job, report: reports.Postponed) -> Job:
    """Put the next submission off."""
    said = Postponement(
        report.attempt,
        report.until,
        report.option,
        report.reason,
        report.has_slot,
        report.unwell_since,
    )
    return replace(job, postponed=max(job.postponed or said, said, key=_by_turn))


def abandon(job: Job, report: reports.Abandoned) -> Job:
    """Give a job up that nobody has."""
    if job.attempts and open_attempt(job, len(job.attempts)):
        return job
    return end(job, Status.FAILED, report.at, report.error)


def accept(job: Job, report: reports.Accepted) -> Job | Quarantined:
    """Take note that the provider has the job, and of what it says of the end already."""
    attempt = open_attempt(job, report.attempt)
    if not attempt:
        return Quarantined("foreign_attempt")
    is_repeated = attempt.status is AttemptStatus.ACCEPTED
    told = (ANSWERED, report.task_id) if report.task_id else None
    accepted = with_attempt(
        job,
        replace(
            attempt,
            status=AttemptStatus.ACCEPTED,
            answered_at=earlier(attempt.answered_at if is_repeated else None, report.at),
            task=max(filter(None, (attempt.task, told)), default=None),
            error=None,
        ),
    )
    return _finish(accepted, report)


def _finish(job: Job, report: reports.Accepted) -> Job:
    """
    Take what an answer says of the end: it is the provider's last word, however little it is.

    Where it holds nothing to keep and no id to ask about, nothing will ever come.
    """
    match report.word:
        case reports.Progress() as word:
            merged = merge_clips(job, word, report.at, is_trusted=True)
            if any(is_delivered(job, clip) for clip in word.clips):
                return merged if job.verdict else reach(merged, Stage.COMPLETE, report.at)
            return merged if report.task_id else end(merged, Status.FAILED, report.at, _NOTHING)
        case reports.Failure() as word:
            return end(job, Status.FAILED, report.at, word.error)
        case None:
            return job


def refuse(job: Job, report: reports.Refused) -> Job:
    """Close an attempt that the provider refused."""
    return _unmade(job, report, AttemptStatus.REFUSED, may_retry=report.may_retry)


def not_sent(job: Job, report: reports.Unsent) -> Job:
    """Close an attempt that never left."""
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
    return job if again_at else end(job, Status.FAILED, report.at, report.error)


def lose_sight(job: Job, report: reports.Unanswered) -> Job:
    """Leave an attempt in doubt: it is never sent again."""
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


def _by_turn(one: Postponement) -> tuple[int, datetime, int, str, bool, datetime]:
    unwell_since = one.unwell_since or one.until
    return one.attempt, one.until, one.option, one.reason, one.has_slot, unwell_since
