"""Messages that die: received again and again by a function, until their queue gives them up."""

import json
from dataclasses import dataclass
from typing import Any

from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.domain.event import Order
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import queued

# Longer than any order is put back for.
LATER_S = 2000


@dataclass
class DyingQueue:
    """A work queue with its dead letters, as a deployment has them, and its function."""

    deployed: Deployed
    name: str
    clock: Traveller
    receives_max: int = 8

    def __post_init__(self) -> None:
        """Have messages die after so many receives."""
        sqs, dead = aws.sqs(), self.deployed.queue(f"{self.name}-dead")
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
        policy = {
            "deadLetterTargetArn": arn["Attributes"]["QueueArn"],
            "maxReceiveCount": self.receives_max,
        }
        sqs.set_queue_attributes(
            QueueUrl=self.deployed.queue(self.name),
            Attributes={"RedrivePolicy": json.dumps(policy)},
        )

    def send(self, body: str) -> None:
        """Put a message in."""
        aws.sqs().send_message(QueueUrl=self.deployed.queue(self.name), MessageBody=body)

    def order(self, order: Order) -> None:
        """Put an order in."""
        self.send(queued(self.name, order)["Records"][0]["body"])

    def work(self, function: Function) -> list[int]:
        """Hand messages to a function until none is left; give how often each had come by then."""
        sqs, url = aws.sqs(), self.deployed.queue(self.name)
        tries = []
        while found := sqs.receive_message(QueueUrl=url, AttributeNames=["All"]).get("Messages"):
            (message,) = found
            tries.append(int(message["Attributes"]["ApproximateReceiveCount"]))
            answered = function({"Records": [_record(message)]})
            if answered["batchItemFailures"]:
                self.clock.shift(LATER_S)
            else:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return tries

    @property
    def dead(self) -> int:
        """Count the dead letters."""
        return self.deployed.waiting(f"{self.name}-dead")


def _record(message: Any) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
    }
