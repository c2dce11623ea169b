"""What the bus, the stream or the clock could not deliver: found, and delivered or forgotten."""

import json

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from tests.support.deployed import Deployed
from tests.support.dying import DyingQueue
from tests.support.lambda_events import load
from tests.support.loopback import answer
from tests.support.makers import at
from tests.support.operating import (
    JOB,
    ORDER,
    POLL,
    SUNOAPI,
    Operator,
    inspect,
    moved,
    operator_of,
    redrive,
)
from tests.support.samples import sample


@pytest.fixture
def operator(deployed: Deployed, clock: Traveller) -> Operator:
    return operator_of(deployed, clock)


def undelivered(deployed: Deployed, body: str, target: str) -> None:
    """Leave a message as the bus does whose rule cannot reach its target."""
    marks = {
        "RULE_ARN": "arn:aws:events:us-east-1:123456789012:rule/cliphook/Rule-1",
        "TARGET_ARN": target,
        "ERROR_CODE": "NO_PERMISSIONS",
    }
    aws.sqs().send_message(
        QueueUrl=deployed.queue("undelivered"),
        MessageBody=body,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in marks.items()
        },
    )


EVENT = json.dumps({"detail-type": "poll.due", "detail": json.loads(ORDER)})


@pytest.mark.parametrize("body", [ORDER, EVENT], ids=["bare", "with its event"])
def test_an_order_that_its_rule_could_not_deliver_is_delivered(
    body: str, operator: Operator, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(SUNOAPI.accepted)
    undelivered(deployed, body, "arn:aws:sqs:us-east-1:123456789012:cliphook-prod-poll")

    (entry,) = inspect(operator, "undelivered")
    assert entry.items() >= {**JOB, "reason": "NO_PERMISSIONS", "rule": "Rule-1"}.items()
    assert entry["target"] == "cliphook-prod-poll"

    assert redrive(operator, "undelivered") == moved(1)
    deployed.host.answers[POLL] = answer(sample("sunoapi", "record_info_first_success"))
    clock.move_to(at(91))
    assert DyingQueue(deployed, "poll", clock).work(deployed.load("poll")) == [1]
    assert deployed.job().polled_at == at(91)
    assert redrive(operator, "undelivered") == moved()


SWEEP = "arn:aws:lambda:us-east-1:123456789012:function:cliphook-prod-sweep"
GIVEN_UP = {"requestContext": {"condition": "EventAgeExceeded", "functionArn": SWEEP}}


def test_a_start_that_was_given_up_is_dropped(operator: Operator, deployed: Deployed) -> None:
    undelivered(deployed, json.dumps(load("sweep", "minute")), SWEEP)
    url = deployed.queue("undelivered")
    aws.sqs().send_message(QueueUrl=url, MessageBody=json.dumps(GIVEN_UP))

    reasons = {entry["reason"] for entry in inspect(operator, "undelivered")}

    assert reasons == {"NO_PERMISSIONS", "EventAgeExceeded"}
    assert redrive(operator, "undelivered") == moved(dropped=2)


@pytest.mark.parametrize("target", ["", "arn:aws:sqs:us-east-1:123456789012:somebody-elses"])
def test_what_nobody_knows_where_to_send_is_left_and_can_be_seen(
    target: str, operator: Operator, deployed: Deployed
) -> None:
    undelivered(deployed, ORDER, target or "arn")

    assert redrive(operator, "undelivered") == moved(left=1)
    assert len(inspect(operator, "undelivered")) == 1


STREAM = {
    "requestContext": {"condition": "RetryAttemptsExhausted"},
    "DDBStreamBatchInfo": {"startSequenceNumber": "4", "batchSize": 3},
}


def test_rows_that_the_stream_gave_up_are_waited_for_and_then_forgotten(
    operator: Operator, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(SUNOAPI.accepted)
    clock.move_to(at(600))
    url = deployed.queue("unpublished")
    aws.sqs().send_message(QueueUrl=url, MessageBody=json.dumps(STREAM))

    (entry,) = inspect(operator, "unpublished")
    assert entry["reason"] == "RetryAttemptsExhausted"
    waiting = inspect(operator, "unsent")
    assert {(one["job_id"], one["what"]) for one in waiting} == {
        (SUNOAPI.job_id, what) for what in ("job.queued", "job.accepted", "poll.due")
    }
    assert redrive(operator, "unpublished") == moved(left=1)

    deployed.load("sweep")(load("sweep", "minute"))

    assert inspect(operator, "unsent") == []
    assert redrive(operator, "unpublished") == moved(dropped=1)
    assert redrive(operator, "unpublished") == moved()
