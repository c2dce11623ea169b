"""Another system's stack on the embedded AWS: what it asked to hear of comes to it."""

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest
from jsonschema import Draft202012Validator

from local.bring_up import Deployment
from local.demo import Client, Job
from tests.support.bus_watch import SCHEMAS
from tests.system.jobs import done
from tests.system.processes import soon
from tests.system.subscribing import Event, Subscriber, subscribed

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient

OPERATOR: Final = "cliphook-local-operator"
NAME: Final = "billing"
WITHIN_S: Final = 30.0


@pytest.fixture(scope="module")
def subscriber(deployment: Deployment) -> Iterator[Subscriber]:
    """Deploy the example as it stands."""
    with subscribed(deployment, NAME) as found:
        yield found


def received(subscriber: Subscriber, job: Job) -> list[Event]:
    """Take from the queue until there is something of a job, or time is up."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        events = [heard.event for heard in subscriber.take()]
        if found := [one for one in events if one["detail"]["job"]["id"] == job["id"]]:
            return found
    return []


def test_ends_come_into_its_queue_and_kept_clips_start_its_function(
    api: Client, subscriber: Subscriber
) -> None:
    (job,) = done(api, [api.submit({"model": "sunoapi/V5", "prompt": "A quiet song"})])
    assert job["status"] == "archived"

    (event,) = received(subscriber, job)

    assert (event["source"], event["detail-type"]) == ("cliphook", "job.archived")
    assert {clip["id"] for clip in event["detail"]["clips"]} == {c["id"] for c in job["clips"]}
    schema = json.loads((SCHEMAS / "job.archived.v1.json").read_bytes())
    assert [*Draft202012Validator(schema).iter_errors(event["detail"])] == []
    kept = [clip["id"] for clip in job["clips"]]
    assert soon(lambda: all(name in subscriber.log() for name in kept), within_s=WITHIN_S)


def test_a_replay_to_its_rule_is_one_command(
    deployment: Deployment, subscriber: Subscriber
) -> None:
    assert subscriber.outputs
    # Of a time long gone: the embedded AWS replays to every rule, whichever is named.
    hour = {"since": "2020-01-01T00:00:00Z", "until": "2020-01-01T01:00:00Z"}
    order = {"command": "replay", "rule": f"{NAME}-ended", **hour}

    states = [operate(deployment, order)["state"] for _ in range(2)]

    assert states == ["started", "started_before"]
    assert operate(deployment, order | {"rule": "nobody"})["state"] == "no_such_rule"


def operate(deployment: Deployment, order: dict[str, str]) -> Any:
    functions: LambdaClient = deployment.aws.client("lambda")
    answer = functions.invoke(FunctionName=OPERATOR, Payload=json.dumps(order))
    said = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, said
    return said


def test_events_are_described_at_the_api(api: Client) -> None:
    answer = api.http.get("/v1/asyncapi.json", headers={"Authorization": ""})

    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "Cliphook events"
