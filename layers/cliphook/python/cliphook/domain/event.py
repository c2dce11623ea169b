"""What is announced: events for everybody, and work orders for ourselves."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from cliphook.domain.clip import Clip
from cliphook.domain.companion import Part
from cliphook.domain.companions import is_made, wanted_companions
from cliphook.domain.due import Work, next_call, wanted_clips
from cliphook.domain.ids import ClipId, EventId, derive_id
from cliphook.domain.job import Job
from cliphook.domain.status import ClipStatus, Stage, Status

EVENT_VERSION: Final = 1

# Which statuses are announced. A claim is ours alone: nobody outside can act on it.
ANNOUNCED: Final = frozenset(Status) - {Status.SUBMITTING}

type _Step = tuple[ClipId, Part, Work]

# A call further off than this is left to the sweep, since a queue holds a message only so long.
ORDER_AHEAD_S: Final = 900


@dataclass(frozen=True, slots=True)
class Event:
    """
    One announcement.

    `seq` starts at 1 for each job and has no gaps. The same event has the same id wherever it
    is seen. `clips` are the ones it is about: all of them in a `job.*` event.
    """

    id: EventId
    type: str
    seq: int
    at: datetime
    job: Job
    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """Work that a commit made due; whoever gets it looks first whether it still is."""

    id: EventId
    work: Work
    due_at: datetime
    job: Job
    clip_id: ClipId | None = None
    part: Part | None = None


def announce(before: Job | None, after: Job, at: datetime) -> tuple[Job, tuple[Event, ...]]:
    """Name and number the events that follow from a change, and count them in the job."""
    job = after
    events: list[Event] = []
    for event_type, clips in _news(before, after):
        job = replace(job, seq=job.seq + 1)
        event_id = EventId(derive_id("evt", at, job.id, str(job.seq)))
        events.append(Event(event_id, event_type, job.seq, at, after, clips))
    return job, tuple(events)


def orders(before: Job | None, after: Job, at: datetime, *, again: bool) -> tuple[Order, ...]:
    """List the work that a change made due; with `again`, also what was due before it."""
    known = None if again else before
    return (
        *_call_orders(before, after, at, again=again),
        *_clip_orders(known, after, at),
        *_companion_orders(known, after, at),
    )


def _news(before: Job | None, after: Job) -> Iterator[tuple[str, tuple[Clip, ...]]]:
    risen = _risen(before, after)
    for status in risen:
        if status in ANNOUNCED and status is not Status.ARCHIVED:
            yield f"job.{status}", after.results
    for clip in after.results:
        earlier = before.clips.get(clip.provider_clip_id) if before else None
        if event_type := _clip_news(earlier, clip, is_late=after.is_late(clip)):
            yield event_type, (clip,)
    if Status.ARCHIVED in risen:
        yield "job.archived", after.results


def _risen(before: Job | None, after: Job) -> tuple[Status, ...]:
    """
    Name the statuses that a job has come to, in the order of the ladder.

    A callback that overtakes the answer to the submission shows that the provider took the job,
    so that is announced before what the callback says; and so does an answer that tells of the
    end. What is complete and kept at once, such as lyrics or audio that came inside the answer,
    was complete first.
    """
    if before and before.status is after.status:
        return ()
    risen = [after.status]
    if after.status is Status.ARCHIVED and before and Stage.COMPLETE not in before.stages:
        risen.insert(0, Status.COMPLETE)
    is_taken_now = before is not None and not _is_taken(before) and _is_taken(after)
    if is_taken_now and after.status is not Status.ACCEPTED:
        risen.insert(0, Status.ACCEPTED)
    return tuple(risen)


def _is_taken(job: Job) -> bool:
    return job.is_taken or bool(job.stages)


def _clip_news(before: Clip | None, after: Clip, *, is_late: bool) -> str | None:
    if before and before.status is after.status:
        return None
    if after.status is ClipStatus.ARCHIVED:
        return "clip.recovered" if is_late else "clip.archived"
    return "clip.archive_failed" if after.status is ClipStatus.ARCHIVE_FAILED else None


def _call_orders(before: Job | None, after: Job, at: datetime, *, again: bool) -> Iterator[Order]:
    call = next_call(after)
    # Whoever stores a new job goes on with it, unless it is for another process from the start.
    if call is None or (before is None and call.at > at):
        return
    is_near = call.at <= at + timedelta(seconds=ORDER_AHEAD_S)
    if is_near and (again or before is None or call != next_call(before)):
        yield Order(_order_id(call.work, after, at), call.work, call.at, after)


def _clip_orders(before: Job | None, after: Job, at: datetime) -> Iterator[Order]:
    known = {clip.id for clip in wanted_clips(before)} if before else set[ClipId]()
    for clip in wanted_clips(after):
        if clip.id not in known:
            order_id = _order_id(Work.ARCHIVE, after, at, clip.id)
            yield Order(order_id, Work.ARCHIVE, at, after, clip.id)


def _companion_orders(before: Job | None, after: Job, at: datetime) -> Iterator[Order]:
    """Order what is wanted beside the audio, behind the audio itself."""
    known = {_step(*one) for one in wanted_companions(before)} if before else set[_Step]()
    for clip, part in wanted_companions(after):
        step = _step(clip, part)
        if step not in known:
            _, _, work = step
            order_id = _order_id(work, after, at, clip.id, part)
            yield Order(order_id, work, at, after, clip.id, part)


def _step(clip: Clip, part: Part) -> _Step:
    """Name the next step to a part: its provider makes it, or it is fetched."""
    return clip.id, part, Work.POLL if is_made(clip, part) else Work.ARCHIVE


def _order_id(work: Work, job: Job, at: datetime, *parts: str) -> EventId:
    return EventId(derive_id("evt", at, job.id, str(job.version), work, *parts))
