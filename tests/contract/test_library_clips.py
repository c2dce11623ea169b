"""What `Library` promises of lists of clips."""

from datetime import timedelta

import pytest

from cliphook.application.library_ports import ClipFilter, Library, Page
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.clip import Clip
from cliphook.domain.errors import InvalidRequestError
from cliphook.domain.ids import AccountId, JobId, make_id
from cliphook.domain.job import Job
from cliphook.domain.report import ClipArchived, Report, Via
from cliphook.domain.status import ClipStatus, Stage
from tests.contract.conftest import Store
from tests.support.makers import (
    ACCOUNT,
    START,
    accepted,
    claimed,
    new_job,
    passport,
    progressed,
    said_clip,
)

OTHER_ACCOUNT = AccountId("acct_01KAJ5T1W0000000000000000B")
ALL = ClipFilter()
PAGES_MAX = 20


@pytest.fixture
def library(store: Store) -> Library:
    return store.library


def add(store: Store, minute: int, *reports: Report, account_id: AccountId = ACCOUNT) -> Job:
    """Add a job of two clips, and what was told of it besides."""
    created_at = START + timedelta(minutes=minute)
    job_id = JobId(make_id("job", created_at, bytes(10)))
    begun = begin(new_job(id=job_id, account_id=account_id, created_at=created_at))
    store.jobs.add(begun, None)
    job = begun.job
    two = progressed(Stage.COMPLETE, said_clip("one", 0), said_clip("two", 1), via=Via.POLL)
    for report in (claimed(), accepted(), two, *reports):
        change = apply(job, report)
        assert isinstance(change, Change)
        assert store.jobs.commit(change, None)
        job = change.job
    return job


def clips_of(*jobs: Job) -> list[tuple[Job, Clip]]:
    """List clips of jobs as a list shows them."""
    found = [(job, clip) for job in jobs for clip in job.clips.values()]
    return sorted(found, key=lambda pair: pair[1].id, reverse=True)


def pages(library: Library, limit: int, wanted: ClipFilter = ALL) -> list[Page[tuple[Job, Clip]]]:
    found = [library.list_clips(ACCOUNT, wanted, limit, None)]
    while (cursor := found[-1].next_cursor) and len(found) < PAGES_MAX:
        found.append(library.list_clips(ACCOUNT, wanted, limit, cursor))
    return found


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 6), (4, [4, 2]), (6, [6]), (7, [6])])
def test_pages_have_every_clip_once_newest_first(
    store: Store, library: Library, limit: int, sizes: list[int]
) -> None:
    jobs = [add(store, minute) for minute in range(3)]

    found = pages(library, limit)

    assert [pair for page in found for pair in page.items] == clips_of(*jobs)
    assert [len(page.items) for page in found] == sizes


def test_an_account_without_clips_has_an_empty_last_page(library: Library) -> None:
    assert library.list_clips(ACCOUNT, ALL, 10, None) == Page((), None)


def test_the_clips_of_another_account_are_never_listed(store: Store, library: Library) -> None:
    job = add(store, 1)
    add(store, 2, account_id=OTHER_ACCOUNT)

    assert library.list_clips(ACCOUNT, ALL, 10, None) == Page(tuple(clips_of(job)), None)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_filter_leaves_out_what_is_not_wanted_and_loses_nothing_that_is(
    store: Store, library: Library, limit: int
) -> None:
    kept = ClipArchived("one", passport(), START)
    jobs = [add(store, 1), add(store, 2, kept), add(store, 3), add(store, 4, kept)]

    found = pages(library, limit, ClipFilter(status=ClipStatus.ARCHIVED))

    archived = [pair for pair in clips_of(*jobs) if pair[1].passport]
    assert len(archived) == 2
    assert [pair for page in found for pair in page.items] == archived


def test_provider_and_model_are_those_of_the_job(store: Store, library: Library) -> None:
    job = add(store, 1)

    assert job.provider
    assert job.model
    for wanted, count in (
        (ClipFilter(provider=job.provider, model=job.model), 2),
        (ClipFilter(provider="nobody"), 0),
        (ClipFilter(model="nothing"), 0),
    ):
        assert len(library.list_clips(ACCOUNT, wanted, 10, None).items) == count


@pytest.mark.parametrize(
    "cursor", ["", "clip_", "0", "job_01KAJ5T1W0000000000000000C", "clip_~", "🎵"]
)
def test_a_cursor_that_no_page_gave_is_refused(library: Library, cursor: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        library.list_clips(ACCOUNT, ALL, 10, cursor)

    assert [error.field for error in refused.value.errors] == ["cursor"]
