"""What `Lanes` promises, and what is true of all rows of webhooks on the table."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from cliphook.adapters import items
from cliphook.adapters.dynamodb_deliveries import DynamoDbDeliveries
from cliphook.adapters.dynamodb_endpoints import DynamoDbEndpoints
from cliphook.adapters.dynamodb_lanes import DynamoDbLanes
from cliphook.domain.delivery import Response, Trouble, claim
from cliphook.domain.endpoint import remove, rotate
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.lane import Lane, enter, leave
from tests.support.aws_table import make_table
from tests.support.makers import ACCOUNT, START, at
from tests.support.webhook_rows import ENDPOINT, FULL, OTHER, Rows, delivery, ref_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

names = (f"receivers-{number}" for number in count())


def test_a_lane_of_which_nothing_is_known_is_a_new_one(rows: Rows) -> None:
    assert rows.lanes.load(ACCOUNT, "ep_1") == Lane("ep_1")


def test_a_lane_is_loaded_as_it_was_stored(rows: Rows) -> None:
    entered = enter(Lane("ep_1"), "dlv_1", at(1))
    assert isinstance(entered, Lane)
    assert rows.lanes.swap(ACCOUNT, entered, 0)
    left = leave(entered, "dlv_1", Response(error=Trouble.TIMEOUT), at(16.000001))

    assert rows.lanes.load(ACCOUNT, "ep_1") == entered
    assert rows.lanes.swap(ACCOUNT, left, 1)
    assert rows.lanes.load(ACCOUNT, "ep_1") == left
    taken = replace(leave(left, "x", Response(status=200), at(17)))
    assert rows.lanes.swap(ACCOUNT, taken, 2)
    assert rows.lanes.load(ACCOUNT, "ep_1") == taken


@pytest.mark.parametrize("version", [0, 1])
def test_of_two_changes_of_a_lane_one_wins(version: int, rows: Rows) -> None:
    lane = Lane("ep_1")
    for number in range(version):
        lane = replace(lane, version=number + 1)
        assert rows.lanes.swap(ACCOUNT, lane, number)
    changed = replace(lane, strikes=1, version=version + 1)

    assert rows.lanes.swap(ACCOUNT, changed, version)
    assert not rows.lanes.swap(ACCOUNT, replace(changed, strikes=2), version)

    assert rows.lanes.load(ACCOUNT, "ep_1") == changed


def test_a_lane_is_its_accounts_alone(rows: Rows) -> None:
    rows.lanes.swap(ACCOUNT, Lane("host:1", strikes=2, version=1), 0)

    assert rows.lanes.load(OTHER, "host:1") == Lane("host:1")


# What is true of the table alone.


def test_rows_delete_themselves_when_nobody_needs_them(client: "DynamoDBClient") -> None:
    table = make_table(client, next(names))
    DynamoDbDeliveries(table, client).add(delivery(begun_at=at(0)))
    endpoints = DynamoDbEndpoints(table, client)
    endpoints.add(ENDPOINT)

    def expiries() -> dict[str, int | None]:
        found = [items.unmarshal(row) for row in client.scan(TableName=table)["Items"]]
        return {row["entity"]: row.get("expires_at") for row in found}

    begun = int(START.timestamp())
    kept = {"DELIVERY": begun + 30 * 24 * 3600, "ENDPOINT": None, "RECEIVERS": None}
    assert expiries() == kept
    endpoints.swap(remove(ENDPOINT, at(0)), 1)
    assert expiries() == {**kept, "ENDPOINT": begun + 24 * 3600}


def test_what_a_newer_version_wrote_beside_ours_stays(client: "DynamoDBClient") -> None:
    table = make_table(client, next(names))
    endpoints = DynamoDbEndpoints(table, client)
    endpoints.add(ENDPOINT)
    key = items.marshal(items.account_key(ACCOUNT, f"ENDPOINT#{ENDPOINT.id}"))
    client.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET somewhere = :here",
        ExpressionAttributeValues={":here": {"S": "eu"}},
    )

    assert endpoints.swap(rotate(ENDPOINT, timedelta(0), at(1)), 1)

    row = items.unmarshal(client.get_item(TableName=table, Key=key)["Item"])
    assert (row["somewhere"], int(row["secret_version"])) == ("eu", 2)


def test_a_row_that_only_a_newer_version_can_read_is_a_table_in_trouble(
    client: "DynamoDBClient",
) -> None:
    table = make_table(client, next(names))
    endpoints = DynamoDbEndpoints(table, client)
    endpoints.add(ENDPOINT)
    client.update_item(
        TableName=table,
        Key=items.marshal(items.account_key(ACCOUNT, f"ENDPOINT#{ENDPOINT.id}")),
        UpdateExpression="SET #status = :new",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":new": {"S": "paused"}},
    )

    with pytest.raises(UnavailableStoreError, match="status"):
        endpoints.find(ACCOUNT, ENDPOINT.id)


def test_no_secret_is_on_the_table(client: "DynamoDBClient") -> None:
    table = make_table(client, next(names))
    DynamoDbEndpoints(table, client).add(FULL)

    assert "whsec" not in str(client.scan(TableName=table)["Items"])


def test_a_table_that_is_not_there_is_not_an_empty_one(client: "DynamoDBClient") -> None:
    endpoints = DynamoDbEndpoints("nobody", client)
    deliveries = DynamoDbDeliveries("nobody", client)
    lanes = DynamoDbLanes("nobody", client)

    for ask in (
        lambda: endpoints.find(ACCOUNT, ENDPOINT.id),
        lambda: endpoints.list_all(ACCOUNT),
        lambda: endpoints.add(ENDPOINT),
        lambda: endpoints.swap(rotate(ENDPOINT, timedelta(0), at(1)), 1),
        lambda: deliveries.add(delivery()),
        lambda: deliveries.load(ref_of(delivery())),
        lambda: deliveries.swap(claim(delivery(), at(1)), delivery()),
        lambda: deliveries.list_of(ACCOUNT, ENDPOINT.id, 1, None),
        lambda: [*deliveries.list_due(at(9))],
        lambda: deliveries.remind(ref_of(delivery()), at(9)),
        lambda: lanes.load(ACCOUNT, "ep_1"),
        lambda: lanes.swap(ACCOUNT, Lane("ep_1", version=1), 0),
    ):
        with pytest.raises(UnavailableStoreError):
            ask()
