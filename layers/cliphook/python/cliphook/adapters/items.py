"""
The rows of the table, and how their keys are spelled.

All rows of a job share its partition: the job itself, which decides; a copy of each clip for
lists; its events and orders on their way to the bus; and what providers sent, as it came.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

from cliphook.adapters import schema
from cliphook.adapters.documents import write_event, write_job, write_order
from cliphook.adapters.schema import Entity, Stuck
from cliphook.adapters.shards import shard_of, stuck_key, unkept_key
from cliphook.application.ports import EventRow, Evidence, JobRef, Promise
from cliphook.domain.change import Change
from cliphook.domain.clip import Clip
from cliphook.domain.due import Work, next_call, sweep_at
from cliphook.domain.event import Event, Order
from cliphook.domain.ids import AccountId, EventId, JobId
from cliphook.domain.job import Job
from cliphook.domain.status import ClipStatus

type Item = Mapping[str, Any]

JOB_ROW: Final = "JOB"
EVENT_ROWS: Final = "EVENT#"
DOCUMENT: Final = "job"
VERSION: Final = "version"

# An order is of no use once its work is done; the row stays a while for whoever looks into a case.
ORDER_KEPT: Final = timedelta(days=7)

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def marshal(item: Item) -> dict[str, Any]:
    """Write an item in DynamoDB's own notation, without what is not known."""
    known = {name: value for name, value in item.items() if value is not None}
    return {name: _serializer.serialize(value) for name, value in known.items()}


def unmarshal(item: Mapping[str, Any]) -> dict[str, Any]:
    """Read an item from DynamoDB's own notation."""
    return {name: _deserializer.deserialize(value) for name, value in item.items()}


def job_key(ref: JobRef, row: str = JOB_ROW) -> dict[str, str]:
    """Spell the key of a row of a job."""
    return {
        schema.PARTITION_KEY: f"JOB#{ref.account_id}#{ref.job_id}",
        schema.SORT_KEY: row,
    }


def ref_of(key: Item) -> JobRef:
    """Tell which job a row belongs to, from its key alone."""
    _, account_id, job_id = str(key[schema.PARTITION_KEY]).split("#")
    return JobRef(AccountId(account_id), JobId(job_id))


def account_key(account_id: AccountId, row: str) -> dict[str, str]:
    """Spell the key of a row of an account."""
    return {schema.PARTITION_KEY: f"ACCOUNT#{account_id}", schema.SORT_KEY: row}


def list_key(account_id: AccountId, entity: Entity) -> str:
    """Spell the key under which an account's rows of a kind are listed."""
    return f"{account_id}#{entity}"


def timestamp(at: datetime) -> str:
    """Write an instant so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def job_item(job: Job) -> Item:
    """Write the row of a job. It is in the due index as long as the job waits for something."""
    ref = JobRef(job.account_id, job.id)
    due_at = sweep_at(job)
    call = next_call(job)
    due = due_at and {
        schema.DUE.hash_key: shard_of(job.id),
        schema.DUE.range_key: timestamp(due_at),
        schema.DUE_STEP: call.work if call else Work.ARCHIVE,
    }
    return {
        **job_key(ref),
        schema.ENTITY: Entity.JOB,
        schema.ACCOUNT_ID: job.account_id,
        schema.JOB_ID: job.id,
        schema.LIST.hash_key: list_key(job.account_id, Entity.JOB),
        schema.LIST.range_key: job.id,
        **(due or {}),
        "status": job.status,
        VERSION: job.version,
        DOCUMENT: write_job(job),
    }


def clip_item(job: Job, clip: Clip) -> Item:
    """Write the copy of a clip which lists and people read; the job's row decides."""
    ref = JobRef(job.account_id, job.id)
    told = ("title", "lyrics", "style", "audio_url", "stream_url", "image_url")
    passport = clip.passport
    return {
        **job_key(ref, f"CLIP#{clip.id}"),
        schema.ENTITY: Entity.CLIP,
        schema.ACCOUNT_ID: job.account_id,
        schema.JOB_ID: job.id,
        schema.CLIP_ID: clip.id,
        schema.LIST.hash_key: list_key(job.account_id, Entity.CLIP),
        schema.LIST.range_key: clip.id,
        "provider": job.provider,
        "provider_clip_id": clip.provider_clip_id,
        "status": clip.status,
        **{name: pair[1] for name in told if (pair := getattr(clip, name))},
        "duration_s": clip.length_s,
        "s3_key": passport.key if passport else None,
        "sha256": passport.sha256 if passport else None,
        "size_bytes": passport.size_bytes if passport else None,
        "content_type": passport.content_type if passport else None,
        "archived_at": timestamp(passport.archived_at) if passport else None,
        "defects": [*clip.defects] or None,
        **_stuck(Stuck.CLIP, clip.id, *(_loss(clip) or (job.created_at, None))),
        **_unkept(job, clip),
    }


def event_item(ref: JobRef, event: Event) -> Item:
    """Write an event's row: part of the job's history, and unsent until the bus has it."""
    detail = json.dumps(write_event(event), ensure_ascii=False)
    row = EventRow(("", ""), event.id, schema.EVENT_SOURCE, event.type, detail, event.at)
    return _outbox_item(job_key(ref, f"{EVENT_ROWS}{event.seq:06d}"), row)


def order_item(ref: JobRef, order: Order, at: datetime) -> Item:
    """Write a work order's row; it goes to the bus as an event that only our queues hear."""
    detail_type = schema.Order[order.work.name].value
    detail = json.dumps(write_order(order))
    row = EventRow(("", ""), order.id, schema.ORDER_SOURCE, detail_type, detail, at)
    expires_at = int((at + ORDER_KEPT).timestamp())
    return {**_outbox_item(job_key(ref, f"ORDER#{order.id}"), row), schema.EXPIRES_AT: expires_at}


def event_row(item: Item) -> EventRow:
    """Read an event's or order's row."""
    return EventRow(
        key=(item[schema.PARTITION_KEY], item[schema.SORT_KEY]),
        event_id=EventId(item["event_id"]),
        source=item["source"],
        detail_type=item["detail_type"],
        detail=item["detail"],
        at=datetime.fromisoformat(item["at"]),
        refusals=int(item.get(schema.REFUSALS, 0)),
    )


def evidence_item(evidence: Evidence) -> Item:
    """Write a body as it came. The same body of the same job is one row, however often it comes."""
    digest = hashlib.sha256(evidence.body).hexdigest()
    return {
        **job_key(evidence.ref, f"REPORT#{evidence.origin}#{digest}"),
        schema.ENTITY: Entity.REPORT,
        "received_at": timestamp(evidence.received_at),
        "attempt": evidence.attempt,
        "body": Binary(evidence.body),
        "quarantine": evidence.quarantine,
        **_stuck(Stuck.QUARANTINE, digest, evidence.received_at, evidence.quarantine),
    }


def promise_key(account_id: AccountId, promise: Promise) -> Item:
    """Spell the key of a promise's row."""
    return account_key(account_id, f"IDEMPOTENCY#{promise.key_hash}")


def promise_item(ref: JobRef, promise: Promise) -> Item:
    """Write what an Idempotency-Key stands for."""
    return {
        **promise_key(ref.account_id, promise),
        schema.ENTITY: Entity.IDEMPOTENCY,
        schema.JOB_ID: ref.job_id,
        "fingerprint": promise.fingerprint,
        schema.EXPIRES_AT: int(promise.expires_at.timestamp()),
    }


def changed_clips(change: Change) -> tuple[Clip, ...]:
    """Name the clips whose copies a commit has to write again; those that are new come first."""
    before: Mapping[str, Clip] = change.before.clips if change.before else {}
    after = change.job.clips
    changed = [(name, clip) for name, clip in after.items() if before.get(name) != clip]
    return tuple(clip for _, clip in sorted(changed, key=lambda one: one[0] in before))


def _loss(clip: Clip) -> tuple[datetime, str] | None:
    return clip.loss if clip.status is ClipStatus.ARCHIVE_FAILED else None


def _unkept(job: Job, clip: Clip) -> Item:
    """Put a clip on the list of those that only their provider has, or else take it off."""
    at = None if clip.is_kept else clip.delivered_at
    return {
        schema.DUE.hash_key: unkept_key(job.provider, clip.id) if at else None,
        schema.DUE.range_key: timestamp(at) if at else None,
    }


def _stuck(kind: Stuck, name: str, since: datetime, reason: str | None) -> Item:
    """Put a row on the operator's list, if there is a reason, and else take it off."""
    return {
        schema.UNSENT.hash_key: stuck_key(kind, name) if reason else None,
        schema.UNSENT.range_key: timestamp(since) if reason else None,
        schema.STUCK_FOR: reason,
    }


def _outbox_item(key: Item, row: EventRow) -> Item:
    return {
        **key,
        schema.ENTITY: Entity.EVENT,
        "event_id": row.event_id,
        "source": row.source,
        "detail_type": row.detail_type,
        "detail": row.detail,
        "at": timestamp(row.at),
        schema.UNSENT.hash_key: shard_of(row.event_id),
        schema.UNSENT.range_key: timestamp(row.at),
    }
