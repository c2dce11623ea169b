"""What was announced in a time is sent to an endpoint again, page by page."""

from dataclasses import dataclass, replace
from datetime import datetime

from cliphook.application.fan_out import to_endpoint
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


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a page: how many deliveries began, and which events nobody can read."""

    begun: int = 0
    left_out: tuple[str, ...] = ()


def replay_events(
    replay: Replay,
    *,
    announcements: Announcements,
    endpoints: Endpoints,
    deliveries: Deliveries,
    errands: Errands,
    now: datetime,
) -> Replayed:
    """
    Set one page of events going again, and order the next one.

    Whatever became of a delivery before, it begins anew, but where an attempt is about to be made.
    A replay that crashes begins its page again, and what it had set going is under way by then.
    """
    endpoint = endpoints.find(replay.account_id, replay.endpoint_id)
    if not endpoint or not endpoint.is_active:
        return Replayed()
    page = announcements.list_events(replay.account_id, replay.since, replay.until, replay.cursor)
    wanted = [event for event in page.items if endpoint.wants(event.type)]
    begun = [event for event in wanted if _begin(endpoint, event, deliveries, now)]
    errands.attempt_all(
        DeliveryRef(event.account_id, to_endpoint(endpoint.id, event).id) for event in begun
    )
    if page.next_cursor:
        errands.replay(replace(replay, cursor=page.next_cursor))
    return Replayed(len(begun), page.left_out)


def _begin(endpoint: Endpoint, event: Announced, deliveries: Deliveries, now: datetime) -> bool:
    fresh = replace(to_endpoint(endpoint.id, event), begun_at=now, next_attempt_at=now)
    if deliveries.add(fresh):
        return True
    known = deliveries.load(DeliveryRef(event.account_id, fresh.id))
    if not known or is_under_way(known, now):
        return False
    return deliveries.swap(again(known, now), known) is Stored.DONE
