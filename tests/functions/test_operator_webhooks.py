"""What could not be delivered of webhooks: found in its queues, and sent again."""

import json

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from tests.support.deployed import Deployed
from tests.support.lambda_events import load
from tests.support.operating import Operator, inspect, moved, operator_of, redrive
from tests.support.webhook_events import announced_event

QUEUE = "arn:aws:sqs:us-east-1:123456789012:cliphook-prod-deliver"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:cliphook-prod-deliver"
DETAIL = announced_event()["Records"][0]["body"]


@pytest.fixture
def operator(deployed: Deployed, clock: Traveller) -> Operator:
    return operator_of(deployed, clock)


def left(deployed: Deployed, queue: str, body: str, target: str = "") -> None:
    marks = {"TARGET_ARN": target, "ERROR_CODE": "NO_PERMISSIONS"} if target else {}
    aws.sqs().send_message(
        QueueUrl=deployed.queue(queue),
        MessageBody=body,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in marks.items()
        },
    )


def received(deployed: Deployed) -> list[str]:
    found = aws.sqs().receive_message(QueueUrl=deployed.queue("deliver"), MaxNumberOfMessages=10)
    return [message["Body"] for message in found.get("Messages", ())]


def test_a_dead_message_is_found_and_goes_back(operator: Operator, deployed: Deployed) -> None:
    left(deployed, "deliver-dead", DETAIL)

    (entry,) = inspect(operator, "deliver-dead")

    assert entry["reason"] == "still_due"
    assert entry["redrive"] == {"command": "redrive", "queue": "deliver-dead"}
    assert redrive(operator, "deliver-dead") == moved(1)
    assert received(deployed) == [DETAIL]


@pytest.mark.parametrize(
    "body", [DETAIL, json.dumps({"detail": json.loads(DETAIL)})], ids=["bare", "with its event"]
)
def test_an_event_that_its_rule_could_not_deliver_is_delivered(
    body: str, operator: Operator, deployed: Deployed
) -> None:
    left(deployed, "undelivered", body, QUEUE)

    assert redrive(operator, "undelivered") == moved(1)

    assert [json.loads(one) for one in received(deployed)] == [json.loads(DETAIL)]


def test_a_reminder_that_was_given_up_is_dropped(operator: Operator, deployed: Deployed) -> None:
    left(deployed, "undelivered", json.dumps(load("deliver", "minute")), FUNCTION)

    assert redrive(operator, "undelivered") == moved(dropped=1)

    assert received(deployed) == []
