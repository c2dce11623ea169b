"""What was committed is announced, and one row that cannot be keeps no other back."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cliphook.application.feed_ports import Places
from cliphook.application.outbox_ports import Bus, Delivery, Outbox, Refusal, UnreadableRow
from cliphook.application.ports import EventRow
from cliphook.domain.errors import RetryableError
from cliphook.domain.ids import EventId

# So often a row is refused while the bus answers, a minute apart, before it is the operator's.
REFUSALS_MAX: Final = 5

UNREADABLE: Final = "unreadable"


@dataclass(frozen=True, slots=True)
class Published:
    """
    What became of rows.

    Those that were refused wait for the next try, or are `parked` for an operator. Of the
    `unreached` ones nobody knows: the bus did not answer, they had no place in the feed yet, or
    there was no time left to write down what became of them.
    `behind` are the jobs, by their rows' partition, of which something is still to come first.
    """

    taken: int
    refused: int
    parked: int
    unreached: tuple[EventRow, ...]
    behind: frozenset[str] = frozenset()


def publish_events(
    rows: Sequence[EventRow | UnreadableRow],
    *,
    places: Places,
    bus: Bus,
    outbox: Outbox,
    now: datetime,
    has_time: Callable[[], bool] = lambda: True,
) -> Published:
    """
    Give events their places in the feed, and send rows to the bus, those of one job in their order.

    Whatever the bus tells of, the feed has by then: an event without a place is not sent. A row is
    marked only after the bus took it, so a crash between the two announces it again, under the
    same id; none is ever lost. What was not taken stays listed for the sweep, and what can never be
    taken is parked. Raises nothing for the sake of a row.
    """
    readable = sorted((row for row in rows if isinstance(row, EventRow)), key=lambda row: row.key)
    left = places.place(readable, now)
    delivery = bus.put([row for row in readable if row.event_id not in left])
    parked, unwritten = _write_down(rows, delivery, outbox, now, has_time)
    known = (delivery.taken | delivery.refused.keys()) - unwritten
    unreached = tuple(row for row in readable if row.event_id not in known)
    busy = {name for name, refusal in delivery.refused.items() if refusal.is_busy}
    behind = frozenset(
        row.key[0] for row in readable if row.event_id in busy or row.event_id not in known
    )
    return Published(len(delivery.taken), len(delivery.refused), parked, unreached, behind)


def _write_down(
    rows: Sequence[EventRow | UnreadableRow],
    delivery: Delivery,
    outbox: Outbox,
    now: datetime,
    has_time: Callable[[], bool],
) -> tuple[int, frozenset[EventId]]:
    """Write down what became of rows; tell how many were parked, and for which no time was left."""
    parked = 0
    for number, row in enumerate(rows):
        if not has_time():
            left = (one for one in rows[number:] if isinstance(one, EventRow))
            return parked, frozenset(one.event_id for one in left)
        # Whatever is not written down now, the sweep comes upon again.
        with suppress(RetryableError):
            if isinstance(row, UnreadableRow):
                outbox.park(row, UNREADABLE, now)
                parked += 1
            elif row.event_id in delivery.taken:
                outbox.mark_sent(row)
            elif refusal := delivery.refused.get(row.event_id):
                parked += _refuse(row, refusal, outbox, now)
    return parked, frozenset()


def _refuse(row: EventRow, refusal: Refusal, outbox: Outbox, now: datetime) -> bool:
    """
    Take note of a refusal, and park a row that was refused for good or too often.

    A bus that is busy, for however long, makes no row the operator's. The row keeps its place
    then, so that it shows how long it has waited.
    """
    if refusal.is_busy:
        return False
    is_over = refusal.is_final or row.refusals + 1 >= REFUSALS_MAX
    if is_over:
        outbox.park(row, refusal.reason, now)
    else:
        outbox.refuse(row, refusal.reason, now)
    return is_over
