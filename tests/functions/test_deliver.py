"""The deliver queue, by whole events: from the bus to a receiver, with all that may go wrong."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook
from time_machine import Traveller

from cliphook.adapters import aws, items
from cliphook.adapters.dynamodb_places import DynamoDbPlaces
from cliphook.adapters.outbox_rows import key_of, read_row
from cliphook.application.ports import EventRow
from cliphook.domain.change import begin
from cliphook.domain.request import MusicRequest
from tests.functions.conftest import Output
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load
from tests.support.lambda_shapes import Event, queue_event
from tests.support.loopback import answer
from tests.support.makers import at, new_job
from tests.support.sample_world import SAMPLES
from tests.support.webhook_events import announced_event, asked

HOOK = "/hook"
DONE: Event = {"batchItemFailures": []}
TOKEN = "canary-token-of-a-client"


@pytest.fixture
def deliver(deployed: Deployed) -> Function:
    return deployed.load("deliver")


@pytest.fixture
def endpoint(deployed: Deployed) -> Any:
    """Register an endpoint for everything."""
    deployed.host.answers[HOOK] = answer(b"welcome")
    body = {"url": deployed.host.url(HOOK)}
    made = deployed.load("endpoints").answer(asked("POST", "/v1/endpoints", body))
    assert made.status == HTTPStatus.CREATED, made.body
    deployed.host.requests.clear()
    return made.json


def ordered(deployed: Deployed) -> Event:
    """Receive every message that can be had now."""
    told = deployed.take("deliver")
    records = [queue_event("deliver", body, at=at(100))["Records"][0] for body in told]
    return {"Records": records}


def delivery(deployed: Deployed) -> Any:
    (row,) = deployed.rows("DELIVERY")
    return row


def test_an_event_of_the_bus_reaches_an_endpoint_signed(
    deliver: Function, deployed: Deployed, endpoint: Any
) -> None:
    event = announced_event()

    assert deliver(event) == DONE
    assert deliver(ordered(deployed)) == DONE

    (seen,) = deployed.host.requests
    told: Any = Webhook(endpoint["secret"]).verify(seen.body, dict(seen.headers))
    detail = json.loads(event["Records"][0]["body"])
    assert told == {"type": "job.queued", "timestamp": detail["occurred_at"], "data": detail}
    assert seen.headers["webhook-id"] == detail["id"]
    row = delivery(deployed)
    assert (row["status"], row["attempts"][0]["answer"]) == ("delivered", "welcome")


def test_an_event_that_comes_twice_is_told_once(
    deliver: Function, deployed: Deployed, endpoint: Any
) -> None:
    assert endpoint
    for _ in range(2):
        deliver(announced_event())

    deliver(ordered(deployed))

    assert len(deployed.host.requests) == 1


def test_an_endpoint_is_not_told_of_what_it_does_not_want(
    deliver: Function, deployed: Deployed, endpoint: Any
) -> None:
    wish = {"events": ["clip.*"]}
    path = f"/v1/endpoints/{endpoint['id']}"
    deployed.load("endpoints")(asked("PATCH", path, wish))

    deliver(announced_event())

    assert ordered(deployed) == {"Records": []}


def test_a_failure_is_tried_again_in_its_time(
    deliver: Function, deployed: Deployed, endpoint: Any, clock: Traveller
) -> None:
    assert endpoint
    deployed.host.answers[HOOK] = answer(b"<script>", 500)
    deliver(announced_event())
    deliver(ordered(deployed))

    assert deployed.waiting("deliver") == 0
    clock.move_to(at(60 + 7))
    deployed.host.answers[HOOK] = answer()
    deliver(ordered(deployed))

    told = [
        (int(one["status"]), one.get("error"), one["answer"])
        for one in delivery(deployed)["attempts"]
    ]
    assert told == [(500, "status", "<script>"), (200, None, "")]


def test_what_waits_for_long_is_found_by_the_clock(
    deliver: Function, deployed: Deployed, endpoint: Any, clock: Traveller
) -> None:
    assert endpoint
    deployed.host.answers[HOOK] = answer(b"", 500)
    deliver(announced_event())
    for seconds in (60, 70, 500):
        clock.move_to(at(seconds))
        deliver(ordered(deployed))
    clock.move_to(at(500 + 1.2 * 1800 + 31))
    assert ordered(deployed) == {"Records": []}

    deliver(load("deliver", "minute"))
    deliver(ordered(deployed))
    deliver(load("deliver", "minute"))

    assert len(delivery(deployed)["attempts"]) == 4
    assert ordered(deployed) == {"Records": []}


def test_a_receiver_that_is_gone_is_told_no_more_and_somebody_hears_of_it(
    deliver: Function, deployed: Deployed, endpoint: Any, output: Output
) -> None:
    deployed.host.answers[HOOK] = answer(b"", 410)
    deliver(announced_event())

    deliver(ordered(deployed))

    shown = deployed.load("endpoints").answer(asked("GET", f"/v1/endpoints/{endpoint['id']}")).json
    assert (shown["status"], shown["disabled_reason"]) == ("disabled", "gone")
    assert '"DisabledEndpoints":[1.0]' in output.read().replace(" ", "")


def test_a_job_is_told_of_at_its_own_url_with_the_accounts_secret(
    deliver: Function, deployed: Deployed, output: Output
) -> None:
    deployed.host.answers["/done"] = answer(b"thanks")
    url = deployed.host.url(f"/done?token={TOKEN}")
    told = SAMPLES["sunoapi"]
    request = MusicRequest(prompt="x", model="sunoapi/V5", callback_url=url)
    deployed.jobs.add(begin(new_job(id=told.job_id, request=request)), None)
    endpoints = deployed.load("endpoints")

    deliver(announced_event())
    deliver(ordered(deployed))

    (seen,) = deployed.host.requests
    secret = endpoints.answer(asked("GET", "/v1/signing-secret")).json["secret"]
    verified: Any = Webhook(secret).verify(seen.body, dict(seen.headers))
    assert verified["data"]["job"]["id"] == told.job_id
    listed = endpoints.answer(asked("GET", f"/v1/jobs/{told.job_id}/deliveries")).json["data"]
    assert [(one["job_id"], one["status"]) for one in listed] == [(told.job_id, "delivered")]
    assert TOKEN not in json.dumps(listed)
    assert TOKEN not in output.read()


def place(deployed: Deployed) -> None:
    """Give the events that are stored their places in the feed, as publish does."""
    rows = [read_row(row, key_of(row)) for row in deployed.rows("EVENT")]
    places = DynamoDbPlaces(deployed.table, aws.dynamodb())
    assert places.place([row for row in rows if isinstance(row, EventRow)], at(60)) == frozenset()


def test_a_replay_tells_again_under_the_same_id(
    deliver: Function, deployed: Deployed, endpoint: Any, clock: Traveller
) -> None:
    changes = SAMPLES["sunoapi"].opening
    deployed.store(SAMPLES["sunoapi"].story(*changes))
    place(deployed)
    deliver(announced_event())
    deliver(ordered(deployed))
    clock.move_to(at(600))
    path = f"/v1/endpoints/{endpoint['id']}/replay"
    since = {"since": "2026-11-21T08:00:00Z"}
    assert deployed.load("endpoints").answer(asked("POST", path, since)).status == 202

    deliver(ordered(deployed))
    deliver(ordered(deployed))

    events = [row for row in deployed.rows("EVENT") if row["source"] == "cliphook"]
    told = [one.headers["webhook-id"] for one in deployed.host.requests]
    assert sorted(told[1:]) == sorted(row["event_id"] for row in events)
    assert told[0] in told[1:]


def test_a_replay_says_which_events_it_leaves_out_since_nobody_can_read_them(
    deliver: Function, deployed: Deployed, endpoint: Any, output: Output
) -> None:
    told = SAMPLES["sunoapi"]
    deployed.store(told.story(*told.opening))
    place(deployed)
    foreign, *known = deployed.rows("EVENT")
    row = {**foreign, "detail": '{"of": "a newer release"}'}
    aws.dynamodb().put_item(TableName=deployed.table, Item=items.marshal(row))
    since = {"since": "2026-11-21T08:00:00Z"}
    path = f"/v1/endpoints/{endpoint['id']}/replay"
    assert deployed.load("endpoints").answer(asked("POST", path, since)).status == 202

    deliver(ordered(deployed))
    deliver(ordered(deployed))

    heard = {one.headers["webhook-id"] for one in deployed.host.requests}
    assert heard == {one["event_id"] for one in known if one["source"] == "cliphook"}
    line = next(line for line in output.read().splitlines() if "left out" in line)
    assert json.loads(line)["event_ids"] == [foreign["event_id"]]


def test_a_message_that_nobody_understands_comes_again_and_harms_no_other(
    deliver: Function, deployed: Deployed, endpoint: Any
) -> None:
    assert endpoint
    bad = queue_event("deliver", {"nonsense": True}, at=at(1))["Records"]
    good = announced_event()["Records"]

    answered = deliver({"Records": [*bad, *good]})

    assert answered == {"batchItemFailures": [{"itemIdentifier": bad[0]["messageId"]}]}
    assert len(ordered(deployed)["Records"]) == 1


def test_only_a_laptop_tells_itself(deployed: Deployed, endpoint: Any) -> None:
    assert endpoint
    deliver = deployed.load("deliver", FETCH_LOOPBACK="false")
    deliver(announced_event())

    deliver(ordered(deployed))

    assert deployed.host.requests == []
    assert delivery(deployed)["attempts"][0]["error"] == "forbidden_address"
