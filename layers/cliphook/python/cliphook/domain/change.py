"""A change: what one commit writes, all of it or nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from cliphook.domain.event import Event, Order, announce, orders
from cliphook.domain.fold import fold
from cliphook.domain.job import Job
from cliphook.domain.report import Nudged, Report
from cliphook.domain.steps import Quarantined


@dataclass(frozen=True, slots=True)
class Change:
    """
    A job as it was and as it will be, with what has to be announced and done because of it.

    `before` is `None` for a new job. `job.version` is one above the version it may replace.
    """

    before: Job | None
    job: Job
    at: datetime
    events: tuple[Event, ...]
    orders: tuple[Order, ...]


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
    job, events = announce(before, after, at)
    return Change(before, job, at, events, orders(before, job, at, again=again))
