"""What waits on the table: unsent events, and jobs that something is due for."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cliphook.adapters import items, schema
from cliphook.adapters.schema import Index
from cliphook.application.ports import EventRow, JobRef

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoDbOutbox:
    """Unsent events and due jobs, found by sparse indexes: a row is in one while it waits."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client

    def mark_sent(self, row: EventRow) -> None:
        """Take a row off the list of unsent ones; a row that is gone is not made again."""
        partition, sort = row.key
        key = {schema.PARTITION_KEY: partition, schema.SORT_KEY: sort}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=items.marshal(key),
                UpdateExpression=f"REMOVE {schema.UNSENT.hash_key}, {schema.UNSENT.range_key}",
                ConditionExpression=f"attribute_exists({schema.PARTITION_KEY})",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def list_unsent(self, before: datetime) -> Iterator[EventRow]:
        """Find rows from before an instant which nobody marked, the oldest of a shard first."""
        for key in self._waiting(schema.UNSENT, before):
            answer = self._client.get_item(
                TableName=self._table, Key=items.marshal(key), ConsistentRead=True
            )
            item = items.unmarshal(answer.get("Item", {}))
            if schema.UNSENT.hash_key in item:
                yield items.event_row(item)

    def list_due(self, before: datetime) -> Iterator[JobRef]:
        """Find jobs that the sweep should have looked at before an instant."""
        for key in self._waiting(schema.DUE, before):
            yield items.ref_of(key)

    def _waiting(self, index: Index, before: datetime) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("query")
        for shard in items.shards():
            values = {":shard": shard, ":before": items.timestamp(before)}
            for page in pages.paginate(
                TableName=self._table,
                IndexName=index.name,
                KeyConditionExpression=(
                    f"{index.hash_key} = :shard AND {index.range_key} <= :before"
                ),
                ExpressionAttributeValues=items.marshal(values),
            ):
                for row in page["Items"]:
                    found = items.unmarshal(row)
                    yield {name: found[name] for name in (schema.PARTITION_KEY, schema.SORT_KEY)}
