"""Jobs on one DynamoDB table: a commit is one transaction."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import items, row_writes, schema
from cliphook.adapters.documents import read_job
from cliphook.adapters.ledger_writes import money_writes, refusal_of
from cliphook.adapters.transactions import (
    REFUSED,
    Sleep,
    pause,
    transact,
    transact_patiently,
)
from cliphook.application.ports import Evidence, JobRef, Origin, Promise
from cliphook.domain.change import Change
from cliphook.domain.errors import ReusedKeyError, UnavailableStoreError, UnknownResourceError
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.job import Job

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# A callback makes at most twelve writes: the job, its body, two events and an order, and of clips
# no more than this many copies. The poll that confirms it writes them all.
CALLBACK_COPIES_MAX: Final = 6


class DynamoDbJobs:
    """Jobs on one table."""

    def __init__(self, table: str, client: "DynamoDBClient", sleep: Sleep = time.sleep) -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client
        self._sleep = sleep

    def add(self, change: Change, promise: Promise | None) -> JobRef:
        """Store a new job, or name the one that an earlier promise for the same key made."""
        ref = JobRef(change.job.account_id, change.job.id)
        writes = self._writes(change)
        if promise:
            writes = [self._put_promise(ref, promise, int(change.at.timestamp())), *writes]
        reasons = transact_patiently(self._client, writes, self._sleep)
        if not reasons:
            return ref
        if promise:
            earlier = reasons[0].get("Item")
            if earlier:
                return _redeem(ref.account_id, promise, items.unmarshal(earlier))
            # A promise counts for more than an empty balance, also if only that was told.
            if kept := self.promised(ref.account_id, promise, change.at):
                return kept
        raise refusal_of(writes, reasons) or UnavailableStoreError

    def promised(self, account_id: AccountId, promise: Promise, now: datetime) -> JobRef | None:
        """Name the job that an earlier promise made."""
        item = self._get(items.promise_key(account_id, promise))
        row = items.unmarshal(item) if item else None
        is_valid = row and row[schema.EXPIRES_AT] > int(now.timestamp())
        return _redeem(account_id, promise, row) if row and is_valid else None

    def load(self, ref: JobRef) -> Job | None:
        """Read a job as the latest commit left it."""
        item = self._get(items.job_key(ref))
        is_job = item is not None and schema.DELETED_AT not in item
        return read_job(items.unmarshal(item)[items.DOCUMENT]) if item and is_job else None

    def commit(self, change: Change, evidence: Evidence | None) -> bool:
        """Store a change, all of it or nothing; `False` if the job is not as it was before."""
        is_callback = evidence is not None and evidence.origin is Origin.CALLBACK
        writes = self._writes(change, CALLBACK_COPIES_MAX if is_callback else None)
        if evidence:
            writes.append(self._keep(evidence))
        # Credit meets others' at the balance, which is no reason to fold the job anew.
        if change.entries:
            reasons = transact_patiently(self._client, writes, self._sleep)
        else:
            reasons = transact(self._client, writes)
        if not reasons:
            return True
        is_lost = reasons[0].get("Code") == REFUSED
        if not is_lost and (refusal := refusal_of(writes, reasons)):
            raise refusal
        pause(self._sleep)
        return False

    def keep(self, evidence: Evidence) -> None:
        """Store a body that changes nothing, if there is such a job; again it does nothing."""
        job_is_there = {
            "TableName": self._table,
            "Key": items.marshal(items.job_key(evidence.ref)),
            "ConditionExpression": (
                f"attribute_exists({schema.PARTITION_KEY})"
                f" AND attribute_not_exists({schema.DELETED_AT})"
            ),
        }
        writes = [{"ConditionCheck": job_is_there}, self._keep(evidence)]
        if transact_patiently(self._client, writes, self._sleep):
            raise UnknownResourceError

    def _keep(self, evidence: Evidence) -> dict[str, Any]:
        return {"Update": row_writes.fill(self._table, items.evidence_item(evidence))}

    def _get(self, key: items.Item) -> Mapping[str, Any] | None:
        try:
            answer = self._client.get_item(
                TableName=self._table, Key=items.marshal(key), ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return answer.get("Item")

    def _writes(self, change: Change, copies_max: int | None = None) -> list[dict[str, Any]]:
        ref = JobRef(change.job.account_id, change.job.id)
        changed = items.changed_clips(change)[:copies_max]
        clips = [items.clip_item(change.job, clip) for clip in changed]
        new = [
            *(items.event_item(ref, event) for event in change.events),
            *(items.order_item(ref, order, change.at) for order in change.orders),
        ]
        return [
            self._write_job(change),
            *({"Update": row_writes.change(self._table, row)} for row in clips),
            *({"Put": row_writes.put(self._table, row)} for row in new),
            *money_writes(self._table, change),
        ]

    def _write_job(self, change: Change) -> dict[str, Any]:
        row = items.job_item(change.job)
        if not change.before:
            absent = {"ConditionExpression": f"attribute_not_exists({schema.PARTITION_KEY})"}
            return {"Put": row_writes.put(self._table, row) | absent}
        gone = dict.fromkeys((*schema.DUE_NAMES, *schema.STUCK_NAMES))
        update = row_writes.change(self._table, {**gone, **row})
        update["ConditionExpression"] = f"#{items.VERSION} = :before"
        update["ExpressionAttributeValues"] |= items.marshal({":before": change.before.version})
        return {"Update": update}

    def _put_promise(self, ref: JobRef, promise: Promise, now_s: int) -> dict[str, Any]:
        return {
            "Put": {
                "TableName": self._table,
                "Item": items.marshal(items.promise_item(ref, promise)),
                # DynamoDB deletes expired rows up to days late, so the time is compared here.
                "ConditionExpression": "attribute_not_exists(pk) OR expires_at <= :now",
                "ExpressionAttributeValues": items.marshal({":now": now_s}),
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }


def _redeem(account_id: AccountId, promise: Promise, row: items.Item) -> JobRef:
    if row["fingerprint"] != promise.fingerprint:
        raise ReusedKeyError
    return JobRef(account_id, JobId(row[schema.JOB_ID]))
