"""One attempt to tell one receiver of one event: claimed before, and recorded after."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from cliphook.application.judge_endpoint import Notice, judge_endpoint
from cliphook.application.pass_lane import enter_lane, leave_lane
from cliphook.application.webhook_ports import (
    Deliveries,
    DeliveryRef,
    Endpoints,
    Errands,
    Lanes,
    Poster,
    SigningSecrets,
    Stored,
)
from cliphook.domain.delivery import (
    ATTEMPTS_MAX,
    BODY_MAX_BYTES,
    Delivery,
    DeliveryStatus,
    Failed,
    Response,
    claim,
    give_up,
    put_off,
    record,
)
from cliphook.domain.endpoint import Endpoint
from cliphook.domain.lane import Busy, Lane
from cliphook.domain.webhook_signature import sign

# A queue holds a message so long; what waits longer is found when its time has come.
ERRAND_AHEAD_S: Final = 900
# Of two clocks one may be behind: an errand so much too early waits, one still earlier is a double.
EARLY_MAX_S: Final = 60

# Over so long at least those are spread that wait for the same moment.
SPREAD: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class World:
    """All that an attempt has to do with."""

    deliveries: Deliveries
    endpoints: Endpoints
    lanes: Lanes
    errands: Errands
    poster: Poster
    secrets: SigningSecrets
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Attempted:
    """What became of an errand: the delivery as it is now, if it was attempted, and a notice."""

    delivery: Delivery
    response: Response | None = None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class _Receiver:
    """Whom to tell: where, under which name, and what it knows our signature by."""

    url: str
    lane: str
    secrets: tuple[bytes, ...]
    endpoint: Endpoint | None = None


def attempt_delivery(ref: DeliveryRef, *, world: World) -> Attempted | None:
    """
    Make the attempt that is due, if one is.

    It is claimed before a byte leaves, so that the log knows of an attempt whose process died, and
    two errands for one delivery make one attempt. Whatever comes is written down with the time of
    the next one.
    """
    now = world.clock()
    delivery = world.deliveries.load(ref)
    if not delivery or not _is_due(delivery, now, world):
        return None
    receiver = _find(delivery, now, world)
    if isinstance(receiver, Failed):
        return _give_up(delivery, receiver, world)
    if delivery.tries >= ATTEMPTS_MAX:
        return _give_up(delivery, Failed.EXHAUSTED, world)
    lane = enter_lane(ref.account_id, receiver.lane, delivery.id, now, lanes=world.lanes)
    if isinstance(lane, Busy):
        return _put_off(delivery, lane.until + _later(delivery, lane, now), world)
    claimed = claim(delivery, now)
    if world.deliveries.swap(claimed, delivery) is not Stored.DONE:
        # Somebody else is at it, on the same flight.
        return None
    response = _post(claimed, receiver, now, world)
    after = _record(claimed, response, world)
    notice = _leave(receiver, lane, after, response, world)
    return Attempted(after, response, notice)


def _is_due(delivery: Delivery, now: datetime, world: World) -> bool:
    due_at = delivery.next_attempt_at
    if delivery.status is not DeliveryStatus.PENDING or not due_at:
        return False
    early_s = (due_at - now).total_seconds()
    is_near = 0 < early_s <= EARLY_MAX_S
    if is_near:
        world.errands.attempt(_ref(delivery), early_s)
    return early_s <= 0


def _find(delivery: Delivery, now: datetime, world: World) -> _Receiver | Failed:
    if len(_body(delivery)) > BODY_MAX_BYTES:
        return Failed.TOO_LARGE
    if not delivery.endpoint_id:
        url = delivery.url or ""
        host = hashlib.sha256(urlsplit(url).netloc.lower().encode()).hexdigest()[:16]
        secret = world.secrets.of_account(delivery.account_id)
        return _Receiver(url, f"host:{host}", (secret,))
    endpoint = world.endpoints.find(delivery.account_id, delivery.endpoint_id)
    if not endpoint:
        return Failed.ENDPOINT_DELETED
    if not endpoint.is_active:
        return Failed.ENDPOINT_DISABLED
    versions = endpoint.signing_versions(now)
    secrets = tuple(world.secrets.of_endpoint(endpoint.id, version) for version in versions)
    return _Receiver(endpoint.url, endpoint.id, secrets, endpoint)


def _post(claimed: Delivery, receiver: _Receiver, now: datetime, world: World) -> Response:
    body = _body(claimed)
    headers = sign(claimed.event_id, now, body, receiver.secrets)
    return world.poster.post(receiver.url, headers, body)


def _body(delivery: Delivery) -> bytes:
    """Write what is posted; the detail stands in it as it is."""
    event_type, at = json.dumps(delivery.event_type), json.dumps(delivery.occurred_at)
    return f'{{"type":{event_type},"timestamp":{at},"data":{delivery.detail}}}'.encode()


def _record(claimed: Delivery, response: Response, world: World) -> Delivery:
    after = record(claimed, response, world.clock())
    stored = world.deliveries.swap(after, claimed)
    if stored is Stored.FULL:
        after = give_up(after, Failed.BACKLOG_FULL)
        stored = world.deliveries.swap(after, claimed)
    if stored is Stored.DONE:
        _send(after, world)
    return after


def _leave(
    receiver: _Receiver, lane: Lane, after: Delivery, response: Response, world: World
) -> Notice | None:
    now, account_id = world.clock(), after.account_id
    left = leave_lane(account_id, lane, after.id, response, now, lanes=world.lanes)
    if not receiver.endpoint:
        return None
    return judge_endpoint(receiver.endpoint, left, response, now, endpoints=world.endpoints)


def _put_off(delivery: Delivery, until: datetime, world: World) -> Attempted | None:
    waiting = put_off(delivery, until)
    stored = world.deliveries.swap(waiting, delivery)
    if stored is Stored.FULL:
        return _give_up(delivery, Failed.BACKLOG_FULL, world)
    if stored is Stored.DONE:
        _send(waiting, world)
    return None


def _later(delivery: Delivery, busy: Busy, now: datetime) -> timedelta:
    """
    Spread those who wait, over as long as each has waited.

    So each comes again ever more seldom: a thousand who wait for one receiver would otherwise be
    looked at a thousand times a second, by those who are to tell the others.
    """
    share = hashlib.sha256(f"{delivery.id} {delivery.version}".encode()).digest()[0] / 255
    return share * min(busy.later_max, max(SPREAD, now - delivery.begun_at))


def _give_up(delivery: Delivery, reason: Failed, world: World) -> Attempted | None:
    ended = give_up(delivery, reason)
    stored = world.deliveries.swap(ended, delivery)
    return Attempted(ended) if stored is Stored.DONE else None


def _send(delivery: Delivery, world: World) -> None:
    """Send somebody for the next attempt, if it is near."""
    if delivery.next_attempt_at:
        wait_s = (delivery.next_attempt_at - world.clock()).total_seconds()
        if wait_s <= ERRAND_AHEAD_S:
            world.errands.attempt(_ref(delivery), max(0.0, wait_s))


def _ref(delivery: Delivery) -> DeliveryRef:
    return DeliveryRef(delivery.account_id, delivery.id)
