"""
AWS clients, one of each kind, with every time limit and retry said aloud.

Making one costs milliseconds of a cold start, and the SDK's own limits change with its versions.
"""

from functools import cache
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sqs import SQSClient

CONNECT_TIMEOUT_S: Final = 1
READ_TIMEOUT_S: Final = 3
# A whole file goes through one request.
UPLOAD_TIMEOUT_S: Final = 120
# The same, where somebody waits for it.
COPY_TIMEOUT_S: Final = 5
ATTEMPTS_MAX: Final = 3

# SigV4 everywhere: links that are signed the older way die in newer regions.
CONFIG: Final = Config(
    connect_timeout=CONNECT_TIMEOUT_S,
    read_timeout=READ_TIMEOUT_S,
    retries={"mode": "standard", "total_max_attempts": ATTEMPTS_MAX},
    signature_version="v4",
)
S3_CONFIG: Final = CONFIG.merge(
    Config(
        read_timeout=UPLOAD_TIMEOUT_S,
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
    )
)
S3_BRIEF_CONFIG: Final = S3_CONFIG.merge(Config(read_timeout=READ_TIMEOUT_S))
S3_COPY_CONFIG: Final = S3_CONFIG.merge(
    Config(
        read_timeout=COPY_TIMEOUT_S,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS_MAX - 1},
    )
)


@cache
def _session() -> boto3.Session:
    """Keep one session: a further client costs a fraction of what a session of its own would."""
    return boto3.Session()


@cache
def dynamodb() -> "DynamoDBClient":
    """Connect to DynamoDB."""
    client: DynamoDBClient = _session().client("dynamodb", config=CONFIG)
    return client


@cache
def s3() -> "S3Client":
    """Connect to S3."""
    client: S3Client = _session().client("s3", config=S3_CONFIG)
    return client


@cache
def s3_brief() -> "S3Client":
    """Connect to S3 for what carries no file, and so has no reason to take long."""
    client: S3Client = _session().client("s3", config=S3_BRIEF_CONFIG)
    return client


@cache
def s3_copying() -> "S3Client":
    """Connect to S3 for whole files that somebody waits for."""
    client: S3Client = _session().client("s3", config=S3_COPY_CONFIG)
    return client


@cache
def events() -> "EventBridgeClient":
    """Connect to EventBridge."""
    client: EventBridgeClient = _session().client("events", config=CONFIG)
    return client


@cache
def sqs() -> "SQSClient":
    """Connect to SQS."""
    client: SQSClient = _session().client("sqs", config=CONFIG)
    return client


@cache
def secretsmanager() -> "SecretsManagerClient":
    """Connect to Secrets Manager."""
    client: SecretsManagerClient = _session().client("secretsmanager", config=CONFIG)
    return client
