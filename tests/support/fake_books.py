"""How credit moves on plain dictionaries: all of a change, or nothing and the reason."""

from collections.abc import Iterable
from decimal import Decimal

from cliphook.domain.change import Change
from cliphook.domain.errors import CapReachedError, InsufficientBalanceError
from cliphook.domain.ids import AccountId
from cliphook.domain.ledger import Entry, EntryKind, balance_of

# Named by what they are for, so that each is written once.
type Entries = dict[tuple[AccountId, EntryKind, str], Entry]
# By account, day and provider.
type Spent = dict[tuple[AccountId, str, str], Decimal]


def balance_in(entries: Entries, account_id: AccountId) -> Decimal:
    """Add an account's entries up."""
    return balance_of(one for one in entries.values() if one.account_id == account_id)


def is_repeated(entries: Entries, wanted: Iterable[Entry]) -> bool:
    """Tell whether any of them is there already."""
    return any((one.account_id, one.kind, one.reference) in entries for one in wanted)


def pay(entries: Entries, spent: Spent, change: Change) -> None:
    """Move the credit of a change, or raise and move none."""
    for entry in change.entries:
        has = balance_in(entries, entry.account_id)
        if entry.kind is EntryKind.CHARGE and has < entry.amount:
            raise InsufficientBalanceError
    if spend := change.spend:
        key = (spend.account_id, spend.day, spend.provider)
        total = spent.get(key, Decimal(0)) + spend.amount
        if total > spend.cap:
            raise CapReachedError
        spent[key] = total
    for entry in change.entries:
        entries[entry.account_id, entry.kind, entry.reference] = entry
