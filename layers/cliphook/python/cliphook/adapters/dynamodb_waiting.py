"""How long anything waits on the table, by the first row of each shard of an index."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import items, schema
from cliphook.adapters.schema import Index
from cliphook.adapters.shards import shards, unkept_keys
from cliphook.application.operations_ports import UnkeptClip
from cliphook.application.ports import JobRef
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import ClipId

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_LATEST: Final = "9"


class DynamoDbWaiting:
    """What waits on one table."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client

    def unsent_since(self) -> datetime | None:
        """Tell since when the oldest unsent row waits."""
        return self._oldest(schema.UNSENT)

    def due_since(self) -> datetime | None:
        """Tell since when the sweep should have looked at a job."""
        return self._oldest(schema.DUE)

    def find_unkept(self, provider: str, after: datetime, limit: int) -> Sequence[UnkeptClip]:
        """Find clips of a provider, delivered after an instant, that are not kept; oldest first."""
        rows = [
            row
            for key in unkept_keys(provider)
            for row in self._query(schema.DUE, key, ">", items.timestamp(after), limit)
        ]
        clips = sorted(map(_unkept, rows), key=lambda clip: clip.delivered_at)
        return tuple(clips[:limit])

    def find_overdue(self, before: datetime, limit: int) -> Sequence[tuple[JobRef, str]]:
        """Find jobs at which it should have looked before an instant, and when that was."""
        rows = [*self._first(schema.DUE, items.timestamp(before), limit)]
        oldest = sorted(rows, key=lambda row: str(row[schema.DUE.range_key]))[:limit]
        return tuple((items.ref_of(row), str(row[schema.DUE.range_key])) for row in oldest)

    def _oldest(self, index: Index) -> datetime | None:
        times = [str(row[index.range_key]) for row in self._first(index, _LATEST, 1)]
        return datetime.fromisoformat(min(times)) if times else None

    def _first(self, index: Index, before: str, limit: int) -> Iterator[dict[str, Any]]:
        for shard in shards():
            yield from self._query(index, shard, "<=", before, limit)

    def _query(
        self, index: Index, key: str, comparison: str, at: str, limit: int
    ) -> Iterator[dict[str, Any]]:
        try:
            answer = self._client.query(
                TableName=self._table,
                IndexName=index.name,
                KeyConditionExpression=(
                    f"{index.hash_key} = :key AND {index.range_key} {comparison} :at"
                ),
                ExpressionAttributeValues=items.marshal({":key": key, ":at": at}),
                Limit=limit,
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        yield from map(items.unmarshal, answer["Items"])


def _unkept(row: items.Item) -> UnkeptClip:
    clip_id = ClipId(str(row[schema.SORT_KEY]).partition("#")[2])
    delivered_at = datetime.fromisoformat(str(row[schema.DUE.range_key]))
    return UnkeptClip(items.ref_of(row), clip_id, delivered_at)
