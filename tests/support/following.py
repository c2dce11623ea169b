"""Following jobs as a client does: by asking, and preferring to wait for news."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from local import demo
from local.addresses import Addresses
from local.demo import Client, Job

# The most that is granted, and less than the time that a client waits for any answer.
WAITS_S: Final = 25
DONE_WITHIN_S: Final = 600.0


class SlowJobError(Exception):
    """A job did not come to an end in time."""


@contextmanager
def crowd(addresses: Addresses, size: int) -> Iterator[tuple[Client, ThreadPoolExecutor]]:
    """Let several ask at the same time, as one client."""
    with demo.client(addresses) as api, ThreadPoolExecutor(size) as pool:
        yield api, pool


@dataclass(frozen=True, slots=True)
class Step:
    """A job as an answer told it, and how long the answer was held."""

    job: Job
    held_s: float = 0.0


def follow(api: Client, job: Job) -> Iterator[Step]:
    """Tell a job as it is, and again with all news, until nothing will change any more."""
    yield Step(job)
    began = time.monotonic()
    while not job["done"]:
        if time.monotonic() > began + DONE_WITHIN_S:
            raise SlowJobError(job)
        asked = time.monotonic()
        answer = api.http.get(f"/v1/jobs/{job['id']}", headers={"Prefer": f"wait={WAITS_S}"})
        answer.raise_for_status()
        job = answer.json()
        yield Step(job, time.monotonic() - asked)


def finish(api: Client, job: Job) -> Job:
    """Wait until nothing of a job will change any more."""
    return [*follow(api, job)][-1].job


def with_covers(api: Client, job: Job) -> Job:
    """Wait until all the covers that there are were kept."""

    def is_whole() -> bool:
        return all(clip["image"] or not clip["image_url"] for clip in api.job(job["id"])["clips"])

    until = time.monotonic() + WAITS_S
    while not is_whole():
        assert time.monotonic() < until
        time.sleep(0.2)
    return api.job(job["id"])
