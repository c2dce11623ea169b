"""What an account sets going by hand: a test of an endpoint, and a delivery once more."""

from datetime import datetime
from typing import Final

from cliphook.application.keep_endpoint import ping_detail
from cliphook.application.webhook_ports import Deliveries, DeliveryRef, Errands, Stored
from cliphook.domain.delivery import Delivery, again, is_under_way, name_delivery
from cliphook.domain.endpoint import PING, Endpoint
from cliphook.domain.errors import ContendedJobError, UnknownResourceError
from cliphook.domain.ids import EventId, make_id

RACES_MAX: Final = 5


def send_test(
    endpoint: Endpoint,
    *,
    deliveries: Deliveries,
    errands: Errands,
    now: datetime,
    entropy: bytes,
) -> Delivery:
    """Send an endpoint a ping on the way that all events take."""
    event_id = EventId(make_id("evt", now, entropy))
    at = now.isoformat().replace("+00:00", "Z")
    delivery = Delivery(
        id=name_delivery(event_id, endpoint.id, now),
        account_id=endpoint.account_id,
        event_id=event_id,
        event_type=PING,
        occurred_at=at,
        detail=ping_detail(endpoint, event_id, at),
        begun_at=now,
        endpoint_id=endpoint.id,
        next_attempt_at=now,
    )
    deliveries.add(delivery)
    errands.attempt(DeliveryRef(delivery.account_id, delivery.id))
    return delivery


def retry_delivery(
    ref: DeliveryRef, *, deliveries: Deliveries, errands: Errands, now: datetime
) -> Delivery:
    """
    Set a delivery going again, whatever became of it; one that is about to be attempted is let be.

    Raises `UnknownResourceError`.
    """
    for _ in range(RACES_MAX):
        known = deliveries.load(ref)
        if not known:
            raise UnknownResourceError
        if is_under_way(known, now):
            return known
        begun = again(known, now)
        if deliveries.swap(begun, known) is Stored.DONE:
            errands.attempt(ref)
            return begun
    raise ContendedJobError
