"""POST /v1/jobs, by whole events: what is answered, what is stored, and what a repetition does."""

import json
from http import HTTPStatus
from typing import Any

import pytest

from cliphook.adapters import aws
from cliphook.application.ports import JobRef
from cliphook.domain.ids import JobId
from tests.functions.conftest import Output
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load
from tests.support.makers import ACCOUNT
from tests.support.problems import problem
from tests.support.sample_world import OTHER_KEY, PROMPT
from tests.support.samples import TUNES


@pytest.fixture
def submit(deployed: Deployed) -> Function:
    return deployed.load("submit")


def with_headers(event: dict[str, Any], **headers: str) -> dict[str, Any]:
    return event | {"headers": event["headers"] | headers}


def with_body(body: Any) -> dict[str, Any]:
    event = load("submit", "simple")
    return event | {"body": body if isinstance(body, str) else json.dumps(body)}


def test_a_request_is_answered_with_its_job(submit: Function) -> None:
    answered = submit.answer(load("submit", "simple"))

    job = answered.json
    assert answered.status == HTTPStatus.ACCEPTED
    assert answered.headers["content-type"] == "application/json"
    assert answered.headers["location"] == f"/v1/jobs/{job['id']}"
    assert answered.headers["cache-control"] == "no-store"
    assert (job["status"], job["done"], job["provider"], job["model"]) == (
        "accepted",
        False,
        "sunoapi",
        "V5",
    )
    assert job["provider_task_id"] == TUNES["sunoapi"].task_id
    assert job["request"]["prompt"] == PROMPT


def test_the_job_is_stored_with_its_promise_and_its_events(
    submit: Function, deployed: Deployed
) -> None:
    job_id = submit.answer(load("submit", "idempotent")).json["id"]

    job = deployed.jobs.load(JobRef(ACCOUNT, JobId(job_id)))
    assert job
    assert job.task_id == TUNES["sunoapi"].task_id
    events = {row["detail_type"] for row in deployed.rows("EVENT")}
    assert events == {"job.queued", "job.accepted", "poll.due"}
    assert [row["job_id"] for row in deployed.rows("IDEMPOTENCY")] == [job_id]


def test_a_body_in_base64_is_the_same_request(submit: Function) -> None:
    answered = submit.answer(load("submit", "base64"))

    assert answered.status == HTTPStatus.ACCEPTED
    assert answered.json["request"]["prompt"] == PROMPT


def test_the_same_key_and_body_again_is_the_same_job(submit: Function, deployed: Deployed) -> None:
    first = submit.answer(load("submit", "idempotent"))
    again = submit.answer(load("submit", "idempotent"))

    assert again.status == HTTPStatus.ACCEPTED
    assert again.json == first.json
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert len(deployed.host.requests) == 1
    assert len(deployed.rows("JOB")) == 1


def test_the_same_body_in_other_letters_is_the_same_promise(submit: Function) -> None:
    key = {"idempotency-key": "order-7"}
    asked = {"prompt": PROMPT, "metadata": {"a": "1", "b": "2"}}
    spelled = json.dumps({"metadata": {"b": "2", "a": "1"}, "prompt": PROMPT}, indent=4)

    first = submit.answer(with_headers(with_body(asked), **key))
    again = submit.answer(with_headers(with_body(spelled), **key))

    assert first.status == HTTPStatus.ACCEPTED
    assert again.json["id"] == first.json["id"]


def test_the_same_key_with_another_body_is_refused(submit: Function, deployed: Deployed) -> None:
    submit.answer(load("submit", "idempotent"))
    other = with_headers(with_body({"prompt": "Another"}), **{"idempotency-key": "order-7"})

    problem(submit.answer(other), HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused")

    assert len(deployed.rows("JOB")) == 1
    assert len(deployed.host.requests) == 1


def test_the_same_key_of_another_account_is_another_promise(submit: Function) -> None:
    mine = load("submit", "idempotent")
    theirs = with_headers(mine, authorization=f"Bearer {OTHER_KEY}")

    assert submit.answer(mine).json["id"] != submit.answer(theirs).json["id"]


def test_without_a_key_every_request_is_a_new_job(submit: Function) -> None:
    event = load("submit", "simple")

    assert submit.answer(event).json["id"] != submit.answer(event).json["id"]


def test_a_table_that_does_not_answer_is_a_503(deployed: Deployed) -> None:
    submit = deployed.load("submit", TABLE_NAME="nobody")

    answered = submit.answer(load("submit", "simple"))

    problem(answered, HTTPStatus.SERVICE_UNAVAILABLE, "unavailable_store")
    assert answered.headers["retry-after"] == "2"
    assert deployed.host.requests == []


def test_the_unforeseen_is_an_empty_500_and_a_whole_log_line(
    deployed: Deployed, output: Output
) -> None:
    prefix = deployed.own_secrets()
    pepper = f"{prefix}/pepper"
    aws.secretsmanager().delete_secret(SecretId=pepper, ForceDeleteWithoutRecovery=True)

    answered = deployed.load("submit", SECRETS_PREFIX=prefix).answer(load("submit", "simple"))

    assert (answered.status, answered.body) == (HTTPStatus.INTERNAL_SERVER_ERROR, "")
    assert "ResourceNotFoundException" in output.read()


def test_what_was_submitted_is_logged_by_its_id(submit: Function, output: Output) -> None:
    job_id = submit.answer(load("submit", "simple")).json["id"]

    line = json.loads(output.read().splitlines()[-1])
    assert (line["message"], line["job_id"], line["is_new"]) == ("submitted", job_id, True)
