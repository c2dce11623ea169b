"""I5: nobody pays twice, nobody pays for nothing, and every amount is accounted for."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from tests.simulator.checks.reading import Item, number, text
from tests.simulator.checks.rules import after_each_commit, in_the_end, whenever
from tests.simulator.checks.view import FAILED, JobSeen, View
from tests.simulator.logs import Wrote

QUANTUM: Final = Decimal("0.0001")


@after_each_commit("I5")
def balance_is_what_its_entries_say(view: View) -> Iterator[str]:
    """A balance is its grants less its charges plus its refunds, and never below nothing."""
    for account in sorted(view.touched):
        row = view.sight.rows.get((f"ACCOUNT#{account}", "BALANCE"))
        balance = number(row, "balance") if row else Decimal(0)
        total = sum(map(_signed, _entries(view, account).values()), Decimal(0))
        if balance != total:
            yield f"{account} has {balance}, and entries of {total}"
        if balance < 0:
            yield f"{account} has {balance}"
    view.touched.clear()


@whenever("I5", Wrote)
def entries_are_for_good(wrote: Wrote, _: View) -> Iterator[str]:
    """A ledger entry is written once, and never changed."""
    if wrote.key[1].startswith("LEDGER#") and wrote.before:
        yield f"{wrote.key[1]} was changed"


@after_each_commit("I5")
def paid_for_what_came(view: View) -> Iterator[str]:
    """
    A job is charged once and refunded once, in the commit of its end: what did not come.

    A success is never refunded in full, and a failure without music always is.
    """
    for job in view.ending:
        charged = _amount(view, job, "charge")
        expected = _refund(job.document, charged)
        refunded = _amount(view, job, "refund")
        if charged != Decimal(job.document.get("charge") or 0):
            yield f"{job.id} costs {job.document.get('charge')}, and {charged} was charged"
        if refunded != expected:
            yield f"{job.id} is {job.status}, and gets back {refunded}, not {expected}"
        if job.status not in FAILED and charged and refunded >= charged:
            yield f"{job.id} is {job.status}, and cost nothing"
    view.ending.clear()


@in_the_end("I5")
def every_charge_has_its_job(view: View) -> Iterator[str]:
    """Nobody is charged for what is no job of his, and refunded without or more than a charge."""
    for (partition, row), item in view.sight.rows.items():
        if not row.startswith(("LEDGER#charge#", "LEDGER#refund#")):
            continue
        job = view.jobs.get(row.rpartition("#")[2])
        account = partition.partition("#")[2]
        if not job or (job.account != account and not job.is_deleted):
            yield f"{account} has {row} for no job of its own"
        elif row.startswith("LEDGER#refund#"):
            charged = _amount(view, job, "charge")
            if number(item, "amount") > charged:
                yield f"{job.id} was charged {charged} and refunded {number(item, 'amount')}"


def _entries(view: View, account: str) -> Mapping[str, Item]:
    return {
        row: item
        for (partition, row), item in view.sight.rows.items()
        if partition == f"ACCOUNT#{account}" and row.startswith("LEDGER#")
    }


def _signed(item: Item) -> Decimal:
    amount = number(item, "amount")
    return -amount if text(item, "kind") == "charge" else amount


def _amount(view: View, job: JobSeen, kind: str) -> Decimal:
    row = view.sight.rows.get((f"ACCOUNT#{job.account}", f"LEDGER#{kind}#{job.id}"))
    return number(row, "amount") if row else Decimal(0)


def _refund(job: Mapping[str, Any], charged: Decimal) -> Decimal:
    """Work out anew what an end gives back: the share of the clips that did not come."""
    if not charged:
        return Decimal(0)
    attempts, route = job["attempts"], job.get("route") or [{}]
    option = route[int(attempts[-1].get("option", 0)) if attempts else 0]
    expected = int(option.get("clips") or 1)
    delivered = sum(1 for clip in job["clips"].values() if clip.get("delivered_at"))
    missing = max(0, expected - delivered)
    back = (charged * missing / expected).quantize(QUANTUM, rounding=ROUND_HALF_UP)
    return min(back, charged - QUANTUM) if delivered else back
