"""Events that invoke the functions of webhooks: by an account, by the bus, by an errand."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cliphook.adapters.documents import write_event
from tests.support.lambda_shapes import Event, http_event, queue_event, schedule_event
from tests.support.makers import ACCOUNT, at
from tests.support.sample_world import KEY, SAMPLES

ENDPOINT_ID: Final = "ep_01KAJ5T1W0000000000000000E"
DELIVERY_ID: Final = "dlv_01KAJ5T1W0000000000000000D"
ASKED: Final = {
    "url": "https://hooks.example.test/cliphook",
    "events": ["job.*", "clip.archived"],
    "description": "the player's back end",
}
INVALID: Final = {"url": "", "events": ["job.finished"], "description": "x" * 257, "secret": "s"}


def asked(
    method: str,
    path: str,
    body: Mapping[str, object] | str | None = None,
    *,
    key: str = KEY,
    query: Mapping[str, str] | None = None,
) -> Event:
    """Ask for something by its path; by nobody if there is no key."""
    parts = path.split("/")
    is_named = len(parts) > 3 and "_" in parts[3]
    route = "/".join([*parts[:3], "{id}", *parts[4:]] if is_named else parts)
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    return http_event(
        f"{method} {route}",
        path,
        at=at(60),
        body=text,
        headers={"authorization": f"Bearer {key}"} if key else None,
        query=query,
        parameters={"id": parts[3]} if is_named else None,
    )


def announced_event(number: int = 0) -> Event:
    """Bring the so many-th event of the sample job, as the rule on the bus does."""
    events = [event for change in SAMPLES["sunoapi"].complete for event in change.events]
    return queue_event("deliver", write_event(events[number]), at=at(100))


def errand(delivery_id: str = DELIVERY_ID) -> Event:
    """Be sent to make an attempt."""
    told: Mapping[str, Any] = {"account_id": ACCOUNT, "delivery_id": delivery_id}
    return queue_event("deliver", {"attempt": told}, at=at(100))


def endpoints_cases() -> Iterator[tuple[str, Event]]:
    """Make the cases of `endpoints`."""
    one = f"/v1/endpoints/{ENDPOINT_ID}"
    yield "new", asked("POST", "/v1/endpoints", ASKED)
    yield "invalid", asked("POST", "/v1/endpoints", INVALID)
    yield "all", asked("GET", "/v1/endpoints")
    yield "one", asked("GET", one)
    yield "change", asked("PATCH", one, {"events": ["*"], "status": "disabled"})
    yield "delete", asked("DELETE", one)
    yield "rotate", asked("POST", f"{one}/rotate-secret", {"overlap_hours": 48})
    yield "test", asked("POST", f"{one}/test")
    yield "replay", asked("POST", f"{one}/replay", {"since": "2026-11-21T08:00:00Z"})
    yield "deliveries", asked("GET", f"{one}/deliveries", query={"limit": "2"})
    yield "deliveries_of_a_job", asked("GET", f"/v1/jobs/{SAMPLES['sunoapi'].job_id}/deliveries")
    yield "retry", asked("POST", f"/v1/deliveries/{DELIVERY_ID}/retry")
    yield "signing_secret", asked("GET", "/v1/signing-secret")
    yield "without_key", asked("GET", "/v1/endpoints", key="")


def deliver_cases() -> Iterator[tuple[str, Event]]:
    """Make the cases of `deliver`."""
    yield "event", announced_event()
    yield "attempt", errand()
    replay = {
        "account_id": ACCOUNT,
        "endpoint_id": ENDPOINT_ID,
        "since": "2026-11-21T08:00:00Z",
        "until": "2026-11-21T10:00:00Z",
        "cursor": None,
    }
    yield "replay", queue_event("deliver", {"replay": replay}, at=at(100))
    yield "minute", schedule_event(at(600))
