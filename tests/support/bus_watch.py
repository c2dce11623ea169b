"""What the bus said of one job, as a subscriber understands it: each event once, in order."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from local.demo import Job
from local.witness import SOURCE, Event, Witness

SCHEMAS: Final = Path(__file__).parents[2] / "events/bus"
HEARD_WITHIN_S: Final = 60.0

# May be passed over, and are not announced once a later one was.
PASSING: Final = ("job.text", "job.first")
ORDER: Final = ("job.queued", "job.accepted", *PASSING, "job.complete", "job.archived")
ENDS: Final = {"archived": ["job.archived"], "failed": ["job.failed"], "complete": []}
CLIP_ENDS: Final = {"archived": "clip.archived", "archive_failed": "clip.archive_failed"}

type Detail = Mapping[str, Any]


def listen(witness: Witness, job: Job) -> list[Event]:
    """Hear all that is to be told of a finished job, or for a minute."""
    wanted = Counter(expected_steps(job)) + expected_clips(job)
    deadline = time.monotonic() + HEARD_WITHIN_S
    while wanted - Counter(told["type"] for told in details(witness.heard[job["id"]])):
        if time.monotonic() > deadline:
            break
        witness.listen()
    return witness.heard[job["id"]]


def details(events: Iterable[Event]) -> list[Detail]:
    """Take each event once, since it may come more often, and in the order of their numbers."""
    once = {event["detail"]["id"]: event["detail"] for event in events}
    return sorted(once.values(), key=lambda detail: int(detail["seq"]))


def complaints(job: Job, events: Iterable[Event]) -> Iterator[str]:
    """Complain unless the bus told of a finished job what the API tells: once, and in order."""
    heard = [*events]
    yield from (one for event in heard for one in _misshapen(event))
    told = details(heard)
    types = [detail["type"] for detail in told]
    if [detail["seq"] for detail in told] != [*range(1, len(told) + 1)]:
        yield f"events are numbered {[detail['seq'] for detail in told]}"
    steps = [one for one in types if one.startswith("job.")]
    if [one for one in steps if one not in PASSING] != expected_steps(job):
        yield f"the steps told are {steps}, expected {expected_steps(job)}"
    passed = [f"job.{stage}" for stage in job["stages"]]
    if not {*steps} & {*PASSING} <= {*passed} or not _climbs(steps):
        yield f"the steps told are {steps}, of a job that passed {passed}"
    clips = Counter(one for one in types if one.startswith("clip."))
    if clips != expected_clips(job):
        yield f"told of clips is {dict(clips)}, expected {dict(expected_clips(job))}"
    if types[-1:] != ENDS[job["status"]] and {*types[-1:]} - {*clips}:
        yield f"the last that was told is {types[-1]}"


def expected_steps(job: Job) -> list[str]:
    """Name what is announced of every job that came as far as this one, whoever made it."""
    accepted = any(attempt["status"] == "accepted" for attempt in job["attempts"])
    begun = ["job.queued", *(["job.accepted"] if accepted else [])]
    made = ["job.complete"] if "complete" in job["stages"] else []
    return [*begun, *made, *ENDS[job["status"]]]


def expected_clips(job: Job) -> Counter[str]:
    """Count what is announced of a finished job's clips."""
    return Counter(CLIP_ENDS[clip["status"]] for clip in job["clips"])


def _climbs(steps: list[str]) -> bool:
    ranks = [ORDER.index(step) for step in steps if step in ORDER]
    return ranks == sorted({*ranks})


def _misshapen(event: Event) -> Iterator[str]:
    detail = event["detail"]
    if (event["source"], event["detail-type"]) != (SOURCE, detail["type"]):
        yield f"{detail['type']} comes from {event['source']} as {event['detail-type']}"
    path = SCHEMAS / f"{detail['type']}.v{detail['version']}.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    for error in Draft202012Validator(schema).iter_errors(detail):
        yield f"{detail['type']}: {error.json_path} {error.message}"
