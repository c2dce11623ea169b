"""Rows: what may be written, how it is read again, and who is in the way of whom."""

from typing import Final

from tests.contract.aws.case import TAKEN, Book, Case, outcome
from tests.contract.aws.world import Item, World, num, text

BOOK: Final = Book("rows")

INVALID: Final = "ValidationException"
FAILED: Final = "ConditionalCheckFailedException"
ABSENT: Final = "ResourceNotFoundException"

DIGITS_MAX: Final = 20

NUMBERS: Final[dict[str, str]] = {
    "7": "7",
    "1.50": "1.5",
    "1.0": "1",
    "007": "7",
    "-0": "0",
    "-3.10": "-3.1",
    "1E3": "1000",
    "25e-1": "2.5",
    "0.00000001": "0.00000001",
    "12345678901234567890123456789012345678": "12345678901234567890123456789012345678",
    "123456789012345678901234567890123456789": INVALID,
    "1E125": "1" + "0" * 125,
    "1E126": INVALID,
    "1E-130": "0." + "0" * 129 + "1",
    "1E-131": INVALID,
    "NaN": INVALID,
    "Infinity": INVALID,
    "1,5": INVALID,
    "": INVALID,
}


def _number(world: World, told: str) -> object:
    ended = outcome(world.dynamodb.put_item, **world.with_item(n=num(told)))
    found = world.get() if ended == TAKEN else None
    return found["n"]["N"] if found else ended


def _spelled(told: str) -> str:
    return f"the number `{told}`" if len(told) <= DIGITS_MAX else f"a number of {len(told)} digits"


BOOK.cases.extend(
    Case(
        f"{BOOK.service}: {_spelled(told)} is {'refused' if seen == INVALID else 'kept'}",
        lambda world, told=told: _number(world, told),  # type: ignore[misc]
        seen,
    )
    for told, seen in NUMBERS.items()
)

# What comes back as it went in.
VALUES: Final[dict[str, Item]] = {
    "a text": text("Käfer ♪"),
    "an empty text": text(""),
    "bytes": {"B": b"\x00\xff"},
    "no bytes": {"B": b""},
    "a truth": {"BOOL": False},
    "null": {"NULL": True},
    "an empty list": {"L": []},
    "an empty map": {"M": {}},
    "a map of lists of maps": {"M": {"k": {"L": [{"M": {"x": num(1)}}]}}},
}

# What is refused, and by which code.
FAULTY: Final[dict[str, Item]] = {
    "an empty set": {"SS": []},
    "a set with a member twice": {"SS": ["x", "x"]},
    "a false null": {"NULL": False},
    "a value of no type": {},
    "a value of two types": {"S": "1", "N": "1"},
    "a number that is none, deep inside": {"M": {"k": {"L": [num("one")]}}},
}


def _value(world: World, value: Item) -> object:
    ended = outcome(world.dynamodb.put_item, **world.with_item(v=value))
    found = world.get() if ended == TAKEN else None
    return found["v"] if found else ended


BOOK.cases.extend(
    Case(
        f"{BOOK.service}: {name} comes back as it was written",
        lambda world, value=value: _value(world, value),  # type: ignore[misc]
        value,
    )
    for name, value in VALUES.items()
)
BOOK.cases.extend(
    Case(
        f"{BOOK.service}: {name} is refused",
        lambda world, value=value: _value(world, value),  # type: ignore[misc]
        INVALID,
    )
    for name, value in FAULTY.items()
)


@BOOK.promise("a row without its sort key is refused", seen=INVALID)
def _(world: World) -> object:
    item = {"pk": text(world.own)}
    return outcome(world.dynamodb.put_item, TableName=world.place.table, Item=item)


@BOOK.promise("half a key finds nothing, it is refused", seen=INVALID)
def _(world: World) -> object:
    key = {"pk": text(world.own)}
    return outcome(world.dynamodb.get_item, TableName=world.place.table, Key=key)


@BOOK.promise("more than the key is refused as a key", seen=INVALID)
def _(world: World) -> object:
    key = {**world.key(), "a": num(1)}
    return outcome(world.dynamodb.get_item, TableName=world.place.table, Key=key)


@BOOK.promise("a table that is not there is not found", seen=ABSENT)
def _(world: World) -> object:
    request = world.on() | {"TableName": f"{world.place.table}-nowhere"}
    return outcome(world.dynamodb.get_item, **request)


@BOOK.promise(
    "a parameter that nobody knows is refused before it is sent", seen="ParamValidationError"
)
def _(world: World) -> object:
    return outcome(world.dynamodb.get_item, **world.on(), Consistent=True)


@BOOK.promise("a number must be written as a text", seen="ParamValidationError")
def _(world: World) -> object:
    return outcome(world.dynamodb.put_item, **world.with_item(n={"N": 1}))


@BOOK.promise("a row that is not there is no row, and no error", seen=False)
def _(world: World) -> object:
    return "Item" in world.dynamodb.get_item(**world.on(), ConsistentRead=True)


@BOOK.promise("a put replaces the whole row", seen={"b": num(2)})
def _(world: World) -> object:
    world.put(a=num(1))
    world.put(b=num(2))
    return world.get()


@BOOK.promise("a put returns the row that it replaced, if it is asked to", seen=num(1))
def _(world: World) -> object:
    world.put(a=num(1))
    found = world.dynamodb.put_item(**world.with_item(), ReturnValues="ALL_OLD")
    return found["Attributes"]["a"]


@BOOK.promise("a put cannot return the new row", seen=INVALID)
def _(world: World) -> object:
    return outcome(world.dynamodb.put_item, **world.with_item(), ReturnValues="ALL_NEW")


@BOOK.promise("a put that finds another's row is refused", seen=FAILED)
def _(world: World) -> object:
    world.put()
    condition = "attribute_not_exists(pk)"
    return outcome(world.dynamodb.put_item, **world.with_item(), ConditionExpression=condition)


@BOOK.promise("a caller may ask what a call has cost", seen=True)
def _(world: World) -> object:
    asked = {"ReturnConsumedCapacity": "TOTAL"}
    return "ConsumedCapacity" in world.dynamodb.put_item(**world.with_item(), **asked)


@BOOK.promise("rows can be written in a batch", seen={"a": num(1)})
def _(world: World) -> object:
    put = {"PutRequest": {"Item": world.item(a=num(1))}}
    world.dynamodb.batch_write_item(RequestItems={world.place.table: [put]})
    return world.get()


@BOOK.promise("a delete deletes", seen=None)
def _(world: World) -> object:
    world.put()
    world.dynamodb.delete_item(**world.on())
    return world.get()


@BOOK.promise("a delete of what is not there is no error", seen=TAKEN)
def _(world: World) -> object:
    return outcome(world.dynamodb.delete_item, **world.on())


@BOOK.promise("a delete on a condition leaves what does not meet it", seen=(FAILED, {"a": num(1)}))
def _(world: World) -> object:
    world.put(a=num(1))
    ended = outcome(
        world.dynamodb.delete_item,
        **world.on(),
        ConditionExpression="a = :v",
        ExpressionAttributeValues={":v": num(2)},
    )
    return ended, world.get()


@BOOK.promise("a delete returns what it deleted, if it is asked to", seen=num(1))
def _(world: World) -> object:
    world.put(a=num(1))
    found = world.dynamodb.delete_item(**world.on(), ReturnValues="ALL_OLD")
    return found["Attributes"]["a"]


@BOOK.promise(
    "a read shows only what it is asked for", seen={"a": num(1), "m": {"M": {"k": num(2)}}}
)
def _(world: World) -> object:
    world.put(a=num(1), b=num(2), m={"M": {"k": num(2), "x": num(3)}})
    found = world.dynamodb.get_item(**world.on(), ProjectionExpression="a, m.k, gone")
    return found["Item"]
