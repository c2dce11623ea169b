"""Hears every event on the bus, as any other system of the account could: a rule and a queue."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from local.aws_server import Aws

if TYPE_CHECKING:
    from types_boto3_events.client import EventBridgeClient
    from types_boto3_sqs.client import SQSClient

NAME: Final = "cliphook-local-demo"
SOURCE: Final = "cliphook"
BATCH: Final = 10
LISTEN_S: Final = 1

type Event = Mapping[str, Any]


@dataclass(slots=True)
class Witness:
    """All events of the bus since it was placed, by job, in the order in which they came."""

    aws: Aws
    queue_url: str
    heard: defaultdict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))

    def listen(self) -> None:
        """Take what lies in the queue, or wait a second for something."""
        queues: SQSClient = self.aws.client("sqs")
        answer = queues.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=BATCH, WaitTimeSeconds=LISTEN_S
        )
        messages = answer.get("Messages", ())
        for message in messages:
            event = json.loads(message["Body"])
            self.heard[event["detail"]["job"]["id"]].append(event)
        if messages:
            queues.delete_message_batch(
                QueueUrl=self.queue_url,
                Entries=[
                    {"Id": str(place), "ReceiptHandle": message["ReceiptHandle"]}
                    for place, message in enumerate(messages)
                ],
            )

    def listen_for(self, jobs: Iterable[str], detail_type: str, *, within_s: float) -> None:
        """Listen until each of the jobs has had an event of that type, or time is up."""
        deadline = time.monotonic() + within_s
        wanted = [*jobs]
        while any(detail_type not in self.types(job) for job in wanted):
            if time.monotonic() > deadline:
                return
            self.listen()

    def types(self, job: str) -> list[str]:
        """List the types of a job's events."""
        return [event["detail-type"] for event in self.heard[job]]


def place(aws: Aws, bus_name: str) -> Witness:
    """Put a queue behind a rule that lets every event of ours pass."""
    events: EventBridgeClient = aws.client("events")
    queues: SQSClient = aws.client("sqs")
    queue_url = queues.create_queue(QueueName=NAME)["QueueUrl"]
    attributes = queues.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    events.put_rule(Name=NAME, EventBusName=bus_name, EventPattern=json.dumps({"source": [SOURCE]}))
    events.put_targets(
        Rule=NAME,
        EventBusName=bus_name,
        Targets=[{"Id": NAME, "Arn": attributes["Attributes"]["QueueArn"]}],
    )
    return Witness(aws, queue_url)


def tally(witness: Witness, jobs: Iterable[str]) -> str:
    """Count the events of some jobs, by type."""
    counted = Counter(type_ for job in jobs for type_ in witness.types(job))
    return ", ".join(f"{type_} x{count}" for type_, count in counted.items())
