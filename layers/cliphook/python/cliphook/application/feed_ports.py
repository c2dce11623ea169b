"""What the feed needs from outside: an order among an account's events, and pages in that order."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from cliphook.application.library_ports import Page
from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.ids import AccountId, EventId

# For so long at least an event stands in its account's feed.
KEPT: Final = timedelta(days=30)


class Places(Protocol):
    """Where events get their places, each account's in a row without gaps."""

    def place(self, rows: Sequence[EventRow], now: datetime) -> frozenset[EventId]:
        """
        Give events the next places of their accounts' feeds; name those that are left without.

        What comes before an event in its job is placed before it. An event that has a place
        keeps it, and an order wants none. Raises nothing for the sake of a row.
        """
        ...


class Feed(Protocol):
    """
    Events in the order of their places, which is also the order in which they can be seen.

    So whoever has read up to an event has missed nothing before it. An event whose row is gone
    is left out, so a page may have fewer than its limit, or none, and another one behind it.
    Raises `UnavailableStoreError`.
    """

    def list_events(
        self, account_id: AccountId, after: EventId | None, limit: int, now: datetime
    ) -> Page[EventRow]:
        """
        List an account's events, oldest first; without `after` from the first that is kept.

        Raises `InvalidRequestError` for an `after` that is no event of the account's feed, and
        `ExpiredCursorError` for one that is no longer kept.
        """
        ...

    def last_before(self, account_id: AccountId, since: datetime, now: datetime) -> EventId | None:
        """
        Name an event after which all stand that occurred since an instant; `None` for the first.

        Some that occurred before it may stand there too: clocks differ by minutes, and an event
        gets its place only after it occurred.
        """
        ...

    def list_job_events(self, ref: JobRef, after: EventId | None, limit: int) -> Page[EventRow]:
        """
        List a job's events, by their numbers; these are there as soon as they are committed.

        Raises `UnknownResourceError` where there is no such job, and `InvalidRequestError` for an
        `after` that is none of them.
        """
        ...
