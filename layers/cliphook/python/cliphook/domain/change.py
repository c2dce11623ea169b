"""A change: what one commit writes, all of it or nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from cliphook.domain.event import Event, Order, announce, orders
from cliphook.domain.fold import fold
from cliphook.domain.job import Job
from cliphook.domain.ledger import (
    Entry,
    Spend,
    charge_of,
    day_of,
    refund_entry,
    refund_of,
    spend_of,
)
from cliphook.domain.report import Nudged, Report
from cliphook.domain.steps import Quarantined


@dataclass(frozen=True, slots=True)
class Change:
    """
    A job as it was and as it will be, with what has to be announced and done because of it.

    `before` is `None` for a new job. `job.version` is one above the version it may replace.
    `entries` are the credit that moves with it, and `spend` is what it counts against a daily cap.
    """

    before: Job | None
    job: Job
    at: datetime
    events: tuple[Event, ...]
    orders: tuple[Order, ...]
    entries: tuple[Entry, ...] = ()
    spend: Spend | None = None


def begin(job: Job) -> Change:
    """Tell what the commit of a new job writes."""
    return _change(None, job, job.created_at, again=False)


def apply(job: Job, report: Report) -> Change | Quarantined | None:
    """Tell what a report changes: nothing if it is not news, or if it has to be set aside."""
    after = fold(job, report)
    if isinstance(after, Quarantined):
        return after
    if after == job:
        return None
    return _change(job, after, report.at, again=isinstance(report, Nudged))


def _change(before: Job | None, after: Job, at: datetime, *, again: bool) -> Change:
    after = replace(after, version=after.version + 1)
    entry = None if before else charge_of(after)
    refund = refund_of(before, after) if before else None
    if refund is not None:
        after = replace(after, refund=refund)
        entry = refund_entry(after, at)
    job, events = announce(before, after, at)
    return Change(
        before,
        job,
        at,
        events,
        orders(before, job, at, again=again),
        entries=(entry,) if entry else (),
        spend=_spend(before, after, at),
    )


def _spend(before: Job | None, after: Job, at: datetime) -> Spend | None:
    """
    Count what a provider may be paid on the day when it is asked, and once for a job and day.

    The first of the route is counted when the job comes, any other one when it is asked. Nothing
    is taken back for a refusal: the count is never below what a provider can have been paid.
    """
    if before is None:
        return spend_of(after, 0, at) if after.route else None
    if len(after.attempts) == len(before.attempts) or not after.attempt:
        return None
    asked = [(attempt.provider, attempt.claimed_at) for attempt in before.attempts]
    if before.route:
        asked.append((before.route[0].provider, before.created_at))
    counted = {(provider, day_of(instant)) for provider, instant in asked}
    if (after.provider, day_of(at)) in counted:
        return None
    return spend_of(after, after.attempt.option, at)
