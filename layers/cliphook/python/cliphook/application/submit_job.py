"""A request comes in: it becomes a job before anybody is asked to make it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cliphook.application.ports import JobRef, Jobs, Promise
from cliphook.domain.change import begin
from cliphook.domain.errors import InvalidRequestError
from cliphook.domain.ids import AccountId, JobId, make_id
from cliphook.domain.job import Job
from cliphook.domain.plan import Lineage, Option
from cliphook.domain.request import MusicRequest


@dataclass(frozen=True, slots=True)
class Choice:
    """Who may make a request, the preferred one first, and what it starts from."""

    options: tuple[Option, ...]
    lineage: Lineage | None = None


# Raises `InvalidRequestError`, naming every field that stands in the way.
type Choose = Callable[[MusicRequest], Choice]


def submit_job(
    request: MusicRequest,
    account_id: AccountId,
    promise: Promise | None,
    *,
    jobs: Jobs,
    choose: Choose,
    now: datetime,
    entropy: bytes,
) -> tuple[JobRef, bool]:
    """
    Store a new job, or find the one that the same Idempotency-Key made; `True` if it is new.

    Everything that can be wrong with the request is found before anything is stored. Its price is
    taken with the same commit, or nothing happens and what `Jobs.add` raises says why. What was
    promised is found all the same, though the request might be refused by now. Nothing is sent
    here: `dispatch_job` does that next, and the sweep sees to it if the process dies first.
    """
    try:
        choice = choose(request)
    except InvalidRequestError:
        earlier = jobs.promised(account_id, promise, now) if promise else None
        if not earlier:
            raise
        return earlier, False
    first = choice.options[0]
    job = Job(
        id=JobId(make_id("job", now, entropy)),
        account_id=account_id,
        request=request,
        provider=first.provider,
        model=first.model,
        created_at=now,
        pace=first.pace,
        route=choice.options,
        lineage=choice.lineage,
        charge=first.price or None,
    )
    stored = jobs.add(begin(job), promise)
    return stored, stored.job_id == job.id
