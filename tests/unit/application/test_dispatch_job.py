"""Taking a job to its provider: what happens between the claim and the first byte."""

from collections.abc import Callable
from datetime import datetime

import pytest

from cliphook.application.dispatch_job import dispatch_job
from cliphook.application.ports import JobRef
from cliphook.domain.change import begin
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.job import AttemptStatus, Job
from cliphook.domain.status import Status
from tests.support.fakes import FakeGates, FakeJobs, FakeSender, FakeTable
from tests.support.makers import ACCOUNT, JOB, at, new_job

REF = JobRef(ACCOUNT, JOB)

type Address = Callable[[Job, datetime], str]


class House:
    """One job that waits for its submission."""

    def __init__(self) -> None:
        self.table = FakeTable()
        self.jobs = FakeJobs(self.table)
        self.gates = FakeGates(self.table)
        self.sender = FakeSender()
        self.jobs.add(begin(new_job()), None)

    @property
    def job(self) -> Job:
        return self.table.jobs[REF]

    def dispatch(self, callback_url: Address, seconds: float = 40) -> None:
        dispatch_job(
            REF,
            jobs=self.jobs,
            sender=self.sender,
            gates=self.gates,
            rates=lambda _: None,
            callback_url=callback_url,
            owner=f"request-{seconds}",
            clock=lambda: at(seconds),
        )


@pytest.fixture
def house() -> House:
    return House()


def address(job: Job, _: datetime) -> str:
    return f"https://music.test/{job.id}/{len(job.attempts)}"


def unreadable(_: Job, __: datetime) -> str:
    raise UnavailableStoreError


def test_the_address_names_the_attempt_that_was_claimed(house: House) -> None:
    house.dispatch(address)

    ((job, url),) = house.sender.submitted
    assert url == f"https://music.test/{JOB}/1"
    assert job.attempts[0].owner == "request-40"


def test_a_secret_that_cannot_be_read_just_now_puts_the_submission_off(house: House) -> None:
    house.dispatch(unreadable)

    (attempt,) = house.job.attempts
    assert house.sender.submitted == []
    assert (attempt.status, attempt.retry_at) == (AttemptStatus.UNSENT, at(42))


def test_the_next_attempt_is_made_when_the_secret_can_be_read(house: House) -> None:
    house.dispatch(unreadable)

    house.dispatch(address, seconds=42)

    assert house.job.status is Status.ACCEPTED
    assert [url for _, url in house.sender.submitted] == [f"https://music.test/{JOB}/2"]
