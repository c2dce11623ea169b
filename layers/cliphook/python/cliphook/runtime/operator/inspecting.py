"""`inspect` and `measure`: everything that is stuck, one by one or as numbers."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from cliphook.adapters import schema
from cliphook.application.operations_ports import Place
from cliphook.application.time_left import find_leaving
from cliphook.runtime.clock import now, within
from cliphook.runtime.observability import count, gauge, gauge_s, logger
from cliphook.runtime.operator.backfilling import kept_days
from cliphook.runtime.operator.desk import COMMAND_S, Answer, Command, Desk, Order
from cliphook.runtime.operator.places import PLACES, Asked


def _place(name: str) -> str:
    if name not in PLACES:
        message = f"a place is one of {', '.join(PLACES)}"
        raise ValueError(message)
    return name


class Inspect(Order):
    """List what is stuck, in one place or in all; what is on a list, from an instant on."""

    where: Annotated[str, AfterValidator(_place)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    since: Annotated[str, Field(pattern=r"^[0-9TZ:.+-]{0,40}$")] = ""


class Measure(Order):
    """Count what is stuck, for the alarms."""


def _inspect(order: Inspect, desk: Desk) -> Answer:
    """Look through places; with `more` there is more in one of them, or there was no time."""
    has_time = within(COMMAND_S)
    entries: list[object] = []
    more = False
    for name in [order.where] if order.where else PLACES:
        if not has_time():
            more = True
            break
        found = [*PLACES[name](desk, Asked(order.limit, order.since))]
        more = more or len(found) == order.limit
        entries += found
    return {"entries": entries, "counts": _counts(desk), "more": more}


def _measure(_: Measure, desk: Desk) -> Answer:
    """Write what alarms look at. It is no part of the sweep, which may be what is broken."""
    counts = _counts(desk)
    at = now()
    waits = {
        schema.OLDEST_UNSENT: desk.waiting.unsent_since(),
        schema.OLDEST_DUE: desk.waiting.due_since(),
    }
    waits_s = {
        name: max(0.0, (at - since).total_seconds()) if since else 0.0
        for name, since in waits.items()
    }
    left_h = _left_h(desk, at)
    # Nothing is said where every clip is kept: there is no number for that.
    if left_h is not None:
        gauge(schema.HOURS_LEFT, left_h)
    count(schema.STUCK, sum(counts.values()))
    for name, seconds in waits_s.items():
        gauge_s(name, seconds)
    logger.info("measured", extra={"stuck": counts})
    return {"counts": counts, **waits_s, schema.HOURS_LEFT: left_h}


def _left_h(desk: Desk, at: datetime) -> float | None:
    """Tell how many hours are left until a provider deletes what nobody else has."""
    days = kept_days(desk.providers)
    found = find_leaving(days, waiting=desk.waiting, now=at, limit=1)
    return found[0].left_h(at) if found else None


def _counts(desk: Desk) -> dict[str, int]:
    queues = {queue.value: desk.letters.depth(queue) for queue in schema.Letters}
    return queues | {place.value: desk.stuck.count(place) for place in Place}


INSPECT: Final = Command(Inspect, _inspect)
MEASURE: Final = Command(Measure, _measure)
