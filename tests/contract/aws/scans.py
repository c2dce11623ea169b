"""Scans, and batches of rows that are read at once."""

from typing import Any, Final

from tests.contract.aws import queries
from tests.contract.aws.case import TAKEN, Book, outcome
from tests.contract.aws.world import World, text

BOOK: Final = Book("scans")

INVALID: Final = "ValidationException"


@BOOK.promise("a scan finds the rows of all partitions", seen={"1", "2"})
def _(world: World) -> object:
    world.put("1", tag=text(world.own))
    other = {"pk": text(f"{world.own}-other"), "sk": text("2"), "tag": text(world.own)}
    world.dynamodb.put_item(TableName=world.place.table, Item=other)
    pages = world.dynamodb.get_paginator("scan").paginate(
        TableName=world.place.table,
        FilterExpression="tag = :t",
        ExpressionAttributeValues={":t": text(world.own)},
        ConsistentRead=True,
    )
    return {row for page in pages for row in queries.rows(page)}


def _batch(world: World, names: tuple[str, ...]) -> Any:
    keys = [world.key(row) for row in names]
    asked = {world.place.table: {"Keys": keys, "ConsistentRead": True}}
    return world.dynamodb.batch_get_item(RequestItems=asked)


@BOOK.promise("many rows can be read at once, and what is missing is left out", seen=["a1", "c1"])
def _(world: World) -> object:
    queries.fill(world)
    answer = _batch(world, ("a1", "none", "c1"))
    return sorted(item["sk"]["S"] for item in answer["Responses"][world.place.table])


@BOOK.promise("a batch that was read whole leaves nothing", seen={})
def _(world: World) -> object:
    return _batch(world, ("a1",))["UnprocessedKeys"]


@BOOK.promise("a row twice in a batch is refused", seen=INVALID)
def _(world: World) -> object:
    return outcome(_batch, world=world, names=("a1", "a1"))


@BOOK.promise("a hundred rows in a batch are read", seen=TAKEN)
def _(world: World) -> object:
    return outcome(_batch, world=world, names=tuple(map(str, range(100))))


@BOOK.promise("a hundred and one are refused", seen=INVALID)
def _(world: World) -> object:
    return outcome(_batch, world=world, names=tuple(map(str, range(101))))
