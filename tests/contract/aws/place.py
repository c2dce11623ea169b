"""What all cases of one account share, made once and taken away in the end."""

import json
import time
from typing import Any, Final

from tests.contract.aws.world import KINDS, LOOK_EVERY_S, OWNERS, Keeper, Place

PREFIX: Final = "cliphook-conformance"
STREAM: Final = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


def make_place(keeper: Keeper, run: str) -> Place:
    """Make the tables, the bucket and the bus of a run."""
    name = f"{PREFIX}-{run}"
    keeper.client("s3").create_bucket(Bucket=name)
    keeper.client("events").create_event_bus(Name=name)
    stream = _make_tables(keeper.client("dynamodb"), name)
    return Place(name, f"{name}-numbers", name, name, stream)


def take_away(keeper: Keeper, place: Place) -> None:
    """Delete what a run has left in a real account."""
    dynamodb, s3 = keeper.client("dynamodb"), keeper.client("s3")
    for table in (place.table, place.numbers):
        dynamodb.delete_table(TableName=table)
    for one in s3.list_objects_v2(Bucket=place.bucket).get("Contents", ()):
        s3.delete_object(Bucket=place.bucket, Key=one["Key"])
    s3.delete_bucket(Bucket=place.bucket)
    keeper.client("events").delete_event_bus(Name=place.bus)
    sqs, secrets = keeper.client("sqs"), keeper.client("secretsmanager")
    for url in sqs.list_queues(QueueNamePrefix=place.table).get("QueueUrls", ()):
        sqs.delete_queue(QueueUrl=url)
    filters = [{"Key": "name", "Values": [place.table]}]
    for page in secrets.get_paginator("list_secrets").paginate(Filters=filters):
        for one in page["SecretList"]:
            secrets.delete_secret(SecretId=one["ARN"], ForceDeleteWithoutRecovery=True)


def _make_tables(dynamodb: Any, name: str) -> str:
    """Make the two tables, and tell where the first one's stream is."""
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys("pk", "sk"),
        AttributeDefinitions=[
            {"AttributeName": one, "AttributeType": "S"}
            for one in ("pk", "sk", "kind", "since", "holder")
        ],
        GlobalSecondaryIndexes=[
            _index(KINDS, {"ProjectionType": "KEYS_ONLY"}, "kind", "since"),
            _index(OWNERS, {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]}, "holder"),
        ],
        StreamSpecification=STREAM,
    )
    dynamodb.create_table(
        TableName=f"{name}-numbers",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys("pk", "sk"),
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
    )
    for table in (f"{name}-numbers", name):
        told = _ready(dynamodb, table)
    stream: str = told["LatestStreamArn"]
    return stream


def _ready(dynamodb: Any, name: str) -> dict[str, Any]:
    while True:
        told: dict[str, Any] = dynamodb.describe_table(TableName=name)["Table"]
        if told["TableStatus"] == "ACTIVE":
            return told
        time.sleep(LOOK_EVERY_S)


def _index(name: str, projection: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": _keys(*keys), "Projection": projection}


def _keys(*names: str) -> list[dict[str, str]]:
    kinds = ("HASH", "RANGE")
    return [
        {"AttributeName": name, "KeyType": kind} for name, kind in zip(names, kinds, strict=False)
    ]


def make_queue(sqs: Any, name: str, **attributes: str) -> str:
    """Make a queue, and tell where it is."""
    url: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url


def redrive_to(sqs: Any, url: str, receives_max: int) -> str:
    """Write the policy that sends what was received too often to another queue."""
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return json.dumps({"deadLetterTargetArn": told["QueueArn"], "maxReceiveCount": receives_max})
