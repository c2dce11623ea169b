"""A job is deleted: at once for everybody who asks, and then for good."""

from contextlib import suppress
from datetime import datetime
from typing import Final

from cliphook.application.deletion_ports import Deletions
from cliphook.application.ports import JobRef, Jobs
from cliphook.application.record import record
from cliphook.domain.deletion import By, Deletion, bury
from cliphook.domain.errors import ContendedJobError, NotDoneError, UnknownResourceError
from cliphook.domain.ids import is_id
from cliphook.domain.report import Canceled

RACES_MAX: Final = 10


def delete_job(ref: JobRef, *, by: By, jobs: Jobs, deletions: Deletions, now: datetime) -> Deletion:
    """
    Bury a job that is done; to do it again gives the same record.

    The record takes the place of the job's row in one write, against whatever else is recorded of
    the job: that came before, or it finds no job any more. What is left of it, `erase` erases.
    Raises `UnknownResourceError`, `NotDoneError`, and `ContendedJobError` in a rush.
    """
    if not is_id("job", ref.job_id):
        raise UnknownResourceError
    return _bury(ref, by=by, jobs=jobs, deletions=deletions, now=now)


def give_up_job(
    ref: JobRef, *, by: By, jobs: Jobs, deletions: Deletions, now: datetime
) -> Deletion:
    """
    Bury a job however far it is: one that has no end yet is canceled first.

    What it cost is settled by its end. Raises as `delete_job` does, but for `NotDoneError`.
    """
    with suppress(UnknownResourceError):
        record(ref, Canceled(now), jobs=jobs)
    return _bury(ref, by=by, jobs=jobs, deletions=deletions, now=now, has_to_be_done=False)


def _bury(
    ref: JobRef,
    *,
    by: By,
    jobs: Jobs,
    deletions: Deletions,
    now: datetime,
    has_to_be_done: bool = True,
) -> Deletion:
    for _ in range(RACES_MAX):
        job = jobs.load(ref)
        if job is None:
            if earlier := deletions.find(ref):
                return earlier
            raise UnknownResourceError
        if has_to_be_done and not job.is_done:
            raise NotDoneError
        deletion = bury(job, by, now)
        if deletions.bury(deletion, job.version):
            return deletion
    raise ContendedJobError
