"""An event becomes deliveries: one for each receiver that is to hear of it."""

from cliphook.application.ports import JobRef
from cliphook.application.webhook_ports import (
    Announced,
    Callbacks,
    Deliveries,
    DeliveryRef,
    Endpoints,
    Errands,
)
from cliphook.domain.delivery import Delivery, name_delivery
from cliphook.domain.endpoint import Endpoint
from cliphook.domain.ids import EndpointId

_OF_A_JOB = "job."
# How a job's own callback URL is called among the receivers of an event.
_CALLBACK = "callback_url"


def fan_out(
    event: Announced,
    *,
    endpoints: Endpoints,
    callbacks: Callbacks,
    deliveries: Deliveries,
    errands: Errands,
) -> int:
    """
    Make the deliveries of an event, and tell how many are new.

    However often the bus brings it, a receiver's delivery is one row. A crash leaves rows without
    an errand, and those are found again by the time that their attempt was due.
    """
    receivers = endpoints.list_all(event.account_id)
    made = [delivery_to(one.id, event) for one in receivers if one.is_active and is_for(one, event)]
    if event.type.startswith(_OF_A_JOB):
        url = callbacks.url_of(JobRef(event.account_id, event.job_id))
        made += [_to_callback(url, event)] if url else []
    new = [delivery for delivery in made if deliveries.add(delivery)]
    errands.attempt_all(DeliveryRef(event.account_id, delivery.id) for delivery in new)
    return len(new)


def is_for(endpoint: Endpoint, event: Announced) -> bool:
    """Tell whether an endpoint hears of an event."""
    return endpoint.wants(event.type)


def delivery_to(endpoint_id: EndpointId, event: Announced) -> Delivery:
    """Make the delivery of an event to an endpoint."""
    return Delivery(
        id=name_delivery(event.event_id, endpoint_id, event.at),
        account_id=event.account_id,
        event_id=event.event_id,
        event_type=event.type,
        occurred_at=event.occurred_at,
        detail=event.detail,
        begun_at=event.at,
        endpoint_id=endpoint_id,
        next_attempt_at=event.at,
    )


def _to_callback(url: str, event: Announced) -> Delivery:
    return Delivery(
        id=name_delivery(event.event_id, _CALLBACK, event.at),
        account_id=event.account_id,
        event_id=event.event_id,
        event_type=event.type,
        occurred_at=event.occurred_at,
        detail=event.detail,
        begun_at=event.at,
        job_id=event.job_id,
        url=url,
        next_attempt_at=event.at,
    )
