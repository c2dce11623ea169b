"""How the ledger is shown to its account."""

from collections.abc import Mapping
from decimal import Decimal

from cliphook.adapters.amounts import write_amount
from cliphook.adapters.documents import write_time
from cliphook.domain.ledger import CURRENCY, Entry


def show_balance(balance: Decimal) -> Mapping[str, object]:
    """Write what an account has."""
    return {"balance": write_amount(balance), "currency": CURRENCY}


def show_entry(entry: Entry) -> Mapping[str, object]:
    """Write an entry; `amount` is what it did to the balance, below zero for a charge."""
    return {
        "id": entry.id,
        "kind": entry.kind,
        "amount": write_amount(entry.signed_amount),
        "source": entry.source,
        "target": entry.target,
        "job_id": entry.job_id,
        "reference": entry.reference,
        "at": write_time(entry.at),
    }
