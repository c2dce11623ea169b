"""Once a minute: deliveries whose time has come, and for which nobody is on the way."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import batched, islice
from typing import Final

from cliphook.application.webhook_ports import Deliveries, Errands

# Younger than this, somebody is on the way.
GRACE: Final = timedelta(seconds=30)
# When it is looked again whether the errand was done.
AGAIN: Final = timedelta(minutes=5)
BATCH: Final = 10
REMINDED_MAX: Final = 1_000


def remind_deliveries(
    *,
    deliveries: Deliveries,
    errands: Errands,
    now: datetime,
    has_time: Callable[[], bool] = lambda: True,
) -> int:
    """
    Send somebody to what is due, and tell to how many deliveries.

    That is how an attempt comes about that is further off than a queue holds a message, and what
    makes up for errands that were lost.
    """
    reminded = 0
    for refs in batched(
        islice(deliveries.list_due(now - GRACE), REMINDED_MAX), BATCH, strict=False
    ):
        if not has_time():
            break
        errands.attempt_all(refs)
        for ref in refs:
            deliveries.remind(ref, now + AGAIN)
        reminded += len(refs)
    return reminded
