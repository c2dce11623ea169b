"""POST /v1/jobs without a good key or a good request: a problem, and nothing stored or sent."""

import json
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.domain.api_key import Scope
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load
from tests.support.makers import at
from tests.support.problems import problem
from tests.support.sample_world import (
    KEY,
    PROMPT,
    key_of,
    stored_key,
)


@pytest.fixture
def submit(deployed: Deployed) -> Function:
    return deployed.load("submit")


def with_headers(event: dict[str, Any], **headers: str) -> dict[str, Any]:
    return event | {"headers": event["headers"] | headers}


def with_body(body: Any) -> dict[str, Any]:
    event = load("submit", "simple")
    return event | {"body": body if isinstance(body, str) else json.dumps(body)}


def nothing_happened(deployed: Deployed) -> bool:
    kinds = {row.get("kind", row["entity"]) for row in deployed.rows()}
    return kinds <= {"API_KEY", "BALANCE", "grant"} and deployed.host.requests == []


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a b", "ä"])
def test_a_malformed_idempotency_key_is_refused(
    key: str, submit: Function, deployed: Deployed
) -> None:
    event = with_headers(load("submit", "simple"), **{"idempotency-key": key})

    found = problem(submit.answer(event), HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")

    assert [error["field"] for error in found["errors"]] == ["Idempotency-Key"]
    assert nothing_happened(deployed)


CREDENTIALS = {
    "other scheme": f"Basic {KEY}",
    "no scheme": KEY,
    "no key": "Bearer ",
    "malformed": "Bearer ck_x",
    "slip": f"Bearer {KEY[:-1]}{'a' if KEY[-1] != 'a' else 'b'}",
    "unknown": f"Bearer {key_of(9)}",
}


@pytest.mark.parametrize("authorization", CREDENTIALS.values(), ids=CREDENTIALS)
def test_who_has_no_good_key_gets_nothing_and_does_nothing(
    authorization: str, submit: Function, deployed: Deployed
) -> None:
    event = with_headers(load("submit", "simple"), authorization=authorization)

    answered = submit.answer(event)

    problem(answered, HTTPStatus.UNAUTHORIZED, "unauthenticated")
    assert answered.headers["www-authenticate"] == "Bearer"
    assert nothing_happened(deployed)


def test_without_any_credentials_it_is_the_same(submit: Function, deployed: Deployed) -> None:
    problem(
        submit.answer(load("submit", "without_key")), HTTPStatus.UNAUTHORIZED, "unauthenticated"
    )

    assert nothing_happened(deployed)


def test_a_key_of_the_right_id_with_another_secret_is_refused(
    submit: Function, deployed: Deployed
) -> None:
    keys = DynamoDbKeys(deployed.table, aws.dynamodb())
    keys.add(replace(stored_key(3), secret_hash="ab" * 32), "tampered")
    event = with_headers(load("submit", "simple"), authorization=f"Bearer {key_of(3)}")

    problem(submit.answer(event), HTTPStatus.UNAUTHORIZED, "unauthenticated")


def test_an_expired_key_is_refused(submit: Function, deployed: Deployed) -> None:
    keys = DynamoDbKeys(deployed.table, aws.dynamodb())
    keys.add(replace(stored_key(3), expires_at=at(60)), "old")
    event = with_headers(load("submit", "simple"), authorization=f"Bearer {key_of(3)}")

    problem(submit.answer(event), HTTPStatus.UNAUTHORIZED, "unauthenticated")


def test_a_key_that_may_only_read_may_not_submit(submit: Function, deployed: Deployed) -> None:
    keys = DynamoDbKeys(deployed.table, aws.dynamodb())
    keys.add(stored_key(3, scopes=(Scope.JOBS_READ,)), "reader")
    event = with_headers(load("submit", "simple"), authorization=f"Bearer {key_of(3)}")

    problem(submit.answer(event), HTTPStatus.FORBIDDEN, "missing_scope")
    assert nothing_happened(deployed)


def test_every_wrong_field_is_named_and_nothing_is_stored_or_sent(
    submit: Function, deployed: Deployed
) -> None:
    answered = submit.answer(load("submit", "invalid"))

    found = problem(answered, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")
    fields = {error["field"] for error in found["errors"]}
    assert {"title", "style_weight", "vocal_gender", "tempo"} <= fields
    assert all(error["message"] for error in found["errors"])
    assert nothing_happened(deployed)


BODIES = ["", "null", "[]", '{"prompt": "a", "prompt": "b"}', '{"prompt": NaN}', "\x00", "{}"]


@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_is_no_request_is_a_422(
    body: str, submit: Function, deployed: Deployed
) -> None:
    answered = submit.answer(with_body(body))

    found = problem(answered, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")
    assert found["errors"]
    assert nothing_happened(deployed)


def test_no_json_is_a_422_too(submit: Function, deployed: Deployed) -> None:
    answered = submit.answer(load("submit", "no_json"))

    found = problem(answered, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")
    assert [error["field"] for error in found["errors"]] == ["body"]
    assert nothing_happened(deployed)


def test_a_body_that_is_not_even_base64_is_a_422_too(submit: Function, deployed: Deployed) -> None:
    answered = submit.answer(load("submit", "base64") | {"body": "%%%"})

    problem(answered, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")
    assert nothing_happened(deployed)


def test_a_problem_never_quotes_what_was_sent(submit: Function) -> None:
    answered = submit.answer(with_body({"prompt": "a", "title": PROMPT * 9, "style_weight": "sly"}))

    assert answered.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert PROMPT not in answered.body
    assert "sly" not in answered.body


@pytest.mark.parametrize(("size", "status"), [(64 * 1024, 202), (64 * 1024 + 1, 413)])
def test_a_body_above_64_kib_is_too_large(
    size: int, status: int, submit: Function, deployed: Deployed
) -> None:
    body = load("submit", "simple")["body"]

    answered = submit.answer(with_body(body + " " * (size - len(body))))

    assert answered.status == status
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        problem(answered, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large")
    assert nothing_happened(deployed) is (status != HTTPStatus.ACCEPTED)
