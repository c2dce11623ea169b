"""Receive webhooks: verify, put where it cannot get lost, answer, and only then work."""

import json
from collections.abc import Callable, Mapping
from typing import Any

type Event = dict[str, Any]


def receive(
    headers: Mapping[str, str],
    body: bytes,
    *,
    verify: Callable[[Mapping[str, str], bytes], bool],
    enqueue: Callable[[Event], None],
) -> int:
    """Answer a delivery with a status. Anything but 2xx within 15 s makes it come again."""
    if not verify(headers, body):
        return 401
    event = json.loads(body)
    if event["type"] != "endpoint.ping":
        enqueue(event)
    return 204


def work(
    event: Event,
    *,
    once: Callable[[str, Callable[[], None]], None],
    do: Callable[[Event], None],
) -> None:
    """
    Do what an event asks for, once.

    `once` does something and remembers an id in one transaction, and does nothing if it knows the
    id: that is the event's own, the same at every attempt, at every endpoint and on the bus.
    """
    once(event["data"]["id"], lambda: do(event))


def mirror(event: Event, jobs: dict[str, Event]) -> None:
    """Keep a copy of a job: an event that was overtaken does not undo the newer one."""
    detail = event["data"]
    known = jobs.get(detail["job"]["id"])
    if known is None or known["seq"] < detail["seq"]:
        jobs[detail["job"]["id"]] = detail
