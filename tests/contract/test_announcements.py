"""What `Announcements` and `Callbacks` promise."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from cliphook.adapters import aws, items
from cliphook.adapters.documents import write_event
from cliphook.adapters.dynamodb_announcements import DynamoDbAnnouncements, read_announced
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_places import DynamoDbPlaces
from cliphook.adapters.outbox_rows import key_of, read_row
from cliphook.application.ports import EventRow, JobRef
from cliphook.application.webhook_ports import Announced, Announcements, Callbacks
from cliphook.domain.change import Change, begin
from cliphook.domain.errors import InvalidRequestError, UnavailableStoreError
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.request import MusicRequest
from tests.support.aws_table import make_table
from tests.support.fake_webhooks import FakeAnnouncements
from tests.support.lean_moto import mock_aws
from tests.support.makers import ACCOUNT, at, new_job

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

OTHER = AccountId("acct_01KAJ5T1W0000000000000000B")
URL = "https://client.example.test/done?token=canary"
PAGE = 50
numbers = iter(range(1000))


@dataclass(frozen=True, slots=True)
class Store:
    """A feed and where its events come from."""

    announcements: Announcements
    callbacks: Callbacks
    commit: Callable[[Change], object]


@pytest.fixture(scope="module")
def client() -> "Iterator[DynamoDBClient]":
    with mock_aws():
        yield aws.dynamodb()


@pytest.fixture(params=["fake", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "fake":
        fake = FakeAnnouncements(PAGE)

        def commit(change: Change) -> None:
            details = [json.dumps(write_event(event)) for event in change.events]
            fake.events += [read_announced(detail) for detail in details]
            if url := change.job.request.callback_url:
                fake.urls[JobRef(change.job.account_id, change.job.id)] = url

        return Store(fake, fake, commit)
    client: DynamoDBClient = request.getfixturevalue("client")
    table = make_table(client, f"announcements-{next(numbers)}")
    told = DynamoDbAnnouncements(table, client, lambda: at(100))
    jobs, places = DynamoDbJobs(table, client), DynamoDbPlaces(table, client)

    def announce(change: Change) -> None:
        jobs.add(change, None)
        assert places.place([*rows_of(change)], at(100)) == frozenset()

    return Store(told, told, announce)


def rows_of(change: Change) -> Iterator[EventRow]:
    """Give a commit's events as rows that publish reads."""
    ref = JobRef(change.job.account_id, change.job.id)
    for event in change.events:
        item = items.event_item(ref, event)
        row = read_row(item, key_of(item))
        assert isinstance(row, EventRow)
        yield row


def queued(number: int, **changed: object) -> Change:
    """Begin a job, so many seconds after the start."""
    job_id = JobId(f"job_01KAJ5T1W000000000000000{number:02d}")
    return begin(new_job(id=job_id, created_at=at(number), **changed))


def listed(page: tuple[Announced, ...]) -> list[str]:
    return [one.job_id[-2:] for one in page]


def test_events_are_told_in_the_order_in_which_they_were_announced(store: Store) -> None:
    changes = [queued(number) for number in (3, 1, 2)]
    for change in changes:
        store.commit(change)

    page = store.announcements.list_events(ACCOUNT, at(0), at(100), None)

    assert listed(page.items) == ["03", "01", "02"]
    assert page.next_cursor is None
    (event,) = changes[1].events
    told = page.items[1]
    assert (told.event_id, told.type, told.at) == (event.id, "job.queued", at(1))
    assert json.loads(told.detail) == write_event(event)
    assert told.occurred_at == "2026-11-21T09:00:01Z"


def test_a_time_has_its_own_events_and_no_others(store: Store) -> None:
    for number in range(1, 6):
        store.commit(queued(number))

    page = store.announcements.list_events(ACCOUNT, at(2), at(4), None)

    assert listed(page.items) == ["02", "03", "04"]


def test_events_are_their_accounts_alone(store: Store) -> None:
    store.commit(queued(1))
    store.commit(queued(2, account_id=OTHER))

    assert listed(store.announcements.list_events(OTHER, at(0), at(100), None).items) == ["02"]


def test_a_page_leads_to_the_next_and_none_is_told_twice(store: Store) -> None:
    for number in range(1, PAGE + 4):
        store.commit(queued(number))

    first = store.announcements.list_events(ACCOUNT, at(0), at(100), None)
    second = store.announcements.list_events(ACCOUNT, at(0), at(100), first.next_cursor)

    assert len(first.items) == PAGE
    assert first.next_cursor == first.items[-1].event_id
    assert listed(second.items) == ["51", "52", "53"]
    assert second.next_cursor is None


@pytest.mark.parametrize("cursor", ["", "job_01KAJ5T1W0000000000000000A", "evt_" + "x" * 2000])
def test_a_cursor_that_no_page_gave_is_refused(cursor: str, store: Store) -> None:
    with pytest.raises(InvalidRequestError):
        store.announcements.list_events(ACCOUNT, at(0), at(100), cursor)


def test_a_jobs_callback_url_is_told_and_nobody_elses(store: Store) -> None:
    plain = queued(1)
    request = replace(plain.job.request, callback_url=URL)
    called = queued(2, request=request)
    for change in (plain, called):
        store.commit(change)

    assert store.callbacks.url_of(JobRef(ACCOUNT, called.job.id)) == URL
    assert store.callbacks.url_of(JobRef(ACCOUNT, plain.job.id)) is None
    assert store.callbacks.url_of(JobRef(OTHER, called.job.id)) is None
    assert store.callbacks.url_of(JobRef(ACCOUNT, JobId("job_nobody"))) is None


def test_no_event_tells_a_callback_url() -> None:
    change = queued(1, request=MusicRequest(prompt="A calm piano", callback_url=URL))

    assert "client.example.test" not in json.dumps([*map(write_event, change.events)])


def test_a_table_that_is_not_there_is_not_an_empty_one(client: "DynamoDBClient") -> None:
    told = DynamoDbAnnouncements("nobody", client, lambda: at(1))

    with pytest.raises(UnavailableStoreError):
        told.list_events(ACCOUNT, at(0), at(1), None)
    with pytest.raises(UnavailableStoreError):
        told.url_of(JobRef(ACCOUNT, JobId("job_1")))
