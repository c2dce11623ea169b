"""POST /v1/jobs and the provider behind it: what it is asked, and what its answers lead to."""

import json
import socket
from http import HTTPStatus

import pytest

from cliphook.domain.ticket import check
from tests.support.deployed import PUBLIC_URL, Deployed, Function
from tests.support.lambda_events import callback_event, load
from tests.support.loopback import answer
from tests.support.makers import ACCOUNT, at
from tests.support.sample_world import (
    LYRICS,
    MASTER,
    PROMPT,
    PROVIDER_KEYS,
    SAMPLES,
)
from tests.support.samples import sample


@pytest.fixture
def submit(deployed: Deployed) -> Function:
    return deployed.load("submit")


def test_the_provider_is_asked_once_with_its_key_and_a_ticket_of_ours(
    submit: Function, deployed: Deployed
) -> None:
    job_id = submit.answer(load("submit", "simple")).json["id"]

    (seen,) = deployed.host.requests
    assert seen.line == "POST /sunoapi/api/v1/generate HTTP/1.1"
    assert seen.headers["authorization"] == f"Bearer {PROVIDER_KEYS['sunoapi']}"
    sent = json.loads(seen.body)
    assert (sent["prompt"], sent["model"], sent["customMode"]) == (PROMPT, "V5", False)
    start, _, ticket = sent["callBackUrl"].rpartition("/")
    assert start == f"{PUBLIC_URL}/callbacks/sunoapi"
    found = check(ticket, "sunoapi", [MASTER.encode()], at(60))
    assert (found.account_id, found.job_id, found.attempt) == (ACCOUNT, job_id, 1)


def test_a_custom_request_reaches_the_provider_whole(submit: Function, deployed: Deployed) -> None:
    answered = submit.answer(load("submit", "custom"))

    sent = json.loads(deployed.host.requests[0].body)
    assert (sent["prompt"], sent["title"], sent["styleWeight"]) == (LYRICS, "Käfer ♪", 0.65)
    assert answered.json["provider"] == "apikley"
    assert answered.json["metadata"] == {"episode": "12"}


def test_a_provider_may_call_back_before_it_answers(deployed: Deployed) -> None:
    callback = deployed.load("callback")
    received: list[int] = []

    def call_back_first(connection: socket.socket) -> None:
        url = json.loads(deployed.host.requests[-1].body)["callBackUrl"]
        body = sample("sunoapi", "text_a").decode()
        event = callback_event(SAMPLES["sunoapi"], body, ticket=url.rpartition("/")[2])
        received.append(callback.answer(event).status)
        connection.sendall(answer(sample("sunoapi", "created")))

    deployed.host.answers["/sunoapi/api/v1/generate"] = call_back_first

    job = deployed.load("submit").answer(load("submit", "simple")).json

    assert received == [HTTPStatus.OK]
    assert (job["status"], job["attempts"][0]["status"]) == ("text", "accepted")
    types = [row["detail_type"] for row in deployed.rows("EVENT") if row["source"] == "cliphook"]
    assert types == ["job.queued", "job.accepted", "job.text"]


REFUSALS = {
    "refused_429": "provider_out_of_credit",
    "refused_401": "provider_unauthorized",
    "refused_413": "provider_rejected",
}


@pytest.mark.parametrize(("name", "code"), REFUSALS.items())
def test_a_provider_that_refuses_fails_the_job_in_our_words(
    name: str, code: str, submit: Function, deployed: Deployed
) -> None:
    deployed.host.answers["/sunoapi/api/v1/generate"] = answer(sample("sunoapi", name))

    answered = submit.answer(load("submit", "simple"))

    assert answered.status == HTTPStatus.ACCEPTED
    assert (answered.json["status"], answered.json["done"]) == ("failed", True)
    assert answered.json["error"]["code"] == code
    assert "job.failed" in {row["detail_type"] for row in deployed.rows("EVENT")}


def test_a_provider_that_is_busy_is_asked_again_later(submit: Function, deployed: Deployed) -> None:
    deployed.host.answers["/sunoapi/api/v1/generate"] = answer(sample("sunoapi", "refused_430"))

    answered = submit.answer(load("submit", "simple"))

    assert (answered.status, answered.json["done"]) == (HTTPStatus.ACCEPTED, False)
    assert answered.json["attempts"][0]["status"] == "refused"
    assert "dispatch.due" in {row["detail_type"] for row in deployed.rows("EVENT")}


def test_a_provider_whose_answer_says_nothing_is_not_asked_again(
    submit: Function, deployed: Deployed
) -> None:
    deployed.host.answers["/sunoapi/api/v1/generate"] = answer(b"<html>", 502)

    answered = submit.answer(load("submit", "simple"))

    assert (answered.status, answered.json["status"]) == (HTTPStatus.ACCEPTED, "submitting")
    assert answered.json["attempts"][0]["status"] == "unknown"
    assert len(deployed.host.requests) == 1


def test_a_provider_that_cannot_be_reached_is_tried_again_later(deployed: Deployed) -> None:
    nowhere = json.dumps({"sunoapi": "http://127.0.0.1:9", "apikley": "http://127.0.0.1:9"})
    submit = deployed.load("submit", PROVIDER_URLS=nowhere)

    answered = submit.answer(load("submit", "simple"))

    assert (answered.status, answered.json["done"]) == (HTTPStatus.ACCEPTED, False)
    assert answered.json["attempts"][0]["status"] == "unsent"
