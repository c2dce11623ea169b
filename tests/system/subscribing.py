"""Another system's stack, deployed beside Cliphook's own from the example in the documents."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cfnlint.decode import cfn_yaml

from local.assembly import Stack
from local.bring_up import Deployment
from local.deploy import create, template_url
from local.places import ROOT

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient
    from types_boto3_s3.client import S3Client
    from types_boto3_sqs.client import SQSClient

EXAMPLE: Final = ROOT / "docs/examples/subscriber/template.yaml"
# What its rule to the queue asks for.
ENDS: Final = "detail-type: [job.archived, job.failed, job.expired, job.canceled]"
BATCH: Final = 10

type Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as it came into the queue, and when, by the queue's own clock."""

    at: float
    event: Event


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The example's stack, and where what it hears ends."""

    deployment: Deployment
    outputs: dict[str, str]

    def take(self) -> list[Heard]:
        """Take what lies in the queue, a batch of it, or wait a second for something."""
        queues: SQSClient = self.deployment.aws.client("sqs")
        url = self.outputs["EndedQueueUrl"]
        answer = queues.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=1,
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        taken = answer.get("Messages", [])
        for message in taken:
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [
            Heard(int(one["Attributes"]["SentTimestamp"]) / 1000, json.loads(one["Body"]))
            for one in taken
        ]

    def log(self) -> str:
        """Read what the stack's function wrote."""
        name = self.outputs["KeeperName"]
        log = self.deployment.places.logs / "functions" / f"{name}.log"
        return log.read_text() if log.exists() else ""


@contextmanager
def subscribed(deployment: Deployment, name: str, asks: str = ENDS) -> Iterator[Subscriber]:
    """Deploy the example, whose queue may be told of something else, and take it away again."""
    aws, text = deployment.aws, EXAMPLE.read_text()
    assert text.count(ENDS) == 1
    cloudformation: CloudFormationClient = aws.client("cloudformation")
    s3: S3Client = aws.client("s3")
    place = f"s3://{deployment.addresses.bucket_name}/examples/{name}.yaml"
    bucket, _, key = place.removeprefix("s3://").partition("/")
    s3.put_object(Bucket=bucket, Key=key, Body=text.replace(ENDS, asks).encode())
    stack = Stack(name, name, cfn_yaml.load(str(EXAMPLE)), place, frozenset())
    parameters = {"EventBus": deployment.addresses.bus_name}
    try:
        outputs = create(cloudformation, stack, template_url(aws, stack), parameters)
        yield Subscriber(deployment, outputs)
    finally:
        cloudformation.delete_stack(StackName=name)
