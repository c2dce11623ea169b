"""Where anything can be stuck, and how each place is looked through."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Final

from cliphook.adapters import schema
from cliphook.application.diagnose_letter import (
    Cause,
    LetterOrder,
    diagnose_letter,
    read_order,
)
from cliphook.application.operations_ports import Letter, Place, StuckRow
from cliphook.application.ports import JobRef
from cliphook.application.time_left import find_leaving
from cliphook.runtime.clock import now
from cliphook.runtime.operator.backfilling import kept_days
from cliphook.runtime.operator.desk import Desk

# While a command looks at letters, others do not see them.
LOOK_S: Final = 20
# What waits longer than this is no longer on its way.
LATE: Final = timedelta(minutes=5)

UNSENT: Final = "unsent"
OVERDUE: Final = "overdue"
LEAVING: Final = "leaving"

type Told = Mapping[str, object]
type Entries = Iterator[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Asked:
    """How much an operator wants to see of a place, and from which instant on."""

    limit: int
    since: str


def entry(
    desk: Desk,
    where: str,
    ref: JobRef | None,
    command: Told,
    *,
    reason: str,
    since: str,
    **more: str,
) -> Told:
    """Write one thing that is stuck: where, whose, why, since when, and what would mend it."""
    job = {"account_id": ref.account_id, "job_id": ref.job_id} if ref else {}
    told = {name: value for name, value in more.items() if value}
    mend = {"redrive": command, "invoke": invocation(desk.function, command)}
    return {"where": where, **job, **told, "reason": reason, "since": since, **mend}


def invocation(function: str, command: Told) -> str:
    """Write a command as somebody can type it."""
    return (
        f"aws lambda invoke --function-name {function}"
        f" --payload fileb://<(echo '{json.dumps(command)}') /dev/stdout"
    )


def _letters(queue: str, desk: Desk, asked: Asked) -> Entries:
    letters = desk.letters.take(queue, asked.limit, LOOK_S)
    try:
        for letter in letters:
            yield _letter(desk, letter)
    finally:
        desk.letters.put_back(letters)


def _letter(desk: Desk, letter: Letter) -> Told:
    order = read_order(letter)
    marks = letter.marks
    return entry(
        desk,
        letter.queue,
        order.ref if order else None,
        {"command": "redrive", "queue": letter.queue},
        reason=_reason(desk, letter, order),
        since=letter.since.isoformat(),
        clip_id=(order.clip_id or "") if order else "",
        part=(order.part or "") if order else "",
        message_id=letter.id,
        rule=marks.get("RULE_ARN", "").rpartition("/")[2],
        target=marks.get("TARGET_ARN", "").rpartition(":")[2],
    )


def _reason(desk: Desk, letter: Letter, order: LetterOrder | None) -> str:
    """Say why: as the bus, the stream or Lambda has marked it, or else as the job tells."""
    if code := letter.marks.get("ERROR_CODE"):
        return code
    try:
        return str(json.loads(letter.body)["requestContext"]["condition"])
    except (KeyError, TypeError, ValueError):
        # An event or an attempt: whether it was done since, its delivery's own log says.
        is_webhook = letter.queue == schema.Letters.DELIVER
        return Cause.STILL_DUE if is_webhook else str(diagnose_letter(order, jobs=desk.jobs))


def _rows(place: Place, desk: Desk, asked: Asked) -> Entries:
    for row in desk.stuck.find(place, asked.limit, asked.since):
        command = {"command": MENDED_BY[place], **_named(row)}
        clip_id = row.clip_id or ""
        yield entry(
            desk,
            place,
            row.ref,
            command,
            reason=row.reason,
            since=row.since,
            clip_id=clip_id,
            what=row.what,
            row=row.key[1],
        )


def _named(row: StuckRow) -> Told:
    job = {"account_id": row.ref.account_id, "job_id": row.ref.job_id} if row.ref else {}
    return {**job, "clip_id": row.clip_id} if row.place is Place.CLIPS else job


def _unsent(desk: Desk, asked: Asked) -> Entries:
    """Find rows that nobody could publish so far; the sweep tries each minute."""
    for row in islice(desk.outbox.list_unsent(now() - LATE), asked.limit):
        _, account_id, job_id = (*row.key[0].split("#"), "", "")[:3]
        ref = JobRef(account_id, job_id) if job_id else None  # type: ignore[arg-type]
        since = getattr(row, "at", None)
        yield entry(
            desk,
            UNSENT,
            ref,
            {"command": "inspect", "where": schema.Letters.UNPUBLISHED},
            reason="not_taken_by_the_bus",
            since=since.isoformat() if since else "",
            what=getattr(row, "detail_type", ""),
            row=row.key[1],
        )


def _overdue(desk: Desk, asked: Asked) -> Entries:
    """Find jobs at which the sweep should have looked for long."""
    for ref, since in desk.waiting.find_overdue(now() - LATE, asked.limit):
        job = {"account_id": ref.account_id, "job_id": ref.job_id}
        command = {"command": "nudge", **job}
        yield entry(desk, OVERDUE, ref, command, reason="not_swept", since=since)


def _leaving(desk: Desk, asked: Asked) -> Entries:
    """Find clips that only their provider has, and not for long."""
    at = now()
    for one in find_leaving(
        kept_days(desk.providers), waiting=desk.waiting, now=at, limit=asked.limit
    ):
        if (left_h := one.left_h(at)) >= schema.LEAVING_H:
            return
        ref = one.clip.ref
        command = {"command": "backfill", "account_id": ref.account_id, "job_id": ref.job_id}
        yield entry(
            desk,
            LEAVING,
            ref,
            command,
            reason="not_kept",
            since=one.clip.delivered_at.isoformat(),
            clip_id=one.clip.clip_id,
            hours_left=f"{left_h:.1f}",
        )


MENDED_BY: Final[Mapping[Place, str]] = {
    Place.PARKED: "unpark",
    Place.QUARANTINE: "reread",
    Place.CLIPS: "retry_clip",
    Place.JOBS: "nudge",
}
PLACES: Final[Mapping[str, Callable[[Desk, Asked], Entries]]] = {
    **{queue.value: partial(_letters, queue.value) for queue in schema.Letters},
    **{place.value: partial(_rows, place) for place in Place},
    UNSENT: _unsent,
    OVERDUE: _overdue,
    LEAVING: _leaving,
}
