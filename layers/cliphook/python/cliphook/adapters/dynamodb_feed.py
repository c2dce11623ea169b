"""An account's feed on the same table: its events in the order of their places."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import feed_items, items, schema
from cliphook.adapters.feed_items import EVENT_ID, PLACE, PLACED_AT, feed_key
from cliphook.adapters.outbox_rows import Key, key_of, read_row, written_key
from cliphook.adapters.schema import Entity
from cliphook.application.feed_ports import KEPT
from cliphook.application.library_ports import Page
from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.errors import (
    ExpiredCursorError,
    FieldError,
    InvalidRequestError,
    UnavailableStoreError,
    UnknownResourceError,
)
from cliphook.domain.ids import AccountId, EventId, JobId, is_id, make_id

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# By so much at most two clocks differ, one five minutes ahead and the other behind.
SKEW: Final = timedelta(minutes=10)


class DynamoDbFeed:
    """Events of one account on one table; nothing of another one can be reached."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client

    def list_events(
        self, account_id: AccountId, after: EventId | None, limit: int, now: datetime
    ) -> Page[EventRow]:
        """List an account's events, oldest first; raises as the port says."""
        if after is None:
            start = self._last_before(account_id, now - KEPT)
        else:
            start = self._place_of(account_id, after, now)
        # One more than asked for tells whether there is another page.
        places = self._places(account_id, start, limit + 1)
        page = places[:limit]
        rows = self._events([_key_of(account_id, place) for place in page])
        return Page(rows, page[-1][EVENT_ID] if len(places) > limit else None)

    def last_before(self, account_id: AccountId, since: datetime, now: datetime) -> EventId | None:
        """Name an event after which all stand that occurred since an instant."""
        place = self._last_before(account_id, max(since, now - KEPT) - SKEW)
        row = self._get(account_id, feed_items.place_row(place)) if place else None
        return row[EVENT_ID] if row else None

    def list_job_events(self, ref: JobRef, after: EventId | None, limit: int) -> Page[EventRow]:
        """List a job's events, by their numbers; raises as the port says."""
        pk = items.job_key(ref)[schema.PARTITION_KEY]
        # They are few, a dozen of a job, and the job's own row stands next behind them.
        *found, job = self._query(pk, items.EVENT_ROWS, items.JOB_ROW) or [{}]
        if job.get(schema.ENTITY) != Entity.JOB:
            raise UnknownResourceError
        read = [read_row(row, key_of(row)) for row in found]
        rows = [row for row in read if isinstance(row, EventRow)]
        ids = [row.event_id for row in rows]
        if after is not None and after not in ids:
            raise _unknown()
        rest = rows[ids.index(after) + 1 :] if after else rows
        page = tuple(rest[:limit])
        return Page(page, page[-1].event_id if len(rest) > limit else None)

    def _place_of(self, account_id: AccountId, event_id: EventId, now: datetime) -> int:
        """Find the place of an event."""
        if not is_id("evt", event_id):
            raise _unknown()
        row = self._get(account_id, feed_items.event_row(event_id))
        oldest = now - feed_items.ASKED_FOR
        is_kept = row is not None and row[PLACED_AT] >= items.timestamp(oldest)
        if row and is_kept:
            return int(row[PLACE])
        # Of an event that is no longer known its id tells how old it is.
        is_old = row is not None or event_id < make_id("evt", oldest, bytes(10))
        raise ExpiredCursorError if is_old else _unknown()

    def _places(self, account_id: AccountId, after: int, limit: int) -> list[dict[str, Any]]:
        """
        Read places behind one, up to the first that cannot be seen yet.

        A query is not of one moment: it may miss a place and show the next, where both came
        meanwhile.
        """
        pk = feed_key(account_id, "")[schema.PARTITION_KEY]
        first = feed_items.place_row(after + 1)
        rows = self._query(pk, first, feed_items.PLACES_END, limit)
        seen = zip(count(after + 1), rows, strict=False)
        ends_at = next((n for n, (place, row) in enumerate(seen) if row[PLACE] != place), len(rows))
        return rows[:ends_at]

    def _last_before(self, account_id: AccountId, since: datetime) -> int:
        """
        Find the last place from before an instant, by halves; 0 if there is none.

        Whatever is gone was from before it. Places near it may be of either side, since clocks
        differ.
        """
        head = self._get(account_id, feed_items.HEAD_ROW)
        low, high = 0, (int(head[PLACE]) if head else 0) + 1
        stamp = items.timestamp(since)
        while high - low > 1:
            middle = (low + high) // 2
            row = self._get(account_id, feed_items.place_row(middle))
            if row and row[PLACED_AT] >= stamp:
                high = middle
            else:
                low = middle
        return low

    def _events(self, keys: Sequence[Key]) -> tuple[EventRow, ...]:
        """Read events themselves, in the order of their keys; those that are gone are left out."""
        found: dict[Key, EventRow] = {}
        left = [written_key(key) for key in keys]
        try:
            while left:
                answer = self._client.batch_get_item(
                    RequestItems={self._table: {"Keys": left, "ConsistentRead": True}}
                )
                for item in map(items.unmarshal, answer["Responses"][self._table]):
                    row = read_row(item, key_of(item))
                    if isinstance(row, EventRow):
                        found[row.key] = row
                unread = answer["UnprocessedKeys"].get(self._table)
                left = list(unread["Keys"]) if unread else []
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return tuple(found[key] for key in keys if key in found)

    def _get(self, account_id: AccountId, row: str) -> Mapping[str, Any] | None:
        key = items.marshal(feed_key(account_id, row))
        try:
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        item = answer.get("Item")
        return items.unmarshal(item) if item else None

    def _query(
        self, pk: str, first: str, last: str, limit: int | None = None
    ) -> list[dict[str, Any]]:
        """Read rows of a partition in order, so many at most."""
        told: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": (
                f"{schema.PARTITION_KEY} = :pk AND {schema.SORT_KEY} BETWEEN :first AND :last"
            ),
            "ExpressionAttributeValues": items.marshal({":pk": pk, ":first": first, ":last": last}),
            "ConsistentRead": True,
        }
        rows: list[dict[str, Any]] = []
        while limit is None or len(rows) < limit:
            if limit:
                told["Limit"] = limit - len(rows)
            try:
                answer = self._client.query(**told)
            except (ClientError, BotoCoreError) as error:
                raise UnavailableStoreError from error
            rows += map(items.unmarshal, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                break
            told["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return rows


def _key_of(account_id: AccountId, place: Mapping[str, Any]) -> Key:
    ref = JobRef(account_id, JobId(place[schema.JOB_ID]))
    return key_of(feed_items.event_key(ref, int(place[feed_items.SEQ])))


def _unknown() -> InvalidRequestError:
    return InvalidRequestError(FieldError("after", "is neither a next_cursor nor an event's id"))
