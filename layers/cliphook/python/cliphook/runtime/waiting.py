"""The header `Prefer: wait=N`: an answer that is held until there is news, or for so long."""

import re
import time
from collections.abc import Callable
from typing import Final

from cliphook.domain.job import Job

# An HTTP API gives an answer up after 30 s; this leaves time for what comes before and after.
WAIT_MAX_S: Final = 25
LOOK_AGAIN_S: Final = 0.5

_WAIT: Final = re.compile(r"(?:^|[\s,;])wait=(\d{1,4})(?:$|[\s,;])", re.ASCII)


def read_wait(prefer: str | None) -> int:
    """Read for how many seconds a client would wait, at most 25; not at all if it does not say."""
    match = _WAIT.search(prefer or "")
    return min(WAIT_MAX_S, int(match.group(1))) if match else 0


def wait_for_news(
    job: Job,
    load: Callable[[], Job],
    ends_at_s: float,
    *,
    clock_s: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Job:
    """Hold on until something is announced of a job, it is done, or the clock reaches the end."""
    seq = job.seq
    while not job.is_done and job.seq == seq and clock_s() < ends_at_s:
        sleep(max(0, min(LOOK_AGAIN_S, ends_at_s - clock_s())))
        job = load()
    return job
