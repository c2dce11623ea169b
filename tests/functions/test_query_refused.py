"""GET /v1/… for whoever may not: 401, 403, 422, and one 404 for all that is not theirs."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.domain.api_key import Scope
from cliphook.domain.ids import ClipId
from tests.support.deployed import Answer, Deployed, Function
from tests.support.lambda_events import load, query_event
from tests.support.makers import JOB
from tests.support.problems import problem
from tests.support.sample_world import KEY, OTHER_KEY, SAMPLES, key_of, stored_key

SUNOAPI = SAMPLES["sunoapi"]
CLIP = SUNOAPI.complete[-1].job.results[0]
NOBODYS_CLIP = ClipId("clip_01KAJ5T1W0000000000000000C")


@pytest.fixture
def query(deployed: Deployed) -> Function:
    return deployed.load("query")


def ask_job(job_id: str, key: str = KEY) -> dict[str, Any]:
    return query_event("GET /v1/jobs/{id}", f"/v1/jobs/{job_id}", key=key)


def ask_clip(clip_id: str, key: str = KEY, part: str = "") -> dict[str, Any]:
    return query_event(f"GET /v1/clips/{{id}}{part}", f"/v1/clips/{clip_id}{part}", key=key)


def without_request_id(answered: Answer) -> tuple[object, ...]:
    """Give all of an answer but the one thing in which every two differ."""
    body = answered.json
    headers = {**answered.headers, "x-request-id": ""}
    return answered.status, headers, {**body, "request_id": ""}


UNKNOWN = {
    "job": ("query", ask_job(SUNOAPI.job_id, OTHER_KEY), ask_job(JOB, OTHER_KEY)),
    "clip": ("clips", ask_clip(CLIP.id, OTHER_KEY), ask_clip(NOBODYS_CLIP, OTHER_KEY)),
    "audio": (
        "clips",
        ask_clip(CLIP.id, OTHER_KEY, "/audio"),
        ask_clip(NOBODYS_CLIP, OTHER_KEY, "/audio"),
    ),
}


@pytest.mark.parametrize(("name", "foreign", "unknown"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_another_accounts_is_as_unknown_as_what_nobody_has(
    name: str, foreign: dict[str, Any], unknown: dict[str, Any], deployed: Deployed
) -> None:
    query = deployed.load(name)
    deployed.store(SUNOAPI.complete)

    answered = query.answer(foreign)

    problem(answered, HTTPStatus.NOT_FOUND, "not_found")
    assert without_request_id(answered) == without_request_id(query.answer(unknown))


@pytest.mark.parametrize(
    ("name", "ask", "there"), [("query", ask_job, JOB), ("clips", ask_clip, NOBODYS_CLIP)]
)
@pytest.mark.parametrize("text", ["x", f"{JOB}x", "a" * 3000])
def test_what_is_no_id_is_unknown_without_a_look(
    name: str, ask: Callable[[str], dict[str, Any]], there: str, text: str, deployed: Deployed
) -> None:
    # There is no such table: whoever looked would answer 503. But the key was seen before.
    query = deployed.load(name)
    problem(query.answer(ask(there)), HTTPStatus.NOT_FOUND, "not_found")
    aws.dynamodb().delete_table(TableName=deployed.table)
    problem(query.answer(ask(there)), HTTPStatus.SERVICE_UNAVAILABLE, "unavailable_store")

    problem(query.answer(ask(text)), HTTPStatus.NOT_FOUND, "not_found")


WRONG = [
    {"limit": "0"},
    {"limit": "101"},
    {"limit": "-1"},
    {"limit": "ten"},
    {"limit": ""},
    {"limit": "²"},
    {"limit": "9" * 5000},
    {"cursor": "x"},
    {"cursor": ""},
    {"cursor": "job_~"},
]


@pytest.mark.parametrize("asked", WRONG, ids=lambda asked: str(asked)[:30])
def test_a_bad_limit_or_cursor_is_a_422(asked: dict[str, str], query: Function) -> None:
    answered = query.answer(query_event("GET /v1/jobs", "/v1/jobs", asked))

    found = problem(answered, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")
    assert [error["field"] for error in found["errors"]] == [*asked]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v2/everything"), ("DELETE", "/v1/jobs"), ("PUT", "/v1/jobs/x"), ("GET", "/")],
)
def test_an_unknown_route_is_a_typed_404_for_everybody(
    method: str, path: str, query: Function
) -> None:
    event = load("query", "unknown_route")
    event["requestContext"]["http"] |= {"method": method, "path": path}

    answered = query.answer(event | {"rawPath": path})

    problem(answered, HTTPStatus.NOT_FOUND, "not_found")


PRIVATE = {
    "jobs": ("query", query_event("GET /v1/jobs", "/v1/jobs", key="")),
    "job": ("query", ask_job(SUNOAPI.job_id, key="")),
    "clips": ("clips", query_event("GET /v1/clips", "/v1/clips", key="")),
    "clip": ("clips", ask_clip(CLIP.id, key="")),
    "audio": ("clips", ask_clip(CLIP.id, key="", part="/audio")),
    "bad key": ("query", ask_job(SUNOAPI.job_id, key=key_of(9))),
}


@pytest.mark.parametrize(("name", "event"), PRIVATE.values(), ids=PRIVATE)
def test_without_a_good_key_nothing_is_shown(
    name: str, event: dict[str, Any], deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.complete)

    answered = deployed.load(name).answer(event)

    problem(answered, HTTPStatus.UNAUTHORIZED, "unauthenticated")
    assert answered.headers["www-authenticate"] == "Bearer"


def test_a_key_that_may_only_submit_may_not_look(query: Function, deployed: Deployed) -> None:
    keys = DynamoDbKeys(deployed.table, aws.dynamodb())
    keys.add(stored_key(3, scopes=(Scope.JOBS_WRITE,)), "writer")

    answered = query.answer(ask_job(SUNOAPI.job_id, key_of(3)))

    problem(answered, HTTPStatus.FORBIDDEN, "missing_scope")


def test_a_table_that_does_not_answer_is_a_503(deployed: Deployed) -> None:
    query = deployed.load("query", TABLE_NAME="nobody")

    answered = query.answer(load("query", "jobs"))

    problem(answered, HTTPStatus.SERVICE_UNAVAILABLE, "unavailable_store")
    assert answered.headers["retry-after"] == "2"
