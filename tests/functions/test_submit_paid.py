"""POST /v1/jobs where music costs something: who cannot pay gets no job, and nobody is asked."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from time_machine import Traveller

from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import POST_JOB, load
from tests.support.lambda_shapes import http_event
from tests.support.loopback import answer
from tests.support.makers import at
from tests.support.problems import problem
from tests.support.routing import Traffic, asked
from tests.support.sample_world import PROMPT
from tests.support.samples import sample

CREATE = "/sunoapi/api/v1/generate"
FREE = {"charged": "0.0000", "refunded": "0.0000", "currency": "credits"}
PAID = FREE | {"charged": "10.0000"}
PRICES = json.dumps({"sunoapi": "10.0000", "apikley": "12.0000"})


@pytest.fixture
def poor(deployed: Deployed) -> dict[str, str]:
    """Have an account without any credit."""
    made: dict[str, str] = deployed.load("operator")(load("operator", "create_account"))
    return made


def posted(key: str, model: str = "sunoapi/V5", again: str = "") -> dict[str, Any]:
    headers = {"authorization": f"Bearer {key}"} | ({"idempotency-key": again} if again else {})
    body = json.dumps({"prompt": PROMPT, "model": model})
    return http_event(POST_JOB, "/v1/jobs", at=at(60), body=body, headers=headers)


def moved(deployed: Deployed) -> list[tuple[str, str]]:
    """List what moved credit, but for grants."""
    rows = [row for row in deployed.rows("LEDGER") if row["kind"] != "grant"]
    return sorted((row["kind"], f"{row['amount']:.4f}") for row in rows)


def test_who_has_not_enough_gets_no_job_and_nobody_is_asked(
    deployed: Deployed, poor: dict[str, str]
) -> None:
    submit = deployed.load("submit")
    before = deployed.rows()

    refused = submit.answer(posted(poor["api_key"], again="order-7"))

    problem(refused, HTTPStatus.PAYMENT_REQUIRED, "insufficient_balance")
    assert deployed.rows() == before
    assert deployed.host.requests == []


def test_who_could_not_pay_can_ask_again_under_the_same_key(
    deployed: Deployed, poor: dict[str, str]
) -> None:
    submit = deployed.load("submit")
    submit.answer(posted(poor["api_key"], again="order-7"))
    account_id = poor["account_id"]
    deployed.load("operator")(load("operator", "grant") | {"account_id": account_id})

    answered = submit.answer(posted(poor["api_key"], again="order-7"))

    assert answered.status == HTTPStatus.ACCEPTED
    assert answered.json["billing"] == PAID


def test_what_was_promised_is_found_though_nothing_is_left(
    deployed: Deployed, poor: dict[str, str]
) -> None:
    submit = deployed.load("submit")
    grant = {"command": "grant", "account_id": poor["account_id"], "reference": "just-enough"}
    deployed.load("operator")(grant | {"amount": "10"})
    first = submit.answer(posted(poor["api_key"], again="order-7"))

    again = submit.answer(posted(poor["api_key"], again="order-7"))

    assert (again.status, again.json["id"]) == (HTTPStatus.ACCEPTED, first.json["id"])
    assert again.headers["idempotency-replayed"] == "true"
    assert moved(deployed) == [("charge", "10.0000")]


def test_a_job_says_what_it_cost(deployed: Deployed) -> None:
    job = deployed.load("submit").answer(load("submit", "simple")).json

    assert job["billing"] == PAID
    assert moved(deployed) == [("charge", "10.0000")]


@pytest.mark.parametrize("name", ["refused_413", "refused_429"])
def test_a_job_that_its_provider_refuses_for_good_costs_nothing(
    name: str, deployed: Deployed
) -> None:
    deployed.host.answers[CREATE] = answer(sample("sunoapi", name))

    job = deployed.load("submit").answer(load("submit", "simple")).json

    assert job["status"] == "failed"
    assert job["billing"] == PAID | {"refunded": "10.0000"}
    assert moved(deployed) == [("charge", "10.0000"), ("refund", "10.0000")]


def test_a_deployment_without_prices_charges_nothing_and_asks_for_no_credit(
    deployed: Deployed, poor: dict[str, str]
) -> None:
    submit = deployed.load("submit", PRICES="{}")

    answered = submit.answer(posted(poor["api_key"]))

    assert answered.status == HTTPStatus.ACCEPTED
    assert answered.json["billing"] == FREE
    assert moved(deployed) == []


@pytest.mark.parametrize("prices", ['{"sunoapi": "10"}', '{"sunoapi": "10", "apikley": "0"}'])
def test_a_model_without_a_price_is_free_beside_others_that_have_one(
    prices: str, deployed: Deployed, poor: dict[str, str]
) -> None:
    submit = deployed.load("submit", PRICES=prices)

    answered = submit.answer(posted(poor["api_key"], "apikley/V5"))

    assert answered.status == HTTPStatus.ACCEPTED
    assert answered.json["billing"] == FREE


@pytest.fixture
def traffic(deployed: Deployed) -> Traffic:
    """Have a provider that refuses, and a dearer one after it."""
    deployed.host.answers[CREATE] = answer(sample("sunoapi", "refused_413"))
    return Traffic(deployed)


def told(traffic: Traffic, **changed: str) -> Traffic:
    traffic.loaded["submit", traffic.down] = traffic.deployed.load("submit", **changed)
    return traffic


def test_the_price_is_that_of_who_was_to_be_asked_first(traffic: Traffic) -> None:
    told(traffic, PRICES=PRICES)

    job = traffic.dispatch(traffic.submit())

    assert asked(job) == [
        ("sunoapi", "refused", "provider_rejected"),
        ("apikley", "accepted", None),
    ]
    assert job["billing"] == PAID
    assert moved(traffic.deployed) == [("charge", "10.0000")]


def test_a_job_whose_next_provider_is_at_its_cap_fails_and_costs_nothing(traffic: Traffic) -> None:
    told(traffic, PRICES=PRICES, DAILY_CAPS='{"apikley": "11.9999"}')

    job = traffic.dispatch(traffic.submit())

    assert asked(job) == [("sunoapi", "refused", "provider_rejected")]
    assert (job["status"], job["error"]["code"]) == ("failed", "daily_cap_reached")
    assert job["billing"] == PAID | {"refunded": "10.0000"}
    assert traffic.creates("apikley") == 0


@pytest.fixture
def capped(deployed: Deployed) -> Function:
    return deployed.load("submit", DAILY_CAPS='{"sunoapi": "20.0000"}')


def test_whoever_has_spent_a_days_cap_gets_no_more_that_day(
    capped: Function, deployed: Deployed, clock: Traveller
) -> None:
    for _ in range(2):
        assert capped.answer(load("submit", "simple")).status == HTTPStatus.ACCEPTED
    before = deployed.rows()

    refused = capped.answer(load("submit", "simple"))

    problem(refused, HTTPStatus.PAYMENT_REQUIRED, "daily_cap_reached")
    assert deployed.rows() == before
    assert len(deployed.host.requests) == 2
    clock.move_to(at(24 * 3600))
    assert capped.answer(load("submit", "simple")).status == HTTPStatus.ACCEPTED


def test_a_cap_is_one_providers_alone(capped: Function) -> None:
    for _ in range(2):
        capped.answer(load("submit", "simple"))

    assert capped.answer(load("submit", "custom")).status == HTTPStatus.ACCEPTED


def test_a_row_that_counts_for_a_cap_goes_when_its_day_is_long_over(
    capped: Function, deployed: Deployed
) -> None:
    capped.answer(load("submit", "simple"))

    (row,) = deployed.rows("SPEND")
    assert (row["sk"], row["spent"]) == ("SPEND#2026-11-21#sunoapi", 10)
    assert row["expires_at"] == int(at(60 + 3 * 24 * 3600).timestamp())
