"""An account's events, as they are shown to it: the story of `feed`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_feed import DynamoDbFeed
from cliphook.application.feed_ports import Feed
from cliphook.application.library_ports import Page
from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.errors import UnknownResourceError
from cliphook.domain.ids import AccountId, EventId, JobId, is_id
from cliphook.runtime.clock import now
from cliphook.runtime.paging import fitting, read_limit
from cliphook.runtime.settings import KeyedSettings


@dataclass(frozen=True, slots=True)
class Feeding:
    """
    Pages of one account's events, each as the bus has it.

    Raises `InvalidRequestError` for a bad `limit` or `after`.
    """

    feed: Feed

    def list_events(self, account_id: AccountId, query: Mapping[str, str]) -> Mapping[str, object]:
        """Write a page of the account's; raises `ExpiredCursorError`."""
        limit = read_limit(query.get("limit"))
        return _show(self.feed.list_events(account_id, _after(query), limit, now()))

    def list_job_events(
        self, account_id: AccountId, job_id: str, query: Mapping[str, str]
    ) -> Mapping[str, object]:
        """Write a page of one job's; raises `UnknownResourceError`."""
        limit = read_limit(query.get("limit"))
        # The table refuses a key that is too long, and that would look like a table in trouble.
        if not is_id("job", job_id):
            raise UnknownResourceError
        ref = JobRef(account_id, JobId(job_id))
        return _show(self.feed.list_job_events(ref, _after(query), limit))


def make_feeding(settings: KeyedSettings) -> Feeding:
    """Put the parts together at cold start."""
    return Feeding(DynamoDbFeed(settings.TABLE_NAME, aws.dynamodb()))


def _after(query: Mapping[str, str]) -> EventId | None:
    after = query.get("after")
    return None if after is None else EventId(after)


def _show(page: Page[EventRow]) -> Mapping[str, object]:
    """Write the details, and where to go on: after the last that fits, if there is more."""
    shown: list[dict[str, Any]] = [json.loads(row.detail) for row in page.items]
    count = fitting(shown)
    next_cursor = page.next_cursor if count == len(shown) else page.items[count - 1].event_id
    return {"data": shown[:count], "next_cursor": next_cursor}
