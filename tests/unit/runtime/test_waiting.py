"""`Prefer: wait=N` holds an answer until there is news."""

from dataclasses import replace

import pytest

from cliphook.domain.job import Job, Verdict
from cliphook.domain.status import Status
from cliphook.runtime.waiting import LOOK_AGAIN_S, read_wait, wait_for_news
from tests.support.makers import at, new_job


@pytest.mark.parametrize(
    ("prefer", "wait_s"),
    [
        (None, 0),
        ("", 0),
        ("wait=10", 10),
        ("respond-async, wait=5", 5),
        ("wait=25", 25),
        ("wait=26", 25),
        ("wait=9999", 25),
        ("wait=-1", 0),
        ("wait=1e3", 0),
        ("await=3", 0),
    ],
)
def test_a_wait_is_read_and_limited(prefer: str | None, wait_s: int) -> None:
    assert read_wait(prefer) == wait_s


class Clock:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        """Start at nought."""
        self.now_s = 0.0

    def sleep(self, seconds: float) -> None:
        """Go on."""
        self.now_s += seconds


def waited(jobs: list[Job], ends_at_s: float) -> tuple[Job, float]:
    clock = Clock()
    left = iter(jobs[1:])
    job = wait_for_news(
        jobs[0], lambda: next(left), ends_at_s, clock_s=lambda: clock.now_s, sleep=clock.sleep
    )
    return job, clock.now_s


def test_news_ends_the_wait() -> None:
    quiet, told = new_job(seq=1), new_job(seq=2)

    assert waited([quiet, quiet, told], 25) == (told, 2 * LOOK_AGAIN_S)


def test_a_done_job_is_not_waited_for() -> None:
    done = replace(new_job(), verdict=Verdict(Status.FAILED, at(1)))

    assert waited([done], 25) == (done, 0)


def test_the_wait_ends_on_time_without_news() -> None:
    quiet = new_job(seq=1)

    job, waited_s = waited([quiet] * 9, 1.2)

    assert job == quiet
    assert waited_s == pytest.approx(1.2)


def test_who_does_not_wait_gets_the_job_as_it_is() -> None:
    assert waited([new_job()], 0) == (new_job(), 0)
