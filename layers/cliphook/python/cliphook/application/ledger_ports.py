"""What the stories about money need from outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from cliphook.application.library_ports import Page
from cliphook.domain.ids import AccountId
from cliphook.domain.ledger import Entry


@dataclass(frozen=True, slots=True)
class Audit:
    """
    What an account's balance is, and what its entries add up to.

    `entries` is how many there are, and `counted` how many the balance was moved for.
    """

    account_id: AccountId
    balance: Decimal
    recomputed: Decimal
    entries: int
    counted: int

    @property
    def is_sound(self) -> bool:
        """Whether the balance is what its entries say."""
        return (self.balance, self.counted) == (self.recomputed, self.entries)


class Ledger(Protocol):
    """Where credit is kept. Raises `UnavailableStoreError`."""

    def balance(self, account_id: AccountId) -> Decimal:
        """Tell what an account has; nothing, if it was never given anything."""
        ...

    def grant(self, entry: Entry) -> bool:
        """
        Give an account credit; `False` if the same reference was granted before.

        Raises `ReusedReferenceError` if that was another amount, and `ContendedJobError` in a
        rush.
        """
        ...

    def list_entries(self, account_id: AccountId, limit: int, cursor: str | None) -> Page[Entry]:
        """List entries, newest first; raises `InvalidRequestError` for a cursor of no page."""
        ...

    def list_accounts(self) -> Iterator[AccountId]:
        """Name every account that has a balance; a new one is named moments later."""
        ...

    def audit(self, account_id: AccountId) -> Audit:
        """
        Recompute a balance from every one of its entries, at one moment.

        Raises `ContendedJobError` for one that does not stand still for long enough.
        """
        ...
