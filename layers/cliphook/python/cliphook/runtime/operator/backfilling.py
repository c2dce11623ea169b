"""`backfill`: what an older job still has at its provider is kept after all."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Final, Self

from pydantic import AwareDatetime, Field, model_validator

from cliphook.adapters.providers.table import Table
from cliphook.application.ports import JobRef
from cliphook.application.recall_jobs import Outcome, Recall, recall_job
from cliphook.domain.ids import AccountId, JobId, make_id
from cliphook.runtime.clock import now, within
from cliphook.runtime.observability import logger
from cliphook.runtime.operator.desk import (
    COMMAND_S,
    AccountName,
    Answer,
    Command,
    Desk,
    JobName,
    Order,
)

_FIRST: Final = b"\x00" * 10
# How many clips that nobody keeps are looked at for one answer.
CLIPS_MAX: Final = 1000


class Backfill(Order):
    """
    Recall one job of an account, or all that came between two instants, the newest first.

    Without an account it is everybody's jobs of which a clip is not kept that was delivered then,
    the oldest first.
    """

    account_id: AccountName | None = None
    job_id: JobName | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    cursor: JobName | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100

    @model_validator(mode="after")
    def _is_one_or_many(self) -> Self:
        if (self.job_id is None) == (self.since is None) or (self.job_id and not self.account_id):
            message = "say either account_id and job_id, or since which instant"
            raise ValueError(message)
        return self


def kept_days(providers: Table) -> dict[str, int]:
    """Tell how long each provider's music can be had."""
    return {name: provider.facts.kept_days for name, provider in providers.items()}


def _backfill(order: Backfill, desk: Desk) -> Answer:
    """Recall jobs, as many as asked for and as there is time; `next` says how to go on."""
    days, has_time = kept_days(desk.providers), within(COMMAND_S)
    targets = [*_targets(order, desk)]
    done: list[Recall] = []
    for ref, _ in targets[: order.limit]:
        if not has_time():
            break
        done.append(recall_job(ref, days, jobs=desk.jobs, now=now()))
    counts = {one.value: sum(recall.outcome is one for recall in done) for one in Outcome}
    told = {name: number for name, number in counts.items() if number}
    logger.info("recalled", extra=dict(told))
    return {
        "counts": told,
        "jobs": [_show(recall) for recall in done if recall.outcome is not Outcome.KEPT],
        "next": targets[len(done)][1] if len(done) < len(targets) else None,
    }


def _targets(order: Backfill, desk: Desk) -> Iterator[tuple[JobRef, Answer]]:
    """Name jobs, each with what an order has to say to begin with it."""
    if not order.account_id:
        yield from _unkept(order, desk)
    elif order.job_id:
        yield JobRef(AccountId(order.account_id), JobId(order.job_id)), {}
    else:
        yield from _listed(AccountId(order.account_id), order, desk)


def _listed(account_id: AccountId, order: Backfill, desk: Desk) -> Iterator[tuple[JobRef, Answer]]:
    """Name an account's jobs of the time that is asked for: their ids begin with when they came."""
    until = make_id("job", order.until, _FIRST) if order.until else None
    since = make_id("job", order.since, _FIRST) if order.since else ""
    cursor = order.cursor or until
    # One more than asked for tells whether there are others.
    for job_id in desk.account_jobs.list_job_ids(account_id, order.limit + 1, cursor):
        if job_id < since:
            return
        yield JobRef(account_id, job_id), {"cursor": cursor}
        cursor = job_id


def _unkept(order: Backfill, desk: Desk) -> Iterator[tuple[JobRef, Answer]]:
    """Name the jobs of clips that only their provider has."""
    # Only what comes after an instant is found, and that is to be found as well.
    after = (order.since or now()) - timedelta(microseconds=1)
    found = [
        clip
        for provider in desk.providers
        for clip in desk.waiting.find_unkept(provider, after, CLIPS_MAX)
        if not order.until or clip.delivered_at < order.until
    ]
    first: dict[JobRef, datetime] = {}
    for clip in sorted(found, key=lambda clip: clip.delivered_at):
        first.setdefault(clip.ref, clip.delivered_at)
    for ref, delivered_at in first.items():
        yield ref, {"since": delivered_at.isoformat()}


def _show(recall: Recall) -> Answer:
    return {
        "account_id": recall.ref.account_id,
        "job_id": recall.ref.job_id,
        "outcome": recall.outcome,
        "missing": recall.missing,
        "hours_left": recall.left_h,
    }


BACKFILL: Final = Command(Backfill, _backfill)
