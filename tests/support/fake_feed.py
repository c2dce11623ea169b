"""Every account's feed on the fake table."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cliphook.adapters import feed_items
from cliphook.application.feed_ports import KEPT
from cliphook.application.library_ports import Page
from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.errors import (
    ExpiredCursorError,
    FieldError,
    InvalidRequestError,
    UnknownResourceError,
)
from cliphook.domain.ids import AccountId, EventId, is_id, make_id
from tests.support.fake_table import FakeTable
from tests.support.hooks import step

ASKED_FOR = KEPT + timedelta(days=1)
SKEW = timedelta(minutes=10)


class FakeFeed:
    """Places, and pages in their order."""

    def __init__(self, table: FakeTable) -> None:
        """Use that table."""
        self._table = table

    def place(self, rows: Sequence[EventRow], now: datetime) -> frozenset[EventId]:
        """Give events the next places of their accounts' feeds."""
        with step(self._table.hook, "places.place"):
            for row in sorted(rows, key=lambda row: row.key):
                number = feed_items.number_of(row)
                if number:
                    self._place(*number, row, now)
        return frozenset()

    def _place(self, ref: JobRef, seq: int, row: EventRow, now: datetime) -> None:
        feed = self._table.feeds.setdefault(ref.account_id, [])
        placed = {placed.key for placed, _ in feed}
        for number in range(1, seq):
            earlier = self._table.rows.get((row.key[0], f"EVENT#{number:06d}"))
            if earlier and earlier.key not in placed and earlier.at >= now - KEPT:
                feed.append((earlier, now))
        if row.key not in placed:
            feed.append((row, now))

    def list_events(
        self, account_id: AccountId, after: EventId | None, limit: int, now: datetime
    ) -> Page[EventRow]:
        """List an account's events, oldest first."""
        with step(self._table.hook, "feed.list_events"):
            feed = self._table.feeds.get(account_id, [])
            start = self._start(feed, after, now)
            page = feed[start : start + limit]
            found = tuple(row for row, _ in page if row.key in self._table.rows)
            is_last = start + limit >= len(feed)
        return Page(found, None if is_last else page[-1][0].event_id)

    def last_before(self, account_id: AccountId, since: datetime, now: datetime) -> EventId | None:
        """Name an event after which all stand that occurred since an instant."""
        with step(self._table.hook, "feed.last_before"):
            feed = self._table.feeds.get(account_id, [])
        before = max(since, now - KEPT) - SKEW
        return next((row.event_id for row, at in reversed(feed) if at < before), None)

    def list_job_events(self, ref: JobRef, after: EventId | None, limit: int) -> Page[EventRow]:
        """List a job's events, by their numbers."""
        with step(self._table.hook, "feed.list_job_events"):
            keys = sorted(key for key in self._table.rows if key[1].startswith("EVENT#"))
            rows = [self._table.rows[key] for key in keys]
        rows = [row for row in rows if (number := feed_items.number_of(row)) and number[0] == ref]
        if ref not in self._table.jobs:
            raise UnknownResourceError
        ids = [row.event_id for row in rows]
        if after is not None and after not in ids:
            raise InvalidRequestError(FieldError("after", "is neither"))
        rest = rows[ids.index(after) + 1 :] if after else rows
        page = tuple(rest[:limit])
        return Page(page, page[-1].event_id if len(rest) > limit else None)

    def _start(
        self, feed: list[tuple[EventRow, datetime]], after: EventId | None, now: datetime
    ) -> int:
        if after is None:
            kept = (place for place, (_, at) in enumerate(feed) if at >= now - KEPT)
            return next(kept, len(feed))
        for place, (row, at) in enumerate(feed):
            if row.event_id == after:
                if at < now - ASKED_FOR:
                    raise ExpiredCursorError
                return place + 1
        if is_id("evt", after) and after < make_id("evt", now - ASKED_FOR, bytes(10)):
            raise ExpiredCursorError
        raise InvalidRequestError(FieldError("after", "is neither"))
