"""GET /v1/balance and /v1/ledger, by whole events: what an account has, and what made it so."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.domain.api_key import Scope
from tests.support.deployed import Answer, Deployed, Function
from tests.support.lambda_events import load, query_event
from tests.support.loopback import answer
from tests.support.makers import at
from tests.support.problems import problem
from tests.support.sample_world import key_of, stored_key
from tests.support.samples import sample

CREATE = "/sunoapi/api/v1/generate"


@pytest.fixture
def billing(deployed: Deployed) -> Function:
    return deployed.load("billing")


@pytest.fixture
def account(deployed: Deployed) -> Mapping[str, str]:
    """Have an account that was never given anything, and its key."""
    made: Mapping[str, str] = deployed.load("operator")(load("operator", "create_account"))
    return made


def balance(billing: Function, key: str) -> Answer:
    return billing.answer(query_event("GET /v1/balance", "/v1/balance", key=key))


def ledger(billing: Function, key: str, **query: str) -> Answer:
    return billing.answer(query_event("GET /v1/ledger", "/v1/ledger", query, key=key))


def grant(deployed: Deployed, account: Mapping[str, str], amount: str, reference: str) -> None:
    command = {"account_id": account["account_id"], "amount": amount, "reference": reference}
    deployed.load("operator")({"command": "grant", **command})


def submit(deployed: Deployed, account: Mapping[str, str]) -> Any:
    event = load("submit", "simple")
    event["headers"]["authorization"] = f"Bearer {account['api_key']}"
    answered = deployed.load("submit").answer(event)
    assert answered.status == HTTPStatus.ACCEPTED
    return answered.json


def test_an_account_begins_with_nothing(billing: Function, account: Mapping[str, str]) -> None:
    has = balance(billing, account["api_key"])

    assert (has.status, has.json) == (200, {"balance": "0.0000", "currency": "credits"})
    moved = ledger(billing, account["api_key"])
    assert (moved.status, moved.json) == (200, {"data": [], "next_cursor": None})


def test_what_a_job_cost_is_gone_at_once_and_stands_in_the_ledger(
    billing: Function, account: Mapping[str, str], deployed: Deployed, clock: Traveller
) -> None:
    grant(deployed, account, "25", "invoice-1")
    clock.move_to(at(61))

    job = submit(deployed, account)

    assert balance(billing, account["api_key"]).json["balance"] == "15.0000"
    charge, granted = ledger(billing, account["api_key"]).json["data"]
    assert charge.pop("id").startswith("led_")
    assert charge == {
        "kind": "charge",
        "amount": "-10.0000",
        "source": account["account_id"],
        "target": "house:sales",
        "job_id": job["id"],
        "reference": job["id"],
        "at": "2026-11-21T09:01:01Z",
    }
    assert granted.pop("id").startswith("led_")
    assert granted == {
        "kind": "grant",
        "amount": "25.0000",
        "source": "house:grants",
        "target": account["account_id"],
        "job_id": None,
        "reference": "invoice-1",
        "at": "2026-11-21T09:01:00Z",
    }


def test_what_a_refused_job_cost_is_there_again(
    billing: Function, account: Mapping[str, str], deployed: Deployed
) -> None:
    grant(deployed, account, "10", "invoice-1")
    deployed.host.answers[CREATE] = answer(sample("sunoapi", "refused_413"))

    job = submit(deployed, account)

    assert job["billing"] == {"charged": "10.0000", "refunded": "10.0000", "currency": "credits"}
    assert balance(billing, account["api_key"]).json["balance"] == "10.0000"
    refund = next(
        entry
        for entry in ledger(billing, account["api_key"]).json["data"]
        if entry["kind"] == "refund"
    )
    assert (refund["amount"], refund["job_id"]) == ("10.0000", job["id"])
    assert (refund["source"], refund["target"]) == ("house:sales", account["account_id"])


def test_pages_follow_each_other(
    billing: Function, account: Mapping[str, str], deployed: Deployed, clock: Traveller
) -> None:
    for number in (1, 2, 3):
        clock.move_to(at(60 + number))
        grant(deployed, account, "1", f"invoice-{number}")

    first = ledger(billing, account["api_key"], limit="2").json
    second = ledger(billing, account["api_key"], limit="2", cursor=first["next_cursor"]).json

    assert [entry["reference"] for entry in first["data"]] == ["invoice-3", "invoice-2"]
    assert first["next_cursor"] == first["data"][-1]["id"]
    assert [entry["reference"] for entry in second["data"]] == ["invoice-1"]
    assert second["next_cursor"] is None


def test_nobody_sees_what_is_another_accounts(
    billing: Function, account: Mapping[str, str], deployed: Deployed
) -> None:
    grant(deployed, account, "25", "invoice-1")

    other = load("billing", "ledger")
    references = {entry["reference"] for entry in billing.answer(other).json["data"]}

    assert references == {"test"}
    assert billing.answer(load("billing", "balance")).json["balance"] == "1000000.0000"


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"cursor": "led_1"}], ids=str
)
def test_a_page_that_there_cannot_be_is_refused(query: dict[str, str], billing: Function) -> None:
    refused = billing.answer(load("billing", "ledger") | {"queryStringParameters": query})

    found = problem(refused, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")
    assert [error["field"] for error in found["errors"]] == [*query]


@pytest.mark.parametrize("path", ["balance", "ledger"])
def test_without_a_good_key_nothing_is_told(path: str, billing: Function) -> None:
    for key in ("", key_of(9)):
        refused = billing.answer(query_event(f"GET /v1/{path}", f"/v1/{path}", key=key))
        problem(refused, HTTPStatus.UNAUTHORIZED, "unauthenticated")


@pytest.mark.parametrize("path", ["balance", "ledger"])
def test_a_key_that_was_made_for_jobs_alone_tells_nothing_of_credit(
    path: str, billing: Function, deployed: Deployed
) -> None:
    scopes = tuple(scope for scope in Scope if scope is not Scope.BILLING_READ)
    DynamoDbKeys(deployed.table, aws.dynamodb()).add(stored_key(3, scopes=scopes), "old")

    refused = billing.answer(query_event(f"GET /v1/{path}", f"/v1/{path}", key=key_of(3)))

    problem(refused, HTTPStatus.FORBIDDEN, "missing_scope")
