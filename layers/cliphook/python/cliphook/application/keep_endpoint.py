"""What an account does with its endpoints: none becomes active before it has answered a ping."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from cliphook.application.webhook_ports import Endpoints, Poster, SigningSecrets
from cliphook.domain.delivery import Response, Trouble
from cliphook.domain.endpoint import (
    ENDPOINTS_MAX,
    PING,
    Disabled,
    Endpoint,
    EndpointStatus,
    disable,
    enable,
    remove,
    rotate,
)
from cliphook.domain.errors import (
    ContendedJobError,
    FieldError,
    InvalidRequestError,
    UnknownResourceError,
)
from cliphook.domain.ids import AccountId, EndpointId, EventId, derive_id
from cliphook.domain.webhook_signature import sign

RACES_MAX: Final = 5

_TOO_MANY: Final = FieldError("url", f"would be one too many: at most {ENDPOINTS_MAX} endpoints")
_SAID: Final[Mapping[Trouble, str]] = {
    Trouble.UNKNOWN: "nothing is known of its answer",
    Trouble.TIMEOUT: "it did not answer in time",
    Trouble.UNREACHABLE: "it could not be reached",
    Trouble.UNKNOWN_HOST: "its host's address cannot be found",
    Trouble.FORBIDDEN_ADDRESS: "it is no https link to a public host on the usual port",
    Trouble.CLOSED: "it closed the connection",
    Trouble.MALFORMED: "its answer could not be read",
    Trouble.REDIRECT: "it leads elsewhere",
    Trouble.STATUS: "it refused it",
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be changed of an endpoint; what is not said stays."""

    url: str | None = None
    events: tuple[str, ...] | None = None
    description: str | None = None
    status: EndpointStatus | None = None


def add_endpoint(
    endpoint: Endpoint, *, endpoints: Endpoints, poster: Poster, secrets: SigningSecrets
) -> None:
    """
    Ping a new endpoint and store it.

    Raises `InvalidRequestError` if it does not take the ping, or its account has too many.
    """
    if len(endpoints.list_all(endpoint.account_id)) >= ENDPOINTS_MAX:
        raise InvalidRequestError(_TOO_MANY)
    _ping(endpoint, endpoint.created_at, poster, secrets)
    if not endpoints.add(endpoint):
        raise InvalidRequestError(_TOO_MANY)


def change_endpoint(
    account_id: AccountId,
    endpoint_id: EndpointId,
    wishes: Wishes,
    *,
    endpoints: Endpoints,
    poster: Poster,
    secrets: SigningSecrets,
    now: datetime,
) -> Endpoint:
    """Change an endpoint; another address, and one that is to be told again, is pinged first."""
    before = find_endpoint(account_id, endpoint_id, endpoints)
    wished = _wished(before, wishes, now)
    is_elsewhere = wished.url != before.url
    if wished.is_active and (is_elsewhere or not before.is_active):
        _ping(wished, now, poster, secrets)
    return _swapped(before, lambda one: _wished(one, wishes, now), endpoints)


def rotate_secret(
    account_id: AccountId,
    endpoint_id: EndpointId,
    overlap: timedelta,
    *,
    endpoints: Endpoints,
    now: datetime,
) -> Endpoint:
    """Give an endpoint a new secret; the one before goes on signing for the overlap."""
    before = find_endpoint(account_id, endpoint_id, endpoints)
    return _swapped(before, lambda one: rotate(one, overlap, now), endpoints)


def remove_endpoint(
    account_id: AccountId, endpoint_id: EndpointId, *, endpoints: Endpoints, now: datetime
) -> None:
    """Delete an endpoint: nothing is told to it any more."""
    before = find_endpoint(account_id, endpoint_id, endpoints)
    _swapped(before, lambda one: remove(one, now), endpoints)


def find_endpoint(account_id: AccountId, endpoint_id: EndpointId, endpoints: Endpoints) -> Endpoint:
    """Find an endpoint; raises `UnknownResourceError`."""
    found = endpoints.find(account_id, endpoint_id)
    if not found:
        raise UnknownResourceError
    return found


def ping_detail(endpoint: Endpoint, event_id: EventId, occurred_at: str) -> str:
    """Write what a ping tells: whom it is for."""
    told = {
        "id": event_id,
        "type": PING,
        "occurred_at": occurred_at,
        "account_id": endpoint.account_id,
        "endpoint_id": endpoint.id,
    }
    return json.dumps(told)


def _wished(endpoint: Endpoint, wishes: Wishes, now: datetime) -> Endpoint:
    told = replace(
        endpoint,
        url=endpoint.url if wishes.url is None else wishes.url,
        events=endpoint.events if wishes.events is None else wishes.events,
        description=endpoint.description if wishes.description is None else wishes.description,
    )
    if wishes.status is EndpointStatus.DISABLED:
        told = disable(told, Disabled.OWNER, now)
    elif wishes.status is EndpointStatus.ACTIVE and not told.is_active:
        told = enable(told)
    return replace(told, version=endpoint.version + 1)


def _swapped(
    endpoint: Endpoint, change: Callable[[Endpoint], Endpoint], endpoints: Endpoints
) -> Endpoint:
    for _ in range(RACES_MAX):
        after = change(endpoint)
        if endpoints.swap(after, endpoint.version):
            return after
        endpoint = find_endpoint(endpoint.account_id, endpoint.id, endpoints)
    raise ContendedJobError


def _ping(endpoint: Endpoint, now: datetime, poster: Poster, secrets: SigningSecrets) -> None:
    at = now.isoformat().replace("+00:00", "Z")
    event_id = EventId(derive_id("evt", now, endpoint.id, PING))
    told = {"type": PING, "timestamp": at, "data": json.loads(ping_detail(endpoint, event_id, at))}
    body = json.dumps(told).encode()
    versions = endpoint.signing_versions(now)
    keys = [secrets.of_endpoint(endpoint.id, version) for version in versions]
    response = poster.post(endpoint.url, sign(event_id, now, body, keys), body)
    if not response.is_taken:
        message = f"is to answer a signed ping with 2xx within 15 seconds: {_said(response)}"
        raise InvalidRequestError(FieldError("url", message))


def _said(response: Response) -> str:
    if response.error:
        return _SAID[response.error]
    return f"it answered {response.status}"
