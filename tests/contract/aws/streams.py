"""The stream of a table: what it tells of each write, and in which order."""

from typing import Any, Final

from tests.contract.aws import transactions
from tests.contract.aws.case import Book, outcome
from tests.contract.aws.world import World, num, without_key

BOOK: Final = Book("streams")

COUNT_UP: Final[dict[str, Any]] = {
    "UpdateExpression": "ADD a :v",
    "ExpressionAttributeValues": {":v": num(1)},
}


def names(world: World, count: int) -> list[str]:
    """Name what happened, in its order."""
    return [record["eventName"] for record in world.records(count)]


def images(world: World, count: int = 1) -> list[tuple[Any, Any]]:
    """Tell what each record shows of the row before and after, without its key."""
    return [
        (_image(record, "OldImage"), _image(record, "NewImage")) for record in world.records(count)
    ]


def _image(record: dict[str, Any], name: str) -> Any:
    found = record["dynamodb"].get(name)
    return None if found is None else without_key(found)


@BOOK.promise("a new row is an INSERT, which shows it", seen=[(None, {"a": num(1)})])
def _(world: World) -> object:
    world.put(a=num(1))
    return images(world) if names(world, 1) == ["INSERT"] else names(world, 1)


@BOOK.promise(
    "a row, its change and its end are told in order", seen=["INSERT", "MODIFY", "REMOVE"]
)
def _(world: World) -> object:
    world.put(a=num(1))
    world.put(a=num(2))
    world.dynamodb.delete_item(**world.on())
    return names(world, 3)


@BOOK.promise("a change shows the row before and after", seen=({"a": num(1)}, {"a": num(2)}))
def _(world: World) -> object:
    world.put(a=num(1))
    world.put(a=num(2))
    return images(world, 2)[-1]


@BOOK.promise("an end shows the row that was there", seen=({"a": num(1)}, None))
def _(world: World) -> object:
    world.put(a=num(1))
    world.dynamodb.delete_item(**world.on())
    return images(world, 2)[-1]


@BOOK.promise("an update that makes a row is an INSERT", seen=["INSERT"])
def _(world: World) -> object:
    world.dynamodb.update_item(**world.on(), **COUNT_UP)
    return names(world, 1)


@BOOK.promise("an update of a row is a MODIFY", seen=["INSERT", "MODIFY"])
def _(world: World) -> object:
    world.put()
    world.dynamodb.update_item(**world.on(), **COUNT_UP)
    return names(world, 2)


@BOOK.promise("a record names its row", seen={"pk", "sk"})
def _(world: World) -> object:
    world.put(a=num(1))
    return {*world.records(1)[0]["dynamodb"]["Keys"]}


@BOOK.promise("a put that changes nothing is not told", seen=["INSERT", "MODIFY"])
def _(world: World) -> object:
    world.put(a=num(1))
    world.put(a=num(1))
    world.put(a=num(2))
    return names(world, 2)


@BOOK.promise("an update that changes nothing is not told", seen=["INSERT", "MODIFY"])
def _(world: World) -> object:
    world.put(a=num(1))
    values = {":v": num(1)}
    told = {"UpdateExpression": "SET a = :v", "ExpressionAttributeValues": values}
    world.dynamodb.update_item(**world.on(), **told)
    world.put(a=num(2))
    return names(world, 2)


@BOOK.promise("a refused write is not told", seen=["INSERT", "MODIFY"])
def _(world: World) -> object:
    world.put(a=num(1))
    condition = "attribute_not_exists(pk)"
    outcome(world.dynamodb.put_item, **world.with_item(), ConditionExpression=condition)
    world.put(a=num(2))
    return names(world, 2)


@BOOK.promise("a delete of what is not there is not told", seen=["INSERT"])
def _(world: World) -> object:
    world.dynamodb.delete_item(**world.on())
    world.put()
    return names(world, 1)


@BOOK.promise("a transaction is told row by row, without its checks", seen={"1", "2"})
def _(world: World) -> object:
    free = {"ConditionExpression": "attribute_not_exists(pk)"}
    world.transact(
        transactions.put(world, "1"),
        transactions.put(world, "2"),
        transactions.check(world, "3", **free),
    )
    return {record["dynamodb"]["Keys"]["sk"]["S"] for record in world.records(2)}


@BOOK.promise("a canceled transaction is not told", seen=["INSERT"])
def _(world: World) -> object:
    there = {"ConditionExpression": "attribute_exists(pk)"}
    transactions.attempt(
        world, transactions.put(world, "1"), transactions.check(world, "2", **there)
    )
    world.put("3")
    return names(world, 1)


@BOOK.promise(
    "a transaction that is repeated under its token is told once", seen=["INSERT", "MODIFY"]
)
def _(world: World) -> object:
    for _ in range(2):
        world.transact(transactions.count(world), ClientRequestToken=world.own[-36:])
    world.put(a=num(9))
    return names(world, 2)


@BOOK.promise("later records of a row have larger numbers", seen=True)
def _(world: World) -> object:
    for number in range(4):
        world.put(a=num(number))
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in world.records(4)]
    return len(numbers) == 4 and numbers == sorted({*numbers})


@BOOK.promise("records show numbers as they are kept", seen=num("1.5"))
def _(world: World) -> object:
    world.put(a=num("1.50"))
    return images(world)[0][1]["a"]


@BOOK.promise("no two records share an id", seen=3)
def _(world: World) -> object:
    for number in range(3):
        world.put(a=num(number))
    return len({record["eventID"] for record in world.records(3)})
