"""What waits on the table: unsent events, and jobs that something is due for."""

import heapq
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import items, schema
from cliphook.adapters.outbox_rows import key_of, read_row, written_key
from cliphook.adapters.schema import Index, Stuck
from cliphook.adapters.shards import shards, stuck_key
from cliphook.application.outbox_ports import UnreadableRow
from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.errors import UnavailableStoreError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_SHARD: Final = schema.UNSENT.hash_key
_AT: Final = schema.UNSENT.range_key
_DUE_AT: Final = schema.DUE.range_key
_IS_THERE: Final = f"attribute_exists({schema.PARTITION_KEY})"
_WAITS: Final = f"attribute_exists({_SHARD})"


class DynamoDbOutbox:
    """Unsent events and due jobs, found by sparse indexes: a row is in one while it waits."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client

    def mark_sent(self, row: EventRow) -> None:
        """Take a row off the list of unsent ones; a row that is gone is not made again."""
        self._update(row.key, f"REMOVE {_SHARD}, {_AT}", _IS_THERE)

    def refuse(self, row: EventRow, reason: str, now: datetime) -> None:
        """Count that the bus refused a row, and put it behind the others that wait."""
        self._update(
            row.key,
            f"SET {schema.STUCK_FOR} = :reason, {schema.REFUSALS} = :times, {_AT} = :now",
            _WAITS,
            {":reason": reason, ":times": row.refusals + 1, ":now": items.timestamp(now)},
        )

    def park(self, row: EventRow | UnreadableRow, reason: str, now: datetime) -> None:
        """Take a row off the list of unsent ones and put it on the operator's."""
        # One that cannot be read may not even say that it waits.
        condition = _IS_THERE if isinstance(row, UnreadableRow) else _WAITS
        parked = stuck_key(Stuck.PARKED, "".join(row.key))
        values = {":reason": reason, ":now": items.timestamp(now), ":parked": parked}
        change = f"SET {_SHARD} = :parked, {_AT} = :now, {schema.STUCK_FOR} = :reason"
        self._update(row.key, change, condition, values)

    def list_unsent(self, before: datetime) -> Iterator[EventRow | UnreadableRow]:
        """Find rows that wait since before an instant, those that wait longest first."""
        for found in self._waiting(schema.UNSENT, before):
            key = key_of(found)
            answer = self._client.get_item(
                TableName=self._table, Key=written_key(key), ConsistentRead=True
            )
            item = items.unmarshal(answer.get("Item", {}))
            # The index is moments behind: it may have been sent or parked since.
            if item.get(_SHARD) in shards():
                yield read_row(item, key)

    def list_due(self, before: datetime) -> Iterator[JobRef]:
        """Find jobs at which the sweep should have looked before an instant, in that order."""
        for found in self._waiting(schema.DUE, before):
            # What is no job's row cannot be put off either; it would only end every run.
            with suppress(ValueError):
                yield items.ref_of(found)

    def put_off(self, ref: JobRef, reason: str, now: datetime, until: datetime) -> None:
        """Have the sweep look at a job only later, and put it on the operator's list."""
        self._update(
            key_of(items.job_key(ref)),
            f"SET {_DUE_AT} = :until, {_SHARD} = :stuck, {schema.STUCK_FOR} = :reason,"
            f" {_AT} = if_not_exists({_AT}, :now)",
            f"{_DUE_AT} <= :now",
            {
                ":until": items.timestamp(until),
                ":stuck": stuck_key(Stuck.JOB, ref.job_id),
                ":reason": reason,
                ":now": items.timestamp(now),
            },
        )

    def _update(
        self,
        key: tuple[str, str],
        change: str,
        condition: str,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """Change a row, if it is as it should be."""
        told = {"ExpressionAttributeValues": items.marshal(values)} if values else {}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=written_key(key),
                UpdateExpression=change,
                ConditionExpression=condition,
                **told,  # type: ignore[arg-type]
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error

    def _waiting(self, index: Index, before: datetime) -> Iterator[dict[str, Any]]:
        """
        Find rows in all shards of an index, in the order of their instants.

        What one commit wrote has one instant, and stands in many shards: that goes by its keys.
        """
        found = [self._shard(index, shard, before) for shard in shards()]
        merged = heapq.merge(*found, key=lambda row: str(row[index.range_key]))
        for _, alike in groupby(merged, key=lambda row: row[index.range_key]):
            yield from sorted(alike, key=key_of)

    def _shard(self, index: Index, shard: str, before: datetime) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("query")
        values = {":shard": shard, ":before": items.timestamp(before)}
        for page in pages.paginate(
            TableName=self._table,
            IndexName=index.name,
            KeyConditionExpression=f"{index.hash_key} = :shard AND {index.range_key} <= :before",
            ExpressionAttributeValues=items.marshal(values),
        ):
            yield from map(items.unmarshal, page["Items"])
