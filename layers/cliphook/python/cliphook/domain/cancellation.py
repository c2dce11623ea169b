"""What a cancellation has reached: whether anybody may still make what nobody wants any more."""

from enum import StrEnum

from cliphook.domain.attempts import open_attempt
from cliphook.domain.job import AttemptStatus, Job


class Reach(StrEnum):
    """
    How far a cancellation goes.

    There is no word for stopping a provider, since none of them documents how to.
    """

    NEVER_SENT = "never_sent"
    REFUSED = "refused"
    UNANNOUNCED = "unannounced"


def reach_of(job: Job) -> Reach:
    """
    Tell what a job's cancellation has reached, as far as it is known by now.

    Whoever was claimed for it may have been asked, so that counts as long as nothing shows
    otherwise: the answer to a submission may come after the cancellation.
    """
    if any(open_attempt(job, attempt.number) for attempt in job.attempts):
        return Reach.UNANNOUNCED
    if any(attempt.status is AttemptStatus.REFUSED for attempt in job.attempts):
        return Reach.REFUSED
    return Reach.NEVER_SENT
