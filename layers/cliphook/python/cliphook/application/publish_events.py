"""What was committed is announced."""

from collections.abc import Sequence

from cliphook.application.ports import Bus, EventRow, Outbox


def publish_events(rows: Sequence[EventRow], *, bus: Bus, outbox: Outbox) -> tuple[EventRow, ...]:
    """
    Send rows to the bus, and return those that it did not take.

    A row is marked only after the bus took it, so a crash between the two announces it again,
    under the same id; none is ever lost. What was not taken stays listed for the sweep.
    """
    taken = bus.put(rows)
    for row in rows:
        if row.event_id in taken:
            outbox.mark_sent(row)
    return tuple(row for row in rows if row.event_id not in taken)
