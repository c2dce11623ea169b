"""How events get their places in their accounts' feeds, on the same table."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import feed_items, items, row_writes, schema
from cliphook.adapters.feed_items import PLACE, SEQ, feed_key
from cliphook.adapters.transactions import Sleep, pause, transact
from cliphook.application.feed_ports import KEPT
from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.errors import ContendedJobError, UnavailableStoreError
from cliphook.domain.ids import AccountId, EventId

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# An event takes two rows of a transaction's hundred, its job one, and the feed one.
EVENTS_MAX: Final = 33

# How long at most to wait after others were first. Whoever publishes for an account meets the
# others at one row, and there are few of them.
WAITS_S: Final = (0.0, 0.05, 0.1, 0.2, *(0.4,) * 5)

# A table that does not answer costs seconds each time; after so many accounts it is left alone.
UNANSWERED_MAX: Final = 2

# Of so many accounts a process remembers the feed's last place.
REMEMBERED_MAX: Final = 1000

type Numbered = Mapping[tuple[JobRef, int], EventId]


@dataclass(frozen=True, slots=True)
class _Standing:
    """Which place of a feed was the last, and how far each job is placed."""

    place: int
    seqs: Mapping[JobRef, int]


class DynamoDbPlaces:
    """
    Places on one table. One transaction gives a few, all or none of them.

    It holds only if the feed's last place and each job's last number are what they were read or
    thought to be: so no place is given twice or left out, and no event gets two.
    """

    def __init__(self, table: str, client: "DynamoDBClient", sleep: Sleep = time.sleep) -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client
        self._sleep = sleep
        # Which place was the last of each feed, as far as it was seen here.
        self._last: dict[AccountId, int] = {}

    def place(self, rows: Sequence[EventRow], now: datetime) -> frozenset[EventId]:
        """Give events the next places of their feeds; name those that are left without."""
        left: set[EventId] = set()
        unanswered = 0
        for account_id, numbered in _by_account(rows).items():
            for some in batched(sorted(numbered.items(), key=_by_job), EVENTS_MAX, strict=False):
                wanted = dict(some)
                left |= {*wanted.values()}
                if unanswered == UNANSWERED_MAX:
                    continue
                try:
                    self._place(account_id, wanted, now)
                except UnavailableStoreError:
                    unanswered += 1
                except ContendedJobError:
                    continue
                else:
                    left -= {*wanted.values()}
        return frozenset(left)

    def _place(self, account_id: AccountId, wanted: Numbered, now: datetime) -> None:
        standing = self._guess(account_id, wanted)
        for wait_s in WAITS_S:
            standing = standing or self._standing(account_id, wanted)
            standing = self._write(account_id, wanted, standing, now)
            if standing:
                self._remember(account_id, standing.place)
                return
            if wait_s:
                pause(self._sleep, wait_s)
        raise ContendedJobError

    def _write(
        self, account_id: AccountId, wanted: Numbered, standing: _Standing, now: datetime
    ) -> _Standing | None:
        """Give all that is wanted its places; nothing, if not everything stands as was thought."""
        new = self._with_earlier(wanted, standing, now)
        for some in batched(new.items(), EVENTS_MAX, strict=False):
            if transact(self._client, self._writes(account_id, dict(some), standing, now)):
                return None
            standing = _after(standing, dict(some))
        return standing

    def _guess(self, account_id: AccountId, wanted: Numbered) -> _Standing | None:
        """Think that nobody was there since, and that these are the next events of each job."""
        place = self._last.get(account_id)
        if place is None:
            return None
        return _Standing(
            place, {ref: seq - 1 for ref, seq in sorted(wanted, key=_seq, reverse=True)}
        )

    def _remember(self, account_id: AccountId, place: int) -> None:
        if len(self._last) == REMEMBERED_MAX:
            self._last.clear()
        self._last[account_id] = place

    def _standing(self, account_id: AccountId, wanted: Numbered) -> _Standing:
        """Read how far the feed is, and each job in it."""
        refs = dict.fromkeys(ref for ref, _ in wanted)
        rows = [feed_items.HEAD_ROW, *(feed_items.progress_row(ref) for ref in refs)]
        keys = [items.marshal(feed_key(account_id, row)) for row in rows]
        found: dict[str, Any] = {}
        while keys:
            try:
                answer = self._client.batch_get_item(
                    RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}}
                )
            except (ClientError, BotoCoreError) as error:
                raise UnavailableStoreError from error
            read = map(items.unmarshal, answer["Responses"][self._table])
            found |= {row[schema.SORT_KEY]: row for row in read}
            unread = answer["UnprocessedKeys"].get(self._table)
            keys = list(unread["Keys"]) if unread else []
        seqs = {ref: found.get(feed_items.progress_row(ref), {}).get(SEQ, 0) for ref in refs}
        place = found.get(feed_items.HEAD_ROW, {}).get(PLACE, 0)
        return _Standing(int(place), {ref: int(seq) for ref, seq in seqs.items()})

    def _with_earlier(self, wanted: Numbered, standing: _Standing, now: datetime) -> Numbered:
        """Leave out what has its place, and put before an event what its job told before it."""
        new: dict[tuple[JobRef, int], EventId] = {}
        last = dict(standing.seqs)
        for (ref, seq), event_id in wanted.items():
            if seq <= last[ref]:
                continue
            if seq > last[ref] + 1:
                new |= self._earlier(ref, last[ref] + 1, seq - 1, now)
            new[ref, seq] = event_id
            last[ref] = seq
        return new

    def _earlier(self, ref: JobRef, first: int, last: int, now: datetime) -> Numbered:
        """
        Find events that came to the bus without a place, or are still to come there.

        What is too old for the feed has had its place, and is forgotten, or gets none.
        """
        values = {
            ":pk": feed_items.event_key(ref, first)[schema.PARTITION_KEY],
            ":first": feed_items.event_key(ref, first)[schema.SORT_KEY],
            ":last": feed_items.event_key(ref, last)[schema.SORT_KEY],
        }
        found: dict[tuple[JobRef, int], EventId] = {}
        try:
            for page in self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression=(
                    f"{schema.PARTITION_KEY} = :pk AND {schema.SORT_KEY} BETWEEN :first AND :last"
                ),
                ExpressionAttributeValues=items.marshal(values),
                ConsistentRead=True,
            ):
                for item in map(items.unmarshal, page["Items"]):
                    # A row that cannot be read has no place, and keeps no other from having one.
                    with suppress(KeyError, TypeError, ValueError):
                        row = items.event_row(item)
                        number = feed_items.number_of(row)
                        if number and row.at >= now - KEPT:
                            found[number] = row.event_id
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return found

    def _writes(
        self, account_id: AccountId, new: Numbered, standing: _Standing, now: datetime
    ) -> list[dict[str, Any]]:
        last = standing.place + len(new)
        head = feed_items.head_item(account_id, last)
        writes = [self._move(head, PLACE, standing.place)]
        after = _after(standing, new)
        for ref in dict.fromkeys(ref for ref, _ in new):
            progress = feed_items.progress_item(ref, after.seqs[ref], now)
            writes.append(self._move(progress, SEQ, standing.seqs[ref]))
        rows = [
            row
            for place, ((ref, seq), event_id) in enumerate(new.items(), start=standing.place + 1)
            for row in feed_items.place_items(ref, seq, event_id, place, now)
        ]
        return [*writes, *({"Put": row_writes.put(self._table, row)} for row in rows)]

    def _move(self, row: items.Item, name: str, before: int) -> dict[str, Any]:
        """Let a row's number rise, if it is still what it was; it is 0 where there is none yet."""
        update = row_writes.change(self._table, row)
        if before:
            update["ConditionExpression"] = f"#{name} = :before"
            update["ExpressionAttributeValues"] |= items.marshal({":before": before})
        else:
            update["ConditionExpression"] = f"attribute_not_exists({schema.PARTITION_KEY})"
        return {"Update": update}


def _by_account(rows: Sequence[EventRow]) -> dict[AccountId, dict[tuple[JobRef, int], EventId]]:
    """Part events by their accounts, and leave out what is none."""
    found: dict[AccountId, dict[tuple[JobRef, int], EventId]] = {}
    for row in rows:
        number = feed_items.number_of(row)
        if number:
            found.setdefault(number[0].account_id, {})[number] = row.event_id
    return found


def _seq(number: tuple[JobRef, int]) -> int:
    return number[1]


def _by_job(one: tuple[tuple[JobRef, int], EventId]) -> tuple[str, int]:
    (ref, seq), _ = one
    return ref.job_id, seq


def _after(standing: _Standing, new: Numbered) -> _Standing:
    """Tell how far everything is once some events have places."""
    seqs = dict(standing.seqs) | dict(new.keys())
    return _Standing(standing.place + len(new), seqs)
