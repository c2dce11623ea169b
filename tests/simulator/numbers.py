"""The deployment's own numbers: times, batches, tries and settings, as the template has them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

from cliphook.adapters import schema
from infra import flows
from infra.deployment import DEPLOYMENTS
from infra.routes import TIMEOUT_S
from tests.simulator.release import PLANTED

TABLE: Final = "cliphook"
BUCKET: Final = "cliphook-clips"
BUS: Final = "cliphook"
PREFIX: Final = "cliphook/simulated"
PUBLIC_URL: Final = "https://music.test"
STRATIZON_URL: Final = "https://api.stratizon.test"

_PROD: Final = DEPLOYMENTS["prod"]
_FLOWS: Final = Path(flows.__file__)

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


def queue_rows() -> tuple[QueueRow, ...]:
    """List the queues, as the template has them or as a planted bug has changed it."""
    planted = PLANTED.get(str(_FLOWS))
    return _queue_rows(planted) if planted else QUEUES


@cache
def _queue_rows(source: str) -> tuple[QueueRow, ...]:
    module = ModuleType(flows.__name__)
    # A dataclass looks for its module by name, and finds there what it needs.
    exec(compile(source, _FLOWS, "exec"), vars(module))  # noqa: S102 - our own source
    return _rows(module.WORKERS)


def _rows(workers: Iterable[flows.Worker]) -> tuple[QueueRow, ...]:
    return tuple(
        QueueRow(
            worker.name,
            worker.order.value,
            worker.batch,
            worker.concurrency,
            flows.VISIBILITY_FACTOR * worker.timeout_s,
            len(_PROD.archive_retry_s) + 1 if worker.name == "archive" else flows.RECEIVES_MAX,
        )
        for worker in workers
    )


QUEUES: Final = _rows(flows.WORKERS)


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
        "BUS_ARN": BUS,
        "ARCHIVE_ARN": BUS,
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
