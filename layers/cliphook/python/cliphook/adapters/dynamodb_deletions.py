"""
What was deleted, on the same table: a record in the place of a job's row, or beside an account's.

A record is in the unsent index, under keys of its own, for as long as something may be left; and in
the list of deletions for good.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import deletion_items, items, schema
from cliphook.adapters.deletion_items import read_deletion, write_deletion
from cliphook.adapters.dynamodb_deliveries import delivery_key, list_key, waits_no_more
from cliphook.adapters.dynamodb_endpoints import ENDPOINT_ROWS
from cliphook.adapters.feed_items import feed_key
from cliphook.adapters.outbox_rows import Key, key_of, written_key
from cliphook.adapters.schema import Entity, Stuck
from cliphook.adapters.shards import shards, stuck_keys
from cliphook.adapters.transactions import REFUSED, transact_patiently
from cliphook.application.ports import JobRef
from cliphook.application.webhook_ports import DeliveryRef
from cliphook.domain.deletion import Deletion
from cliphook.domain.delivery import name_delivery
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import AccountId, EventId, JobId

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_SHARD: Final = schema.UNSENT.hash_key
_AT: Final = schema.UNSENT.range_key


class DynamoDbDeletions:
    """Deletions on one table."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client

    def bury(self, deletion: Deletion, version: int) -> bool:
        """Put the record in the place of a job's row, and of all that stood in that."""
        return self._put(
            deletion,
            ConditionExpression=f"#{items.VERSION} = :before",
            ExpressionAttributeNames={f"#{items.VERSION}": items.VERSION},
            ExpressionAttributeValues=items.marshal({":before": version}),
        )

    def close(self, deletion: Deletion) -> None:
        """Store the record of an account's deletion; a later one takes the place of the first."""
        self._put(deletion)

    def find(self, ref: JobRef) -> Deletion | None:
        """Find the record of a job's deletion."""
        item = self._get(key_of(items.job_key(ref)))
        return read_deletion(item) if schema.DELETED_AT in item else None

    def list_due(self, before: datetime) -> Iterator[Deletion]:
        """Find what is not erased and should have been looked at before an instant."""
        found = [
            self._query(
                IndexName=schema.UNSENT.name,
                KeyConditionExpression=f"{_SHARD} = :key AND {_AT} <= :before",
                ExpressionAttributeValues=items.marshal(
                    {":key": key, ":before": items.timestamp(before)}
                ),
            )
            for key in stuck_keys(Stuck.ERASE)
        ]
        for row in heapq.merge(*found, key=lambda one: str(one[_AT])):
            item = self._get(key_of(row))
            # The index is moments behind: it may have been looked at since.
            if str(item.get(_SHARD)).startswith(f"{Stuck.ERASE}#"):
                yield read_deletion(item)

    def list_since(self, since: datetime, limit: int) -> Sequence[Deletion]:
        """Find deletions from an instant on, the oldest first."""
        names = {"#key": schema.LIST.hash_key, "#id": schema.LIST.range_key}
        values = {":key": schema.DELETIONS, ":since": items.timestamp(since)}
        rows = self._query(
            IndexName=schema.LIST.name,
            KeyConditionExpression="#key = :key AND #id >= :since",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=items.marshal(values),
        )
        found = (self._get(key_of(row)) for row in islice(rows, limit))
        return tuple(read_deletion(item) for item in found if item)

    def update(self, deletion: Deletion) -> None:
        """Store when to look again, or that all is erased."""
        self._put(deletion, ConditionExpression=f"attribute_exists({schema.DELETED_AT})")

    def erase_rows(self, deletion: Deletion, limit: int) -> bool:
        """Delete all rows but the record, what tells of credit, and what waits for the bus."""
        is_clean, erased = True, 0
        for row in self._rows_of(deletion):
            if row.get(_SHARD) in shards():
                is_clean = False
                continue
            if erased == limit:
                return False
            is_clean = self._erase(deletion, key_of(row)) and is_clean
            erased += 1
        return is_clean

    def _rows_of(self, deletion: Deletion) -> Iterator[dict[str, Any]]:
        """Find what may go; what leads to deliveries behind them."""
        if deletion.job_id:
            return self._rows_of_job(deletion, deletion.job_id)
        return self._rows_of_account(deletion)

    def _rows_of_job(self, deletion: Deletion, job_id: JobId) -> Iterator[dict[str, Any]]:
        account_id = deletion.account_id
        yield from self._deliveries(account_id, job_id)
        account = items.account_key(account_id, "")[schema.PARTITION_KEY]
        endpoints = [*self._partition(account, ENDPOINT_ROWS)]
        for row in self._own(deletion):
            is_event = key_of(row)[1].startswith(items.EVENT_ROWS)
            # One that only a newer release can read was told to nobody by this one.
            if is_event and "event_id" in row and "at" in row:
                event_id, at = EventId(row["event_id"]), datetime.fromisoformat(row["at"])
                for endpoint in endpoints:
                    name = name_delivery(event_id, _name_of(endpoint), at)
                    yield delivery_key(DeliveryRef(account_id, name))
            yield row

    def _rows_of_account(self, deletion: Deletion) -> Iterator[dict[str, Any]]:
        endpoints: list[dict[str, Any]] = []
        for row in self._own(deletion):
            if key_of(row)[1].startswith(ENDPOINT_ROWS):
                endpoints.append(row)
            else:
                yield row
        for row in endpoints:
            yield from self._deliveries(deletion.account_id, _name_of(row))
            yield row
        # With its last place: nobody asks any more for a place that would come again.
        yield from self._partition(feed_key(deletion.account_id, "")[schema.PARTITION_KEY])

    def _own(self, deletion: Deletion) -> Iterator[dict[str, Any]]:
        partition, record = key_of(deletion_items.key(deletion))
        for row in self._partition(partition):
            name = key_of(row)[1]
            if name != record and not name.startswith(deletion_items.STAYS):
                yield row

    def _partition(self, partition: str, rows: str = "") -> Iterator[dict[str, Any]]:
        begins = " AND begins_with(sk, :rows)" if rows else ""
        values = {":pk": partition} | ({":rows": rows} if rows else {})
        return self._query(
            KeyConditionExpression=f"pk = :pk{begins}",
            ExpressionAttributeValues=items.marshal(values),
            ProjectionExpression=f"pk, sk, event_id, #at, {_SHARD}",
            ExpressionAttributeNames={"#at": "at"},
            ConsistentRead=True,
        )

    def _deliveries(self, account_id: AccountId, owner: str) -> Iterator[dict[str, Any]]:
        return self._query(
            IndexName=schema.LIST.name,
            KeyConditionExpression=f"{schema.LIST.hash_key} = :key",
            ExpressionAttributeValues=items.marshal({":key": list_key(account_id, owner)}),
        )

    def _erase(self, deletion: Deletion, key: Key) -> bool:
        # Of an account that is deleted it is counted no more what waits.
        if deletion.job_id and key[1] == Entity.DELIVERY:
            return self._erase_delivery(deletion.account_id, key)
        self._delete(key)
        return True

    def _erase_delivery(self, account_id: AccountId, key: Key) -> bool:
        """Delete a delivery, which waits no more then; `False` if it changed meanwhile."""
        row = self._get(key)
        if not row:
            return True
        delete = {
            "TableName": self._table,
            "Key": written_key(key),
            "ConditionExpression": f"#{items.VERSION} = :before",
            "ExpressionAttributeNames": {f"#{items.VERSION}": items.VERSION},
            "ExpressionAttributeValues": items.marshal({":before": row[items.VERSION]}),
        }
        writes = [{"Delete": delete}]
        if row.get("is_waiting"):
            writes.append({"Update": waits_no_more(self._table, account_id)})
        reasons = transact_patiently(self._client, writes)
        if reasons and reasons[0].get("Code") != REFUSED:
            self._delete(key)
            return True
        return not reasons

    def _put(self, deletion: Deletion, **condition: Any) -> bool:  # noqa: ANN401 - as boto3 has it
        row = items.marshal(write_deletion(deletion))
        try:
            self._client.put_item(TableName=self._table, Item=row, **condition)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return True

    def _get(self, key: Key) -> Mapping[str, Any]:
        try:
            answer = self._client.get_item(
                TableName=self._table, Key=written_key(key), ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return items.unmarshal(answer.get("Item", {}))

    def _delete(self, key: Key) -> None:
        try:
            self._client.delete_item(TableName=self._table, Key=written_key(key))
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error

    def _query(self, **request: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - as boto3 has it
        pages = self._client.get_paginator("query")
        try:
            for page in pages.paginate(TableName=self._table, **request):
                yield from map(items.unmarshal, page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error


def _name_of(endpoint: Mapping[str, Any]) -> str:
    return key_of(endpoint)[1].removeprefix(ENDPOINT_ROWS)
