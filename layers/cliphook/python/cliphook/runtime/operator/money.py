"""`grant`, `balance` and `audit`: the credit of accounts."""

from typing import Annotated, Final

from pydantic import Field

from cliphook.adapters.amounts import Credit, write_amount
from cliphook.application.grant_credit import grant_credit
from cliphook.domain.ids import AccountId
from cliphook.domain.ledger import CURRENCY
from cliphook.runtime.auditing import audit_aloud, show_audit
from cliphook.runtime.clock import now
from cliphook.runtime.observability import logger
from cliphook.runtime.operator.desk import AccountName, Answer, Command, Desk, Order

# It becomes part of a row's key, and stands in the log.
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")]


class Grant(Order):
    """Give an account credit, once for a reference."""

    account_id: AccountName
    amount: Credit
    reference: Reference


class Balance(Order):
    """Tell what an account has."""

    account_id: AccountName


class AuditAccounts(Order):
    """Recompute an account's balance, or everybody's."""

    account_id: AccountName | None = None


def _grant(order: Grant, desk: Desk) -> Answer:
    account_id = AccountId(order.account_id)
    entry, is_new = grant_credit(
        account_id, order.amount, order.reference, ledger=desk.ledger, now=now()
    )
    told = {"account_id": account_id, "reference": order.reference, "is_new": is_new}
    logger.info("credit granted", extra={**told, "amount": write_amount(entry.amount)})
    return {**told, **_show_balance(account_id, desk)}


def _balance(order: Balance, desk: Desk) -> Answer:
    account_id = AccountId(order.account_id)
    return {"account_id": account_id, **_show_balance(account_id, desk)}


def _audit(order: AuditAccounts, desk: Desk) -> Answer:
    named = AccountId(order.account_id) if order.account_id else None
    found = audit_aloud([named] if named else desk.ledger.list_accounts(), ledger=desk.ledger)
    return {
        "audited": found.audited,
        "discrepancies": [show_audit(audit) for audit in found.wrong],
        "missed": list(found.missed),
    }


def _show_balance(account_id: AccountId, desk: Desk) -> Answer:
    return {"balance": write_amount(desk.ledger.balance(account_id)), "currency": CURRENCY}


GRANT: Final = Command(Grant, _grant)
BALANCE: Final = Command(Balance, _balance)
AUDIT: Final = Command(AuditAccounts, _audit)
