"""`callback_url` on a request: guarded when it is asked for, kept, and told to no provider."""

import json
from http import HTTPStatus

import pytest

from tests.support.deployed import Deployed
from tests.support.lambda_events import POST_JOB, SIMPLE, WITH_KEY
from tests.support.lambda_shapes import Event, http_event
from tests.support.makers import at

CANARY = "canary-token-of-a-client"


def posted(**more: object) -> Event:
    body = json.dumps({**SIMPLE, **more})
    return http_event(POST_JOB, "/v1/jobs", at=at(0), body=body, headers=WITH_KEY)


def test_a_callback_url_is_kept_with_the_job_and_shown_to_no_provider(deployed: Deployed) -> None:
    url = deployed.host.url(f"/done?token={CANARY}")

    answered = deployed.load("submit").answer(posted(callback_url=url))

    assert answered.status == HTTPStatus.ACCEPTED
    assert answered.json["request"]["callback_url"] == url
    (created,) = deployed.host.requests
    assert CANARY not in created.body.decode()
    assert CANARY not in str(created.headers)
    assert CANARY not in json.dumps([row["detail"] for row in deployed.rows("EVENT")])


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "http://hooks.example.test/",
        "https://hooks.example.test:8443/",
        "https://music.test/v1/jobs",
        "nonsense",
        "",
        "x" * 2049,
    ],
)
def test_a_callback_url_that_leads_nowhere_public_is_refused(url: str, deployed: Deployed) -> None:
    answered = deployed.load("submit").answer(posted(callback_url=url))

    assert answered.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert [error["field"] for error in answered.json["errors"]] == ["callback_url"]
    assert deployed.rows("JOB") == []


def test_only_a_laptop_is_told_on_itself(deployed: Deployed) -> None:
    submit = deployed.load("submit", FETCH_LOOPBACK="false")

    answered = submit.answer(posted(callback_url=deployed.host.url("/done")))

    assert answered.status == HTTPStatus.UNPROCESSABLE_ENTITY


def test_another_callback_url_is_another_request(deployed: Deployed) -> None:
    submit = deployed.load("submit")
    event = posted(callback_url=deployed.host.url("/one"))
    other = posted(callback_url=deployed.host.url("/two"))
    for one in (event, other):
        one["headers"]["idempotency-key"] = "order-7"

    assert submit.answer(event).status == HTTPStatus.ACCEPTED
    assert submit.answer(event).headers["idempotency-replayed"] == "true"
    assert submit.answer(other).json["code"] == "idempotency_key_reused"
