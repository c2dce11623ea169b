"""What was announced in a time is sent to an endpoint again, page by page."""

from dataclasses import replace
from datetime import datetime

from cliphook.application.fan_out import delivery_to, is_for
from cliphook.application.webhook_ports import (
    Announced,
    Announcements,
    Deliveries,
    DeliveryRef,
    Endpoints,
    Errands,
    Replay,
    Stored,
)
from cliphook.domain.delivery import again, is_under_way
from cliphook.domain.endpoint import Endpoint


def replay_events(
    replay: Replay,
    *,
    announcements: Announcements,
    endpoints: Endpoints,
    deliveries: Deliveries,
    errands: Errands,
    now: datetime,
) -> int:
    """
    Set one page of events going again, and order the next one; tell how many were.

    Whatever became of a delivery before, it begins anew, but where an attempt is about to be made.
    A replay that crashes begins its page again, and what it had set going is under way by then.
    """
    endpoint = endpoints.find(replay.account_id, replay.endpoint_id)
    if not endpoint or not endpoint.is_active:
        return 0
    page = announcements.list_events(replay.account_id, replay.since, replay.until, replay.cursor)
    wanted = [event for event in page.items if is_for(endpoint, event)]
    begun = [event for event in wanted if _begin(endpoint, event, deliveries, now)]
    errands.attempt_all(
        DeliveryRef(event.account_id, delivery_to(endpoint.id, event).id) for event in begun
    )
    if page.next_cursor:
        errands.replay(replace(replay, cursor=page.next_cursor))
    return len(begun)


def _begin(endpoint: Endpoint, event: Announced, deliveries: Deliveries, now: datetime) -> bool:
    fresh = replace(delivery_to(endpoint.id, event), begun_at=now, next_attempt_at=now)
    if deliveries.add(fresh):
        return True
    known = deliveries.load(DeliveryRef(event.account_id, fresh.id))
    if not known or is_under_way(known, now):
        return False
    return deliveries.swap(again(known, now), known) is Stored.DONE
