"""
Events ready to invoke the functions with: `events/lambda/<function>/<case>.json`.

Generated, since API Gateway wraps a body as an escaped string that nobody should edit, from the
bodies in `events/wire` and what stands below. `make events` also writes the schemas of the bus.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from cliphook.adapters import items
from cliphook.adapters.documents import write_order
from cliphook.application.ports import JobRef
from cliphook.domain.change import Change
from cliphook.domain.event import Order
from cliphook.domain.report import Nudged
from tests.support import bus_schemas, deletion_events, file_events, operator_events, webhook_events
from tests.support import lambda_shapes as shapes
from tests.support.lambda_shapes import Event, http_event, queue_event, schedule_event
from tests.support.makers import at
from tests.support.sample_world import KEY, LYRICS, PROMPT, SAMPLES, Sample, clips_of
from tests.support.samples import names, sample

ROOT: Final = Path(__file__).parents[2] / "events"

POST_JOB: Final = "POST /v1/jobs"
CANCEL_JOB: Final = "POST /v1/jobs/{id}/cancel"
POST_CALLBACK: Final = "POST /callbacks/{provider}/{ticket}"
WITH_KEY: Final = {"authorization": f"Bearer {KEY}"}
CALLBACKS: Final = ("text", "first", "complete", "error")

SIMPLE: Final = {"prompt": PROMPT, "model": "sunoapi/V5"}
CUSTOM: Final = {
    "model": "apikley/V4_5",
    "lyrics": LYRICS,
    "style": "indie folk, warm",
    "title": "Käfer ♪",
    "style_weight": 0.65,
    "vocal_gender": "f",
    "metadata": {"episode": "12"},
}
INVALID: Final = {
    "title": "x" * 101,
    "style_weight": 1.5,
    "vocal_gender": "x",
    "tempo": 90,
    "model": "sunoapi/V5",
}


@cache
def cases() -> Mapping[str, Mapping[str, Event]]:
    """Make every case of every function."""
    return {
        "submit": dict(_submit()),
        "cancel": dict(_cancel()),
        "delete": dict(deletion_events.delete_cases()),
        "callback": dict(_callback()),
        "query": dict(_query()),
        "clips": dict(_clips()),
        "tagged": dict(_tagged()),
        "billing": dict(_billing()),
        "files": dict(file_events.files_cases()),
        "source": dict(file_events.source_cases()),
        "endpoints": dict(webhook_events.endpoints_cases()),
        "deliver": dict(webhook_events.deliver_cases()),
        "publish": dict(_publish()),
        "dispatch": dict(_dispatch()),
        "poll": dict(_poll()),
        "archive": dict(_archive()),
        **{name: {"minute": schedule_event(at(600))} for name in ("sweep", "erase")},
        "audit": {"day": schedule_event(at(600))},
        "operator": dict(operator_events.operator_cases()),
    }


def _submit() -> Iterator[tuple[str, Event]]:
    def post(body: str, **headers: str) -> Event:
        return http_event(POST_JOB, "/v1/jobs", at=at(0), body=body, headers=headers)

    simple = json.dumps(SIMPLE)
    yield "simple", post(simple, **WITH_KEY)
    yield "custom", post(json.dumps(CUSTOM, ensure_ascii=False), **WITH_KEY)
    yield "idempotent", post(simple, **WITH_KEY, **{"idempotency-key": "order-7"})
    yield "invalid", post(json.dumps(INVALID), **WITH_KEY)
    yield "no_json", post("prompt=rain", **WITH_KEY)
    yield "without_key", post(simple)
    encoded = base64.b64encode(simple.encode()).decode()
    yield "base64", post(encoded, **WITH_KEY) | {"isBase64Encoded": True}


def cancel_event(job_id: str, key: str = KEY) -> Event:
    """Wrap the wish of an account, or of nobody if there is no key, to have no more of a job."""
    headers = {"authorization": f"Bearer {key}"} if key else None
    path = f"/v1/jobs/{job_id}/cancel"
    return http_event(CANCEL_JOB, path, at=at(60), headers=headers, parameters={"id": job_id})


def _cancel() -> Iterator[tuple[str, Event]]:
    job_id = SAMPLES["sunoapi"].job_id
    yield "job", cancel_event(job_id)
    yield "without_key", cancel_event(job_id, key="")


def _callback() -> Iterator[tuple[str, Event]]:
    for provider, told in SAMPLES.items():
        for name in names(provider):
            if name.startswith(CALLBACKS):
                body = sample(provider, name).decode()
                yield f"{provider}_{name}", callback_event(told, body)
    yield "no_json", callback_event(SAMPLES["sunoapi"], "<html>busy</html>")
    yield "forged_ticket", callback_event(SAMPLES["sunoapi"], "{}", ticket="AAEx.AAAA")


def callback_event(told: Sample, body: str, *, ticket: str = "", provider: str = "") -> Event:
    """Wrap a provider's body; another ticket or provider than the job's makes it a forgery."""
    parts = {"provider": provider or told.provider, "ticket": ticket or told.ticket}
    path = f"/callbacks/{parts['provider']}/{parts['ticket']}"
    return http_event(POST_CALLBACK, path, at=at(60), body=body, parameters=parts)


def query_event(
    route: str, path: str, query: Mapping[str, str] | None = None, key: str = KEY
) -> Event:
    """Wrap a question of an account, or of nobody if there is no key."""
    headers = {"authorization": f"Bearer {key}"} if key else None
    _, _, pattern = route.partition(" ")
    named = "{id}" in pattern
    parameters = {"id": path.split("/")[3]} if named else None
    return http_event(route, path, at=at(90), headers=headers, query=query, parameters=parameters)


def _query() -> Iterator[tuple[str, Event]]:
    job = SAMPLES["sunoapi"].complete[-1].job
    yield "health", query_event("GET /v1/health", "/v1/health", key="")
    yield "jobs", query_event("GET /v1/jobs", "/v1/jobs")
    page = {"limit": "1", "cursor": SAMPLES["apikley"].job_id}
    yield "jobs_next_page", query_event("GET /v1/jobs", "/v1/jobs", page)
    yield "job", query_event("GET /v1/jobs/{id}", f"/v1/jobs/{job.id}")
    yield "unknown_route", query_event("$default", "/v2/everything")
    yield "without_key", query_event("GET /v1/jobs", "/v1/jobs", key="")


def _clips() -> Iterator[tuple[str, Event]]:
    clip_id = clips_of(SAMPLES["sunoapi"].complete[-1].job)[0]
    yield "clips", query_event("GET /v1/clips", "/v1/clips")
    archived = {"status": "archived", "provider": "sunoapi", "limit": "2"}
    yield "archived", query_event("GET /v1/clips", "/v1/clips", archived)
    yield "clip", query_event("GET /v1/clips/{id}", f"/v1/clips/{clip_id}")
    yield "audio", query_event("GET /v1/clips/{id}/audio", f"/v1/clips/{clip_id}/audio")
    yield "peaks", query_event("GET /v1/clips/{id}/peaks", f"/v1/clips/{clip_id}/peaks")
    kept = {"disposition": "attachment"}
    yield "download", query_event("GET /v1/clips/{id}/audio", f"/v1/clips/{clip_id}/audio", kept)
    yield "without_key", query_event("GET /v1/clips", "/v1/clips", key="")


def _tagged() -> Iterator[tuple[str, Event]]:
    clip_id = clips_of(SAMPLES["sunoapi"].complete[-1].job)[0]
    route, path = "GET /v1/clips/{id}/tagged", f"/v1/clips/{clip_id}/tagged"
    yield "copy", query_event(route, path)
    yield "download", query_event(route, path, {"disposition": "attachment"})
    yield "without_key", query_event(route, path, key="")


def _billing() -> Iterator[tuple[str, Event]]:
    yield "balance", query_event("GET /v1/balance", "/v1/balance")
    yield "ledger", query_event("GET /v1/ledger", "/v1/ledger")
    yield "ledger_in_pages", query_event("GET /v1/ledger", "/v1/ledger", {"limit": "1"})
    yield "without_key", query_event("GET /v1/balance", "/v1/balance", key="")


def _publish() -> Iterator[tuple[str, Event]]:
    rows = [row for change in SAMPLES["sunoapi"].complete for row in rows_of(change)]
    yield "queued", shapes.stream_event(rows[0], at=at(0))
    yield "everything", shapes.stream_event(*rows, at=at(40))
    spoilt = [{**row, "detail": "no JSON"} if row is rows[1] else row for row in rows]
    yield "one_is_refused", shapes.stream_event(*spoilt, at=at(40))


def rows_of(change: Change) -> list[items.Item]:
    """Write the rows of a commit that go out by the stream."""
    ref = JobRef(change.job.account_id, change.job.id)
    events = [items.event_item(ref, event) for event in change.events]
    return events + [items.order_item(ref, order, change.at) for order in change.orders]


def _dispatch() -> Iterator[tuple[str, Event]]:
    for provider, told in SAMPLES.items():
        yield f"{provider}_order", queued("dispatch", *told.story(Nudged(at(99)))[-1].orders)


def _poll() -> Iterator[tuple[str, Event]]:
    for provider, told in SAMPLES.items():
        (order,) = told.accepted[-1].orders
        yield f"{provider}_order", queued("poll", order)


def _archive() -> Iterator[tuple[str, Event]]:
    orders = SAMPLES["sunoapi"].complete[-1].orders
    yield "orders", queued("archive", *orders)
    yield "last_try", queued("archive", orders[0], tries=8)


def queued(queue: str, *orders: Order, tries: int = 1) -> Event:
    """Wrap work orders as their queue does."""
    return queue_event(queue, *map(write_order, orders), at=at(100), tries=tries)


def load(function: str, case: str) -> Event:
    """Read a case as it lies in the repository."""
    event: Event = json.loads((ROOT / "lambda" / function / f"{case}.json").read_bytes())
    return event


def files() -> Mapping[Path, str]:
    """Say which generated file has which text."""
    found: dict[Path, object] = {
        ROOT / "lambda" / function / f"{case}.json": event
        for function, events in cases().items()
        for case, event in events.items()
    }
    found |= {ROOT / "bus" / name: schema for name, schema in bus_schemas.schemas().items()}
    return {path: _text(value) for path, value in found.items()}


def _text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def write() -> None:
    """Write every file, and remove those that no case stands for any more."""
    wanted = files()
    for folder in ("lambda", "bus"):
        for path in (ROOT / folder).rglob("*.json"):
            if path not in wanted:
                path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
