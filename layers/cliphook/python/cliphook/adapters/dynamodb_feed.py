"""An account's events, of all its jobs, in the order in which they were announced."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import items, schema
from cliphook.adapters.outbox_rows import key_of, written_key
from cliphook.adapters.schema import Entity
from cliphook.application.library_ports import Page
from cliphook.application.ports import JobRef
from cliphook.application.webhook_ports import Announced
from cliphook.domain.errors import FieldError, InvalidRequestError, UnavailableStoreError
from cliphook.domain.ids import AccountId, EventId, JobId, make_id

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

PAGE: Final = 50

_CURSOR: Final = re.compile(r"evt_[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)
_FIRST: Final = bytes(10)
_LAST: Final = b"\xff" * 10


class DynamoDbFeed:
    """Event rows on one table, whether they are sent or not, and where jobs' callbacks lead."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client

    def list_events(
        self, account_id: AccountId, since: datetime, until: datetime, cursor: str | None
    ) -> Page[Announced]:
        """List events of a time, the oldest first; raises `InvalidRequestError` for a cursor."""
        if cursor is not None and not _CURSOR.fullmatch(cursor):
            raise InvalidRequestError(FieldError("cursor", "is not one that a page gave"))
        rows = self._find(
            account_id,
            # A cursor is the last event that was seen, and the next one follows it.
            f"{cursor}~" if cursor else make_id("evt", since, _FIRST),
            make_id("evt", until, _LAST),
        )
        found = self._read([key_of(row) for row in rows])
        last = rows[-1][schema.LIST.range_key] if len(rows) == PAGE else None
        return Page(tuple(found[key_of(row)] for row in rows if key_of(row) in found), last)

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

    def _find(self, account_id: AccountId, first: str, last: str) -> list[dict[str, Any]]:
        key = items.list_key(account_id, Entity.EVENT)
        try:
            answer = self._client.query(
                TableName=self._table,
                IndexName=schema.LIST.name,
                KeyConditionExpression=(
                    f"{schema.LIST.hash_key} = :key"
                    f" AND {schema.LIST.range_key} BETWEEN :first AND :last"
                ),
                ExpressionAttributeValues=items.marshal(
                    {":key": key, ":first": first, ":last": last}
                ),
                Limit=PAGE,
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return [items.unmarshal(row) for row in answer["Items"]]

    def _read(self, keys: list[tuple[str, str]]) -> Mapping[tuple[str, str], Announced]:
        found: dict[tuple[str, str], Announced] = {}
        wanted = [written_key(key) for key in keys]
        try:
            while wanted:
                answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": wanted}})
                for item in answer["Responses"][self._table]:
                    row = items.unmarshal(item)
                    found[key_of(row)] = read_announced(row["detail"])
                unread = answer["UnprocessedKeys"].get(self._table)
                wanted = [dict(key) for key in unread["Keys"]] if unread else []
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return found


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
