"""The route of a job: who may still be asked to make it, whom to ask next, and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cliphook.domain.job import AttemptStatus, Job
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


@dataclass(frozen=True, slots=True)
class Opening:
    """An option that may still be asked: how often it was, and from when on it may be again."""

    option: int
    tries: int
    at: datetime


def option_of(job: Job, index: int) -> Option:
    """Find an option of a job's route; a job of an older version has only the one it names."""
    if not job.route:
        return Option(job.provider, job.model, job.pace)
    return job.route[index]


def openings(job: Job) -> tuple[Opening, ...]:
    """
    Name the options that may still be asked, the one to prefer first.

    Whoever was asked least comes first, and of those the one that the route prefers. Closed are
    those that said no for good, and those whose retries are used up.
    """
    found = (_opening(job, index) for index in range(max(1, len(job.route))))
    return tuple(sorted((one for one in found if one), key=lambda one: (one.tries, one.option)))


def retry_at(job: Job, at: datetime) -> datetime | None:
    """Tell when the next submission may be made after one that came to nothing, if ever."""
    still = openings(job)
    return max(at, still[0].at) if still else None


def _opening(job: Job, index: int) -> Opening | None:
    tried = [attempt for attempt in job.attempts if attempt.option == index]
    if not tried:
        return Opening(index, 0, job.created_at)
    last = tried[-1]
    schedule = _SCHEDULES.get(last.status, ()) if last.may_retry else ()
    alike = sum(1 for attempt in tried if attempt.status is last.status)
    if alike > len(schedule) or not last.answered_at:
        return None
    return Opening(index, len(tried), last.answered_at + timedelta(seconds=schedule[alike - 1]))
