"""What was announced to an account, to be sent again, and where single jobs are to be told of."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import items
from cliphook.adapters.dynamodb_feed import DynamoDbFeed
from cliphook.application.library_ports import Page
from cliphook.application.ports import EventRow, JobRef
from cliphook.application.webhook_ports import Announced
from cliphook.domain.errors import FieldError, InvalidRequestError, UnavailableStoreError
from cliphook.domain.ids import AccountId, EventId, JobId, is_id

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

PAGE: Final = 50


class DynamoDbAnnouncements:
    """Events by their accounts' feeds, and the URLs that came with jobs."""

    def __init__(self, table: str, client: "DynamoDBClient", clock: Callable[[], datetime]) -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client
        self._clock = clock
        self._feed = DynamoDbFeed(table, client)

    def list_events(
        self, account_id: AccountId, since: datetime, until: datetime, cursor: str | None
    ) -> Page[Announced]:
        """
        List events of a time as they came to the feed; raises as the feed does for a cursor.

        What came late to the feed stands far behind its time, so all of it is read to the end. One
        that cannot be read is left out, by its id.
        """
        if cursor is not None and not is_id("evt", cursor):
            raise InvalidRequestError(FieldError("cursor", "is not one that a page gave"))
        now = self._clock()
        after = EventId(cursor) if cursor else self._feed.last_before(account_id, since, now)
        page = self._feed.list_events(account_id, after, PAGE, now)
        told = {row.event_id: _read(row) for row in page.items}
        found = tuple(one for one in told.values() if one and since <= one.at <= until)
        left_out = tuple(event_id for event_id, one in told.items() if not one)
        return Page(found, page.next_cursor, left_out)

    def url_of(self, ref: JobRef) -> str | None:
        """Tell the callback URL that came with a job, if one did."""
        names = {"#job": items.DOCUMENT, "#request": "request", "#url": "callback_url"}
        try:
            answer = self._client.get_item(
                TableName=self._table,
                Key=items.marshal(items.job_key(ref)),
                ProjectionExpression="#job.#request.#url",
                ExpressionAttributeNames=names,
                ConsistentRead=True,
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        found = items.unmarshal(answer.get("Item", {})).get(items.DOCUMENT, {})
        url = found.get("request", {}).get("callback_url")
        return str(url) if url else None


def _read(row: EventRow) -> Announced | None:
    with suppress(KeyError, TypeError, ValueError):
        return read_announced(row.detail)
    return None


def read_announced(detail: str) -> Announced:
    """Read what a detail is about; the text itself stays as it is."""
    told = json.loads(detail)
    occurred_at = str(told["occurred_at"])
    return Announced(
        account_id=AccountId(told["account_id"]),
        event_id=EventId(told["id"]),
        type=str(told["type"]),
        job_id=JobId(told["job"]["id"]),
        at=datetime.fromisoformat(occurred_at),
        occurred_at=occurred_at,
        detail=detail,
    )
