"""An operator's commands: accounts, and keys that work on the API afterwards."""

import json
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from pydantic import ValidationError

from cliphook.adapters import aws, items, ledger_items
from cliphook.domain.api_key import Scope
from cliphook.domain.errors import ReusedReferenceError
from tests.functions.conftest import Output
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load, query_event
from tests.support.makers import ACCOUNT
from tests.support.sample_world import OTHER_ACCOUNT


@pytest.fixture
def operator(deployed: Deployed) -> Function:
    return deployed.load("operator")


def jobs_seen(deployed: Deployed, key: str) -> Any:
    return deployed.load("query").answer(query_event("GET /v1/jobs", "/v1/jobs", key=key))


def test_a_new_account_gets_a_key_that_works(operator: Function, deployed: Deployed) -> None:
    made = operator(load("operator", "create_account"))

    assert made.keys() == {"account_id", "api_key"}
    answered = jobs_seen(deployed, made["api_key"])
    assert (answered.status, answered.json) == (HTTPStatus.OK, {"data": [], "next_cursor": None})


def test_the_key_submits_as_well_once_there_is_credit(
    operator: Function, deployed: Deployed
) -> None:
    made = operator(load("operator", "create_account"))
    key = made["api_key"]
    operator(load("operator", "grant") | {"account_id": made["account_id"]})
    event = load("submit", "simple")
    event["headers"]["authorization"] = f"Bearer {key}"

    answered = deployed.load("submit").answer(event)

    assert answered.status == HTTPStatus.ACCEPTED
    assert jobs_seen(deployed, key).json["data"][0]["id"] == answered.json["id"]


def test_two_accounts_are_two(operator: Function) -> None:
    one = operator(load("operator", "create_account"))
    other = operator(load("operator", "create_account"))

    assert one["account_id"] != other["account_id"]
    assert one["api_key"] != other["api_key"]


def test_another_key_is_of_the_account_that_was_named(
    operator: Function, deployed: Deployed
) -> None:
    made = operator(load("operator", "create_key"))

    assert made["account_id"] == ACCOUNT
    row = next(row for row in deployed.rows("API_KEY") if row["name"] == "laptop")
    assert (row["account_id"], row["scopes"]) == (ACCOUNT, [*Scope])


def test_what_is_stored_opens_nothing(operator: Function, deployed: Deployed) -> None:
    key = operator(load("operator", "create_account"))["api_key"]

    secret = key.removeprefix("ck_")[12:55]
    assert secret not in str(deployed.rows())


def test_the_key_stands_in_the_answer_only(operator: Function, output: Output) -> None:
    made = operator(load("operator", "create_account"))

    assert made["account_id"] in output.read()
    assert made["api_key"][15:55] not in output.read()


def test_a_grant_is_there_at_once_and_said(operator: Function, output: Output) -> None:
    made = operator(load("operator", "grant"))

    assert made == {
        "account_id": ACCOUNT,
        "reference": "invoice-2026-001",
        "is_new": True,
        "balance": "1000025.0000",
        "currency": "credits",
    }
    told = json.loads(output.read().splitlines()[-1])
    assert (told["account_id"], told["amount"]) == (ACCOUNT, "25.0000")
    assert (told["reference"], told["is_new"]) == ("invoice-2026-001", True)


def test_a_grant_that_comes_again_grants_nothing(operator: Function, deployed: Deployed) -> None:
    first = operator(load("operator", "grant"))
    before = deployed.rows()

    again = operator(load("operator", "grant") | {"amount": "25"})

    assert again == first | {"is_new": False}
    assert deployed.rows() == before


def test_a_reference_that_comes_again_with_another_amount_is_refused(
    operator: Function, deployed: Deployed
) -> None:
    operator(load("operator", "grant"))
    before = deployed.rows()

    with pytest.raises(ReusedReferenceError):
        operator(load("operator", "grant") | {"amount": "25.0001"})

    assert deployed.rows() == before


@pytest.mark.parametrize("amount", ["0.0001", "1000000000"])
def test_the_least_and_the_most_can_be_granted(amount: str, operator: Function) -> None:
    made = operator(load("operator", "grant") | {"amount": amount})

    assert Decimal(made["balance"]) == 1_000_000 + Decimal(amount)


def test_an_operator_sees_what_an_account_has(operator: Function) -> None:
    found = operator(load("operator", "balance"))

    assert found == {"account_id": ACCOUNT, "balance": "1000000.0000", "currency": "credits"}


def test_an_operator_audits_one_account_or_all(operator: Function, deployed: Deployed) -> None:
    key = ledger_items.balance_key(OTHER_ACCOUNT)
    row = next(one for one in deployed.rows("BALANCE") if one["pk"] == key["pk"])
    aws.dynamodb().put_item(
        TableName=deployed.table, Item=items.marshal({**row, "balance": 7, "entries": 3})
    )

    one = operator({"command": "audit", "account_id": ACCOUNT})
    every = operator(load("operator", "audit"))

    assert one == {"audited": 1, "discrepancies": [], "missed": []}
    assert every == {
        "audited": 2,
        "discrepancies": [
            {
                "account_id": OTHER_ACCOUNT,
                "balance": "7.0000",
                "recomputed": "1000000.0000",
                "entries": 1,
                "counted": 3,
            }
        ],
        "missed": [],
    }


GRANT: dict[str, object] = load("operator", "grant")
COMMANDS: dict[str, dict[str, object]] = {
    "none": {},
    "unknown": {"command": "drop_table"},
    "no name": {"command": "create_account"},
    "empty name": {"command": "create_account", "name": ""},
    "long name": {"command": "create_account", "name": "x" * 101},
    "odd account": {"command": "create_key", "account_id": "acct_1#KEY"},
    "more": {"command": "create_account", "name": "x", "admin": True},
    "grant of nothing": GRANT | {"amount": "0.0000"},
    "grant below zero": GRANT | {"amount": "-1"},
    "grant of five decimals": GRANT | {"amount": "1.00000"},
    "grant of a number": GRANT | {"amount": 25},
    "grant of too much": GRANT | {"amount": "1000000000.0001"},
    "grant of no number": GRANT | {"amount": "NaN"},
    "grant of a power": GRANT | {"amount": "1e3"},
    "grant for nothing": GRANT | {"reference": ""},
    "grant for an odd word": GRANT | {"reference": "a b"},
    "grant for a long word": GRANT | {"reference": "x" * 101},
    "grant to nobody": GRANT | {"account_id": "acct_1"},
    "balance of nobody": {"command": "balance", "account_id": "house:sales"},
    "audit of more": {"command": "audit", "mend": True},
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_what_is_no_command_is_refused_and_nothing_is_stored(
    command: dict[str, object], operator: Function, deployed: Deployed
) -> None:
    before = deployed.rows()

    with pytest.raises(ValidationError):
        operator(command)

    assert deployed.rows() == before
