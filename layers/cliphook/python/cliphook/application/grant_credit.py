"""An operator gives an account credit."""

from datetime import datetime
from decimal import Decimal

from cliphook.application.ledger_ports import Ledger
from cliphook.domain.ids import AccountId
from cliphook.domain.ledger import Entry, EntryKind


def grant_credit(
    account_id: AccountId, amount: Decimal, reference: str, *, ledger: Ledger, now: datetime
) -> tuple[Entry, bool]:
    """
    Grant an amount, once for a reference; `False` if that was done before.

    So whoever does not know whether it was done does it again. Raises what `Ledger.grant` does.
    """
    entry = Entry(account_id, EntryKind.GRANT, reference, amount, now)
    return entry, ledger.grant(entry)
