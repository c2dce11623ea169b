"""The table as the data stack makes it: its keys and its three sparse indexes."""

from typing import TYPE_CHECKING, Any

from cliphook.adapters import schema
from cliphook.adapters.schema import Index

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def make_table(client: "DynamoDBClient", name: str) -> str:
    """Make an empty table of that name."""
    attributes = [schema.PARTITION_KEY, schema.SORT_KEY]
    attributes += [key for index in schema.INDEXES for key in (index.hash_key, index.range_key)]
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys(schema.PARTITION_KEY, schema.SORT_KEY),
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in attributes],
        GlobalSecondaryIndexes=[_index(index) for index in schema.INDEXES],
    )
    return name


def _index(index: Index) -> Any:
    projection: dict[str, Any] = {"ProjectionType": "KEYS_ONLY"}
    if index.includes:
        projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": [*index.includes]}
    return {
        "IndexName": index.name,
        "KeySchema": _keys(index.hash_key, index.range_key),
        "Projection": projection,
    }


def _keys(hash_key: str, range_key: str) -> list[Any]:
    return [
        {"AttributeName": hash_key, "KeyType": "HASH"},
        {"AttributeName": range_key, "KeyType": "RANGE"},
    ]
