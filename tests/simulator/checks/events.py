"""I2, I14, I15, I16: what was committed is announced, to everybody, in time, and alike."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from tests.simulator.checks.reading import text
from tests.simulator.checks.rules import in_the_end, whenever
from tests.simulator.checks.view import JobSeen, View
from tests.simulator.logs import Announced, Wrote

# The sweep leaves a row a minute for the stream, and comes each minute.
PUBLISHED_S: Final = 120.0
# One run of the sweep may take so long, and be followed by the next.
SLACK_S: Final = 60.0


@in_the_end("I2", needs_sweep=True)
def published_at_least_once(view: View) -> Iterator[str]:
    """Every committed event reaches the bus, within two minutes of the end of faults."""
    first = _first(view)
    ends_at = view.sight.faults_end_s
    for event_id, row in view.outgoing.items():
        at = first.get(event_id)
        if row.job.is_deleted:
            continue
        if at is None:
            yield f"{text(row.item, 'detail_type')} of {row.job.id} was never announced"
        elif at > max(row.stamped_at, ends_at) + PUBLISHED_S + SLACK_S:
            yield f"{text(row.item, 'detail_type')} of {row.job.id} came {at - row.at:.0f} s late"


@whenever("I2", Announced)
def copies_are_alike(announced: Announced, view: View) -> Iterator[str]:
    """All copies of an event carry the same id and byte for byte the same detail."""
    told = json.loads(announced.detail)
    event_id = told.get("id")
    if event_id is None:
        return
    row = view.outgoing.get(event_id)
    if row is None:
        yield f"{announced.detail_type} {event_id} was announced and never committed"
    elif text(row.item, "detail") != announced.detail:
        yield f"{announced.detail_type} {event_id} was announced with two details"


@whenever("I2", Wrote)
def committed_once_for_all(wrote: Wrote, _: View) -> Iterator[str]:
    """An event's row is written once; nothing but its being sent changes."""
    before, after = wrote.before, wrote.after
    if not before or "event_id" not in before or not after:
        return
    for name in ("event_id", "source", "detail_type", "detail"):
        if before.get(name) != after.get(name):
            yield f"{text(before, 'detail_type')} in {wrote.key[1]} was overwritten"
            return


@in_the_end("I2")
def one_event_for_each_step(view: View) -> Iterator[str]:
    """Every status that a job came to has exactly one event, and their numbers have no gap."""
    for job in view.jobs.values():
        if not job.item:
            continue
        events = {row: item for row, item in job.rows.items() if row.startswith("EVENT#")}
        numbers = sorted(json.loads(text(item, "detail"))["seq"] for item in events.values())
        if numbers != [*range(1, int(job.document["seq"]) + 1)]:
            yield f"{job.id} counts {job.document['seq']} events, and has {numbers}"
        told = Counter(text(item, "detail_type") for item in events.values())
        yield from _missing(job, told)


def _missing(job: JobSeen, told: Counter[str]) -> Iterator[str]:
    for _, status in job.climbed:
        if status != "submitting" and told[f"job.{status}"] != 1:
            yield f"{job.id} came to {status}, with {told[f'job.{status}']} events of it"
    clips = [item for row, item in job.rows.items() if row.startswith("CLIP#")]
    kept = sum(1 for item in clips if text(item, "status") == "archived")
    events = told["clip.archived"] + told["clip.recovered"]
    if events != kept:
        yield f"{job.id} has {kept} archived clips, and {events} events of them"


@in_the_end("I14", needs_sweep=True)
def delivered_to_who_subscribes(view: View) -> Iterator[str]:
    """
    Every committed event is delivered at least once, under one id and with one body.

    This is about the bus: webhooks, to which the invariant belongs, are not played here.
    """
    bodies: defaultdict[str, set[str]] = defaultdict(set)
    for detail, announced in view.announced.items():
        told = json.loads(detail)
        if "id" in told and announced:
            bodies[told["id"]].add(detail)
    for event_id, row in view.outgoing.items():
        is_event = text(row.item, "source") == "cliphook"
        if is_event and not row.job.is_deleted and len(bodies[event_id]) != 1:
            yield f"{text(row.item, 'detail_type')} was delivered in {len(bodies[event_id])} forms"


def _first(view: View) -> dict[str, float]:
    """
    Tell when each event was first on the bus.

    An order has no id in its detail, so its row is found by that: the same work is the same order.
    """
    found: dict[str, float] = {}
    for event_id, row in view.outgoing.items():
        copies = [
            one.at
            for one in view.announced.get(text(row.item, "detail"), ())
            if one.at >= row.at and one.detail_type == text(row.item, "detail_type")
        ]
        if copies:
            found[event_id] = min(copies)
    return found
