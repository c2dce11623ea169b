"""What the stories about money need from outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from cliphook.application.ports import Page
from cliphook.domain.ids import AccountId
from cliphook.domain.ledger import Entry


@dataclass(frozen=True, slots=True)
class Audit:
    """What an account's balance is, and what its entries add up to."""

    account_id: AccountId
    balance: Decimal
    recomputed: Decimal
    entries: int


class Ledger(Protocol):
    """Where credit is kept. Raises `UnavailableStoreError`."""

    def balance(self, account_id: AccountId) -> Decimal:
        """Tell what an account has; nothing, if it was never given anything."""
        ...

    def grant(self, entry: Entry) -> bool:
        """
        Give an account credit; `False` if the same reference was granted before.

        Raises `ReusedReferenceError` if that was another amount.
        """
        ...

    def list_entries(self, account_id: AccountId, limit: int, cursor: str | None) -> Page[Entry]:
        """List entries, newest first; raises `InvalidRequestError` for a cursor of no page."""
        ...

    def list_accounts(self) -> Iterator[AccountId]:
        """Name every account that has a balance."""
        ...

    def audit(self, account_id: AccountId) -> Audit:
        """Recompute a balance from every one of its entries, at one moment."""
        ...
