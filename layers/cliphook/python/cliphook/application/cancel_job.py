"""A client wants no more of a job."""

from datetime import datetime

from cliphook.application.ports import JobRef, Jobs
from cliphook.application.record import record
from cliphook.domain.errors import AlreadyDoneError, UnknownResourceError
from cliphook.domain.ids import is_id
from cliphook.domain.job import Job
from cliphook.domain.report import Canceled
from cliphook.domain.status import Status


def cancel_job(ref: JobRef, *, jobs: Jobs, now: datetime) -> Job:
    """
    End a job without its music; to do it again changes nothing.

    What no provider has is never sent then. What one may have cannot be called back: none of them
    documents how. Raises `UnknownResourceError`, and `AlreadyDoneError` where the job has ended
    otherwise or its music is complete.
    """
    if not is_id("job", ref.job_id):
        raise UnknownResourceError
    record(ref, Canceled(now), jobs=jobs)
    job = jobs.load(ref)
    if job is None:
        raise UnknownResourceError
    if not job.verdict or job.verdict.status is not Status.CANCELED:
        raise AlreadyDoneError
    return job
