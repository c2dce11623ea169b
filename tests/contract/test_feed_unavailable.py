"""A table that does not answer is no empty feed, and gives nobody a place."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_feed import DynamoDbFeed
from cliphook.adapters.dynamodb_places import UNANSWERED_MAX, DynamoDbPlaces
from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import AccountId, EventId, make_id
from tests.support.lean_moto import mock_aws
from tests.support.makers import ACCOUNT, JOB, at

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOW = at(60)
EVENT = EventId(make_id("evt", NOW, bytes(10)))

CALLS: dict[str, Callable[[DynamoDbFeed], object]] = {
    "list_events": lambda feed: feed.list_events(ACCOUNT, None, 10, NOW),
    "list_events after one": lambda feed: feed.list_events(ACCOUNT, EVENT, 10, NOW),
    "last_before": lambda feed: feed.last_before(ACCOUNT, NOW, NOW),
    "list_job_events": lambda feed: feed.list_job_events(JobRef(ACCOUNT, JOB), None, 10),
}


@pytest.fixture(scope="module")
def client() -> "Iterator[DynamoDBClient]":
    with mock_aws():
        yield aws.dynamodb()


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_table_that_is_not_there_is_no_empty_feed(
    call: Callable[[DynamoDbFeed], object], client: "DynamoDBClient"
) -> None:
    with pytest.raises(UnavailableStoreError):
        call(DynamoDbFeed("nobody", client))


class Counting:
    """A client that counts what it is asked."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        self.asked += name in {"batch_get_item", "transact_write_items"}
        return getattr(self._client, name)


def test_without_an_answer_nobody_has_a_place_and_few_are_tried(client: "DynamoDBClient") -> None:
    counting: Any = Counting(client)
    rows = [row(number) for number in range(5)]

    left = DynamoDbPlaces("nobody", counting).place(rows, NOW)

    assert left == {row.event_id for row in rows}
    assert counting.asked == UNANSWERED_MAX


def row(number: int) -> EventRow:
    account_id = AccountId(f"acct_01KAJ5T1W000000000000000{number:02d}")
    event_id = EventId(make_id("evt", NOW, bytes([number] * 10)))
    key = (f"JOB#{account_id}#{JOB}", "EVENT#000001")
    return EventRow(key, event_id, "cliphook", "job.queued", "{}", NOW)
