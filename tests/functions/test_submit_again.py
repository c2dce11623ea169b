"""POST /v1/jobs again under one Idempotency-Key, after what could be asked for has changed."""

import json
from http import HTTPStatus

from tests.support.deployed import Answer, Deployed
from tests.support.lambda_events import POST_JOB, WITH_KEY
from tests.support.lambda_shapes import http_event
from tests.support.makers import at
from tests.support.sample_world import PROMPT

ASKED = {"prompt": PROMPT, "model": "sunoapi/V5", "routing": {"max_price": "10.0000"}}
DEARER = '{"sunoapi": "12.0000"}'


def submit(
    deployed: Deployed, key: str = "order-7", prompt: str = PROMPT, **changed: str
) -> Answer:
    event = http_event(
        POST_JOB,
        "/v1/jobs",
        at=at(60),
        body=json.dumps(ASKED | {"prompt": prompt}),
        headers={**WITH_KEY, "idempotency-key": key},
    )
    return deployed.load("submit", **changed).answer(event)


def test_a_retry_finds_its_job_though_the_request_would_be_refused_by_now(
    deployed: Deployed,
) -> None:
    first = submit(deployed)

    again = submit(deployed, PRICES=DEARER)

    assert (again.status, again.json["id"]) == (HTTPStatus.ACCEPTED, first.json["id"])
    assert again.headers["idempotency-replayed"] == "true"
    assert len(deployed.host.requests) == 1


def test_what_was_never_promised_is_refused(deployed: Deployed) -> None:
    submit(deployed)

    refused = submit(deployed, key="order-8", PRICES=DEARER)

    assert refused.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert [error["field"] for error in refused.json["errors"]] == ["routing.max_price"]


def test_another_body_is_refused_as_another_body(deployed: Deployed) -> None:
    submit(deployed)

    refused = submit(deployed, prompt="Something else", PRICES=DEARER)

    assert refused.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert refused.json["code"] == "idempotency_key_reused"
