"""
The schemas of what we announce, one a type: `events/bus/<detail-type>.v<N>.json`.

Their shape is that of the types in `adapters/event_detail.py`. What an event's type says besides
about its job and clips is added here. They leave room for fields to come: a subscriber passes over
what it does not know.
"""

from collections.abc import Mapping
from typing import Any, Final

from cliphook.adapters.event_detail import Detail
from cliphook.domain.event import EVENT_VERSION
from cliphook.domain.status import Status
from tests.support import bus_examples
from tests.support.json_schema import Schema, schema_of

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

# One commit may tell two things: a word that overtakes the answer says that the job was taken and
# how far it is, so does an answer that tells of the end, and what is complete and kept at once has
# come to both.
FURTHER: Final[Mapping[str, tuple[Status, ...]]] = {
    Status.ACCEPTED: (
        Status.TEXT,
        Status.FIRST,
        Status.COMPLETE,
        Status.ARCHIVED,
        Status.FAILED,
    ),
    Status.COMPLETE: (Status.ARCHIVED,),
}
WITH_ERROR: Final = frozenset({"job.failed", "job.expired"})


def schemas() -> Mapping[str, Schema]:
    """Write every schema, by the name of its file."""
    shown = bus_examples.examples()
    return {
        f"{name}.v{EVENT_VERSION}.json": {
            "$schema": DIALECT,
            "title": name,
            **detail_schema(name),
            "examples": [*shown.get(name, ())],
        }
        for name in MEANINGS
    }


def detail_schema(name: str) -> dict[str, Any]:
    """Write the schema of one type's detail."""
    schema = schema_of(Detail)
    parts = schema["properties"]
    kind, _, status = name.partition(".")
    parts["type"] = {"type": "string", "const": name}
    parts["version"] = {"type": "integer", "const": EVENT_VERSION}
    job = parts["job"]
    if kind == "job":
        job["properties"]["status"]["enum"] = [status, *FURTHER.get(status, ())]
    else:
        parts["clips"] |= {"minItems": 1, "maxItems": 1}
    if name in WITH_ERROR:
        job["required"] = [*job["required"], "error"]
    return {**schema, "description": MEANINGS[name]}
