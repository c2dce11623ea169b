"""Once a minute: whatever should have happened and did not is set going again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched, islice
from typing import Final

from cliphook.application.ports import Bus, DueJobs, Jobs, Outbox
from cliphook.application.publish_events import publish_events
from cliphook.application.record import record
from cliphook.domain.errors import RetryableError, UnknownResourceError
from cliphook.domain.report import Nudged

# Rows younger than this are still on their way through the stream.
UNSENT_GRACE_S: Final = 60
BATCH: Final = 10

# What one run does at most; the next one goes on where it stopped.
NUDGES_MAX: Final = 200
UNSENT_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """What a run had to mend; anything but zeros means that something went wrong before."""

    nudged: int
    published: int
    unpublished: int


def sweep_jobs(*, jobs: Jobs, due_jobs: DueJobs, outbox: Outbox, bus: Bus, now: datetime) -> Swept:
    """
    Send again what is overdue: unsent events first, then the work that jobs wait for.

    An overdue job is nudged, which is a commit like any other: its orders take the same way as
    the first time, and the job is left alone for a while.
    """
    published = unpublished = 0
    unsent = outbox.list_unsent(now - timedelta(seconds=UNSENT_GRACE_S))
    for rows in batched(islice(unsent, UNSENT_MAX), BATCH, strict=False):
        left = publish_events(rows, bus=bus, outbox=outbox)
        published += len(rows) - len(left)
        unpublished += len(left)
    nudged = 0
    for ref in islice(due_jobs.list_due(now), NUDGES_MAX):
        try:
            record(ref, Nudged(now), jobs=jobs)
        except (RetryableError, UnknownResourceError):
            # The oldest come first, so one that can never be stored would stop every run.
            continue
        nudged += 1
    return Swept(nudged, published, unpublished)
