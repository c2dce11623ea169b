"""Deliveries as an account sees them, by whole events: their log, a retry, a replay; and whose."""

import json
from http import HTTPStatus

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.domain.api_key import Scope
from tests.support.deployed import Deployed, Function
from tests.support.endpoint_desk import HOOK, code_of, made, one, refused, show
from tests.support.lambda_events import load
from tests.support.loopback import answer
from tests.support.makers import ACCOUNT, at
from tests.support.sample_world import KEY, OTHER_KEY, key_of, stored_key
from tests.support.webhook_events import DELIVERY_ID, ENDPOINT_ID, asked


@pytest.fixture
def endpoints(deployed: Deployed) -> Function:
    deployed.host.answers[HOOK] = answer(b"welcome")
    return deployed.load("endpoints")


def test_a_test_is_a_delivery_like_any_other(endpoints: Function, deployed: Deployed) -> None:
    endpoint = made(endpoints, deployed)

    answered = endpoints.answer(asked("POST", one(endpoint, "/test")))
    listed = endpoints.answer(asked("GET", one(endpoint, "/deliveries"))).json

    assert answered.status == HTTPStatus.ACCEPTED
    assert answered.json["event_type"] == "endpoint.ping"
    assert (answered.json["status"], answered.json["attempts"]) == ("pending", [])
    assert listed == {"data": [answered.json], "next_cursor": None}
    assert deployed.waiting("deliver") == 1


def test_deliveries_come_in_pages(endpoints: Function, deployed: Deployed) -> None:
    endpoint = made(endpoints, deployed)
    tests = [endpoints.answer(asked("POST", one(endpoint, "/test"))).json for _ in range(3)]
    path = one(endpoint, "/deliveries")

    first = endpoints.answer(asked("GET", path, query={"limit": "2"})).json
    more = {"limit": "2", "cursor": first["next_cursor"]}
    second = endpoints.answer(asked("GET", path, query=more)).json

    listed = [row["id"] for row in (*first["data"], *second["data"])]
    assert listed == sorted((row["id"] for row in tests), reverse=True)
    assert second["next_cursor"] is None


@pytest.mark.parametrize("query", [{"limit": "0"}, {"cursor": "job_1"}])
def test_a_page_that_there_is_not_is_refused(
    query: dict[str, str], endpoints: Function, deployed: Deployed
) -> None:
    path = one(made(endpoints, deployed), "/deliveries")

    assert refused(endpoints.answer(asked("GET", path, query=query)))[0][0] in query


def test_a_replay_is_ordered_for_a_time(endpoints: Function, deployed: Deployed) -> None:
    endpoint = made(endpoints, deployed)

    answered = endpoints.answer(
        asked("POST", one(endpoint, "/replay"), {"since": "2026-11-21T10:00:00+02:00"})
    )

    assert answered.status == HTTPStatus.ACCEPTED
    assert answered.json == {
        "endpoint_id": endpoint["id"],
        "since": "2026-11-21T08:00:00Z",
        "until": "2026-11-21T09:01:00Z",
    }
    (message,) = aws.sqs().receive_message(QueueUrl=deployed.queue("deliver"))["Messages"]
    ordered = {"account_id": ACCOUNT, **answered.json, "cursor": None}
    assert json.loads(message["Body"]) == {"replay": ordered}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"since": "yesterday"},
        {"since": "2026-11-21T08:00:00"},
        {"since": "2026-11-21T09:30:00Z"},
        {"since": "2026-11-21T08:00:00Z", "until": "2026-11-21T07:00:00Z"},
        {"since": "2026-11-21T08:00:00Z", "cursor": "x"},
    ],
)
def test_a_time_that_is_none_is_not_replayed(
    body: dict[str, str], endpoints: Function, deployed: Deployed
) -> None:
    path = one(made(endpoints, deployed), "/replay")

    assert refused(endpoints.answer(asked("POST", path, body)))
    assert deployed.waiting("deliver") == 0


def test_a_delivery_can_be_retried(
    endpoints: Function, deployed: Deployed, clock: Traveller
) -> None:
    endpoint = made(endpoints, deployed)
    delivery = endpoints.answer(asked("POST", one(endpoint, "/test"))).json
    clock.move_to(at(3600))

    path = f"/v1/deliveries/{delivery['id']}/retry"
    answered = endpoints.answer(asked("POST", path))

    assert answered.status == HTTPStatus.ACCEPTED
    assert answered.json["event_id"] == delivery["event_id"]
    others = endpoints.answer(asked("POST", path, key=OTHER_KEY))
    assert code_of(others) == "not_found"


def test_the_accounts_own_secret_is_always_the_same_and_nobody_elses(
    endpoints: Function,
) -> None:
    first, again = (endpoints.answer(load("endpoints", "signing_secret")) for _ in range(2))
    others = endpoints.answer(asked("GET", "/v1/signing-secret", key=OTHER_KEY))

    assert first.json == again.json
    assert first.json["secret"].startswith("whsec_")
    assert first.json != others.json
    assert first.headers["cache-control"] == "no-store"


EVERYTHING = (
    ("GET", f"/v1/endpoints/{ENDPOINT_ID}"),
    ("PATCH", f"/v1/endpoints/{ENDPOINT_ID}"),
    ("DELETE", f"/v1/endpoints/{ENDPOINT_ID}"),
    ("POST", f"/v1/endpoints/{ENDPOINT_ID}/rotate-secret"),
    ("POST", f"/v1/endpoints/{ENDPOINT_ID}/test"),
    ("POST", f"/v1/endpoints/{ENDPOINT_ID}/replay"),
    ("GET", f"/v1/endpoints/{ENDPOINT_ID}/deliveries"),
    ("POST", f"/v1/deliveries/{DELIVERY_ID}/retry"),
)


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_what_is_another_accounts_is_not_there(
    method: str, path: str, endpoints: Function, deployed: Deployed
) -> None:
    endpoint = made(endpoints, deployed)
    body = {"since": "2026-11-21T08:00:00Z"} if path.endswith("replay") else {}
    theirs = path.replace(ENDPOINT_ID, endpoint["id"])

    for found in (
        endpoints.answer(asked(method, theirs, body, key=OTHER_KEY)),
        endpoints.answer(asked(method, path, body)),
        endpoints.answer(asked(method, path.replace("00000", "?" * 3000), body)),
    ):
        assert code_of(found) == "not_found"
    assert endpoint.items() > show(endpoints, endpoint).items()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *EVERYTHING,
        ("GET", "/v1/endpoints"),
        ("POST", "/v1/endpoints"),
        ("GET", "/v1/signing-secret"),
    ],
)
def test_all_of_it_needs_the_one_scope(
    method: str, path: str, endpoints: Function, deployed: Deployed
) -> None:
    scopes = tuple(scope for scope in Scope if scope is not Scope.WEBHOOKS_ADMIN)
    DynamoDbKeys(deployed.table, aws.dynamodb()).add(stored_key(3, scopes=scopes), "test")

    assert code_of(endpoints.answer(asked(method, path, {}, key=key_of(3)))) == "missing_scope"
    assert code_of(endpoints.answer(asked(method, path, {}, key=""))) == "unauthenticated"
    assert key_of(3) != KEY
