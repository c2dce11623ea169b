"""
The schemas of what we announce, one a type: `events/bus/<detail-type>.v<N>.json`.

The twelve differ in little, so they are written in one place, with what really is announced as
their examples. They leave room for fields to come: a subscriber passes over what it does not know.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from cliphook.adapters.documents import write_event
from cliphook.domain.event import EVENT_VERSION, Event
from cliphook.domain.job import FailureCode, JobError
from cliphook.domain.report import (
    Canceled,
    ClipArchived,
    ClipLost,
    Expired,
    Failure,
    Refused,
    Report,
    Said,
    Via,
)
from cliphook.domain.request import Operation
from cliphook.domain.status import ClipStatus, Stage, Status
from tests.support.makers import at, passport
from tests.support.sample_world import SAMPLES, Sample
from tests.support.samples import TUNES

type Schema = Mapping[str, Any]

EXAMPLES_MAX: Final = 2
REFUSED: Final = Refused(
    1,
    JobError(FailureCode.OUT_OF_CREDIT, "The operator has no credit left there.", "429"),
    may_retry=False,
    at=at(2),
)

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

MEANINGS: Final = {
    "job.queued": "A request was stored as a job.",
    "job.accepted": "The provider took the job.",
    "job.text": "The lyrics are written.",
    "job.first": "The first clip can be heard.",
    "job.complete": "Every clip is there at the provider; the archive fetches them now.",
    "job.archived": "Every clip is kept for good.",
    "job.failed": "There will be no music; `job.error` says why.",
    "job.expired": "The provider did not deliver in time.",
    "job.canceled": "Its owner called the job off.",
    "clip.archived": "A clip is kept for good.",
    "clip.archive_failed": "A clip could not be kept; `reason` says why.",
    "clip.recovered": "A clip that came after its job had ended is kept all the same.",
}


def schemas() -> Mapping[str, Schema]:
    """Write every schema, by the name of its file."""
    shown = examples()
    return {
        f"{name}.v{EVENT_VERSION}.json": _schema(name, meaning, shown.get(name, ()))
        for name, meaning in MEANINGS.items()
    }


def _schema(name: str, meaning: str, shown: Sequence[Schema]) -> Schema:
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "title": name,
        "description": meaning,
        **_object(
            {
                "id": _id("evt", "Stays the same when the event comes again."),
                "type": {"const": name},
                "version": {"const": EVENT_VERSION},
                "seq": {
                    "type": "integer",
                    "minimum": 1,
                    "description": "Counts the job's events from 1, without gaps.",
                },
                "occurred_at": {"type": "string", "format": "date-time"},
                "account_id": _id("acct"),
                "job": _job(name),
                "clips": _clips(name),
            }
        ),
    }
    return schema | {"examples": [*shown]}


def _job(name: str) -> Schema:
    kind, _, status = name.partition(".")
    statuses = _statuses(status) if kind == "job" else [*Status]
    properties = {
        "id": _id("job"),
        "status": {"enum": statuses},
        "stage": {"enum": [*Stage, None], "description": "The furthest stage so far."},
        "done": {"type": "boolean", "description": "Nothing more will change."},
        "operation": {"enum": [*Operation]},
        "provider": {"type": "string"},
        "model": {"type": "string", "description": "The provider's own name of the model."},
        "links": _links("self"),
    }
    error = _object(
        {
            "code": {"type": "string", "examples": [*FailureCode]},
            "provider_code": {"type": ["string", "null"], "description": "The provider's own."},
        }
    )
    job = _object(properties)
    needs_error = name in {"job.failed", "job.expired"}
    required = [*job["required"], *(["error"] if needs_error else [])]
    return {**job, "required": required, "properties": {**properties, "error": error}}


def _statuses(status: str) -> list[str]:
    """Name how far a job may be when an event of it is written."""
    # One commit may tell two things: a word that overtakes the answer says that the job was taken
    # and how far it is, so does an answer that tells of the end, and what is complete and kept at
    # once has come to both.
    further = {
        Status.ACCEPTED: (
            Status.TEXT,
            Status.FIRST,
            Status.COMPLETE,
            Status.ARCHIVED,
            Status.FAILED,
        ),
        Status.COMPLETE: (Status.ARCHIVED,),
    }
    return [status, *further.get(Status(status), ())]


def _clips(name: str) -> Schema:
    clip = _object(
        {
            "id": _id("clip"),
            "status": {"enum": [*ClipStatus]},
            "title": {"type": ["string", "null"]},
            "duration_s": {"type": ["number", "null"], "minimum": 0},
            "late": {"type": "boolean", "description": "It came after its job had ended."},
            "defects": {
                "type": "array",
                "items": {"type": "string"},
                "description": "What is wrong with its file; empty for a good one.",
            },
            "reason": {"type": ["string", "null"], "description": "Why it could not be kept."},
            "links": _links("self", "audio"),
        }
    )
    clips = {"type": "array", "items": clip}
    return clips if name.startswith("job.") else {**clips, "minItems": 1, "maxItems": 1}


def _object(properties: Mapping[str, Schema]) -> dict[str, Any]:
    return {"type": "object", "required": [*properties], "properties": properties}


def _id(prefix: str, description: str = "") -> Schema:
    pattern = {"type": "string", "pattern": f"^{prefix}_[0-9A-HJKMNP-TV-Z]{{26}}$"}
    return pattern | ({"description": description} if description else {})


def _links(*names: str) -> Schema:
    path = {"type": "string", "pattern": "^/v1/", "description": "Below the API's own address."}
    return _object(dict.fromkeys(names, path))


def examples() -> Mapping[str, Sequence[Schema]]:
    """Write what is announced in the lives of a few jobs, by type."""
    found: dict[str, list[Schema]] = {name: [] for name in MEANINGS}
    for event in events():
        if len(found[event.type]) < EXAMPLES_MAX:
            found[event.type].append(write_event(event))
    return found


def events() -> Iterator[Event]:
    """Tell what the lives of a few jobs announce, between them every type that there is."""
    for told in SAMPLES.values():
        for life in _lives(told):
            for change in told.story(*told.opening, *life):
                yield from change.events
        for change in told.story(told.opening[0], REFUSED):
            yield from change.events


def _lives(told: Sample) -> Iterator[tuple[Report, ...]]:
    """Tell how it may go on: all kept, one lost, failed, called off, and found after the end."""
    tune = TUNES[told.provider]
    one, two = tune.clips
    kept = ClipArchived(one.provider_clip_id, passport("one", 50), at(50))
    both = ClipArchived(two.provider_clip_id, passport("two", 52), at(52))
    lost = ClipLost(two.provider_clip_id, "http_404", at(700))
    text = Said(1, tune.at(Stage.TEXT, *tune.silent), Via.CALLBACK, at(15))
    first = Said(1, tune.at(Stage.FIRST, one), Via.CALLBACK, at(30))
    error = JobError(FailureCode.GENERATION_FAILED, "The provider could not make it.", "500")
    yield text, first, told.whole, kept, both
    yield told.whole, kept, lost
    yield (Said(1, Failure(None, error), Via.POLL, at(35)),)
    yield (Canceled(at(20)),)
    late = replace(told.whole, at=at(7300))
    yield Expired(at(7201)), late, replace(kept, passport=passport("one", 7310), at=at(7310))
