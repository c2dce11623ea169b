"""What a deletion promises: gone for everybody at once, then for good, and that it was is known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cliphook.adapters import items, schema
from cliphook.adapters.deletion_items import write_deletion
from cliphook.adapters.documents import read_job
from cliphook.application.delete_job import delete_job, give_up_job
from cliphook.application.library_ports import ClipFilter, Page
from cliphook.application.ports import Evidence, JobRef, Origin
from cliphook.application.record import record
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.deletion import By, Deletion
from cliphook.domain.errors import NotDoneError, UnavailableStoreError, UnknownResourceError
from cliphook.domain.ids import JobId
from cliphook.domain.report import Canceled, ClipArchived, ClipLost, Recalled, Report, Via
from cliphook.domain.status import Stage
from tests.contract.conftest import Store
from tests.support.makers import (
    ACCOUNT,
    JOB,
    WHOLE,
    accepted,
    at,
    claimed,
    new_job,
    passport,
    progressed,
)

REF = JobRef(ACCOUNT, JOB)
MUSIC = progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL)
KEPT = tuple(ClipArchived(name, passport(name), at(200)) for name in ("one", "two"))
BODY = Evidence(REF, Origin.POLL, b'{"title": "Iron Man"}', at(90))


def stored(store: Store, *reports: Report, ref: JobRef = REF) -> None:
    store.jobs.add(begin(new_job(id=ref.job_id)), None)
    for report in reports:
        record(ref, report, jobs=store.jobs)


def kept(store: Store, ref: JobRef = REF) -> None:
    stored(store, claimed(), accepted(), MUSIC, *KEPT, ref=ref)


def delete(store: Store, seconds: float = 500, ref: JobRef = REF) -> Deletion:
    return delete_job(
        ref, by=By.CLIENT, jobs=store.jobs, deletions=store.deletions, now=at(seconds)
    )


def announced(store: Store) -> None:
    for row in [*store.outbox.list_unsent(at(9000))]:
        store.outbox.mark_sent(row)  # type: ignore[arg-type]


def test_a_deleted_job_is_found_by_nobody_and_its_record_is(store: Store) -> None:
    kept(store)
    job = store.jobs.load(REF)
    assert job

    deletion = delete(store)

    assert deletion == Deletion(ACCOUNT, JOB, at(500), By.CLIENT, 2, 8_000_000, due_at=at(500))
    assert store.jobs.load(REF) is store.library.load(REF) is None
    assert store.library.list_jobs(ACCOUNT, 9, None) == Page((), None)
    # Its clips' rows are still there, and lead nowhere.
    assert store.library.list_clips(ACCOUNT, ClipFilter(), 9, None) == Page((), None)
    assert store.deletions.find(REF) == deletion
    assert [*store.deletions.list_since(at(500), 9)] == [deletion]
    assert [*store.deletions.list_since(at(501), 9)] == []
    assert [*store.due_jobs.list_due(at(9000))] == []


def test_to_delete_again_gives_the_same_record_and_changes_nothing(store: Store) -> None:
    kept(store)
    first = delete(store)
    before = store.snapshot()

    assert delete(store, seconds=900) == first

    assert store.snapshot() == before


def test_what_there_never_was_is_not_deleted(store: Store) -> None:
    for job_id in (JOB, JobId("all")):
        with pytest.raises(UnknownResourceError):
            delete(store, ref=JobRef(ACCOUNT, job_id))
    assert store.deletions.find(REF) is None


@pytest.mark.parametrize(
    "reports", [(), (claimed(), accepted()), (claimed(), accepted(), MUSIC, KEPT[0])]
)
def test_a_job_that_goes_on_is_not_deleted(store: Store, reports: tuple[Report, ...]) -> None:
    stored(store, *reports)
    before = store.snapshot()

    with pytest.raises(NotDoneError):
        delete(store)

    assert store.snapshot() == before


@pytest.mark.parametrize(
    "reports",
    [(Canceled(at(9)),), (claimed(), accepted(), MUSIC, KEPT[0], ClipLost("two", "x", at(9)))],
)
def test_a_job_that_is_done_is_deleted_whatever_its_end(
    store: Store, reports: tuple[Report, ...]
) -> None:
    stored(store, *reports)

    assert delete(store).at == at(500)


@pytest.mark.parametrize("reports", [(), (claimed(), accepted()), (claimed(), accepted(), MUSIC)])
def test_an_operator_deletes_a_job_however_far_it_is(
    store: Store, reports: tuple[Report, ...]
) -> None:
    stored(store, *reports)

    told = give_up_job(REF, by=By.OPERATOR, jobs=store.jobs, deletions=store.deletions, now=at(500))

    assert (told.by, store.jobs.load(REF)) == (By.OPERATOR, None)


def test_a_job_that_was_changed_meanwhile_is_not_buried_as_it_was_before(store: Store) -> None:
    kept(store)
    deletion = Deletion(ACCOUNT, JOB, at(500), By.CLIENT, due_at=at(500))
    job = store.jobs.load(REF)
    assert job

    assert not store.deletions.bury(deletion, job.version - 1)
    assert store.jobs.load(REF) == job
    assert store.deletions.bury(deletion, job.version)
    assert not store.deletions.bury(deletion, job.version)


def test_whoever_had_read_the_job_before_stores_nothing_any_more(store: Store) -> None:
    kept(store)
    job = store.jobs.load(REF)
    assert job
    change = apply(job, Recalled(at(450)))
    assert isinstance(change, Change)
    delete(store)
    before = store.snapshot()

    assert not store.jobs.commit(change, BODY)
    for reason in (None, "unreadable"):
        with pytest.raises(UnknownResourceError):
            store.jobs.keep(replace(BODY, quarantine=reason))

    assert store.snapshot() == before


def test_a_deleted_job_is_not_added_again(store: Store) -> None:
    kept(store)
    delete(store)

    with pytest.raises(UnavailableStoreError):
        store.jobs.add(begin(new_job()), None)

    assert store.jobs.load(REF) is None


def test_what_was_kept_of_it_is_erased_once_the_bus_has_heard(store: Store) -> None:
    kept(store)
    store.jobs.keep(BODY)
    deletion = delete(store)

    assert not store.deletions.erase_rows(deletion, 99)
    assert store.find_evidence(REF) == []
    assert [*store.outbox.list_unsent(at(9000))] != []
    announced(store)
    assert store.deletions.erase_rows(deletion, 99)

    assert "Iron Man" not in str(store.snapshot())
    assert store.deletions.find(REF) == deletion


def test_nothing_of_another_job_is_erased(store: Store) -> None:
    other = JobRef(ACCOUNT, JobId("job_01KAJ5T1W0000000000000000K"))
    kept(store)
    kept(store, other)
    announced(store)
    before = store.jobs.load(other)

    assert store.deletions.erase_rows(delete(store), 99)

    assert store.jobs.load(other) == before
    assert len(store.library.list_clips(ACCOUNT, ClipFilter(), 9, None).items) == len(WHOLE)


def test_a_deletion_is_due_until_it_is_over(store: Store) -> None:
    kept(store)
    deletion = delete(store)
    assert [*store.deletions.list_due(at(499))] == []
    assert [*store.deletions.list_due(at(500))] == [deletion]

    later = replace(deletion, due_at=at(500) + timedelta(hours=1))
    store.deletions.update(later)
    assert [*store.deletions.list_due(at(501))] == []
    assert [*store.deletions.list_due(at(9000))] == [later]

    over = replace(later, due_at=None, erased_at=at(8000))
    store.deletions.update(over)
    assert [*store.deletions.list_due(at(90_000))] == []
    assert [*store.deletions.list_since(at(0), 9)] == [over]


def test_an_account_has_a_record_of_its_own(store: Store) -> None:
    deletion = Deletion(ACCOUNT, None, at(500), By.OPERATOR, due_at=at(500))

    store.deletions.close(deletion)

    assert [*store.deletions.list_due(at(500))] == [deletion]
    assert store.deletions.erase_rows(deletion, 99)
    assert [*store.deletions.list_since(at(0), 9)] == [deletion]


def test_an_older_version_waits_for_the_newer_one_and_makes_nothing_of_a_record() -> None:
    row = write_deletion(Deletion(ACCOUNT, JOB, at(500), By.CLIENT, due_at=at(500)))

    with pytest.raises(UnavailableStoreError):
        read_job(row[items.DOCUMENT])
    assert row.keys().isdisjoint({items.VERSION, *schema.DUE_NAMES})
