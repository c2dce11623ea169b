"""
Once a minute: whatever should have happened and did not is set going again.

A run stops in time and leaves the rest to the next one, which begins with what waits longest. What
cannot be mended goes behind the others, so that no number of such rows keeps the rest waiting.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched, islice
from typing import Final

from cliphook.application.outbox_ports import Bus, DueJobs, Outbox
from cliphook.application.ports import JobRef, Jobs
from cliphook.application.publish_events import publish_events
from cliphook.application.record import record
from cliphook.domain.errors import CliphookError, RetryableError
from cliphook.domain.report import Nudged

# Rows younger than this are still on their way through the stream.
UNSENT_GRACE_S: Final = 60
BATCH: Final = 50

# What one run does at most, and until when after its start it begins with another one. The function
# has more time: for the last one, while the bus or the table is as slow as it may be.
UNSENT_MAX: Final = 1000
UNSENT_S: Final = 12
DUE_MAX: Final = 1000
DUE_S: Final = 30

# When a job is looked at again that could not be nudged: as often as one that could.
PUT_OFF: Final = timedelta(minutes=5)

type Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Swept:
    """
    What a run had to mend; anything but zeros means that something went wrong before.

    `put_off` counts jobs that could not be nudged, `parked` rows that can never be announced, and
    `unpublished` rows that the bus did not take this time.
    """

    nudged: int
    put_off: int
    published: int
    unpublished: int
    parked: int


def sweep_jobs(*, jobs: Jobs, due_jobs: DueJobs, outbox: Outbox, bus: Bus, clock: Clock) -> Swept:
    """
    Send again what is overdue: unsent events first, then the work that jobs wait for.

    An overdue job is nudged, which is a commit like any other: its orders take the same way as
    the first time, and the job is left alone for a while.
    """
    start = clock()
    published, unpublished, parked = _publish(start, outbox=outbox, bus=bus, clock=clock)
    nudged = put_off = 0
    end = start + timedelta(seconds=DUE_S)
    for ref in islice(due_jobs.list_due(start), DUE_MAX):
        if clock() >= end:
            break
        reason = _nudge(ref, jobs=jobs, clock=clock)
        nudged += not reason
        if reason and (now := clock()) < end:
            with suppress(RetryableError):
                due_jobs.put_off(ref, reason, now, now + PUT_OFF)
                put_off += 1
    return Swept(nudged, put_off, published, unpublished, parked)


def _publish(start: datetime, *, outbox: Outbox, bus: Bus, clock: Clock) -> tuple[int, int, int]:
    def has_time() -> bool:
        return clock() < start + timedelta(seconds=UNSENT_S)

    published = unpublished = parked = 0
    # What waits is not overtaken by what its job announced later.
    behind: frozenset[str] = frozenset()
    unsent = outbox.list_unsent(start - timedelta(seconds=UNSENT_GRACE_S))
    for rows in batched(islice(unsent, UNSENT_MAX), BATCH, strict=False):
        if not has_time():
            break
        free = [row for row in rows if row.key[0] not in behind]
        done = publish_events(free, bus=bus, outbox=outbox, now=clock(), has_time=has_time)
        behind |= done.behind
        published += done.taken
        parked += done.parked
        unpublished += len(done.unreached) + done.refused + len(rows) - len(free)
    return published, unpublished, parked


def _nudge(ref: JobRef, *, jobs: Jobs, clock: Clock) -> str | None:
    """Nudge a job, or say why it cannot be: one that fails in whatever way must stop no other."""
    try:
        record(ref, Nudged(clock()), jobs=jobs)
    except CliphookError as error:
        return error.code
    except Exception as error:  # noqa: BLE001 - see above
        return type(error).__name__
    return None
