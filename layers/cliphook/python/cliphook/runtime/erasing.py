"""Who erases what was deleted, as this deployment has it."""

from typing import Final

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_deletions import DynamoDbDeletions
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_library import DynamoDbLibrary
from cliphook.adapters.s3_eraser import S3Eraser
from cliphook.application.erase_deleted import Hands
from cliphook.runtime.clock import now

# Of the function's minute: it begins with nothing more after that.
RUN_S: Final = 40


def make_hands(table: str, bucket: str) -> Hands:
    """Put the parts together at cold start."""
    client = aws.dynamodb()
    jobs = DynamoDbJobs(table, client)
    return Hands(
        jobs=jobs,
        deletions=DynamoDbDeletions(table, client),
        eraser=S3Eraser(bucket, aws.s3_brief()),
        accounts=DynamoDbLibrary(table, client, jobs),
        clock=now,
    )
