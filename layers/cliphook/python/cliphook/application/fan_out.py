"""An event becomes deliveries: one for each receiver that is to hear of it."""

from dataclasses import replace

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
    wanting = [one for one in receivers if one.is_active and one.wants(event.type)]
    made = [to_endpoint(one.id, event) for one in wanting]
    if event.type.startswith(_OF_A_JOB):
        url = callbacks.url_of(JobRef(event.account_id, event.job_id))
        made += [_to_callback(url, event)] if url else []
    new = [delivery for delivery in made if deliveries.add(delivery)]
    errands.attempt_all(DeliveryRef(event.account_id, delivery.id) for delivery in new)
    return len(new)


def to_endpoint(endpoint_id: EndpointId, event: Announced) -> Delivery:
    """Make the delivery of an event to an endpoint."""
    return replace(_delivery(endpoint_id, event), endpoint_id=endpoint_id)


def _to_callback(url: str, event: Announced) -> Delivery:
    return replace(_delivery(_CALLBACK, event), job_id=event.job_id, url=url)


def _delivery(receiver: str, event: Announced) -> Delivery:
    return Delivery(
        id=name_delivery(event.event_id, receiver, event.at),
        account_id=event.account_id,
        event_id=event.event_id,
        event_type=event.type,
        occurred_at=event.occurred_at,
        detail=event.detail,
        begun_at=event.at,
        next_attempt_at=event.at,
    )
