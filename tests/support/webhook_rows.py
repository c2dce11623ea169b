"""Endpoints, deliveries and lanes on one table, and examples of them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cliphook.adapters.dynamodb_deliveries import DynamoDbDeliveries
from cliphook.adapters.dynamodb_endpoints import DynamoDbEndpoints
from cliphook.adapters.dynamodb_lanes import DynamoDbLanes
from cliphook.application.webhook_ports import Deliveries, DeliveryRef, Endpoints, Lanes
from cliphook.domain.delivery import Delivery, name_delivery
from cliphook.domain.endpoint import Disabled, disable, notice, rotate
from cliphook.domain.ids import AccountId, EventId
from tests.support.aws_table import make_table
from tests.support.fake_webhooks import FakeDeliveries, FakeEndpoints, FakeLanes
from tests.support.makers import ACCOUNT, at
from tests.support.receiving import announced, endpoint_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

OTHER: Final = AccountId("acct_01KAJ5T1W0000000000000000B")
ENDPOINT: Final = endpoint_of("one", ("job.*", "clip.archived"))
WAITING_MAX: Final = 2


@dataclass(frozen=True, slots=True)
class Rows:
    """All ports of webhooks that stand on one table."""

    endpoints: Endpoints
    deliveries: Deliveries
    lanes: Lanes


def on_dictionaries() -> Rows:
    return Rows(FakeEndpoints(), FakeDeliveries(WAITING_MAX), FakeLanes())


def on_dynamodb(client: "DynamoDBClient", name: str) -> Rows:
    table = make_table(client, name)
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
