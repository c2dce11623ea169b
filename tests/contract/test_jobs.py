"""What `Jobs` promises."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from cliphook.application.ports import EventRow, Evidence, JobRef, Jobs, Origin
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.job import Job
from cliphook.domain.report import Report, Via
from cliphook.domain.status import Stage
from tests.contract.conftest import Store
from tests.support.histories import histories
from tests.support.makers import (
    ACCOUNT,
    JOB,
    accepted,
    at,
    claimed,
    new_job,
    progressed,
    said_clip,
)

REF = JobRef(ACCOUNT, JOB)
OTHER_JOB = JobId("job_01KAJ5T1W0000000000000000K")
OTHER_ACCOUNT = AccountId("acct_01KAJ5T1W0000000000000000B")
RAW = b' {"code": 200,\n "msg": "\xe2\x99\xaa \x00\xff"\r\n'


@pytest.fixture
def jobs(store: Store) -> Jobs:
    return store.jobs


def change_of(job: Job, report: Report) -> Change:
    change = apply(job, report)
    assert isinstance(change, Change)
    return change


def stored(jobs: Jobs, *told: Report) -> Job:
    jobs.add(begin(new_job()), None)
    for report in told:
        job = jobs.load(REF)
        assert job
        assert jobs.commit(change_of(job, report), None)
    job = jobs.load(REF)
    assert job
    return job


def evidence(body: bytes = RAW, quarantine: str | None = None) -> Evidence:
    return Evidence(REF, Origin.CALLBACK, body, at(60), quarantine)


def test_a_job_that_nobody_added_is_none(jobs: Jobs) -> None:
    jobs.add(begin(new_job()), None)

    assert jobs.load(JobRef(ACCOUNT, OTHER_JOB)) is None


def test_a_job_is_nothing_under_another_account(jobs: Jobs) -> None:
    jobs.add(begin(new_job()), None)

    assert jobs.load(JobRef(OTHER_ACCOUNT, JOB)) is None


def test_a_new_job_is_named_and_loaded(jobs: Jobs) -> None:
    change = begin(new_job())

    assert jobs.add(change, None) == REF
    assert jobs.load(REF) == change.job


@settings(
    max_examples=40,
    # Every example has a job of its own, so the table may be shared.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories())
def test_what_is_loaded_is_exactly_what_was_committed(
    store: Store, history: tuple[Change, ...]
) -> None:
    first, *later = history
    ref = JobRef(first.job.account_id, first.job.id)
    if store.jobs.load(ref):
        return

    store.jobs.add(first, None)
    for change in later:
        assert store.jobs.load(ref) == change.before
        assert store.jobs.commit(change, None)

    assert store.jobs.load(ref) == history[-1].job


def test_of_two_commits_from_one_version_one_wins(jobs: Jobs) -> None:
    job = stored(jobs, claimed())
    one, other = change_of(job, accepted()), change_of(job, accepted(task_id="another"))

    assert jobs.commit(one, None)
    assert not jobs.commit(other, None)

    assert jobs.load(REF) == one.job


def test_nothing_of_the_loser_is_stored(store: Store) -> None:
    job = stored(store.jobs, claimed())
    whole = progressed(Stage.COMPLETE, said_clip(), said_clip("two", 1), via=Via.POLL)
    winner, loser = change_of(job, accepted()), change_of(job, whole)
    assert store.jobs.commit(winner, None)
    before = store.snapshot()

    assert not store.jobs.commit(loser, evidence())

    assert store.snapshot() == before


def test_a_commit_to_a_job_that_nobody_added_stores_nothing(store: Store) -> None:
    before = store.snapshot()

    assert not store.jobs.commit(change_of(begin(new_job()).job, claimed()), evidence())

    assert store.snapshot() == before


def test_a_commit_stores_its_job_its_events_its_orders_and_its_body(store: Store) -> None:
    job = stored(store.jobs, claimed(), accepted())
    whole = progressed(Stage.COMPLETE, said_clip(), said_clip("two", 1), via=Via.POLL)
    change = change_of(job, whole)

    assert store.jobs.commit(change, evidence())

    unsent = store.outbox.list_unsent(at(9000))
    announced = {row.event_id for row in unsent if isinstance(row, EventRow)}
    assert announced >= {event.id for event in change.events}
    assert announced >= {order.id for order in change.orders}
    assert len(change.orders) == 2
    assert store.find_evidence(REF) == [(RAW, None)]
    assert store.library.find_clip(ACCOUNT, change.job.results[1].id) == REF


def test_a_job_is_not_added_over_another_of_its_id(store: Store) -> None:
    job = stored(store.jobs, claimed())

    with pytest.raises(UnavailableStoreError):
        store.jobs.add(begin(new_job()), None)

    assert store.jobs.load(REF) == job


def test_a_body_is_kept_as_it_came(store: Store) -> None:
    stored(store.jobs)

    store.jobs.keep(evidence())

    assert store.find_evidence(REF) == [(RAW, None)]


def test_an_empty_body_is_kept_too(store: Store) -> None:
    stored(store.jobs)

    store.jobs.keep(evidence(b"", "unreadable"))

    assert store.find_evidence(REF) == [(b"", "unreadable")]


def test_the_same_body_again_changes_nothing(store: Store) -> None:
    stored(store.jobs)
    store.jobs.keep(evidence())
    before = store.snapshot()

    store.jobs.keep(replace(evidence(), received_at=at(90)))

    assert store.snapshot() == before


def test_the_same_body_with_a_commit_is_one_row(store: Store) -> None:
    job = stored(store.jobs, claimed())
    store.jobs.keep(evidence())

    assert store.jobs.commit(change_of(job, accepted()), replace(evidence(), received_at=at(90)))

    assert store.find_evidence(REF) == [(RAW, None)]


def test_the_same_body_of_another_origin_or_job_is_a_row_of_its_own(store: Store) -> None:
    elsewhere = JobRef(ACCOUNT, OTHER_JOB)
    stored(store.jobs)
    store.jobs.add(begin(new_job(id=OTHER_JOB)), None)
    store.jobs.keep(evidence())

    store.jobs.keep(replace(evidence(), origin=Origin.POLL))
    store.jobs.keep(replace(evidence(), ref=elsewhere))

    assert len(store.find_evidence(REF)) == 2
    assert len(store.find_evidence(elsewhere)) == 1


def test_what_was_set_aside_is_found_with_its_reason(store: Store) -> None:
    stored(store.jobs)

    store.jobs.keep(evidence(b"one", "unreadable"))
    store.jobs.keep(evidence(b"two"))

    assert sorted(store.find_evidence(REF)) == [(b"one", "unreadable"), (b"two", None)]


def test_a_known_body_that_is_set_aside_later_gets_its_reason(store: Store) -> None:
    stored(store.jobs)
    store.jobs.keep(evidence())

    store.jobs.keep(evidence(quarantine="foreign_attempt"))
    store.jobs.keep(evidence(quarantine="another"))

    assert store.find_evidence(REF) == [(RAW, "foreign_attempt")]
