"""Queries and scans: which rows, in which order, and how many on a page."""

from typing import Any, Final

from tests.contract.aws.case import Book, Case, outcome
from tests.contract.aws.world import Item, World, num, text

BOOK: Final = Book("queries")

INVALID: Final = "ValidationException"
ROWS: Final = ("a1", "a2", "b1", "b2", "c1")


def query(world: World, condition: str = "pk = :pk", **more: Any) -> Any:
    """Ask for rows of this case."""
    values = {":pk": text(world.own)} | more.pop("values", {})
    return world.dynamodb.query(
        TableName=world.place.table,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=values,
        **more,
    )


def rows(answer: Any) -> list[str]:
    """Name the rows of an answer, in its order."""
    return [item["sk"]["S"] for item in answer["Items"]]


def fill(world: World) -> None:
    """Write five rows, in no order."""
    for number, row in enumerate(("b1", "a2", "c1", "a1", "b2")):
        world.put(row, n=num(number))


# What is said of the sort key, its values, and which rows are so.
RANGES: Final[dict[str, tuple[str, dict[str, Item], tuple[str, ...]]]] = {
    "rows are sorted by their key": ("", {}, ROWS),
    "one row of a partition can be asked for": (" AND sk = :a", {":a": text("b1")}, ("b1",)),
    "rows before one can be asked for": (" AND sk < :a", {":a": text("b1")}, ROWS[:2]),
    "rows up to one can be asked for": (" AND sk <= :a", {":a": text("b1")}, ROWS[:3]),
    "rows after one can be asked for": (" AND sk > :a", {":a": text("b1")}, ROWS[3:]),
    "rows from one on can be asked for": (" AND sk >= :a", {":a": text("b1")}, ROWS[2:]),
    "rows whose key begins so can be asked for": (
        " AND begins_with(sk, :a)",
        {":a": text("b")},
        ROWS[2:4],
    ),
    "rows between two can be asked for, both counted in": (
        " AND sk BETWEEN :a AND :b",
        {":a": text("a2"), ":b": text("b2")},
        ROWS[1:4],
    ),
    "rows that are not there are none": (" AND sk > :a", {":a": text("d")}, ()),
}

type Range = tuple[str, dict[str, Item], tuple[str, ...]]


def _range(world: World, said: Range) -> object:
    fill(world)
    return tuple(rows(query(world, f"pk = :pk{said[0]}", values=said[1])))


def _range_case(sentence: str, said: Range) -> Case:
    return Case(f"{BOOK.service}: {sentence}", lambda world: _range(world, said), said[2])


BOOK.cases.extend(_range_case(sentence, said) for sentence, said in RANGES.items())

# What is asked for wrongly.
WRONG: Final[dict[str, dict[str, Any]]] = {
    "a query needs a partition": {"condition": "sk = :pk"},
    "a query needs one partition": {"condition": "pk > :pk"},
    "a query knows no other attributes": {"condition": "pk = :pk AND n = :pk"},
    "a query knows no differing": {
        "condition": "pk = :pk AND sk <> :a",
        "values": {":a": text("a")},
    },
    "a query knows no OR": {"condition": "pk = :pk OR sk = :pk"},
    "a query for another type is refused": {
        "condition": "pk = :pk AND sk = :a",
        "values": {":a": num(1)},
    },
    "a filter may not be of the key": {
        "FilterExpression": "sk = :a",
        "values": {":a": text("a")},
    },
    "an index that is not there is refused": {"IndexName": "nowhere"},
}


def _wrong(world: World, said: dict[str, Any]) -> object:
    return outcome(query, world=world, **said)


def _wrong_case(sentence: str, said: dict[str, Any]) -> Case:
    return Case(f"{BOOK.service}: {sentence}", lambda world: _wrong(world, said), INVALID)


BOOK.cases.extend(_wrong_case(sentence, said) for sentence, said in WRONG.items())


@BOOK.promise("a page of no rows is refused before it is asked for", seen="ParamValidationError")
def _(world: World) -> object:
    return outcome(query, world=world, Limit=0)


@BOOK.promise("rows can be read backwards", seen=ROWS[::-1])
def _(world: World) -> object:
    fill(world)
    return tuple(rows(query(world, ScanIndexForward=False)))


@BOOK.promise("a page ends at its limit and says where", seen=(("a1", "a2"), "a2"))
def _(world: World) -> object:
    fill(world)
    page = query(world, Limit=2)
    return tuple(rows(page)), page["LastEvaluatedKey"]["sk"]["S"]


@BOOK.promise("the next page goes on there", seen=("b1", "b2"))
def _(world: World) -> object:
    fill(world)
    return tuple(rows(query(world, Limit=2, ExclusiveStartKey=world.key("a2"))))


@BOOK.promise("backwards, the next page goes on before it", seen=("b2", "b1"))
def _(world: World) -> object:
    fill(world)
    start = world.key("c1")
    return tuple(rows(query(world, Limit=2, ExclusiveStartKey=start, ScanIndexForward=False)))


@BOOK.promise("a page goes on after a row that is gone meanwhile", seen=("b1", "b2", "c1"))
def _(world: World) -> object:
    fill(world)
    world.dynamodb.delete_item(**world.on("a2"))
    return tuple(rows(query(world, ExclusiveStartKey=world.key("a2"))))


@BOOK.promise("the last page says nothing", seen=False)
def _(world: World) -> object:
    fill(world)
    return "LastEvaluatedKey" in query(world, Limit=9)


@BOOK.promise("a page that is just full does not know that it was the last", seen=True)
def _(world: World) -> object:
    fill(world)
    return "LastEvaluatedKey" in query(world, Limit=5)


@BOOK.promise("a paginator finds all rows", seen=ROWS)
def _(world: World) -> object:
    fill(world)
    pages = world.dynamodb.get_paginator("query").paginate(
        TableName=world.place.table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": text(world.own)},
        Limit=2,
    )
    return tuple(row for page in pages for row in rows(page))


@BOOK.promise("a filter leaves rows out, and tells how many it read", seen=(("a2", "b1"), 2, 5))
def _(world: World) -> object:
    fill(world)
    page = query(world, FilterExpression="n < :n", values={":n": num(2)})
    return tuple(rows(page)), page["Count"], page["ScannedCount"]


@BOOK.promise("the limit counts what is read, not what is left", seen=((), 2, True))
def _(world: World) -> object:
    fill(world)
    page = query(world, FilterExpression="n = :n", values={":n": num(2)}, Limit=2)
    return tuple(rows(page)), page["ScannedCount"], "LastEvaluatedKey" in page


@BOOK.promise("a count shows no rows", seen=(5, False))
def _(world: World) -> object:
    fill(world)
    page = query(world, Select="COUNT")
    return page["Count"], "Items" in page


@BOOK.promise("a query shows only what it is asked for", seen=[{"n": num(3)}])
def _(world: World) -> object:
    fill(world)
    return query(world, ProjectionExpression="n", Limit=1)["Items"]


@BOOK.promise("a page has a megabyte at most", seen=(True, 4))
def _(world: World) -> object:
    for row in "1234":
        world.put(row, v=text("x" * 390_000))
    first = query(world)
    rest = query(world, ExclusiveStartKey=first["LastEvaluatedKey"])
    return first["Count"] < 4, first["Count"] + rest["Count"]


@BOOK.promise("numbers sort as numbers", seen=["-5", "0.5", "2", "10"])
def _(world: World) -> object:
    for row in ("10", "2", "-5", "0.5"):
        item = {"pk": text(world.own), "sk": num(row)}
        world.dynamodb.put_item(TableName=world.place.numbers, Item=item)
    page = world.dynamodb.query(
        TableName=world.place.numbers,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": text(world.own)},
    )
    return [item["sk"]["N"] for item in page["Items"]]


@BOOK.promise("numbers are the same key however they are spelled", seen=num(2))
def _(world: World) -> object:
    for number, row in enumerate(("1.0", "1")):
        item = {"pk": text(world.own), "sk": num(row), "n": num(number + 1)}
        world.dynamodb.put_item(TableName=world.place.numbers, Item=item)
    key = {"pk": text(world.own), "sk": num("1.00")}
    return world.dynamodb.get_item(TableName=world.place.numbers, Key=key)["Item"]["n"]
