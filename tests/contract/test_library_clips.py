"""What `Library` promises of lists of clips."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cliphook.adapters.dynamodb_library import LOOKED_AT_MAX, WINDOW_MIN
from cliphook.application.library_ports import ClipFilter, Library, Page
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.clip import Clip
from cliphook.domain.errors import InvalidRequestError
from cliphook.domain.ids import AccountId, JobId, make_id
from cliphook.domain.job import Job
from cliphook.domain.report import ClipArchived, Report, Via
from cliphook.domain.status import ClipStatus, Stage
from tests.contract.conftest import Store, on_dynamodb
from tests.support.aws_table import make_table
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

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

OTHER_ACCOUNT = AccountId("acct_01KAJ5T1W0000000000000000B")
ALL = ClipFilter()
PAGES_MAX = 20


@pytest.fixture
def library(store: Store) -> Library:
    return store.library


def add(
    store: Store, minute: int, *reports: Report, account_id: AccountId = ACCOUNT, clips: int = 2
) -> Job:
    """Add a job of two clips or more, and what was told of it besides."""
    created_at = START + timedelta(minutes=minute)
    job_id = JobId(make_id("job", created_at, bytes(10)))
    begun = begin(new_job(id=job_id, account_id=account_id, created_at=created_at))
    store.jobs.add(begun, None)
    job = begun.job
    said = [said_clip("one", 0), said_clip("two", 1)]
    said += [said_clip(f"clip-{number}", number) for number in range(2, clips)]
    complete = progressed(Stage.COMPLETE, *said, via=Via.POLL)
    for report in (claimed(), accepted(), complete, *reports):
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


@pytest.mark.parametrize("limit", [1, 3])
def test_a_filtered_list_that_is_read_in_windows_has_everything_once(
    store: Store, library: Library, limit: int
) -> None:
    # Where the first window ends, another job begins, and it is that one whose clips are wanted.
    names = ("one", "two", *(f"clip-{number}" for number in range(2, 10)))
    kept = [ClipArchived(name, passport(), START) for name in names]
    told = [add(store, minute, *(kept if minute == 1 else []), clips=10) for minute in range(7)]
    assert WINDOW_MIN % 10 == 0
    assert sum(len(job.clips) for job in told[2:]) == WINDOW_MIN

    found = pages(library, limit, ClipFilter(status=ClipStatus.ARCHIVED))

    archived = [pair for pair in clips_of(*told) if pair[1].passport]
    assert len(archived) == 10
    assert [pair for page in found for pair in page.items] == archived


@pytest.mark.parametrize(("wanted", "looked_at"), [(None, [2]), ("nobody", [51, 51, 51])])
def test_what_is_rare_is_found_in_a_few_queries_and_what_is_not_in_small_ones(
    client: "DynamoDBClient", wanted: str | None, looked_at: list[int]
) -> None:
    store = on_dynamodb(client, make_table(client, f"windows-for-{wanted}"))
    for minute in range(7):
        add(store, minute, clips=16)
    asked: list[int] = []

    def hear(params: dict[str, int], **_: object) -> None:
        asked.append(params["Limit"])

    client.meta.events.register("provide-client-params.dynamodb.Query", hear)
    try:
        store.library.list_clips(ACCOUNT, ClipFilter(provider=wanted), 1, None)
    finally:
        client.meta.events.unregister("provide-client-params.dynamodb.Query", hear)

    assert asked == looked_at
    assert LOOKED_AT_MAX / WINDOW_MIN <= 10
