"""The deployment's own numbers: times, batches, tries and settings, as the template has them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from cliphook.adapters import schema
from infra import flows
from infra.deployment import DEPLOYMENTS
from infra.routes import TIMEOUT_S

TABLE: Final = "cliphook"
BUCKET: Final = "cliphook-clips"
BUS: Final = "cliphook"
PREFIX: Final = "cliphook/simulated"
PUBLIC_URL: Final = "https://music.test"
STRATIZON_URL: Final = "https://api.stratizon.test"

_PROD: Final = DEPLOYMENTS["prod"]

# Where messages end that nobody could handle.
UNPUBLISHED: Final = "unpublished"
UNDELIVERED: Final = "undelivered"
# As long as the template keeps messages.
_KEPT_S: Final = {"queue": 4 * 86_400, "dead": 14 * 86_400}

TIMEOUTS_S: Final[Mapping[str, int]] = {
    **TIMEOUT_S,
    "publish": flows.PUBLISH_S,
    "sweep": flows.SWEEP_S,
    "operator": flows.OPERATOR_S,
    **{worker.name: worker.timeout_s for worker in flows.WORKERS},
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue of work orders and the function behind it."""

    name: str
    order: str
    batch: int
    concurrency: int
    visible_after_s: int
    receives_max: int


QUEUES: Final = tuple(
    QueueRow(
        worker.name,
        worker.order.value,
        worker.batch,
        worker.concurrency,
        flows.VISIBILITY_FACTOR * worker.timeout_s,
        len(_PROD.archive_retry_s) + 1 if worker.name == "archive" else flows.RECEIVES_MAX,
    )
    for worker in flows.WORKERS
)


def queue_url(name: str) -> str:
    """Tell the address of a queue."""
    return f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}"


def queue_attributes(row: QueueRow) -> dict[str, str]:
    """Say how a queue is set up."""
    policy = {
        "deadLetterTargetArn": f"arn:aws:sqs:us-east-1:123456789012:{row.name}-dead",
        "maxReceiveCount": row.receives_max,
    }
    return {
        "VisibilityTimeout": str(row.visible_after_s),
        "MessageRetentionPeriod": str(_KEPT_S["queue"]),
        "RedrivePolicy": json.dumps(policy),
    }


DEAD: Final[Mapping[str, str]] = {"MessageRetentionPeriod": str(_KEPT_S["dead"])}


@cache
def environment(
    wanted: tuple[str, ...], settings: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """Say what a function is told: what its settings ask for, as the template fills it in."""
    values = {
        "DEPLOYMENT": "simulated",
        "TABLE_NAME": TABLE,
        "BUCKET_NAME": BUCKET,
        "BUS_NAME": BUS,
        "SECRETS_PREFIX": PREFIX,
        "PUBLIC_URL": PUBLIC_URL,
        "PROVIDER_URLS": json.dumps({"stratizon": STRATIZON_URL}),
        "PROVIDER_SETTINGS": "{}",
        "PRICES": "{}",
        "DAILY_CAPS": "{}",
        "POLL_FIRST_S": str(_PROD.poll_first_s),
        "POLLED_FIRST_S": str(_PROD.polled_first_s),
        "JOB_DEADLINE_S": str(_PROD.job_deadline_s),
        "UNKNOWN_DEADLINE_S": str(_PROD.unknown_deadline_s),
        "FETCH_LOOPBACK": str(_PROD.fetch_loopback).lower(),
        "ARCHIVE_RETRY_S": ",".join(map(str, _PROD.archive_retry_s)),
        **{f"{row.name.upper()}_QUEUE_URL": queue_url(row.name) for row in QUEUES},
        "QUEUE_URLS": json.dumps(
            {name: queue_url(name) for row in QUEUES for name in (row.name, f"{row.name}-dead")}
        ),
        **dict(settings),
    }
    return tuple((name, values[name]) for name in wanted)


def table_settings() -> dict[str, object]:
    """Say how the table is set up."""
    names = {schema.PARTITION_KEY, schema.SORT_KEY}
    names |= {key for index in schema.INDEXES for key in (index.hash_key, index.range_key)}
    return {
        "TableName": TABLE,
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in sorted(names)
        ],
        "KeySchema": _keys(schema.PARTITION_KEY, schema.SORT_KEY),
        "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
        "GlobalSecondaryIndexes": [
            {
                "IndexName": index.name,
                "KeySchema": _keys(index.hash_key, index.range_key),
                "Projection": {
                    "ProjectionType": "INCLUDE" if index.includes else "KEYS_ONLY",
                    "NonKeyAttributes": list(index.includes),
                },
            }
            for index in schema.INDEXES
        ],
    }


def _keys(hash_key: str, range_key: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": hash_key, "KeyType": "HASH"},
        {"AttributeName": range_key, "KeyType": "RANGE"},
    ]
