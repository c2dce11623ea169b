"""The tables of an account: how they are made, and what somebody beside them may look at."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from tests.simulator.cloud.services import Answer
from tests.simulator.cloud.table import Schema, Table, Written
from tests.simulator.cloud.values import Item


class Tables:
    """Tables by name. Nothing here is a call that could fail: it is how a world is made."""

    def __init__(self, lag: timedelta) -> None:
        self.tables: dict[str, Table] = {}
        self._lag = lag

    def create_table(self, **request: Any) -> Answer:
        """Make a table that can be used at once."""
        kinds = {
            one["AttributeName"]: one["AttributeType"] for one in request["AttributeDefinitions"]
        }
        own = _keys(request["KeySchema"])
        indexes = {
            index["IndexName"]: _index(index, own, kinds)
            for index in request.get("GlobalSecondaryIndexes", ())
        }
        name = request["TableName"]
        view = request.get("StreamSpecification", {}).get("StreamViewType", "NEW_AND_OLD_IMAGES")
        self.tables[name] = Table(name, Schema(None, own, kinds), indexes, self._lag, view)
        return {"TableDescription": {"TableName": name, "TableStatus": "ACTIVE"}}

    def describe_table(self, *, TableName: str) -> Answer:  # noqa: N803 - boto3's name
        """Tell of a table where its stream is."""
        table = self.tables[TableName]
        told = {"TableName": table.name, "TableStatus": "ACTIVE", "LatestStreamArn": table.name}
        return {"Table": told}

    def delete_table(self, *, TableName: str) -> Answer:  # noqa: N803 - boto3's name
        """Delete a table, and all that it held."""
        del self.tables[TableName]
        return {"TableDescription": {"TableName": TableName, "TableStatus": "DELETING"}}

    def update_time_to_live(self, **request: Any) -> Answer:
        """Say which attribute tells when a row has outlived its time."""
        told = request["TimeToLiveSpecification"]
        expiry = told["AttributeName"] if told["Enabled"] else None
        self.tables[request["TableName"]].expiry = expiry
        return {"TimeToLiveSpecification": told}

    def rows(self, table: str) -> Iterator[Item]:
        """Look at all rows of a table; nobody's call, and so no effect can touch it."""
        yield from self.tables[table].rows.values()

    def journal(self, table: str, since: int = 0) -> Sequence[Written]:
        """Look at the changes from this number on; each is one record of the stream."""
        return self.tables[table].journal[since:]


def stream_record(table: Table, written: Written) -> Mapping[str, Any]:
    """Write a change as the table's stream tells it, in the shape that Lambda hands on."""
    told = {
        "ApproximateCreationDateTime": written.at.timestamp() // 1,
        "Keys": keys_of(table, written),
        "SequenceNumber": sequence_number(written),
        "SizeBytes": 0,
        "StreamViewType": table.view,
        **images(table, written),
    }
    service = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    return {
        "eventID": f"{written.sequence:032x}",
        "eventName": written.event_name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": told,
        **({"userIdentity": service} if written.is_expiry else {}),
    }


def sequence_number(written: Written) -> str:
    """Number a change, so that later ones of a row have larger numbers of the same length."""
    return str(4 * 10**26 + written.sequence)


def keys_of(table: Table, written: Written) -> Item:
    """Name the row of a change."""
    item = written.old if written.new is None else written.new
    return {name: (item or {})[name] for name in table.schema.keys}


def images(table: Table, written: Written) -> Mapping[str, Item]:
    """Give the images that the stream's view shows."""
    found = {"OldImage": written.old, "NewImage": written.new}
    wanted = {
        "NEW_IMAGE": ("NewImage",),
        "OLD_IMAGE": ("OldImage",),
        "KEYS_ONLY": (),
        "NEW_AND_OLD_IMAGES": ("NewImage", "OldImage"),
    }[table.view]
    return {name: image for name in wanted if (image := found[name]) is not None}


def _keys(schema: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """Name the key's attributes, the hash first."""
    return tuple(one["AttributeName"] for one in sorted(schema, key=lambda one: one["KeyType"]))


def _index(index: Mapping[str, Any], own: tuple[str, ...], kinds: Mapping[str, str]) -> Schema:
    keys = _keys(index["KeySchema"])
    projection = index["Projection"]
    if projection["ProjectionType"] == "ALL":
        return Schema(index["IndexName"], keys, kinds)
    shows = frozenset([*keys, *own, *projection.get("NonKeyAttributes", ())])
    return Schema(index["IndexName"], keys, kinds, shows)
