"""A deployment on moto: what the functions stand on, and the functions as Lambda loads them."""

import importlib.util
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from cliphook.adapters import aws, items
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.adapters.dynamodb_ledger import DynamoDbLedger
from cliphook.adapters.schema import Letters
from cliphook.application.ports import JobRef, Promise
from cliphook.domain.change import Change
from cliphook.domain.job import Job
from cliphook.domain.ledger import Entry, EntryKind
from cliphook.runtime.settings import ENVIRONMENT
from tests.support.aws_table import make_table
from tests.support.lambda_shapes import Event
from tests.support.loopback import Loopback
from tests.support.makers import ACCOUNT, START
from tests.support.sample_world import (
    OTHER_ACCOUNT,
    PROVIDER_KEYS,
    SAMPLES,
    Sample,
    make_secrets,
    stored_key,
)

if TYPE_CHECKING:
    from types_boto3_sqs.literals import QueueAttributeNameType

FUNCTIONS: Final = Path(__file__).parents[2] / "functions"
PUBLIC_URL: Final = "https://music.test"
# The queues that functions work off.
WORKED: Final = ("dispatch", "poll", "archive", "deliver")
SECRETS_PREFIX: Final = "cliphook/test"

# Moto is entered once for many tests, so each deployment has names of its own.
_numbers = count()


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda says of an invocation."""

    aws_request_id: str = "8f5b1d5e-2a34-4c1c-9b55-1f6a3a0c7e11"
    function_name: str = "cliphook-test"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:cliphook-test"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function of the API answers."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Deployed:
    """A deployment, with a server in the place of both providers and of the audio hosts."""

    host: Loopback = field(repr=False)
    number: int = field(default_factory=lambda: next(_numbers))

    @cached_property
    def table(self) -> str:
        """A table with the API keys of two accounts, and more credit than any test needs."""
        table = make_table(aws.dynamodb(), f"jobs-{self.number}")
        keys = DynamoDbKeys(table, aws.dynamodb())
        keys.add(stored_key(1), "test")
        keys.add(stored_key(2, OTHER_ACCOUNT), "test")
        for account_id in (ACCOUNT, OTHER_ACCOUNT):
            grant = Entry(account_id, EntryKind.GRANT, "test", Decimal(1_000_000), START)
            DynamoDbLedger(table, aws.dynamodb()).grant(grant)
        return table

    @cached_property
    def jobs(self) -> DynamoDbJobs:
        return DynamoDbJobs(self.table, aws.dynamodb())

    @cached_property
    def bucket(self) -> str:
        aws.s3().create_bucket(Bucket=f"clips-{self.number}")
        return f"clips-{self.number}"

    @cached_property
    def bus(self) -> str:
        """A bus, all of whose events come to the queue `heard`."""
        name = f"bus-{self.number}"
        events, sqs = aws.events(), aws.sqs()
        arn = sqs.get_queue_attributes(QueueUrl=self.queue("heard"), AttributeNames=["QueueArn"])
        events.create_event_bus(Name=name)
        pattern = json.dumps({"source": [{"prefix": "cliphook"}]})
        events.put_rule(Name="heard", EventBusName=name, EventPattern=pattern)
        target: Any = {"Id": "heard", "Arn": arn["Attributes"]["QueueArn"]}
        events.put_targets(Rule="heard", EventBusName=name, Targets=[target])
        return name

    @property
    def bus_arn(self) -> str:
        return aws.events().describe_event_bus(Name=self.bus)["Arn"]

    @cached_property
    def archive(self) -> str:
        name = f"archive-{self.number}"
        made = aws.events().create_archive(ArchiveName=name, EventSourceArn=self.bus_arn)
        return made["ArchiveArn"]

    def own_secrets(self) -> str:
        """Make secrets that nobody shares, for a test that changes them; give their prefix."""
        return make_secrets(f"{SECRETS_PREFIX}-{self.number}")

    def queue(self, name: str) -> str:
        """Give the address of a queue; whoever asks again gets the same."""
        return aws.sqs().create_queue(QueueName=f"{name}-{self.number}")["QueueUrl"]

    def deliver(self, event: Event) -> Event:
        """Put the event's messages into their queue, and receive them as a function does."""
        sqs = aws.sqs()
        received = []
        for record in event["Records"]:
            url = self.queue(record["eventSourceARN"].rpartition("-")[2])
            sqs.send_message(QueueUrl=url, MessageBody=record["body"])
            (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
            ids = {"messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"]}
            received.append(record | ids)
        return {"Records": received}

    def waiting(self, name: str) -> int:
        """Count the messages that could be received from a queue now."""
        names: list[QueueAttributeNameType] = ["ApproximateNumberOfMessages"]
        found = aws.sqs().get_queue_attributes(QueueUrl=self.queue(name), AttributeNames=names)
        return int(found["Attributes"]["ApproximateNumberOfMessages"])

    def settings(self, function: str) -> dict[str, str]:
        """Say what the environment of a function holds: what its settings ask for, and no more."""
        values: Mapping[str, Callable[[], str]] = {
            "DEPLOYMENT": lambda: "test",
            "TABLE_NAME": lambda: self.table,
            "BUCKET_NAME": lambda: self.bucket,
            "BUS_NAME": lambda: self.bus,
            "SECRETS_PREFIX": lambda: SECRETS_PREFIX,
            "PUBLIC_URL": lambda: PUBLIC_URL,
            "PROVIDER_URLS": lambda: json.dumps(
                {name: self.host.url(f"/{name}") for name in PROVIDER_KEYS}
            ),
            "PROVIDER_SETTINGS": lambda: "{}",
            "PRICES": lambda: '{"sunoapi": "10.0000"}',
            "DAILY_CAPS": lambda: "{}",
            "POLL_FIRST_S": lambda: "90",
            "POLLED_FIRST_S": lambda: "10",
            "JOB_DEADLINE_S": lambda: "7200",
            "UNKNOWN_DEADLINE_S": lambda: "3600",
            "FETCH_LOOPBACK": lambda: "true",
            "ARCHIVE_RETRY_S": lambda: "2,5,15,30,60,300,900",
            "DISPATCH_QUEUE_URL": lambda: self.queue("dispatch"),
            "POLL_QUEUE_URL": lambda: self.queue("poll"),
            "ARCHIVE_QUEUE_URL": lambda: self.queue("archive"),
            "DELIVER_QUEUE_URL": lambda: self.queue("deliver"),
            "QUEUE_URLS": lambda: json.dumps(
                {name: self.queue(name) for name in (*WORKED, *Letters)}
            ),
            "BUS_ARN": lambda: self.bus_arn,
            "ARCHIVE_ARN": lambda: self.archive,
        }
        return {name: values[name]() for name in ENVIRONMENT[function].model_fields}

    def load(self, function: str, **changed: str) -> "Function":
        """Load a function anew, as a cold start does, with the environment that it is told."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (self.settings(function) | changed).items():
                patch.setenv(name, value)
            path = FUNCTIONS / function / "handler.py"
            spec = importlib.util.spec_from_file_location(f"handler_of_{function}", path)
            assert spec
            assert spec.loader
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        return Function(module.lambda_handler)

    def store(self, changes: tuple[Change, ...], promise: Promise | None = None) -> JobRef:
        """Commit a job's story."""
        ref = self.jobs.add(changes[0], promise)
        for change in changes[1:]:
            assert self.jobs.commit(change, None)
        return ref

    def job(self, told: Sample = SAMPLES["sunoapi"]) -> Job:
        """Read the job of a sample."""
        job = self.jobs.load(JobRef(ACCOUNT, told.job_id))
        assert job
        return job

    def rows(self, entity: str = "") -> list[dict[str, Any]]:
        """Read what is on the table, or what of it is of one kind."""
        found = aws.dynamodb().scan(TableName=self.table)["Items"]
        rows = [items.unmarshal(row) for row in found]
        return [row for row in rows if entity in {"", row["entity"]}]

    def heard(self) -> list[Any]:
        """Take what came over the bus since the last time."""
        return self.take("heard")

    def take(self, queue: str) -> list[Any]:
        """Take every message that can be had of a queue now."""
        sqs, url = aws.sqs(), self.queue(queue)
        found = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found


@dataclass(frozen=True, slots=True)
class Function:
    """A function that was loaded."""

    handler: Callable[[Any, Context], Any]

    def __call__(self, event: Event) -> Any:
        """Invoke it, with nothing in the event that JSON cannot carry."""
        return self.handler(json.loads(json.dumps(event)), Context())

    def answer(self, event: Event) -> Answer:
        """Invoke it by the API."""
        answer = json.loads(json.dumps(self(event)))
        assert not answer["isBase64Encoded"]
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        return Answer(answer["statusCode"], headers, answer["body"])
