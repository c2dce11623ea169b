"""How jobs become documents of the table, and documents jobs again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from cliphook.adapters.carried import carry, unknown_of
from cliphook.adapters.event_detail import Detail, ThinClip, ThinJob
from cliphook.domain.clip import Clip
from cliphook.domain.clips import title_of
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.event import EVENT_VERSION, Event, Order
from cliphook.domain.job import Job

# Rises with a change that older versions must not touch, which then wait for the newer one. What
# they may pass over is only a new name.
FORMAT: Final = 1
_FORMAT: Final = "format"
# A job's own name for what it carries, which nobody stores.
_CARRIED: Final = "carried"

_JOB: Final = TypeAdapter(Job)


def write_job(job: Job) -> Mapping[str, Any]:
    """
    Write a job as plain JSON values; what is not known is left out.

    What a newer version wrote of it goes back as it came.
    """
    known = _dump(job)
    return carry(known, job.carried) if job.carried else known


def read_job(document: Mapping[str, Any]) -> Job:
    """
    Read a job; attributes that a newer version wrote are carried through.

    Raises `UnavailableStoreError` for what only that one can read: it will, when it is there.
    """
    if document.get(_FORMAT, FORMAT) > FORMAT:
        raise UnavailableStoreError("a job is of a later format")
    try:
        job = _JOB.validate_python({**document, _CARRIED: {}})
        unknown = unknown_of(document, _dump(job))
        return replace(job, carried=unknown) if unknown else job
    except ValidationError as error:
        names = sorted({str(found["loc"][0]) for found in error.errors() if found["loc"]})
        message = f"a job cannot be read by this version: {', '.join(names)}"
    # Without its cause, which quotes what it could not read: a prompt, or a signed link.
    raise UnavailableStoreError(message)


def _dump(job: Job) -> Mapping[str, Any]:
    document: Mapping[str, Any] = _JOB.dump_python(
        job, mode="json", exclude_none=True, exclude={_CARRIED}
    )
    return {**document, _FORMAT: FORMAT}


def write_event(event: Event) -> Detail:
    """
    Write an event's detail: ids, states, titles, durations and links into the API.

    Prompts, lyrics and providers' links never stand in it, since it leaves for other systems.
    """
    return {
        "id": event.id,
        "type": event.type,
        "version": EVENT_VERSION,
        "seq": event.seq,
        "occurred_at": write_time(event.at),
        "account_id": event.job.account_id,
        "job": _thin_job(event.job),
        "clips": [_thin_clip(event.job, clip) for clip in event.clips],
    }


def write_order(order: Order) -> Mapping[str, object]:
    """
    Write a work order's detail.

    One for a part of a clip has its time inside: who knows no parts takes it for no order, and so
    leaves it to the queue, which brings it again.
    """
    whose = {"account_id": order.job.account_id, "job_id": order.job.id}
    due_at = write_time(order.due_at)
    if order.part:
        named = {"name": order.part.value, "clip_id": order.clip_id, "due_at": due_at}
        return whose | {"part": named}
    return whose | {"due_at": due_at} | ({"clip_id": order.clip_id} if order.clip_id else {})


def write_time(at: datetime) -> str:
    """Write an instant as clients and subscribers see it, in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _thin_job(job: Job) -> ThinJob:
    thin: ThinJob = {
        "id": job.id,
        "status": job.status,
        "stage": job.stage,
        "done": job.is_done,
        "operation": job.request.operation,
        "provider": job.provider,
        "model": job.model,
        "links": {"self": f"/v1/jobs/{job.id}"},
    }
    error = job.verdict.error if job.verdict else None
    if error:
        thin["error"] = {"code": error.code, "provider_code": error.provider_code}
    return thin


def _thin_clip(job: Job, clip: Clip) -> ThinClip:
    return {
        "id": clip.id,
        "status": clip.status,
        "title": title_of(job, clip),
        "duration_s": float(clip.length_s) if clip.length_s else None,
        "late": job.is_late(clip),
        "defects": list(clip.defects),
        "reason": clip.loss[1] if clip.loss and not clip.passport else None,
        "links": {"self": f"/v1/clips/{clip.id}", "audio": f"/v1/clips/{clip.id}/audio"},
    }
