"""What `Endpoints`, `Deliveries` and `Lanes` promise."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from cliphook.adapters import aws, items
from cliphook.adapters.dynamodb_deliveries import DynamoDbDeliveries
from cliphook.adapters.dynamodb_endpoints import DynamoDbEndpoints
from cliphook.adapters.dynamodb_lanes import DynamoDbLanes
from cliphook.application.webhook_ports import (
    Deliveries,
    DeliveryRef,
    Endpoints,
    Lanes,
    Stored,
)
from cliphook.domain.delivery import (
    Delivery,
    DeliveryStatus,
    Failed,
    Response,
    Trouble,
    claim,
    give_up,
    name_delivery,
    put_off,
    record,
)
from cliphook.domain.endpoint import (
    Disabled,
    Endpoint,
    disable,
    notice,
    remove,
    rotate,
)
from cliphook.domain.errors import InvalidRequestError, UnavailableStoreError
from cliphook.domain.ids import AccountId, DeliveryId, EndpointId, EventId, JobId
from cliphook.domain.lane import Lane, enter, leave
from tests.support.aws_table import make_table
from tests.support.fake_webhooks import FakeDeliveries, FakeEndpoints, FakeLanes
from tests.support.makers import ACCOUNT, JOB, START, at
from tests.support.receiving import announced, endpoint_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

OTHER = AccountId("acct_01KAJ5T1W0000000000000000B")
ENDPOINT = endpoint_of("one", ("job.*", "clip.archived"))
WAITING_MAX = 2
names = (f"webhooks-{number}" for number in count())


@dataclass(frozen=True, slots=True)
class Rows:
    """All ports of webhooks that stand on one table."""

    endpoints: Endpoints
    deliveries: Deliveries
    lanes: Lanes


@pytest.fixture(scope="module")
def client() -> "Iterator[DynamoDBClient]":
    with mock_aws():
        yield aws.dynamodb()


@pytest.fixture(params=["fake", "dynamodb"])
def rows(request: pytest.FixtureRequest) -> Rows:
    if request.param == "fake":
        return Rows(FakeEndpoints(), FakeDeliveries(WAITING_MAX), FakeLanes())
    client: DynamoDBClient = request.getfixturevalue("client")
    table = make_table(client, next(names))
    return Rows(
        DynamoDbEndpoints(table, client),
        DynamoDbDeliveries(table, client, WAITING_MAX),
        DynamoDbLanes(table, client),
    )


def delivery(number: int = 1, **changed: object) -> Delivery:
    """Make a delivery of the so many-th event, each a second after the one before."""
    event = announced(number, at(number))
    values: dict[str, object] = {
        "id": name_delivery(event.event_id, ENDPOINT.id, event.at),
        "account_id": ACCOUNT,
        "event_id": EventId(event.event_id),
        "event_type": event.type,
        "occurred_at": event.occurred_at,
        "detail": event.detail,
        "begun_at": event.at,
        "endpoint_id": ENDPOINT.id,
        "next_attempt_at": event.at,
    }
    return Delivery(**{**values, **changed})  # type: ignore[arg-type]


def ref_of(one: Delivery) -> DeliveryRef:
    return DeliveryRef(one.account_id, one.id)


FULL = replace(
    disable(
        notice(rotate(rotate(ENDPOINT, timedelta(1), at(1)), timedelta(2), at(2)), at(3)),
        Disabled.FAILING,
        at(4.000001),
    ),
    description="für die Abteilung «Ton»",
)


@pytest.mark.parametrize("endpoint", [ENDPOINT, FULL], ids=["new", "full"])
def test_an_endpoint_is_found_as_it_was_added(endpoint: Endpoint, rows: Rows) -> None:
    assert rows.endpoints.add(endpoint)

    assert rows.endpoints.find(ACCOUNT, endpoint.id) == endpoint
    assert [*rows.endpoints.list_all(ACCOUNT)] == [endpoint]


def test_an_endpoint_is_its_accounts_alone(rows: Rows) -> None:
    rows.endpoints.add(ENDPOINT)

    assert rows.endpoints.find(OTHER, ENDPOINT.id) is None
    assert [*rows.endpoints.list_all(OTHER)] == []


def test_an_endpoint_is_never_replaced(rows: Rows) -> None:
    rows.endpoints.add(ENDPOINT)

    with pytest.raises(UnavailableStoreError):
        rows.endpoints.add(replace(ENDPOINT, url="https://elsewhere.example.test"))

    assert rows.endpoints.find(ACCOUNT, ENDPOINT.id) == ENDPOINT


def test_endpoints_are_listed_from_the_oldest_on(rows: Rows) -> None:
    made = [
        replace(ENDPOINT, id=EndpointId(f"ep_01KAJ5T1W0000000000000000{letter}"))
        for letter in "BAC"
    ]
    for one in made:
        rows.endpoints.add(one)

    assert [one.id[-1] for one in rows.endpoints.list_all(ACCOUNT)] == ["A", "B", "C"]


def test_an_account_has_twenty_endpoints_and_not_one_more(rows: Rows) -> None:
    made = [endpoint_of(f"many-{number}") for number in range(21)]

    assert [rows.endpoints.add(one) for one in made] == [True] * 20 + [False]

    assert len(rows.endpoints.list_all(ACCOUNT)) == 20
    assert rows.endpoints.add(replace(ENDPOINT, account_id=OTHER))


def test_a_deleted_endpoint_is_gone_and_makes_room(rows: Rows) -> None:
    made = [endpoint_of(f"many-{number}") for number in range(20)]
    for one in made:
        rows.endpoints.add(one)

    assert rows.endpoints.swap(remove(made[3], at(1)), 1)

    assert rows.endpoints.find(ACCOUNT, made[3].id) is None
    assert len(rows.endpoints.list_all(ACCOUNT)) == 19
    assert rows.endpoints.add(ENDPOINT)
    assert not rows.endpoints.add(endpoint_of("late"))


def test_an_endpoint_cannot_be_deleted_twice(rows: Rows) -> None:
    rows.endpoints.add(ENDPOINT)

    assert rows.endpoints.swap(remove(ENDPOINT, at(1)), 1)
    assert not rows.endpoints.swap(remove(ENDPOINT, at(2)), 1)


def test_of_two_changes_of_an_endpoint_one_wins(rows: Rows) -> None:
    rows.endpoints.add(ENDPOINT)
    first = rotate(ENDPOINT, timedelta(hours=1), at(1))

    assert rows.endpoints.swap(first, 1)
    assert not rows.endpoints.swap(disable(ENDPOINT, Disabled.OWNER, at(1)), 1)

    assert rows.endpoints.find(ACCOUNT, ENDPOINT.id) == first


def test_what_is_taken_back_is_gone(rows: Rows) -> None:
    noticed = notice(ENDPOINT, at(1))
    rows.endpoints.add(noticed)

    assert rows.endpoints.swap(notice(noticed, None), 2)

    found = rows.endpoints.find(ACCOUNT, ENDPOINT.id)
    assert found
    assert found.failing_since is None


TRIED = record(
    claim(delivery(), at(2)),
    Response(503, Trouble.STATUS, "zu voll \u2603", 31, 10),
    at(2.5),
)
OF_A_JOB = delivery(endpoint_id=None, job_id=JobId(JOB), url="https://client.example.test/?token=1")


@pytest.mark.parametrize("one", [delivery(), TRIED, OF_A_JOB], ids=["new", "tried", "of a job"])
def test_a_delivery_is_loaded_as_it_was_added(one: Delivery, rows: Rows) -> None:
    assert rows.deliveries.add(one)

    assert rows.deliveries.load(ref_of(one)) == one


def test_a_delivery_is_added_once(rows: Rows) -> None:
    assert rows.deliveries.add(delivery())
    assert not rows.deliveries.add(replace(delivery(), detail="[]"))

    assert rows.deliveries.load(ref_of(delivery())) == delivery()


def test_a_delivery_is_its_accounts_alone(rows: Rows) -> None:
    rows.deliveries.add(delivery())

    assert rows.deliveries.load(DeliveryRef(OTHER, delivery().id)) is None
    assert rows.deliveries.list_of(OTHER, ENDPOINT.id, 10, None).items == ()


def test_of_two_changes_of_a_delivery_one_wins(rows: Rows) -> None:
    rows.deliveries.add(delivery())
    claimed = claim(delivery(), at(1))

    assert rows.deliveries.swap(claimed, delivery()) is Stored.DONE
    assert rows.deliveries.swap(claimed, delivery()) is Stored.LOST
    assert rows.deliveries.swap(put_off(delivery(), at(5)), delivery()) is Stored.LOST

    assert rows.deliveries.load(ref_of(claimed)) == claimed


def test_a_change_of_a_delivery_that_there_is_not_stores_nothing(rows: Rows) -> None:
    assert rows.deliveries.swap(claim(delivery(), at(1)), delivery()) is Stored.LOST

    assert rows.deliveries.load(ref_of(delivery())) is None


def test_an_account_waits_with_so_many_and_not_one_more(rows: Rows) -> None:
    made = [delivery(number) for number in range(1, 4)]
    for one in made:
        rows.deliveries.add(one)

    stored = [rows.deliveries.swap(put_off(one, at(9)), one) for one in made]

    assert stored == [Stored.DONE, Stored.DONE, Stored.FULL]
    assert rows.deliveries.load(ref_of(made[2])) == made[2]


def test_one_that_waits_no_more_makes_room(rows: Rows) -> None:
    made = [delivery(number) for number in range(1, 5)]
    for one in made:
        rows.deliveries.add(one)
    waiting = put_off(made[0], at(9))
    rows.deliveries.swap(waiting, made[0])
    rows.deliveries.swap(put_off(made[1], at(9)), made[1])

    ended = give_up(waiting, Failed.ENDPOINT_DELETED)
    assert rows.deliveries.swap(ended, waiting) is Stored.DONE
    assert rows.deliveries.swap(ended, waiting) is Stored.LOST

    assert rows.deliveries.swap(put_off(made[2], at(9)), made[2]) is Stored.DONE
    assert rows.deliveries.swap(put_off(made[3], at(9)), made[3]) is Stored.FULL


def test_to_wait_longer_is_counted_once(rows: Rows) -> None:
    made = [delivery(number) for number in range(1, 4)]
    for one in made:
        rows.deliveries.add(one)
    waiting = put_off(made[0], at(9))
    rows.deliveries.swap(waiting, made[0])
    assert rows.deliveries.swap(put_off(waiting, at(19)), waiting) is Stored.DONE

    assert rows.deliveries.swap(put_off(made[1], at(9)), made[1]) is Stored.DONE


def test_deliveries_are_listed_by_their_receiver_the_newest_first(rows: Rows) -> None:
    made = [delivery(number) for number in range(1, 6)]
    for one in (*made, OF_A_JOB):
        rows.deliveries.add(replace(one, id=name_delivery(one.event_id, one.owner, one.begun_at)))

    first = rows.deliveries.list_of(ACCOUNT, ENDPOINT.id, 2, None)
    second = rows.deliveries.list_of(ACCOUNT, ENDPOINT.id, 2, first.next_cursor)
    third = rows.deliveries.list_of(ACCOUNT, ENDPOINT.id, 2, second.next_cursor)

    listed = [[one.begun_at for one in page.items] for page in (first, second, third)]
    assert listed == [[at(5), at(4)], [at(3), at(2)], [at(1)]]
    assert third.next_cursor is None
    (of_job,) = rows.deliveries.list_of(ACCOUNT, JOB, 9, None).items
    assert of_job.url == OF_A_JOB.url


def test_a_full_last_page_is_the_last(rows: Rows) -> None:
    for number in (1, 2):
        rows.deliveries.add(delivery(number))

    assert rows.deliveries.list_of(ACCOUNT, ENDPOINT.id, 2, None).next_cursor is None


@pytest.mark.parametrize("cursor", ["", "dlv_", "evt_01KAJ5T1W0000000000000000V", "x" * 3000])
def test_a_cursor_that_no_page_gave_is_refused(cursor: str, rows: Rows) -> None:
    with pytest.raises(InvalidRequestError):
        rows.deliveries.list_of(ACCOUNT, ENDPOINT.id, 2, cursor)


def test_what_is_due_is_found_in_its_order_and_nothing_else(rows: Rows) -> None:
    made = [delivery(number) for number in range(1, 8)]
    for one in made:
        rows.deliveries.add(one)
    rows.deliveries.swap(give_up(made[2], Failed.GONE), made[2])
    rows.deliveries.swap(put_off(made[0], at(5.5)), made[0])

    found = [*rows.deliveries.list_due(at(6))]

    wanted = [made[1], made[3], made[4], made[0], made[5]]
    assert found == [ref_of(one) for one in wanted]


def test_one_that_somebody_was_sent_to_is_found_later(rows: Rows) -> None:
    rows.deliveries.add(delivery())

    rows.deliveries.remind(ref_of(delivery()), at(300))

    assert [*rows.deliveries.list_due(at(299))] == []
    assert [*rows.deliveries.list_due(at(300))] == [ref_of(delivery())]
    assert rows.deliveries.load(ref_of(delivery())) == delivery()


def test_one_that_has_ended_is_not_found_again_for_a_reminder(rows: Rows) -> None:
    rows.deliveries.add(delivery())
    rows.deliveries.swap(give_up(delivery(), Failed.GONE), delivery())

    rows.deliveries.remind(ref_of(delivery()), at(300))
    rows.deliveries.remind(DeliveryRef(ACCOUNT, DeliveryId("dlv_nobody")), at(300))

    assert [*rows.deliveries.list_due(at(9_999))] == []


def test_one_that_waits_longer_is_not_found_sooner_for_a_reminder(rows: Rows) -> None:
    rows.deliveries.add(replace(delivery(), next_attempt_at=at(900)))

    rows.deliveries.remind(ref_of(delivery()), at(300))

    assert [*rows.deliveries.list_due(at(899))] == []


def test_a_delivery_that_has_ended_keeps_its_log(rows: Rows) -> None:
    rows.deliveries.add(delivery())
    claimed = claim(delivery(), at(1))
    rows.deliveries.swap(claimed, delivery())
    done = record(claimed, Response(status=200, answer="ok"), at(2))

    assert rows.deliveries.swap(done, claimed) is Stored.DONE

    found = rows.deliveries.load(ref_of(done))
    assert found == done
    assert found.status is DeliveryStatus.DELIVERED


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
        return {row.get("entity", "RECEIVERS"): row.get("expires_at") for row in found}

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
