"""The ledger on the same table: every account's balance, and the entries that it adds up."""

import re
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import items, ledger_items, schema
from cliphook.adapters.ledger_items import BALANCE, COUNTED, read_entry
from cliphook.adapters.ledger_writes import entry_writes
from cliphook.adapters.schema import Entity
from cliphook.adapters.transactions import Sleep, pause, transact_patiently
from cliphook.application.ledger_ports import Audit
from cliphook.application.library_ports import Page
from cliphook.domain.errors import (
    ContendedJobError,
    FieldError,
    InvalidRequestError,
    ReusedReferenceError,
    UnavailableStoreError,
)
from cliphook.domain.ids import AccountId
from cliphook.domain.ledger import Entry, balance_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# How often an account's entries are read again because its balance moved meanwhile.
LOOKS_MAX: Final = 5
_LOOK_AGAIN_S: Final = 0.5

_CURSOR: Final = re.compile(r"led_[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)


class DynamoDbLedger:
    """The ledger on one table."""

    def __init__(self, table: str, client: "DynamoDBClient", sleep: Sleep = time.sleep) -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client
        self._sleep = sleep

    def balance(self, account_id: AccountId) -> Decimal:
        """Tell what an account has; nothing, if it was never given anything."""
        return self._standing(account_id)[0]

    def grant(self, entry: Entry) -> bool:
        """Give an account credit; `False` if the same reference was granted before."""
        writes = [*entry_writes(self._table, entry)]
        if not transact_patiently(self._client, writes, self._sleep):
            return True
        row = self._get(ledger_items.entry_key(entry.account_id, entry.kind, entry.reference))
        if not row:
            raise UnavailableStoreError
        if row["amount"] != entry.amount:
            raise ReusedReferenceError
        return False

    def list_entries(self, account_id: AccountId, limit: int, cursor: str | None) -> Page[Entry]:
        """List entries, newest first; raises `InvalidRequestError` for a cursor of no page."""
        if cursor is not None and not _CURSOR.fullmatch(cursor):
            raise InvalidRequestError(FieldError("cursor", "is not one that a page gave"))
        values = {":key": items.list_key(account_id, Entity.LEDGER), ":id": cursor or "led_~"}
        query = {
            "IndexName": schema.LIST.name,
            "KeyConditionExpression": f"{schema.LIST.hash_key} = :key AND #id < :id",
            "ExpressionAttributeNames": {"#id": schema.LIST.range_key},
            "ExpressionAttributeValues": items.marshal(values),
            "ScanIndexForward": False,
        }
        # One more than asked for tells whether there is another page.
        rows = self._query(query | {"Limit": limit + 1})["Items"]
        page = [*map(items.unmarshal, rows[:limit])]
        is_last = len(rows) <= limit
        return Page(self._load(page), None if is_last else page[-1][schema.LIST.range_key])

    def list_accounts(self) -> Iterator[AccountId]:
        """Name every account that has a balance; a new one is named moments later."""
        for row in self._rows(
            {
                "IndexName": schema.LIST.name,
                "KeyConditionExpression": f"{schema.LIST.hash_key} = :key",
                "ExpressionAttributeValues": items.marshal({":key": schema.BALANCES}),
            }
        ):
            yield AccountId(row[schema.LIST.range_key])

    def audit(self, account_id: AccountId) -> Audit:
        """
        Recompute a balance from every one of its entries, at one moment.

        The row counts its entries, so as long as it says the same, nothing was written. What does
        not fit is looked at again: an entry may be seen a moment before its balance.
        """
        audit = None
        for _ in range(LOOKS_MAX):
            before = self._standing(account_id)
            entries = [read_entry(row) for row in self._entry_rows(account_id)]
            audit = Audit(account_id, before[0], balance_of(entries), len(entries), before[1])
            has_moved = self._standing(account_id) != before
            if audit.is_sound and not has_moved:
                return audit
            audit = None if has_moved else audit
            pause(self._sleep, _LOOK_AGAIN_S)
        if audit is None:
            raise ContendedJobError
        return audit

    def _standing(self, account_id: AccountId) -> tuple[Decimal, int]:
        """Read a balance, and how many entries moved it."""
        row = self._get(ledger_items.balance_key(account_id))
        return (row[BALANCE], int(row[COUNTED])) if row else (Decimal(0), 0)

    def _entry_rows(self, account_id: AccountId) -> Iterator[dict[str, Any]]:
        pk = ledger_items.balance_key(account_id)[schema.PARTITION_KEY]
        values = {":pk": pk, ":entries": ledger_items.ENTRY_ROWS}
        return self._rows(
            {
                "KeyConditionExpression": (
                    f"{schema.PARTITION_KEY} = :pk AND begins_with({schema.SORT_KEY}, :entries)"
                ),
                "ExpressionAttributeValues": items.marshal(values),
                "ConsistentRead": True,
            }
        )

    def _load(self, rows: list[dict[str, Any]]) -> tuple[Entry, ...]:
        """Read the entries that the index found, in its order."""
        names = (schema.PARTITION_KEY, schema.SORT_KEY)
        keys = [items.marshal({name: row[name] for name in names}) for row in rows]
        found: dict[str, Entry] = {}
        try:
            while keys:
                answer = self._client.batch_get_item(
                    RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}}
                )
                for row in answer["Responses"][self._table]:
                    entry = read_entry(items.unmarshal(row))
                    found[entry.id] = entry
                unread = answer["UnprocessedKeys"].get(self._table)
                keys = list(unread["Keys"]) if unread else []
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        ids = (row[schema.LIST.range_key] for row in rows)
        return tuple(found[one] for one in ids if one in found)

    def _get(self, key: items.Item) -> dict[str, Any] | None:
        try:
            answer = self._client.get_item(
                TableName=self._table, Key=items.marshal(key), ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        item = answer.get("Item")
        return items.unmarshal(item) if item else None

    def _rows(self, query: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Go through all pages of a query."""
        start: dict[str, Any] = {}
        while True:
            answer = self._query({**query, **start})
            yield from map(items.unmarshal, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _query(self, query: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return self._client.query(TableName=self._table, **query)
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
