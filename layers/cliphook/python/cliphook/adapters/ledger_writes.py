"""What a transaction writes when credit moves: the entry, the balance, and a cap's count."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from cliphook.adapters import items, ledger_items, schema
from cliphook.adapters.ledger_items import BALANCE, COUNTED, SPENT
from cliphook.adapters.schema import Entity
from cliphook.adapters.transactions import REFUSED, Reasons, Writes
from cliphook.domain.change import Change
from cliphook.domain.errors import CapReachedError, CliphookError, InsufficientBalanceError
from cliphook.domain.ledger import Entry, EntryKind, Spend

# A day's row stays until no clock can count for that day any more.
SPEND_KEPT: Final = timedelta(days=3)


def money_writes(table: str, change: Change) -> list[dict[str, Any]]:
    """List what a change writes of money. An entry that is there already refuses all of it."""
    writes = [write for entry in change.entries for write in entry_writes(table, entry)]
    if change.spend:
        writes.append({"Update": _count(table, change.spend, change.at)})
    return writes


def entry_writes(table: str, entry: Entry) -> Iterator[dict[str, Any]]:
    """List the entry and what it does to the balance; a charge finds enough there, or refuses."""
    yield {
        "Put": {
            "TableName": table,
            "Item": items.marshal(ledger_items.entry_item(entry)),
            "ConditionExpression": f"attribute_not_exists({schema.PARTITION_KEY})",
        }
    }
    yield {"Update": _move(table, entry)}


def refusal_of(writes: Writes, reasons: Reasons) -> CliphookError | None:
    """Tell whether a transaction was refused for want of credit, or because of a cap."""
    for write, reason in zip(writes, reasons, strict=False):
        update: Mapping[str, Any] = write.get("Update", {})
        if reason.get("Code") != REFUSED or "ConditionExpression" not in update:
            continue
        if BALANCE in update["ConditionExpression"]:
            return InsufficientBalanceError()
        if SPENT in update["ConditionExpression"]:
            return CapReachedError()
    return None


def _move(table: str, entry: Entry) -> dict[str, Any]:
    values: dict[str, Any] = {
        ":by": entry.signed_amount,
        ":nothing": 0,
        ":one": 1,
        ":entity": Entity.BALANCE,
        ":account": entry.account_id,
        ":accounts": schema.BALANCES,
    }
    update: dict[str, Any] = {
        "TableName": table,
        "Key": items.marshal(ledger_items.balance_key(entry.account_id)),
        "UpdateExpression": (
            f"SET {BALANCE} = if_not_exists({BALANCE}, :nothing) + :by,"
            f" {COUNTED} = if_not_exists({COUNTED}, :nothing) + :one,"
            f" {schema.ENTITY} = :entity, {schema.ACCOUNT_ID} = :account,"
            f" {schema.LIST.hash_key} = :accounts, {schema.LIST.range_key} = :account"
        ),
    }
    if entry.kind is EntryKind.CHARGE:
        update["ConditionExpression"] = f"{BALANCE} >= :price"
        values[":price"] = entry.amount
    return update | {"ExpressionAttributeValues": items.marshal(values)}


def _count(table: str, spend: Spend, at: datetime) -> dict[str, Any]:
    is_allowed = f"{SPENT} <= :room"
    if spend.amount <= spend.cap:
        is_allowed = f"attribute_not_exists({SPENT}) OR {is_allowed}"
    return {
        "TableName": table,
        "Key": items.marshal(ledger_items.spend_key(spend)),
        "UpdateExpression": (
            f"SET {SPENT} = if_not_exists({SPENT}, :nothing) + :by,"
            f" {schema.ENTITY} = :entity, {schema.EXPIRES_AT} = :expires"
        ),
        "ConditionExpression": is_allowed,
        "ExpressionAttributeValues": items.marshal(
            {
                ":by": spend.amount,
                ":nothing": 0,
                ":room": spend.cap - spend.amount,
                ":entity": Entity.SPEND,
                ":expires": int((at + SPEND_KEPT).timestamp()),
            }
        ),
    }
