"""The rows of an account's credit, and how their keys are spelled: one partition for all of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cliphook.adapters import schema
from cliphook.adapters.items import Item, account_key, list_key, timestamp
from cliphook.adapters.schema import Entity
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.ledger import Entry, EntryKind, Spend

# An account's balance, and how many entries have moved it.
BALANCE: Final = "balance"
COUNTED: Final = "entries"
# What an account has spent at a provider on a day.
SPENT: Final = "spent"
# With what the keys of an account's entries begin.
ENTRY_ROWS: Final = "LEDGER#"


def balance_key(account_id: AccountId) -> Item:
    """Spell the key of an account's balance."""
    return account_key(account_id, "BALANCE")


def entry_key(account_id: AccountId, kind: EntryKind, reference: str) -> Item:
    """Spell the key of a ledger entry: what it is for, so that it is written once."""
    return account_key(account_id, f"{ENTRY_ROWS}{kind}#{reference}")


def entry_item(entry: Entry) -> Item:
    """Write a ledger entry, with both of its sides."""
    return {
        **entry_key(entry.account_id, entry.kind, entry.reference),
        schema.ENTITY: Entity.LEDGER,
        schema.ACCOUNT_ID: entry.account_id,
        schema.JOB_ID: entry.job_id,
        schema.LIST.hash_key: list_key(entry.account_id, Entity.LEDGER),
        schema.LIST.range_key: entry.id,
        "kind": entry.kind,
        "reference": entry.reference,
        "amount": entry.amount,
        "source": entry.source,
        "target": entry.target,
        "at": timestamp(entry.at),
    }


def read_entry(row: Mapping[str, Any]) -> Entry:
    """Read an entry; one of a kind that only a newer version knows is left to that one."""
    if row["kind"] not in EntryKind:
        raise UnavailableStoreError
    return Entry(
        account_id=AccountId(row[schema.ACCOUNT_ID]),
        kind=EntryKind(row["kind"]),
        reference=row["reference"],
        amount=row["amount"],
        at=datetime.fromisoformat(row["at"]),
        job_id=JobId(row[schema.JOB_ID]) if schema.JOB_ID in row else None,
    )


def spend_key(spend: Spend) -> Item:
    """Spell the key of what an account has spent at a provider on a day."""
    return account_key(spend.account_id, f"SPEND#{spend.day}#{spend.provider}")
