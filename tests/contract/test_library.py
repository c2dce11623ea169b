"""What `Library` promises."""

from datetime import timedelta

import pytest

from cliphook.application.library_ports import Library, Page
from cliphook.application.ports import JobRef
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.errors import InvalidRequestError
from cliphook.domain.ids import AccountId, ClipId, JobId, make_id
from cliphook.domain.job import Job
from cliphook.domain.status import Stage
from tests.contract.conftest import Store
from tests.support.makers import ACCOUNT, START, claimed, new_job, progressed, said_clip

OTHER_ACCOUNT = AccountId("acct_01KAJ5T1W0000000000000000B")
# Another account whose id begins as the first one's does.
LONGER_ACCOUNT = AccountId(f"{ACCOUNT}0")

PAGES_MAX = 9


@pytest.fixture
def library(store: Store) -> Library:
    return store.library


def add(store: Store, count: int, account_id: AccountId = ACCOUNT) -> list[Job]:
    """Add jobs a minute apart, and give them newest first."""
    added = []
    for number in range(count):
        created_at = START + timedelta(minutes=number)
        job_id = JobId(make_id("job", created_at, bytes(10)))
        change = begin(new_job(id=job_id, account_id=account_id, created_at=created_at))
        store.jobs.add(change, None)
        added.append(change.job)
    return added[::-1]


def pages(library: Library, limit: int) -> list[Page[Job]]:
    found = [library.list_jobs(ACCOUNT, limit, None)]
    while (cursor := found[-1].next_cursor) and len(found) < PAGES_MAX:
        found.append(library.list_jobs(ACCOUNT, limit, cursor))
    return found


def with_clips(store: Store, account_id: AccountId = ACCOUNT) -> Job:
    """Add a job of two clips."""
    job = begin(new_job(account_id=account_id)).job
    store.jobs.add(begin(new_job(account_id=account_id)), None)
    for report in (claimed(), progressed(Stage.FIRST, said_clip(), said_clip("two", 1))):
        change = apply(job, report)
        assert isinstance(change, Change)
        assert store.jobs.commit(change, None)
        job = change.job
    return job


def test_an_account_without_jobs_has_an_empty_last_page(library: Library) -> None:
    assert library.list_jobs(ACCOUNT, 10, None) == Page((), None)


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 6), (4, [4, 2]), (6, [6]), (7, [6])])
def test_pages_have_every_job_once_newest_first(
    store: Store, library: Library, limit: int, sizes: list[int]
) -> None:
    jobs = add(store, 6)

    found = pages(library, limit)

    assert [job for page in found for job in page.items] == jobs
    assert [len(page.items) for page in found] == sizes


def test_a_hundred_jobs_fit_on_a_page(store: Store, library: Library) -> None:
    jobs = add(store, 101)

    assert [list(page.items) for page in pages(library, 100)] == [jobs[:100], jobs[100:]]


def test_a_job_that_is_added_meanwhile_shifts_no_page(store: Store, library: Library) -> None:
    *_, oldest = add(store, 3)
    first = library.list_jobs(ACCOUNT, 2, None)
    newest = new_job(id=JobId("job_7ZZZZZZZZZZZZZZZZZZZZZZZZZ"))
    store.jobs.add(begin(newest), None)

    assert library.list_jobs(ACCOUNT, 2, first.next_cursor).items == (oldest,)


def test_a_list_shows_jobs_as_they_are_now(store: Store, library: Library) -> None:
    job = with_clips(store)

    assert library.list_jobs(ACCOUNT, 1, None).items == (job,)


def test_a_list_never_shows_the_job_of_another_account(store: Store, library: Library) -> None:
    jobs = add(store, 2)
    add(store, 3, OTHER_ACCOUNT)
    add(store, 3, LONGER_ACCOUNT)

    assert library.list_jobs(ACCOUNT, 10, None) == Page(tuple(jobs), None)


@pytest.mark.parametrize(
    "cursor", ["", "job_", "0", "job_01KAJ5T1W000000000000000-J", "job_~", "🎵"]
)
def test_a_cursor_that_no_page_gave_is_refused(library: Library, cursor: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        library.list_jobs(ACCOUNT, 10, cursor)

    assert [error.field for error in refused.value.errors] == ["cursor"]


def test_a_job_is_read_by_its_own_account_only(store: Store, library: Library) -> None:
    (job,) = add(store, 1)

    assert library.load(JobRef(ACCOUNT, job.id)) == job
    assert library.load(JobRef(OTHER_ACCOUNT, job.id)) is None


def test_every_clip_leads_to_its_job(store: Store, library: Library) -> None:
    job = with_clips(store)

    found = [library.find_clip(ACCOUNT, clip.id) for clip in job.results]

    assert found == [JobRef(ACCOUNT, job.id)] * 2


def test_a_clip_of_another_account_leads_nowhere(store: Store, library: Library) -> None:
    job = with_clips(store, OTHER_ACCOUNT)

    assert library.find_clip(ACCOUNT, job.results[0].id) is None


def test_a_clip_that_nobody_made_leads_nowhere(store: Store, library: Library) -> None:
    with_clips(store)

    assert library.find_clip(ACCOUNT, ClipId("clip_01KAJ5T1W0000000000000000C")) is None
