"""
The ledger: every movement of credit, from one side to another, so that all of it sums to nothing.

A balance is never more than the sum of its entries. An entry is named by what it is for, so it can
be written once only: one charge and one refund for a job, one grant for a reference.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from cliphook.domain.clip import Clip
from cliphook.domain.ids import AccountId, EntryId, JobId, derive_id
from cliphook.domain.job import Job
from cliphook.domain.route import option_of

CURRENCY: Final = "credits"
# The smallest amount there is.
QUANTUM: Final = Decimal("0.0001")

# The other side of every entry.
GRANTS: Final = "house:grants"
SALES: Final = "house:sales"


class EntryKind(StrEnum):
    """What an entry is for."""

    GRANT = "grant"
    CHARGE = "charge"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One movement: `amount`, above zero, leaves `source` and comes to `target`.

    `reference` is what it is for: the job's id, or the operator's word for a grant.
    """

    account_id: AccountId
    kind: EntryKind
    reference: str
    amount: Decimal
    at: datetime
    job_id: JobId | None = None

    @property
    def id(self) -> EntryId:
        """Its name, which follows from what it is for."""
        return EntryId(derive_id("led", self.at, self.account_id, self.kind, self.reference))

    @property
    def source(self) -> str:
        """Which side the credit leaves."""
        return _SIDES.get(self.kind, self.account_id)

    @property
    def target(self) -> str:
        """Which side it comes to."""
        return SALES if self.kind is EntryKind.CHARGE else self.account_id

    @property
    def signed_amount(self) -> Decimal:
        """What it does to the account's balance."""
        return -self.amount if self.source == self.account_id else self.amount


@dataclass(frozen=True, slots=True)
class Spend:
    """What a job may come to cost at a provider on one day, against what an account may there."""

    account_id: AccountId
    provider: str
    day: str
    amount: Decimal
    cap: Decimal


_SIDES: Final = {EntryKind.GRANT: GRANTS, EntryKind.REFUND: SALES}


def balance_of(entries: Iterable[Entry]) -> Decimal:
    """Recompute an account's balance from all of its entries."""
    return sum((entry.signed_amount for entry in entries), start=Decimal(0))


def charge_of(job: Job) -> Entry | None:
    """Write the charge for a new job, if it costs anything."""
    if not job.charge:
        return None
    return Entry(job.account_id, EntryKind.CHARGE, job.id, job.charge, job.created_at, job.id)


def refund_of(before: Job, after: Job) -> Decimal | None:
    """
    Tell what of its charge a job gets back with this change; `None` if this is not its end.

    It is decided once, at the first end that a job comes to, and never again: what is delivered
    of what was to be expected has been paid for, and the rest comes back.
    """
    if not after.charge or before.refund is not None or not after.has_ended:
        return None
    expected = option_of(after, after.attempt.option if after.attempt else 0).clips or 1
    delivered = sum(1 for clip in after.clips.values() if _is_paid_for(after, clip))
    missing = max(0, expected - delivered)
    back = (after.charge * missing / expected).quantize(QUANTUM, rounding=ROUND_HALF_UP)
    # Of a price so small that its share is rounded away, something stays for what was delivered.
    return min(back, after.charge - QUANTUM) if delivered else back


def _is_paid_for(job: Job, clip: Clip) -> bool:
    return clip.is_delivered and not job.is_late(clip)


def refund_entry(job: Job, at: datetime) -> Entry | None:
    """Write the entry of a job's refund, if it gets anything back."""
    if not job.refund:
        return None
    return Entry(job.account_id, EntryKind.REFUND, job.id, job.refund, at, job.id)


def spend_of(job: Job, option: int, at: datetime) -> Spend | None:
    """Write what asking an option of a job's route counts against its provider's daily cap."""
    asked = option_of(job, option)
    if asked.cap is None or not asked.price:
        return None
    return Spend(job.account_id, asked.provider, day_of(at), asked.price, asked.cap)


def day_of(at: datetime) -> str:
    """Name the day of an instant, in UTC."""
    return at.astimezone(UTC).date().isoformat()
