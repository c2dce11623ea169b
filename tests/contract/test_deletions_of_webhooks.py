"""What a deletion erases of webhooks and of the feed, and what it lets stand."""

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import pytest

from cliphook.adapters import items, schema
from cliphook.adapters.dynamodb_deletions import DynamoDbDeletions
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_outbox import DynamoDbOutbox
from cliphook.adapters.feed_items import head_item, place_items, progress_item
from cliphook.application.ports import EventRow, JobRef
from cliphook.application.webhook_ports import Stored
from cliphook.domain.change import begin
from cliphook.domain.deletion import By, Deletion
from cliphook.domain.delivery import Delivery, name_delivery, put_off
from cliphook.domain.ids import EndpointId, EventId, JobId
from cliphook.domain.lane import Lane
from tests.support import webhook_rows
from tests.support.makers import ACCOUNT, JOB, at, new_job
from tests.support.webhook_rows import ENDPOINT, OTHER, Rows, delivery, ref_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

URL: Final = "https://client.example.test/?token=1"
OF_JOB: Final = delivery(1, endpoint_id=None, job_id=JOB, url=URL)
OF_ENDPOINT: Final = delivery(2)
OF_OTHER_JOB: Final = delivery(3, endpoint_id=None, job_id=JobId("job_other"), url=URL)
OF_OTHER_ACCOUNT: Final = delivery(4, account_id=OTHER)
JOB_DELETION: Final = Deletion(ACCOUNT, JOB, at(500), By.CLIENT, due_at=at(500))
ACCOUNT_DELETION: Final = Deletion(ACCOUNT, None, at(500), By.OPERATOR, due_at=at(500))

names = (f"webhooks-{number}" for number in count())


class Table:
    """A table with deliveries of two accounts, an endpoint, a lane and feeds."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self.client, self.name = client, next(names)
        self.webhooks: Rows = webhook_rows.on_dynamodb(client, self.name)
        self.deletions = DynamoDbDeletions(self.name, client)
        self.webhooks.endpoints.add(ENDPOINT)
        self.webhooks.endpoints.add(replace(ENDPOINT, account_id=OTHER))
        self.webhooks.lanes.swap(ACCOUNT, Lane(ENDPOINT.id, changed_at=at(1)), 0)
        for one in (OF_JOB, OF_ENDPOINT, OF_OTHER_JOB, OF_OTHER_ACCOUNT):
            self.webhooks.deliveries.add(one)
        for account_id in (ACCOUNT, OTHER):
            ref = JobRef(account_id, JOB)
            self.put(head_item(account_id, 1), progress_item(ref, 1, at(1)))
            self.put(*place_items(ref, 1, EventId("evt_1"), 1, at(1)))

    def put(self, *rows: items.Item) -> None:
        for row in rows:
            self.client.put_item(TableName=self.name, Item=items.marshal(row))

    def kinds_of(self, account_id: str) -> list[str]:
        found = map(items.unmarshal, self.client.scan(TableName=self.name)["Items"])
        own: list[Any] = [row for row in found if account_id in row[schema.PARTITION_KEY]]
        return sorted(row[schema.ENTITY] for row in own)

    def wait(self, one: Delivery) -> Stored:
        return self.webhooks.deliveries.swap(put_off(one, at(900)), one)


@pytest.fixture
def table(client: "DynamoDBClient") -> Table:
    return Table(client)


def test_of_a_job_the_deliveries_to_its_callback_url_are_erased(table: Table) -> None:
    assert table.deletions.erase_rows(JOB_DELETION, 99)

    load = table.webhooks.deliveries.load
    assert load(ref_of(OF_JOB)) is None
    assert load(ref_of(OF_ENDPOINT))
    assert load(ref_of(OF_OTHER_JOB))
    assert table.kinds_of(ACCOUNT).count("FEED") == 4


def test_of_a_job_the_deliveries_of_its_events_to_endpoints_are_erased(table: Table) -> None:
    change = begin(new_job(created_at=at(1.25)))
    (event,) = change.events
    jobs = DynamoDbJobs(table.name, table.client)
    jobs.add(change, None)
    told = [
        delivery(id=name_delivery(event.id, receiver, event.at), endpoint_id=receiver)
        for receiver in (ENDPOINT.id, EndpointId("ep_of_nobody"))
    ]
    for one in told:
        table.webhooks.deliveries.add(one)
    outbox = DynamoDbOutbox(table.name, table.client)
    for row in outbox.list_unsent(at(100)):
        assert isinstance(row, EventRow)
        outbox.mark_sent(row)

    assert table.deletions.erase_rows(JOB_DELETION, 99)

    load = table.webhooks.deliveries.load
    assert [load(ref_of(one)) is None for one in told] == [True, False]
    assert load(ref_of(OF_ENDPOINT))


def test_what_is_erased_waits_no_more_and_leaves_its_place_to_others(table: Table) -> None:
    assert [table.wait(one) for one in (OF_JOB, OF_ENDPOINT)] == [Stored.DONE, Stored.DONE]
    assert table.wait(OF_OTHER_JOB) is Stored.FULL

    for _ in range(2):
        assert table.deletions.erase_rows(JOB_DELETION, 99)

    assert table.wait(OF_OTHER_JOB) is Stored.DONE
    late = delivery(5)
    table.webhooks.deliveries.add(late)
    assert table.wait(late) is Stored.FULL


def test_of_an_account_all_is_erased_whatever_waits(table: Table) -> None:
    table.wait(OF_JOB)
    table.wait(OF_ENDPOINT)
    of_other = table.kinds_of(OTHER)

    assert table.deletions.erase_rows(ACCOUNT_DELETION, 99)
    # Its jobs have records of their own.
    for job_id in (JOB, OF_OTHER_JOB.job_id):
        assert table.deletions.erase_rows(replace(JOB_DELETION, job_id=job_id), 99)

    assert table.kinds_of(ACCOUNT) == []
    assert table.kinds_of(OTHER) == of_other


def test_what_is_too_much_for_one_run_is_found_by_the_next_one(table: Table) -> None:
    # A lane, a count, a delivery, its endpoint and four rows of the feed, one in each run.
    looks = [table.deletions.erase_rows(ACCOUNT_DELETION, 1) for _ in range(8)]

    assert looks == [False] * 7 + [True]
    assert table.kinds_of(ACCOUNT) == ["DELIVERY", "DELIVERY"]
