"""What `Outbox` promises of rows that the bus does not take, and `DueJobs` of jobs that fail."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cliphook.application.outbox_ports import DueJobs, Outbox, UnreadableRow
from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.due import sweep_at
from cliphook.domain.job import Job
from tests.contract.conftest import Store
from tests.support.makers import ACCOUNT, JOB, accepted, at, claimed, new_job
from tests.support.sample_world import SAMPLES

REF = JobRef(ACCOUNT, JOB)
LATER = timedelta(minutes=5)


@pytest.fixture
def outbox(store: Store) -> Outbox:
    return store.outbox


@pytest.fixture
def job(store: Store) -> Job:
    """Commit a job until its provider has taken it, which makes three rows."""
    change = begin(new_job())
    store.jobs.add(change, None)
    for report in (claimed(), accepted()):
        following = apply(change.job, report)
        assert isinstance(following, Change)
        change = following
        assert store.jobs.commit(change, None)
    return change.job


def listed(outbox: Outbox, seconds: float = 9000) -> list[EventRow]:
    return [row for row in outbox.list_unsent(at(seconds)) if isinstance(row, EventRow)]


@pytest.mark.usefixtures("job")
def test_what_waits_longest_is_listed_first(outbox: Outbox) -> None:
    times = [row.at for row in listed(outbox)]

    assert len(times) == 3
    assert times == sorted(times)


def test_what_one_commit_wrote_is_listed_in_its_order(store: Store, outbox: Outbox) -> None:
    for told in SAMPLES.values():
        store.jobs.add(told.complete[0], None)
        for change in told.complete[1:]:
            assert store.jobs.commit(change, None)

    rows = listed(outbox)

    assert len({row.at for row in rows}) < len(rows)
    assert rows == sorted(rows, key=lambda row: (row.at, row.key))


@pytest.mark.usefixtures("job")
def test_a_refused_row_is_counted_and_goes_behind_the_others(outbox: Outbox) -> None:
    first, *others = listed(outbox)

    outbox.refuse(first, "NotToday", at(100))
    outbox.refuse(replace(first, refusals=1), "NotToday", at(160))

    last = listed(outbox)[-1]
    assert (last.event_id, last.refusals, last.at) == (first.event_id, 2, first.at)
    assert [row.event_id for row in listed(outbox, 159)] == [row.event_id for row in others]


@pytest.mark.usefixtures("job")
def test_a_parked_row_waits_no_more(outbox: Outbox) -> None:
    first, *others = listed(outbox)

    outbox.park(first, "MalformedDetail", at(100))

    assert listed(outbox) == others


@pytest.mark.usefixtures("job")
def test_a_row_that_is_parked_while_others_are_read_is_not_listed_any_more(outbox: Outbox) -> None:
    _, second, _ = listed(outbox)
    reading = outbox.list_unsent(at(9000))
    next(reading)

    outbox.park(second, "MalformedDetail", at(100))

    assert second not in [*reading]


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize("is_parked", [False, True])
def test_a_row_that_was_sent_meanwhile_stays_sent(
    is_parked: bool,  # noqa: FBT001
    store: Store,
    outbox: Outbox,
) -> None:
    first, *others = listed(outbox)
    outbox.mark_sent(first)
    before = store.snapshot()

    if is_parked:
        outbox.park(first, "MalformedDetail", at(100))
    else:
        outbox.refuse(first, "NotToday", at(100))

    assert store.snapshot() == before
    assert listed(outbox) == others


def test_a_row_that_is_gone_is_not_made_again(store: Store, outbox: Outbox) -> None:
    before = store.snapshot()

    outbox.park(UnreadableRow(("JOB", "EVENT#000001")), "unreadable", at(100))

    assert store.snapshot() == before


@pytest.fixture
def due_jobs(store: Store) -> DueJobs:
    return store.due_jobs


def test_a_job_that_was_put_off_is_listed_later(due_jobs: DueJobs, job: Job) -> None:
    due_at = sweep_at(job)
    assert due_at

    due_jobs.put_off(REF, "contended_job", due_at, due_at + LATER)

    assert [*due_jobs.list_due(due_at + LATER - timedelta(microseconds=1))] == []
    assert [*due_jobs.list_due(due_at + LATER)] == [REF]


def test_a_job_that_is_not_due_cannot_be_put_off(store: Store, job: Job) -> None:
    due_at = sweep_at(job)
    assert due_at
    before = store.snapshot()

    early = due_at - timedelta(microseconds=1)
    store.due_jobs.put_off(REF, "contended_job", early, early + LATER)

    assert store.snapshot() == before


def test_the_next_commit_forgets_that_a_job_was_put_off(store: Store, job: Job) -> None:
    due_at = sweep_at(job)
    assert due_at
    store.due_jobs.put_off(REF, "contended_job", due_at, due_at + LATER)
    change = apply(job, claimed(seconds=3)) or apply(job, accepted(seconds=1))
    assert isinstance(change, Change)

    assert store.jobs.commit(change, None)

    again = sweep_at(change.job)
    assert again
    assert [*store.due_jobs.list_due(again)] == [REF]


def test_nobody_can_be_put_off_who_is_not_there(store: Store) -> None:
    before = store.snapshot()

    store.due_jobs.put_off(REF, "contended_job", at(0), at(300))

    assert store.snapshot() == before
