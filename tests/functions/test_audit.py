"""The daily audit, by whole events: balances that are not what their entries say are told of."""

import json
from typing import Any

import pytest

from cliphook.adapters import aws, items, ledger_items
from cliphook.domain.ids import AccountId
from cliphook.domain.ledger import EntryKind
from tests.functions.conftest import Output
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load
from tests.support.makers import ACCOUNT
from tests.support.sample_world import OTHER_ACCOUNT

DAY = load("audit", "day")


@pytest.fixture
def audit(deployed: Deployed) -> Function:
    return deployed.load("audit")


def lines(output: Output) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.read().splitlines()]


def discrepancies(output: Output) -> list[float]:
    """Read what was counted for the alarm, run by run."""
    counted = [line["LedgerDiscrepancies"] for line in lines(output) if "_aws" in line]
    return [number for row in counted for number in row]


def tamper(deployed: Deployed, account_id: AccountId, balance: int) -> None:
    key = ledger_items.balance_key(account_id)
    aws.dynamodb().update_item(
        TableName=deployed.table,
        Key=items.marshal(key),
        UpdateExpression="SET balance = :balance",
        ExpressionAttributeValues=items.marshal({":balance": balance}),
    )


def test_where_every_balance_is_right_none_is_counted(
    audit: Function, deployed: Deployed, output: Output
) -> None:
    deployed.load("submit").answer(load("submit", "simple"))
    before = deployed.rows()

    assert audit(DAY) is None

    assert discrepancies(output) == [0]
    (told,) = [line for line in lines(output) if line.get("message") == "ledger audited"]
    assert told["accounts"] == 2
    assert deployed.rows() == before


def test_a_balance_that_is_wrong_is_counted_and_told_with_its_amounts_and_not_mended(
    audit: Function, deployed: Deployed, output: Output
) -> None:
    tamper(deployed, ACCOUNT, 1_000_007)
    before = deployed.rows()

    audit(DAY)

    assert discrepancies(output) == [1]
    (told,) = [line for line in lines(output) if line.get("level") == "ERROR"]
    assert told["account_id"] == ACCOUNT
    assert (told["balance"], told["recomputed"]) == ("1000007.0000", "1000000.0000")
    assert (told["entries"], told["counted"]) == (1, 1)
    assert deployed.rows() == before


def test_one_account_that_is_wrong_hides_no_other(
    audit: Function, deployed: Deployed, output: Output
) -> None:
    for account_id in (ACCOUNT, OTHER_ACCOUNT):
        tamper(deployed, account_id, 0)

    audit(DAY)

    assert discrepancies(output) == [2]


def test_an_account_that_cannot_be_read_is_named_and_keeps_no_other_waiting(
    audit: Function, deployed: Deployed, output: Output
) -> None:
    aws.dynamodb().update_item(
        TableName=deployed.table,
        Key=items.marshal(ledger_items.entry_key(ACCOUNT, EntryKind.GRANT, "test")),
        UpdateExpression="SET kind = :kind",
        ExpressionAttributeValues=items.marshal({":kind": "rebate"}),
    )
    tamper(deployed, OTHER_ACCOUNT, 0)

    audit(DAY)

    assert discrepancies(output) == [1]
    (told,) = [line for line in lines(output) if line.get("level") == "WARNING"]
    assert told["account_id"] == ACCOUNT
