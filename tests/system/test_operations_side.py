"""An operator's day on the deployed template: what is stuck is found, named and set going again."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

from local.aws_server import KEY, REGION
from local.bring_up import Deployment
from local.demo import Client, Job
from local.places import ROOT
from tests.system.jobs import done
from tests.system.processes import soon
from tests.system.shell import BLOCK, blocks, run
from tests.system.steering import told

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef
    from types_boto3_lambda.client import LambdaClient

    type Key = dict[str, AttributeValueTypeDef]

OPERATOR: Final = "cliphook-local-operator"
WITHIN_S: Final = 30.0


class Operator:
    """Who types commands, and copies them from what was answered."""

    def __init__(self, deployment: Deployment, folder: Path) -> None:
        self.deployment = deployment
        self.folder = folder

    def __call__(self, command: Mapping[str, object]) -> Any:
        functions: LambdaClient = self.deployment.aws.client("lambda")
        answer = functions.invoke(FunctionName=OPERATOR, Payload=json.dumps(command))
        said = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, said
        return said

    def type(self, line: str) -> str:
        """Type a line into a shell, as it was given."""
        environment = {
            "AWS_ENDPOINT_URL": self.deployment.aws.endpoint_url,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_DEFAULT_REGION": REGION,
            "PATH": f"{ROOT}/.venv-aws/bin:{os.environ['PATH']}",
        }
        return run(line, self.folder, environment)

    def entries(self, where: str, job: Job) -> list[dict[str, Any]]:
        """List what is stuck of a job in a place."""
        found = self({"command": "inspect", "where": where, "limit": 100})["entries"]
        return [entry for entry in found if entry.get("job_id") == job["id"]]


@pytest.fixture
def operator(deployment: Deployment, tmp_path: Path) -> Operator:
    return Operator(deployment, tmp_path)


def ask(api: Client) -> Job:
    return api.submit({"model": "sunoapi/V5", "prompt": "A quiet song"})


def log_of(deployment: Deployment, function: str) -> str:
    return (deployment.places.logs / "functions" / f"cliphook-local-{function}.log").read_text()


def test_clips_that_were_given_up_are_found_with_the_reason_and_kept_after_all(
    deployment: Deployment, api: Client, operator: Operator
) -> None:
    with told(deployment, "cliphook-local-archive", FETCH_LOOPBACK="false"):
        (job,) = done(api, [ask(api)])
        assert {clip["status"] for clip in job["clips"]} == {"archive_failed"}
        # Each clip's cover is given up besides.
        assert soon(lambda: len(operator.entries("archive-dead", job)) == 4, within_s=WITHIN_S)
    letters, clips = (operator.entries(where, job) for where in ("archive-dead", "clips"))
    assert {entry["clip_id"] for entry in letters} == {clip["id"] for clip in job["clips"]}
    assert {entry["clip_id"] for entry in clips} == {clip["id"] for clip in job["clips"]}
    assert {entry["reason"] for entry in (*letters, *clips)} == {"forbidden_address"}
    assert operator({"command": "measure"})["counts"]["archive-dead"] >= 2

    operator.type(letters[0]["invoke"])
    operator.type(letters[0]["invoke"])

    assert soon(lambda: api.job(job["id"])["status"] == "archived", within_s=WITHIN_S)
    assert soon(lambda: all(clip["image"]["url"] for clip in api.job(job["id"])["clips"]))
    assert operator.entries("archive-dead", job) == operator.entries("clips", job) == []


def test_a_callback_that_cannot_be_read_is_counted_and_found_and_read_again(
    deployment: Deployment, api: Client, operator: Operator
) -> None:
    job = ask(api)
    simulator = deployment.addresses.simulators["sunoapi"]
    asked = httpx.get(f"{simulator}/_sim/requests", trust_env=False).json()["requests"]
    urls = [str(request["body"].get("callBackUrl")) for request in asked if request["body"]]
    before = log_of(deployment, "callback").count('"QuarantinedCallbacks":[1.0]')

    assert httpx.post(urls[-1], content=b"<html>", trust_env=False).status_code == 200

    (entry,) = operator.entries("quarantine", job)
    assert (entry["reason"], entry["what"]) == ("unreadable", "callback")
    assert log_of(deployment, "callback").count('"QuarantinedCallbacks":[1.0]') == before + 1
    assert '"reason": "unreadable"' in operator.type(entry["invoke"])
    operator({**entry["redrive"], "command": "dismiss", "where": "quarantine"})
    assert operator.entries("quarantine", job) == []


ANNOUNCED: Final = "2026-11-21T09:00:00.000000+00:00"


@pytest.fixture
def unreadable(deployment: Deployment, api: Client) -> tuple[Job, "Key"]:
    """Write an event of a job without its detail; give the job and the row's key."""
    (job,) = done(api, [ask(api)])
    table: DynamoDBClient = deployment.aws.client("dynamodb")
    pages = table.get_paginator("scan").paginate(
        TableName=deployment.addresses.table_name,
        FilterExpression="job_id = :job AND entity = :entity",
        ExpressionAttributeValues={":job": {"S": job["id"]}, ":entity": {"S": "JOB"}},
    )
    (found,) = (row for page in pages for row in page["Items"])
    key: Key = {"pk": found["pk"], "sk": {"S": "EVENT#000099"}}
    row = {
        "entity": "EVENT",
        "event_id": "evt_1",
        "source": "cliphook",
        "detail_type": "job.parked",
        "at": ANNOUNCED,
        "unsent_shard": "0",
        "unsent_at": ANNOUNCED,
    }
    item = {**key, **{name: {"S": value} for name, value in row.items()}}
    table.put_item(TableName=deployment.addresses.table_name, Item=item)
    return job, key


def test_an_event_that_nobody_can_read_is_parked_and_announced_once_somebody_can(
    deployment: Deployment, operator: Operator, unreadable: tuple[Job, "Key"]
) -> None:
    job, key = unreadable
    assert soon(lambda: operator.entries("parked", job), within_s=WITHIN_S)
    (entry,) = operator.entries("parked", job)
    assert (entry["reason"], entry["what"]) == ("unreadable", "job.parked")
    assert '"ParkedEvents":[1.0]' in log_of(deployment, "publish")

    table: DynamoDBClient = deployment.aws.client("dynamodb")
    detail = json.dumps({"id": "evt_1", "job": {"id": job["id"]}})
    table.update_item(
        TableName=deployment.addresses.table_name,
        Key=key,
        UpdateExpression="SET detail = :detail, unsent_at = :at",
        ExpressionAttributeValues={":detail": {"S": detail}, ":at": {"S": ANNOUNCED}},
    )
    operator.type(entry["invoke"])
    deployment.aws.client("lambda").invoke(FunctionName="cliphook-local-sweep", Payload="{}")

    deployment.witness.listen_for([job["id"]], "job.parked", within_s=WITHIN_S)
    assert "job.parked" in deployment.witness.types(job["id"])
    assert operator.entries("parked", job) == []


def test_what_the_page_says_to_type_is_typed(operator: Operator) -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    # The other one replays to a rule of somebody else's: tests/system/test_subscriber.py.
    assert len(BLOCK.findall(page)) == 2
    (block,) = blocks(page, "How to speak to the operator's function")

    said = operator.type(block.replace("cliphook-dev-", "cliphook-local-"))

    assert '"counts": {' in said


def test_the_clock_has_what_is_stuck_counted(deployment: Deployment, operator: Operator) -> None:
    operator({"command": "measure"})

    log = log_of(deployment, "operator")
    for name in ("Stuck", "OldestUnsentSeconds", "OldestDueSeconds"):
        assert f'"{name}":[' in log
