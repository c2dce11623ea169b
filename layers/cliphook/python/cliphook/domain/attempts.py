"""Which submission a report may speak of, and how it takes its place in a job."""

from dataclasses import replace

from cliphook.domain.job import Attempt, AttemptStatus, Job


def open_attempt(job: Job, number: int) -> Attempt | None:
    """Find an attempt that may still bear music: not one that was refused or never left."""
    if not 1 <= number <= len(job.attempts):
        return None
    attempt = job.attempts[number - 1]
    closed = (AttemptStatus.REFUSED, AttemptStatus.UNSENT)
    return None if attempt.status in closed else attempt


def with_attempt(job: Job, attempt: Attempt) -> Job:
    """Put an attempt in the place of the one it came from."""
    before, after = job.attempts[: attempt.number - 1], job.attempts[attempt.number :]
    return replace(job, attempts=(*before, attempt, *after))
