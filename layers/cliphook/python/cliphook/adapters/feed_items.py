"""
The rows of an account's feed, which share a partition: places, and how to find them.

A place names its event and holds nothing of it, so what becomes of the event's own row holds here
too. Of a job it is kept how far it is placed, and of the feed which place was the last.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from cliphook.adapters import items, schema
from cliphook.adapters.schema import Entity
from cliphook.application.feed_ports import KEPT
from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.ids import AccountId, EventId

PLACE: Final = "place"
SEQ: Final = "seq"
EVENT_ID: Final = "event_id"
PLACED_AT: Final = "placed_at"

HEAD_ROW: Final = "HEAD"
PLACE_ROWS: Final = "PLACE#"
# Behind every place.
PLACES_END: Final = "PLACE#~"

# Places are seen without gaps as long as all are there of what may be asked for: so rows are kept
# longer than events are promised, and a page may begin at an event for a day more than that.
ROWS_KEPT: Final = KEPT + timedelta(days=2)
ASKED_FOR: Final = KEPT + timedelta(days=1)

_EVENT: Final = re.compile(rf"{items.EVENT_ROWS}([0-9]{{6}})", re.ASCII)


def event_key(ref: JobRef, seq: int) -> dict[str, str]:
    """Spell the key of an event's own row."""
    return items.job_key(ref, f"{items.EVENT_ROWS}{seq:06d}")


def number_of(row: EventRow) -> tuple[JobRef, int] | None:
    """Tell which event of which job a row is; nothing, if it is an order."""
    named = _EVENT.fullmatch(row.key[1])
    if not named:
        return None
    try:
        return items.ref_of({schema.PARTITION_KEY: row.key[0]}), int(named[1])
    except ValueError:
        return None


def feed_key(account_id: AccountId, row: str) -> dict[str, str]:
    """Spell the key of a row of an account's feed."""
    return {schema.PARTITION_KEY: f"FEED#{account_id}", schema.SORT_KEY: row}


def head_item(account_id: AccountId, place: int) -> items.Item:
    """Write which place was the last; this row is there for ever, or places would come again."""
    return {**feed_key(account_id, HEAD_ROW), schema.ENTITY: Entity.FEED, PLACE: place}


def progress_item(ref: JobRef, seq: int, now: datetime) -> items.Item:
    """Write up to which number a job's events have places."""
    key = feed_key(ref.account_id, progress_row(ref))
    return {**key, schema.ENTITY: Entity.FEED, SEQ: seq, schema.EXPIRES_AT: _expiry(now)}


def progress_row(ref: JobRef) -> str:
    """Spell the row that says how far a job is."""
    return f"JOB#{ref.job_id}"


def place_items(
    ref: JobRef, seq: int, event_id: EventId, place: int, now: datetime
) -> Iterable[items.Item]:
    """Write an event's place, once to be read in order and once to be found by the event."""
    told: dict[str, Any] = {
        schema.ENTITY: Entity.FEED,
        schema.JOB_ID: ref.job_id,
        SEQ: seq,
        EVENT_ID: event_id,
        PLACE: place,
        PLACED_AT: items.timestamp(now),
        schema.EXPIRES_AT: _expiry(now),
    }
    yield feed_key(ref.account_id, place_row(place)) | told
    yield feed_key(ref.account_id, event_row(event_id)) | told


def place_row(place: int) -> str:
    """Spell the row of a place, so that texts sort as numbers do."""
    return f"{PLACE_ROWS}{place:015d}"


def event_row(event_id: EventId) -> str:
    """Spell the row by which an event's place is found."""
    return f"EVENT#{event_id}"


def _expiry(now: datetime) -> int:
    return int((now + ROWS_KEPT).timestamp())
