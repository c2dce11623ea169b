"""POST /v1/jobs/{id}/cancel, by whole events: what is answered, and what is given back."""

import json
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.domain.api_key import Scope
from cliphook.domain.report import ClipArchived, Expired, Failure, Refused, Report, Said, Via
from cliphook.domain.status import Stage, Status
from tests.functions.conftest import Output
from tests.support.deployed import Answer, Deployed, Function
from tests.support.lambda_events import cancel_event, load
from tests.support.makers import ACCOUNT, JOB, REFUSAL, at, passport
from tests.support.paid_jobs import PRICE, SUNOAPI, Found, paid
from tests.support.problems import problem
from tests.support.sample_world import OTHER_KEY, key_of, stored_key
from tests.support.samples import TUNES

TUNE: Final = TUNES["sunoapi"]


@pytest.fixture
def cancel(deployed: Deployed) -> Function:
    return deployed.load("cancel")


# How far a job is, and what its cancellation says.
STATES: Mapping[str, tuple[tuple[Report, ...], str]] = {
    "queued": ((), "never_sent"),
    "perhaps on its way": (SUNOAPI.opening[:1], "unannounced"),
    "refused for now": (
        (SUNOAPI.opening[0], Refused(1, REFUSAL, may_retry=True, at=at(2))),
        "refused",
    ),
    "accepted": (SUNOAPI.opening, "unannounced"),
    "to be heard": (
        (*SUNOAPI.opening, Said(1, TUNE.at(Stage.FIRST, TUNE.clips[0]), Via.CALLBACK, at(30))),
        "unannounced",
    ),
}


@pytest.mark.parametrize(("reports", "reached"), STATES.values(), ids=STATES)
def test_a_job_is_canceled_and_paid_back_and_says_what_was_reached(
    reports: tuple[Report, ...], reached: str, cancel: Function, deployed: Deployed
) -> None:
    deployed.store(paid(*reports))

    answered = cancel.answer(load("cancel", "job"))

    job = answered.json
    assert answered.status == HTTPStatus.OK
    assert (job["id"], job["status"], job["done"]) == (SUNOAPI.job_id, "canceled", True)
    assert job["cancellation"] == {"at": "2026-11-21T09:01:00Z", "reached": reached}
    assert job["billing"] == {"charged": "10.0000", "refunded": "10.0000", "currency": "credits"}
    assert {attempt["retry_at"] for attempt in job["attempts"]} <= {None}
    assert (job["error"], job["waiting"]) == (None, None)
    assert Found(deployed).moved() == [("charge", PRICE), ("refund", PRICE)]
    assert Found(deployed).announced()[-1] == "job.canceled"


def test_a_job_that_nobody_canceled_says_nothing_of_it(deployed: Deployed) -> None:
    deployed.store(paid(*SUNOAPI.opening, Expired(at(50))))

    shown = deployed.load("query").answer(load("query", "job")).json

    assert (shown["status"], shown["cancellation"]) == ("expired", None)


def test_to_cancel_again_is_answered_alike_and_changes_nothing(
    cancel: Function, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(paid(*SUNOAPI.opening))
    first = cancel.answer(load("cancel", "job"))
    before = deployed.rows()

    clock.move_to(at(600))
    again = cancel.answer(load("cancel", "job"))

    assert (again.status, again.json) == (HTTPStatus.OK, first.json)
    assert deployed.rows() == before


WHOLE: Final = replace(SUNOAPI.whole, at=at(40))
ENDED: Mapping[str, tuple[Report, ...]] = {
    "complete": (*SUNOAPI.opening, WHOLE),
    "archived": (
        *SUNOAPI.opening,
        WHOLE,
        *(ClipArchived(clip.provider_clip_id, passport(), at(50)) for clip in TUNE.clips),
    ),
    "failed": (*SUNOAPI.opening, Said(1, Failure(None, REFUSAL), Via.POLL, at(40))),
    "expired": (*SUNOAPI.opening, Expired(at(50))),
}


@pytest.mark.parametrize("reports", ENDED.values(), ids=ENDED)
def test_a_job_that_has_ended_cannot_be_canceled(
    reports: tuple[Report, ...], cancel: Function, deployed: Deployed
) -> None:
    deployed.store(paid(*reports))
    before = deployed.rows()

    problem(cancel.answer(load("cancel", "job")), HTTPStatus.CONFLICT, "already_done")

    assert deployed.rows() == before


def without_request_id(answered: Answer) -> tuple[object, ...]:
    body = {**answered.json, "request_id": ""}
    return answered.status, {**answered.headers, "x-request-id": ""}, body


def test_the_job_of_another_account_is_as_unknown_as_one_that_nobody_has(
    cancel: Function, deployed: Deployed
) -> None:
    deployed.store(paid(*SUNOAPI.opening))
    before = deployed.rows()

    foreign = cancel.answer(cancel_event(SUNOAPI.job_id, OTHER_KEY))

    problem(foreign, HTTPStatus.NOT_FOUND, "not_found")
    unknown = cancel.answer(cancel_event(JOB, OTHER_KEY))
    assert without_request_id(foreign) == without_request_id(unknown)
    assert deployed.rows() == before


@pytest.mark.parametrize("text", ["x", f"{JOB}x", f"clip_{JOB[4:]}", "a" * 3000])
def test_what_is_no_id_is_unknown_without_a_look(text: str, deployed: Deployed) -> None:
    # There is no such table: whoever looked would answer 503. But the key was seen before.
    cancel = deployed.load("cancel")
    problem(cancel.answer(cancel_event(JOB)), HTTPStatus.NOT_FOUND, "not_found")
    aws.dynamodb().delete_table(TableName=deployed.table)
    problem(cancel.answer(cancel_event(JOB)), HTTPStatus.SERVICE_UNAVAILABLE, "unavailable_store")

    problem(cancel.answer(cancel_event(text)), HTTPStatus.NOT_FOUND, "not_found")


@pytest.mark.parametrize("key", ["", key_of(9)])
def test_without_a_good_key_nothing_is_canceled(
    key: str, cancel: Function, deployed: Deployed
) -> None:
    deployed.store(paid(*SUNOAPI.opening))

    answered = cancel.answer(cancel_event(SUNOAPI.job_id, key))

    problem(answered, HTTPStatus.UNAUTHORIZED, "unauthenticated")
    assert deployed.job().status is Status.ACCEPTED


def test_a_key_that_may_only_read_cancels_nothing(cancel: Function, deployed: Deployed) -> None:
    deployed.store(paid(*SUNOAPI.opening))
    others = tuple(scope for scope in Scope if scope is not Scope.JOBS_WRITE)
    DynamoDbKeys(deployed.table, aws.dynamodb()).add(stored_key(3, ACCOUNT, others), "reader")

    answered = cancel.answer(cancel_event(SUNOAPI.job_id, key_of(3)))

    problem(answered, HTTPStatus.FORBIDDEN, "missing_scope")
    assert deployed.job().status is Status.ACCEPTED


def test_what_was_canceled_is_logged_by_its_id(
    cancel: Function, deployed: Deployed, output: Output
) -> None:
    deployed.store(paid(*SUNOAPI.opening))
    cancel.answer(load("cancel", "job"))

    line = json.loads(output.read().splitlines()[-1])
    found = line["message"], line["job_id"], line["reached"]
    assert found == ("canceled", SUNOAPI.job_id, "unannounced")
