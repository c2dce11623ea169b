"""Indexes: which rows are in one, what they show, and how far they are behind."""

from typing import Any, Final

from tests.contract.aws.case import Book, outcome
from tests.contract.aws.world import KINDS, OWNERS, World, num, text

BOOK: Final = Book("indexes")

INVALID: Final = "ValidationException"


def by_kind(world: World, count: int, **more: Any) -> Any:
    """Ask the index of kinds, once it shows so many rows."""

    def look() -> Any:
        return world.dynamodb.query(
            TableName=world.place.table,
            IndexName=KINDS,
            KeyConditionExpression="kind = :k" + more.get("said", ""),
            ExpressionAttributeValues={":k": text(world.own)} | more.get("values", {}),
            **{name: value for name, value in more.items() if name not in {"said", "values"}},
        )

    return world.until(look, is_enough=lambda page: page["Count"] == count)


def by_owner(world: World, count: int = 1, **more: Any) -> Any:
    """Ask the index of owners, once it shows so many rows."""

    def look() -> Any:
        return world.dynamodb.query(
            TableName=world.place.table,
            IndexName=OWNERS,
            KeyConditionExpression="holder = :o",
            ExpressionAttributeValues={":o": text(world.own)},
            **more,
        )

    return world.until(look, is_enough=lambda page: page["Count"] == count)


def put(world: World, row: str, since: str) -> None:
    """Write a row that is in the index of kinds."""
    world.put(row, kind=text(world.own), since=text(since), n=num(1))


def rows(page: Any) -> tuple[str, ...]:
    """Name the rows of a page."""
    return tuple(item["sk"]["S"] for item in page["Items"])


@BOOK.promise("rows are sorted by the index's own key", seen=("b", "c", "a"))
def _(world: World) -> object:
    for row, since in (("a", "3"), ("b", "1"), ("c", "2")):
        put(world, row, since)
    return rows(by_kind(world, 3))


@BOOK.promise("a range of the index's own key can be asked for", seen=("b", "c"))
def _(world: World) -> object:
    for row, since in (("a", "3"), ("b", "1"), ("c", "2")):
        put(world, row, since)
    return rows(by_kind(world, 2, said=" AND since <= :s", values={":s": text("2")}))


@BOOK.promise("the newest can be asked for first", seen=("a",))
def _(world: World) -> object:
    for row, since in (("a", "3"), ("b", "1")):
        put(world, row, since)
    by_kind(world, 2)
    return rows(by_kind(world, 1, ScanIndexForward=False, Limit=1))


@BOOK.promise("an index of keys shows no more than keys", seen={"pk", "sk", "kind", "since"})
def _(world: World) -> object:
    put(world, "a", "1")
    return {*by_kind(world, 1)["Items"][0]}


@BOOK.promise("an index shows what it includes, and the keys", seen={"pk", "sk", "holder", "title"})
def _(world: World) -> object:
    world.put(holder=text(world.own), title=text("t"), n=num(1))
    return {*by_owner(world)["Items"][0]}


@BOOK.promise("what an index includes may be missing", seen={"pk", "sk", "holder"})
def _(world: World) -> object:
    world.put(holder=text(world.own), n=num(1))
    return {*by_owner(world)["Items"][0]}


@BOOK.promise("a row without an index's key is not in it", seen=0)
def _(world: World) -> object:
    world.put(n=num(1))
    return by_owner(world, 0)["Count"]


@BOOK.promise("a row with half of an index's key is not in it", seen=0)
def _(world: World) -> object:
    world.put(kind=text(world.own))
    return by_kind(world, 0)["Count"]


@BOOK.promise("a row leaves an index when its key is removed", seen=0)
def _(world: World) -> object:
    put(world, "a", "1")
    world.dynamodb.update_item(**world.on("a"), UpdateExpression="REMOVE kind, since")
    return by_kind(world, 0)["Count"]


@BOOK.promise("a row leaves an index when it is replaced without its key", seen=0)
def _(world: World) -> object:
    put(world, "a", "1")
    world.put("a")
    return by_kind(world, 0)["Count"]


@BOOK.promise("a row leaves an index when it is deleted", seen=0)
def _(world: World) -> object:
    put(world, "a", "1")
    world.dynamodb.delete_item(**world.on("a"))
    return by_kind(world, 0)["Count"]


@BOOK.promise("a row moves in an index when its key changes", seen=("b", "a"))
def _(world: World) -> object:
    put(world, "a", "1")
    put(world, "b", "2")
    put(world, "a", "3")
    page = world.until(lambda: by_kind(world, 2), is_enough=lambda found: rows(found) == ("b", "a"))
    return rows(page)


@BOOK.promise("two rows may have one key in an index", seen={"a", "b"})
def _(world: World) -> object:
    put(world, "a", "1")
    put(world, "b", "1")
    return {*rows(by_kind(world, 2))}


@BOOK.promise("a page of an index goes on between two rows of one key", seen={"a", "b", "c"})
def _(world: World) -> object:
    for row in "abc":
        put(world, row, "1")
    page = by_kind(world, 3)
    found: list[str] = []
    start: dict[str, Any] = {}
    for _ in range(4):
        page = by_kind(world, 1, Limit=1, **start)
        found += rows(page)
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    return {*found} if len(found) == len({*found}) else found


@BOOK.promise(
    "a page's end names the index's key and the table's", seen={"pk", "sk", "kind", "since"}
)
def _(world: World) -> object:
    put(world, "a", "1")
    put(world, "b", "2")
    by_kind(world, 2)
    return {*by_kind(world, 1, Limit=1)["LastEvaluatedKey"]}


@BOOK.promise("an index cannot be asked for the latest", seen=INVALID)
def _(world: World) -> object:
    return outcome(by_owner, world=world, ConsistentRead=True)


@BOOK.promise("an index of keys cannot show whole rows", seen=INVALID)
def _(world: World) -> object:
    return outcome(by_kind, world=world, count=0, Select="ALL_ATTRIBUTES")


@BOOK.promise("an index cannot show what it does not hold", seen=INVALID)
def _(world: World) -> object:
    return outcome(by_owner, world=world, ProjectionExpression="n")


@BOOK.promise("a filter sees what the index holds", seen=1)
def _(world: World) -> object:
    world.put("a", holder=text(world.own), title=text("t"))
    world.put("b", holder=text(world.own))
    by_owner(world, 2)
    return by_owner(world, 1, FilterExpression="attribute_exists(title)")["Count"]
