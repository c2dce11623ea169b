"""What waits for an operator on the table: lists under keys of their own in the unsent index."""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import items, schema
from cliphook.adapters.outbox_rows import key_of, written_key
from cliphook.adapters.schema import Entity, Stuck
from cliphook.adapters.shards import shard_of, stuck_key, stuck_keys
from cliphook.application.operations_ports import Place, Report, StuckRow
from cliphook.application.ports import JobRef, Origin
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import ClipId

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

COUNTED_MAX: Final = 1000

_KINDS: Final[Mapping[Place, Stuck]] = {
    Place.PARKED: Stuck.PARKED,
    Place.QUARANTINE: Stuck.QUARANTINE,
    Place.CLIPS: Stuck.CLIP,
    Place.JOBS: Stuck.JOB,
}
_SHARD: Final = schema.UNSENT.hash_key
_AT: Final = schema.UNSENT.range_key
# Never the body: it is large, and nobody's business but the provider's and the account's.
_SHOWN: Final = ("pk", "sk", _SHARD, _AT, schema.STUCK_FOR, schema.CLIP_ID, "detail_type")


class DynamoDbStuck:
    """The lists on one table."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client

    def find(self, place: Place, limit: int, since: str = "") -> Sequence[StuckRow]:
        """Find rows that are there since an instant or later, those that wait longest first."""
        # DynamoDB takes no empty text for a key.
        shards = [self._shard(key, since or "0") for key in stuck_keys(_KINDS[place])]
        keys = heapq.merge(*shards, key=lambda row: (str(row[_AT]), str(row["sk"])))
        found = (self._look(place, key_of(key)) for key in keys)
        return tuple(islice((row for row in found if row), limit))

    def find_of(self, ref: JobRef, place: Place) -> Sequence[StuckRow]:
        """Find a job's rows on one of the lists."""
        keys = (
            key
            for key in self._partition(ref)
            if str(key.get(_SHARD)).startswith(f"{_KINDS[place]}#")
        )
        return tuple(_stuck(place, row) for row in keys)

    def count(self, place: Place) -> int:
        """Count what is on a list, up to a thousand."""
        found = (row for key in stuck_keys(_KINDS[place]) for row in self._shard(key, "0"))
        return sum(1 for _ in islice(found, COUNTED_MAX))

    def read_report(self, row: StuckRow) -> Report:
        """Read a quarantined body."""
        item = self._get(row.key)
        _, origin, _ = row.key[1].split("#")
        body: Any = item["body"]
        attempt = item.get("attempt")
        return Report(
            row=row,
            origin=Origin(origin),
            body=bytes(body),
            received_at=datetime.fromisoformat(item["received_at"]),
            attempt=int(attempt) if attempt else None,
        )

    def unpark(self, row: StuckRow) -> None:
        """Put a parked row back among the unsent ones; one that is not parked is left alone."""
        change = f"SET {_SHARD} = :shard REMOVE {schema.STUCK_FOR}, {schema.REFUSALS}"
        self._move(row, change, {":shard": shard_of("".join(row.key))})

    def settle(self, row: StuckRow, how: str, now: datetime) -> None:
        """Mark a row as dealt with, and take it off its list; doing it again does nothing."""
        change = f"SET {_SHARD} = :settled, settled_as = :how, settled_at = :now"
        if row.place is Place.CLIPS:
            change += f" REMOVE {schema.DUE.hash_key}, {schema.DUE.range_key}"
        settled = stuck_key(Stuck.SETTLED, "".join(row.key))
        values = {":settled": settled, ":how": how, ":now": items.timestamp(now)}
        self._move(row, change, values)

    def _move(self, row: StuckRow, change: str, values: Mapping[str, Any]) -> None:
        kind = {":kind": f"{_KINDS[row.place]}#"}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=written_key(row.key),
                UpdateExpression=change,
                ConditionExpression=f"begins_with({_SHARD}, :kind)",
                ExpressionAttributeValues=items.marshal({**values, **kind}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error

    def _look(self, place: Place, key: tuple[str, str]) -> StuckRow | None:
        """Read the row itself: the index finds, it decides."""
        item = self._get(key, *_SHOWN)
        is_there = str(item.get(_SHARD)).startswith(f"{_KINDS[place]}#")
        return _stuck(place, item) if is_there else None

    def _get(self, key: tuple[str, str], *names: str) -> dict[str, Any]:
        shown: dict[str, Any] = {"ProjectionExpression": ", ".join(names)} if names else {}
        try:
            answer = self._client.get_item(
                TableName=self._table, Key=written_key(key), ConsistentRead=True, **shown
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return items.unmarshal(answer.get("Item", {}))

    def _shard(self, key: str, since: str) -> Iterator[dict[str, Any]]:
        return self._query(
            IndexName=schema.UNSENT.name,
            KeyConditionExpression=f"{_SHARD} = :key AND {_AT} >= :since",
            ExpressionAttributeValues=items.marshal({":key": key, ":since": since}),
        )

    def _partition(self, ref: JobRef) -> Iterator[dict[str, Any]]:
        return self._query(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=items.marshal({":pk": items.job_key(ref)["pk"]}),
            ProjectionExpression=", ".join(_SHOWN),
            ConsistentRead=True,
        )

    def _query(self, **request: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - as boto3 has it
        pages = self._client.get_paginator("query")
        try:
            for page in pages.paginate(TableName=self._table, **request):
                yield from map(items.unmarshal, page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error


def _stuck(place: Place, item: items.Item) -> StuckRow:
    ref = None
    with suppress(ValueError):
        ref = items.ref_of(item)
    kind, _, rest = str(item["sk"]).partition("#")
    is_report = kind == Entity.REPORT
    clip_id = item.get(schema.CLIP_ID)
    return StuckRow(
        place=place,
        key=key_of(item),
        ref=ref,
        since=str(item.get(_AT, "")),
        reason=str(item.get(schema.STUCK_FOR, "")),
        what=rest.partition("#")[0] if is_report else str(item.get("detail_type", "")),
        clip_id=ClipId(str(clip_id)) if clip_id else None,
    )
