"""What `DueJobs` promises."""

from datetime import timedelta

import pytest

from cliphook.application.outbox_ports import DueJobs
from cliphook.application.ports import JobRef
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.due import sweep_at
from cliphook.domain.ids import JobId
from cliphook.domain.job import Job
from cliphook.domain.report import Nudged, Report
from tests.contract.conftest import Store
from tests.support.makers import ACCOUNT, JOB, accepted, at, claimed, failed, new_job

REF = JobRef(ACCOUNT, JOB)


@pytest.fixture
def due_jobs(store: Store) -> DueJobs:
    return store.due_jobs


def stored(store: Store, *told: Report) -> Job:
    change = begin(new_job())
    store.jobs.add(change, None)
    for report in told:
        following = apply(change.job, report)
        assert isinstance(following, Change)
        change = following
        assert store.jobs.commit(change, None)
    return change.job


def test_nobody_waits_on_an_empty_table(due_jobs: DueJobs) -> None:
    assert [*due_jobs.list_due(at(10**6))] == []


def test_a_job_is_listed_from_its_instant_on(store: Store, due_jobs: DueJobs) -> None:
    due_at = sweep_at(stored(store, claimed(), accepted()))
    assert due_at

    assert [*due_jobs.list_due(due_at)] == [REF]
    assert [*due_jobs.list_due(due_at - timedelta(microseconds=1))] == []


def test_a_commit_moves_the_instant(store: Store, due_jobs: DueJobs) -> None:
    job = stored(store, claimed(), accepted())
    before = sweep_at(job)
    assert before
    change = apply(job, Nudged(before))
    assert isinstance(change, Change)
    assert store.jobs.commit(change, None)

    assert [*due_jobs.list_due(before)] == []
    assert [*due_jobs.list_due(at(10**6))] == [REF]


def test_a_job_at_rest_is_never_listed(store: Store, due_jobs: DueJobs) -> None:
    assert stored(store, claimed(), accepted(), failed()).is_done

    assert [*due_jobs.list_due(at(10**6))] == []


def test_every_waiting_job_is_listed_once(store: Store, due_jobs: DueJobs) -> None:
    refs = [JobRef(ACCOUNT, JobId(f"job_{number:026d}")) for number in range(20)]
    for ref in refs:
        store.jobs.add(begin(new_job(id=ref.job_id)), None)

    assert sorted(due_jobs.list_due(at(10**6)), key=str) == refs
