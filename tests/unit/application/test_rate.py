"""However many submit at once, a provider is never asked more often than it says."""

from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cliphook.application.dispatch_job import dispatch_job
from cliphook.application.ports import JobRef
from cliphook.domain.change import begin
from cliphook.domain.gate import OPEN_S, SLOT_S, Gate, Rate
from cliphook.domain.ids import JobId
from cliphook.domain.job import Job, JobError
from cliphook.domain.report import Accepted, Answer, Unanswered
from cliphook.domain.status import Status
from tests.support.fakes import FakeGates, FakeJobs, FakeSender, FakeTable
from tests.support.interleaving import Interleaving
from tests.support.makers import new_job

RATE = Rate(20, 10)
# Of the time for which a slot is good, the invocation itself needs the rest.
LATE_MAX_S = SLOT_S - 1.0


class Sender(FakeSender):
    """A provider that writes down when it was asked."""

    def __init__(self, crowd: Interleaving) -> None:
        super().__init__(crowd)
        self.crowd = crowd
        self.starts: list[datetime] = []
        self.is_well = True

    def submit(self, job: Job, callback_url: str, at: datetime) -> tuple[Answer, bytes]:
        self.starts.append(self.crowd.now)
        super().submit(job, callback_url, at)
        if not self.is_well:
            return Unanswered(1, JobError("submission_unknown", "No answer."), at), b""
        return Accepted(len(job.attempts), f"task-of-{job.id}", at), b"accepted"


class Rush:
    """Many jobs for one provider, whose orders come late and sometimes twice."""

    def __init__(self, seed: int, copies: tuple[int, ...] = (1, 1, 1, 2)) -> None:
        self.crowd = Interleaving(seed)
        # How often the queue brings an order, one or the other.
        self.copies = copies
        self.chance = self.crowd.chance
        self.table = FakeTable(hook=self.crowd)
        self.jobs = FakeJobs(self.table)
        self.gates = FakeGates(self.table)
        self.sender = Sender(self.crowd)
        self.dispatches = 0

    def arrive(self, number: int, when: datetime) -> None:
        """Have a job come in at an instant, and go to its provider at once."""
        job_id = JobId(f"job_{number:026d}")
        ref = self.jobs.add(begin(new_job(id=job_id, created_at=when)), None)
        self.crowd.at(when, partial(self._dispatch, ref))

    def _dispatch(self, ref: JobRef) -> None:
        self.dispatches += 1
        dispatch_job(
            ref,
            jobs=self.jobs,
            sender=self.sender,
            gates=self.gates,
            rates=lambda _: RATE,
            callback_url=lambda _, __: "https://music.test/",
            owner=f"invocation-{self.dispatches}",
            clock=lambda: self.crowd.now,
            sleep=lambda _: None,
        )
        waiting = self.table.jobs[ref].waiting
        if waiting:
            for _ in range(self.chance.choice(self.copies)):
                late = timedelta(seconds=self.chance.uniform(0, LATE_MAX_S))
                self.crowd.at(waiting.until + late, partial(self._dispatch, ref))


def assert_rate_is_kept(starts: list[datetime]) -> None:
    in_order = sorted(starts)
    for one, twentieth_after in zip(in_order, in_order[RATE.count :], strict=False):
        assert twentieth_after - one >= timedelta(seconds=RATE.span_s)


# Mostly many at once, and now and then nobody for a while.
pauses = st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.01, 0.4, 4]), min_size=25, max_size=70)


@settings(max_examples=30)
@given(
    seed=st.integers(min_value=0, max_value=2**32),
    pauses=st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.01, 0.4, 4]), min_size=25, max_size=70),
)
def test_no_ten_seconds_see_more_than_twenty_start(seed: int, pauses: list[float]) -> None:
    rush = Rush(seed)
    when = rush.crowd.now
    for number, pause_s in enumerate(pauses):
        when += timedelta(seconds=pause_s)
        rush.arrive(number, when)

    rush.crowd.run()

    assert_rate_is_kept(rush.sender.starts)
    assert len(rush.sender.starts) == len(pauses)
    assert {job.status for job in rush.table.jobs.values()} == {Status.ACCEPTED}


@pytest.mark.parametrize("seed", range(3))
def test_a_crowd_is_taken_as_fast_as_the_provider_allows_and_comes_but_twice(seed: int) -> None:
    rush = Rush(seed, copies=(1,))
    for number in range(100):
        rush.arrive(number, rush.crowd.now)

    rush.crowd.run()

    assert_rate_is_kept(rush.sender.starts)
    took = max(rush.sender.starts) - min(rush.sender.starts)
    assert took <= timedelta(seconds=4 * (RATE.span_s + SLOT_S) + SLOT_S)
    assert rush.dispatches <= 2 * 100


@pytest.mark.parametrize("seed", range(3))
def test_of_a_crowd_before_a_half_open_circuit_one_tries_at_a_time(seed: int) -> None:
    rush = Rush(seed)
    opened_at = rush.crowd.now - timedelta(seconds=OPEN_S)
    rush.table.gates["sunoapi"] = Gate("sunoapi", opened_at=opened_at, version=1)
    rush.sender.is_well = False
    for number in range(30):
        rush.arrive(number, rush.crowd.now)

    rush.crowd.run()

    starts = rush.sender.starts
    assert len(starts) > 10
    assert all(later - earlier >= timedelta(seconds=OPEN_S) for earlier, later in pairwise(starts))
    assert {job.status for job in rush.table.jobs.values()} == {Status.SUBMITTING, Status.FAILED}
