"""What an audit of the ledger found, as it is logged, counted and told."""

from collections.abc import Iterable, Mapping

from cliphook.adapters.amounts import write_amount
from cliphook.adapters.schema import LEDGER_DISCREPANCIES
from cliphook.application.audit_ledger import Findings, audit_ledger
from cliphook.application.ledger_ports import Audit, Ledger
from cliphook.domain.ids import AccountId
from cliphook.runtime.observability import count, logger


def audit_aloud(accounts: Iterable[AccountId], *, ledger: Ledger) -> Findings:
    """Audit accounts; each that is wrong is an error in the log and counts for the alarm."""
    findings = audit_ledger(accounts, ledger=ledger)
    for audit in findings.wrong:
        logger.error("a balance is not what its entries say", extra=dict(show_audit(audit)))
    for account_id in findings.missed:
        logger.warning("an account could not be audited", extra={"account_id": account_id})
    logger.info("ledger audited", extra={"accounts": findings.audited})
    # Also where it is none: so it is seen that somebody looked.
    count(LEDGER_DISCREPANCIES, len(findings.wrong))
    return findings


def show_audit(audit: Audit) -> Mapping[str, object]:
    """Write what an account has against what it should have."""
    return {
        "account_id": audit.account_id,
        "balance": write_amount(audit.balance),
        "recomputed": write_amount(audit.recomputed),
        "entries": audit.entries,
        "counted": audit.counted,
    }
