"""Balances are held against the entries that made them."""

from collections.abc import Iterable
from dataclasses import dataclass

from cliphook.application.ledger_ports import Audit, Ledger
from cliphook.domain.errors import RetryableError
from cliphook.domain.ids import AccountId


@dataclass(frozen=True, slots=True)
class Findings:
    """How many balances were recomputed, which were wrong, and which could not be looked at."""

    audited: int
    wrong: tuple[Audit, ...]
    missed: tuple[AccountId, ...]


def audit_ledger(accounts: Iterable[AccountId], *, ledger: Ledger) -> Findings:
    """
    Recompute balances from every entry, and change nothing.

    An account that is too busy to be read at one moment is named, and keeps no other waiting.
    """
    audits: list[Audit] = []
    missed: list[AccountId] = []
    for account_id in accounts:
        try:
            audits.append(ledger.audit(account_id))
        except RetryableError:
            missed.append(account_id)
    wrong = tuple(audit for audit in audits if not audit.is_sound)
    return Findings(len(audits), wrong, tuple(missed))
