"""What keeps the ports' promises: the fakes, and the adapters over moto."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from boto3.dynamodb.types import Binary

from cliphook.adapters import aws, items
from cliphook.adapters.dynamodb_deletions import DynamoDbDeletions
from cliphook.adapters.dynamodb_feed import DynamoDbFeed
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.adapters.dynamodb_ledger import DynamoDbLedger
from cliphook.adapters.dynamodb_library import DynamoDbLibrary
from cliphook.adapters.dynamodb_outbox import DynamoDbOutbox
from cliphook.adapters.dynamodb_places import DynamoDbPlaces
from cliphook.adapters.outbox_rows import written_key
from cliphook.application.deletion_ports import Deletions
from cliphook.application.feed_ports import Feed, Places
from cliphook.application.ledger_ports import Ledger
from cliphook.application.library_ports import Library
from cliphook.application.outbox_ports import DueJobs, Outbox
from cliphook.application.ports import JobRef, Jobs, Keys
from tests.support import webhook_rows
from tests.support.aws_table import make_table
from tests.support.fake_deletions import FakeDeletions
from tests.support.fakes import (
    FakeFeed,
    FakeJobs,
    FakeKeys,
    FakeLedger,
    FakeLibrary,
    FakeOutbox,
    FakeTable,
)
from tests.support.lean_moto import mock_aws

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# A body as it came, and why it was set aside.
type Kept = tuple[bytes, str | None]


@dataclass(frozen=True, slots=True)
class Store:
    """One table behind all the ports that stand on it, and what a person finds there."""

    jobs: Jobs
    library: Library
    outbox: Outbox
    places: Places
    feed: Feed
    due_jobs: DueJobs
    keys: Keys
    ledger: Ledger
    find_evidence: Callable[[JobRef], list[Kept]]
    delete: Callable[[JobRef], object]
    deletions: Deletions
    forget: Callable[[tuple[str, str]], object]
    snapshot: Callable[[], object]


@pytest.fixture(scope="module")
def client() -> "Iterator[DynamoDBClient]":
    with mock_aws():
        yield aws.dynamodb()


names = (f"jobs-{number}" for number in count())


@pytest.fixture(params=["fake", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "fake":
        return on_dictionaries(FakeTable())
    client: DynamoDBClient = request.getfixturevalue("client")
    return on_dynamodb(client, make_table(client, next(names)))


@pytest.fixture(params=["fake", "dynamodb"])
def rows(request: pytest.FixtureRequest) -> webhook_rows.Rows:
    if request.param == "fake":
        return webhook_rows.on_dictionaries()
    client: DynamoDBClient = request.getfixturevalue("client")
    return webhook_rows.on_dynamodb(client, next(names))


def on_dictionaries(table: FakeTable) -> Store:
    outbox = FakeOutbox(table)
    feed = FakeFeed(table)

    def find_evidence(ref: JobRef) -> list[Kept]:
        found = [one for one in table.evidence.values() if one.ref == ref]
        return [(one.body, one.quarantine) for one in found]

    return Store(
        jobs=FakeJobs(table),
        library=FakeLibrary(table),
        outbox=outbox,
        places=feed,
        feed=feed,
        due_jobs=outbox,
        keys=FakeKeys(table),
        ledger=FakeLedger(table),
        find_evidence=find_evidence,
        delete=table.jobs.pop,
        deletions=FakeDeletions(table),
        forget=table.rows.pop,
        snapshot=lambda: deepcopy(table),
    )


def on_dynamodb(client: "DynamoDBClient", table: str) -> Store:
    jobs = DynamoDbJobs(table, client)
    outbox = DynamoDbOutbox(table, client)

    def find_evidence(ref: JobRef) -> list[Kept]:
        condition = "pk = :pk AND begins_with(sk, :report)"
        values = {":pk": items.job_key(ref)["pk"], ":report": "REPORT#"}
        rows = client.query(
            TableName=table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=items.marshal(values),
        )["Items"]
        return [_kept(items.unmarshal(row)) for row in rows]

    return Store(
        jobs=jobs,
        library=DynamoDbLibrary(table, client, jobs),
        outbox=outbox,
        places=DynamoDbPlaces(table, client),
        feed=DynamoDbFeed(table, client),
        due_jobs=outbox,
        keys=DynamoDbKeys(table, client),
        ledger=DynamoDbLedger(table, client),
        find_evidence=find_evidence,
        delete=lambda ref: client.delete_item(
            TableName=table, Key=items.marshal(items.job_key(ref))
        ),
        deletions=DynamoDbDeletions(table, client),
        forget=lambda key: client.delete_item(TableName=table, Key=written_key(key)),
        snapshot=lambda: sorted(client.scan(TableName=table)["Items"], key=str),
    )


def _kept(row: dict[str, Any]) -> Kept:
    body = row["body"]
    assert isinstance(body, Binary)
    return bytes(body), row.get("quarantine")  # type: ignore[call-overload]
