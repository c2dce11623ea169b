"""The ledger on the fakes' table."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from cliphook.application.ledger_ports import Audit
from cliphook.application.library_ports import Page
from cliphook.domain.errors import FieldError, InvalidRequestError, ReusedReferenceError
from cliphook.domain.ids import AccountId
from cliphook.domain.ledger import Entry, balance_of
from tests.support.fake_table import FakeTable
from tests.support.hooks import step

_CURSOR: Final = re.compile(r"led_[0-9A-Z]{26}", re.ASCII)


class FakeLedger:
    """The ledger on the table, whose balances are nothing but the sums of their entries."""

    def __init__(self, table: FakeTable) -> None:
        """Use that table."""
        self._table = table

    def balance(self, account_id: AccountId) -> Decimal:
        """Tell what an account has."""
        with step(self._table.hook, "ledger.balance"):
            return self._table.balance(account_id)

    def grant(self, entry: Entry) -> bool:
        """Give an account credit, once for a reference."""
        with step(self._table.hook, "ledger.grant"):
            key = (entry.account_id, entry.kind, entry.reference)
            earlier = self._table.entries.setdefault(key, entry)
        if earlier.amount != entry.amount:
            raise ReusedReferenceError
        return earlier is entry

    def list_entries(self, account_id: AccountId, limit: int, cursor: str | None) -> Page[Entry]:
        """List entries, newest first."""
        if cursor is not None and not _CURSOR.fullmatch(cursor):
            raise InvalidRequestError(FieldError("cursor", "is not one that a page gave"))
        with step(self._table.hook, "ledger.list_entries"):
            own = self._own(account_id)
        later = [entry for entry in own if cursor is None or entry.id < cursor]
        newest = sorted(later, key=lambda entry: entry.id, reverse=True)
        page = tuple(newest[:limit])
        return Page(page, page[-1].id if len(newest) > limit else None)

    def list_accounts(self) -> Iterator[AccountId]:
        """Name every account that has entries."""
        yield from sorted({account_id for account_id, _, _ in self._table.entries})

    def audit(self, account_id: AccountId) -> Audit:
        """Recompute a balance from every one of its entries."""
        own = self._own(account_id)
        return Audit(account_id, balance_of(own), balance_of(own), len(own), len(own))

    def _own(self, account_id: AccountId) -> list[Entry]:
        return [one for one in self._table.entries.values() if one.account_id == account_id]
