"""
A job goes to its provider: claim, call, record.

The claim is committed before a byte leaves, and it can be won only once. So whoever dies after it
leaves a job that nobody submits again: its provider may have taken it, and music would be paid
for twice. A callback, a poll or the deadline settles it.
"""

from collections.abc import Callable
from datetime import datetime

from cliphook.application.ports import JobRef, Jobs, Sender
from cliphook.application.record import record
from cliphook.domain.change import Change
from cliphook.domain.due import Work, next_call
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.job import FailureCode, Job, JobError
from cliphook.domain.report import Claimed, Unsent


def dispatch_job(
    ref: JobRef,
    *,
    jobs: Jobs,
    sender: Sender,
    callback_url: Callable[[Job, datetime], str],
    owner: str,
    clock: Callable[[], datetime],
) -> None:
    """
    Submit a job to its provider, if that is what it waits for and nobody else is doing it.

    `owner` must be new for every invocation. Does nothing for a job that is not to be submitted
    now, so it may be called at any time and by anybody.
    """
    job = jobs.load(ref)
    call = next_call(job) if job else None
    if not job or not call or call.work is not Work.DISPATCH:
        return
    claim = Claimed(len(job.attempts) + 1, owner, clock())
    claimed = record(ref, claim, jobs=jobs)
    if not isinstance(claimed, Change):
        return
    try:
        url = callback_url(claimed.job, clock())
    except UnavailableStoreError:
        # The secret that signs it cannot be read just now, so nothing has left.
        error = JobError(FailureCode.UNREACHABLE, "The callback's address could not be signed.")
        record(ref, Unsent(claim.attempt, error, clock()), jobs=jobs)
        return
    answer = sender.submit(claimed.job, url, clock())
    record(ref, answer, jobs=jobs)
