"""An operator's commands: accounts, and keys that work on the API afterwards."""

from http import HTTPStatus
from typing import Any

import pytest
from pydantic import ValidationError

from cliphook.domain.api_key import Scope
from tests.functions.conftest import Output
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load, query_event
from tests.support.makers import ACCOUNT


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


COMMANDS: dict[str, dict[str, object]] = {
    "none": {},
    "unknown": {"command": "drop_table"},
    "no name": {"command": "create_account"},
    "empty name": {"command": "create_account", "name": ""},
    "long name": {"command": "create_account", "name": "x" * 101},
    "odd account": {"command": "create_key", "account_id": "acct_1#KEY"},
    "more": {"command": "create_account", "name": "x", "admin": True},
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_what_is_no_command_is_refused_and_nothing_is_stored(
    command: dict[str, object], operator: Function, deployed: Deployed
) -> None:
    before = deployed.rows()

    with pytest.raises(ValidationError):
        operator(command)

    assert deployed.rows() == before
