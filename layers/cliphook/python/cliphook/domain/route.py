"""The route of a job: who may still be asked to make it, whom to ask next, and when."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from cliphook.domain.job import Attempt, AttemptStatus, Job
from cliphook.domain.plan import Option

# How long to wait before the next submission to one provider, by how many there were. A rate
# window is ten seconds wide and maintenance takes minutes; what never left is tried sooner and
# given up sooner.
REFUSED_RETRY_S: Final = (5, 10, 20, 40, 80, 160, 300, 300, 300)
UNSENT_RETRY_S: Final = (2, 5, 15, 30, 60)

_SCHEDULES: Final = {
    AttemptStatus.REFUSED: REFUSED_RETRY_S,
    AttemptStatus.UNSENT: UNSENT_RETRY_S,
}


def option_of(job: Job, index: int) -> Option:
    """Find an option of a job's route; a job of an older version has only the one it names."""
    if not job.route:
        return Option(job.provider, job.model, job.pace)
    return job.route[index]


def open_options(job: Job) -> tuple[int, ...]:
    """
    Name the options that may be asked next, the one to prefer first.

    Whoever was asked least comes first, and of those the one that the route prefers. Closed are
    those that said no for good, and those whose retries are used up.
    """
    found = [(tries, index) for index, tries, wait_s in _openings(job) if wait_s is not None]
    return tuple(index for _, index in sorted(found))


def retry_at(job: Job, at: datetime) -> datetime | None:
    """Tell when the next submission may be made after one that came to nothing, if ever."""
    waits = [(tries, index, wait_s) for index, tries, wait_s in _openings(job)]
    still = sorted((tries, index, wait_s) for tries, index, wait_s in waits if wait_s is not None)
    return at + timedelta(seconds=still[0][2]) if still else None


def _openings(job: Job) -> Iterator[tuple[int, int, int | None]]:
    """Tell of each option how often it was tried, and how long to wait before it is again."""
    for index in range(max(1, len(job.route))):
        tried = [attempt for attempt in job.attempts if attempt.option == index]
        yield index, len(tried), _wait_s(tried)


def _wait_s(tried: list[Attempt]) -> int | None:
    if not tried:
        return 0
    last = tried[-1]
    schedule = _SCHEDULES.get(last.status, ()) if last.may_retry else ()
    alike = sum(1 for attempt in tried if attempt.status is last.status)
    return schedule[alike - 1] if alike <= len(schedule) else None
