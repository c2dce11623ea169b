"""What a dead letter is about, and why it may be dead: as far as its job tells today."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cliphook.application.operations_ports import Letter
from cliphook.application.ports import JobRef, Jobs
from cliphook.domain.clip import Clip
from cliphook.domain.companion import Part
from cliphook.domain.companions import companion_of, is_wanted
from cliphook.domain.due import Work, next_call
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import AccountId, ClipId, JobId
from cliphook.domain.job import Job


class Cause(StrEnum):
    """Why a letter may be dead. What became of a clip stands in the clip instead."""

    NOT_AN_ORDER = "not_an_order"
    UNKNOWN_JOB = "unknown_job"
    UNREADABLE_JOB = "unreadable_job"
    UNKNOWN_CLIP = "unknown_clip"
    # Nothing is left to do, and redriving it does nothing.
    DONE_SINCE = "done_since"
    STILL_DUE = "still_due"


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """The work order that a letter is."""

    ref: JobRef
    due_at: datetime
    clip_id: ClipId | None
    part: Part | None = None


def read_order(letter: Letter) -> LetterOrder | None:
    """Read the order of a letter, also where the bus has left the event around it."""
    try:
        told: Any = json.loads(letter.body)
        told = told.get("detail", told)
        part = told.get("part")
        inner = part or told
        clip_id = inner.get("clip_id")
        return LetterOrder(
            JobRef(AccountId(str(told["account_id"])), JobId(str(told["job_id"]))),
            datetime.fromisoformat(inner["due_at"]),
            ClipId(str(clip_id)) if clip_id else None,
            Part(part["name"]) if part else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def diagnose_letter(order: LetterOrder | None, *, jobs: Jobs) -> str:
    """Say why an order may have died, in a word."""
    if not order:
        return Cause.NOT_AN_ORDER
    try:
        job = jobs.load(order.ref)
    except UnavailableStoreError:
        return Cause.UNREADABLE_JOB
    if not job:
        return Cause.UNKNOWN_JOB
    if not order.clip_id:
        return _of_call(job, order.due_at)
    clip = find_clip(job, order.clip_id)
    if not clip:
        return Cause.UNKNOWN_CLIP
    return _of_part(job, clip, order.part) if order.part else _of_clip(clip)


def find_clip(job: Job, clip_id: ClipId) -> Clip | None:
    """Find a clip by our id of it."""
    return next((clip for clip in job.clips.values() if clip.id == clip_id), None)


def _of_clip(clip: Clip) -> str:
    if clip.passport:
        return Cause.DONE_SINCE
    return clip.loss[1] if clip.loss else Cause.STILL_DUE


def _of_part(job: Job, clip: Clip, part: Part) -> str:
    companion = companion_of(clip, part)
    if companion.file or not is_wanted(job, clip, part):
        return Cause.DONE_SINCE
    return companion.loss[1] if companion.loss else Cause.STILL_DUE


def _of_call(job: Job, due_at: datetime) -> str:
    call = next_call(job)
    is_wanted = call and call.work is not Work.ARCHIVE and call.at == due_at
    return Cause.STILL_DUE if is_wanted else Cause.DONE_SINCE
