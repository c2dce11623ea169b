"""
The streams of tables, as their own client reads them: one shard each.

No function calls it, the service does for them, so no effect can touch it.
"""

from typing import Any, Final

from tests.simulator.cloud.dynamodb import FakeDynamoDb
from tests.simulator.cloud.services import Answer
from tests.simulator.cloud.tables import stream_record

PAGE_MAX: Final = 1000


class FakeDynamoDbStreams:
    """A client of DynamoDB's streams; a stream has its table's name."""

    def __init__(self, dynamodb: FakeDynamoDb) -> None:
        self._dynamodb = dynamodb

    def describe_stream(self, *, StreamArn: str) -> Answer:  # noqa: N803 - boto3's names
        """Name a stream's shards."""
        return {"StreamDescription": {"StreamArn": StreamArn, "Shards": [{"ShardId": "only"}]}}

    def get_shard_iterator(self, **request: Any) -> Answer:
        """Begin with the oldest record that is left, or after the newest one."""
        journal = self._dynamodb.journal(request["StreamArn"])
        first = {"TRIM_HORIZON": 0, "LATEST": len(journal)}[request["ShardIteratorType"]]
        return {"ShardIterator": f"{request['StreamArn']}#{first}"}

    def get_records(self, *, ShardIterator: str, Limit: int = PAGE_MAX) -> Answer:  # noqa: N803
        """Read on."""
        name, _, first = ShardIterator.rpartition("#")
        table = self._dynamodb.tables[name]
        found = self._dynamodb.journal(name, int(first))[:Limit]
        return {
            "Records": [stream_record(table, written) for written in found],
            "NextShardIterator": f"{name}#{int(first) + len(found)}",
        }
