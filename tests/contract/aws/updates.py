"""What becomes of a row that is updated."""

from typing import Any, Final

from tests.contract.aws.case import Book, Case, outcome, refusal
from tests.contract.aws.world import Item, World, num, text

BOOK: Final = Book("updates")

INVALID: Final = "ValidationException"
ONE: Final = {":v": num(1)}

type Row = dict[str, Item]
# What was there, the expression, its values, and what is there then.
type Told = tuple[Row, str, Row, Row | str]

TOLD: Final[dict[str, Told]] = {
    "SET writes an attribute": ({}, "SET a = :v", ONE, {"a": num(1)}),
    "SET leaves the others": ({"b": num(2)}, "SET a = :v", ONE, {"a": num(1), "b": num(2)}),
    "SET writes over what was there": ({"a": num(9)}, "SET a = :v", ONE, {"a": num(1)}),
    "SET copies": ({"a": num(9)}, "SET b = a", {}, {"a": num(9), "b": num(9)}),
    "SET sees the row as it was": (
        {"a": num(1), "b": num(2)},
        "SET a = b, b = a",
        {},
        {"a": num(2), "b": num(1)},
    ),
    "SET adds": ({"a": num(9)}, "SET a = a + :v", ONE, {"a": num(10)}),
    "SET takes away": ({"a": num(9)}, "SET a = a - :v", ONE, {"a": num(8)}),
    "a tenth and two tenths are three tenths": (
        {"a": num("0.1")},
        "SET a = a + :v",
        {":v": num("0.2")},
        {"a": num("0.3")},
    ),
    "SET cannot add to what is missing": ({}, "SET a = a + :v", ONE, INVALID),
    "SET cannot add to a text": ({"a": text("x")}, "SET a = a + :v", ONE, INVALID),
    "SET cannot copy what is missing": ({}, "SET a = b", {}, INVALID),
    "if_not_exists keeps what is there": (
        {"a": num(9)},
        "SET a = if_not_exists(a, :v)",
        ONE,
        {"a": num(9)},
    ),
    "if_not_exists writes what is missing": (
        {},
        "SET a = if_not_exists(a, :v)",
        ONE,
        {"a": num(1)},
    ),
    "a counter may begin by itself": (
        {},
        "SET a = if_not_exists(a, :z) + :v",
        {":z": num(0), **ONE},
        {"a": num(1)},
    ),
    "list_append joins lists": (
        {"a": {"L": [num(1)]}},
        "SET a = list_append(a, :v)",
        {":v": {"L": [num(2)]}},
        {"a": {"L": [num(1), num(2)]}},
    ),
    "SET writes into a map": (
        {"m": {"M": {"x": num(2)}}},
        "SET m.k = :v",
        ONE,
        {"m": {"M": {"x": num(2), "k": num(1)}}},
    ),
    "SET makes no map on its way": ({}, "SET m.k = :v", ONE, INVALID),
    "SET writes into a list": (
        {"l": {"L": [num(5), num(6)]}},
        "SET l[0] = :v",
        ONE,
        {"l": {"L": [num(1), num(6)]}},
    ),
    "SET beyond the end of a list appends": (
        {"l": {"L": [num(5)]}},
        "SET l[9] = :v",
        ONE,
        {"l": {"L": [num(5), num(1)]}},
    ),
    "REMOVE deletes an attribute": ({"a": num(1), "b": num(2)}, "REMOVE a", {}, {"b": num(2)}),
    "REMOVE of what is missing does nothing": ({"b": num(2)}, "REMOVE a", {}, {"b": num(2)}),
    "REMOVE from a list moves the rest up": (
        {"l": {"L": [num(1), num(2), num(3)]}},
        "REMOVE l[0], l[1]",
        {},
        {"l": {"L": [num(3)]}},
    ),
    "ADD counts": ({"a": num(9)}, "ADD a :v", ONE, {"a": num(10)}),
    "ADD begins at nought": ({}, "ADD a :v", ONE, {"a": num(1)}),
    "ADD puts into a set": (
        {"s": {"NS": ["1"]}},
        "ADD s :v",
        {":v": {"NS": ["2"]}},
        {"s": {"NS": ["1", "2"]}},
    ),
    "ADD cannot add to a text": ({"a": text("x")}, "ADD a :v", ONE, INVALID),
    "DELETE takes out of a set": (
        {"s": {"NS": ["1", "2"]}},
        "DELETE s :v",
        {":v": {"NS": ["2"]}},
        {"s": {"NS": ["1"]}},
    ),
    "DELETE leaves no empty set": ({"s": {"NS": ["1"]}}, "DELETE s :v", {":v": {"NS": ["1"]}}, {}),
    "clauses go together": (
        {"a": num(1), "b": num(2), "c": num(3)},
        "SET a = :v REMOVE b ADD c :v",
        ONE,
        {"a": num(1), "c": num(4)},
    ),
    "a clause stands once": ({}, "SET a = :v SET b = :v", ONE, INVALID),
    "two writes to one place are refused": ({}, "SET a = :v, a = :v", ONE, INVALID),
    "a place within another is refused": (
        {"m": {"M": {}}},
        "SET m = :v, m.k = :v",
        ONE,
        INVALID,
    ),
    "the key cannot be written": ({}, "SET sk = :v", {":v": text("2")}, INVALID),
    "a reserved word is no name for an update": ({}, "SET status = :v", ONE, INVALID),
    "a clause that is none is refused": ({}, "PUT a = :v", ONE, INVALID),
    "an empty update is refused": ({}, "", {}, INVALID),
}


def _update(world: World, told: Told) -> object:
    row, expression, values, _ = told
    world.put(**row)
    more: dict[str, Any] = {"ExpressionAttributeValues": values} if values else {}
    ended = outcome(world.dynamodb.update_item, **world.on(), UpdateExpression=expression, **more)
    return _sorted(world.get()) if ended == "taken" else ended


def _sorted(item: Item | None) -> Item | None:
    """Put sets into an order, which they do not have."""
    return item and {
        name: {"NS": sorted(value["NS"])} if "NS" in value else value
        for name, value in item.items()
    }


def _case(sentence: str, told: Told) -> Case:
    return Case(f"{BOOK.service}: {sentence}", lambda world: _update(world, told), told[-1])


BOOK.cases.extend(_case(sentence, told) for sentence, told in TOLD.items())


@BOOK.promise("a row that is not there is made", seen={"a": num(1)})
def _(world: World) -> object:
    world.dynamodb.update_item(
        **world.on(), UpdateExpression="SET a = :v", ExpressionAttributeValues=ONE
    )
    return world.get()


@BOOK.promise("an update without an expression makes a row of its key alone", seen={})
def _(world: World) -> object:
    world.dynamodb.update_item(**world.on())
    return world.get()


RETURNS: Final[dict[str, Any]] = {
    "NONE": None,
    "ALL_OLD": {"a": num(1), "b": num(7)},
    "UPDATED_OLD": {"a": num(1)},
    "ALL_NEW": {"a": num(2), "b": num(7)},
    "UPDATED_NEW": {"a": num(2)},
}


def _returned(world: World, wanted: str) -> object:
    world.put(a=num(1), b=num(7))
    found = world.dynamodb.update_item(
        **world.on(),
        UpdateExpression="ADD a :v",
        ExpressionAttributeValues=ONE,
        ReturnValues=wanted,
    ).get("Attributes")
    return found and {name: value for name, value in found.items() if name not in {"pk", "sk"}}


BOOK.cases.extend(
    Case(
        f"{BOOK.service}: {wanted} returns just that",
        lambda world, wanted=wanted: _returned(world, wanted),  # type: ignore[misc]
        seen,
    )
    for wanted, seen in RETURNS.items()
)


def _conditional(world: World, **more: Any) -> dict[str, Any]:
    return refusal(
        world.dynamodb.update_item,
        **world.on(),
        UpdateExpression="SET a = :v",
        ConditionExpression="attribute_exists(pk) AND a = :v",
        ExpressionAttributeValues=ONE,
        **more,
    )


@BOOK.promise("a refused update changes nothing", seen={"a": num(3)})
def _(world: World) -> object:
    world.put(a=num(3))
    _conditional(world)
    return world.get()


@BOOK.promise("a refused update makes no row", seen=None)
def _(world: World) -> object:
    _conditional(world)
    return world.get()


@BOOK.promise("a refused update shows no row unless it is asked to", seen=False)
def _(world: World) -> object:
    world.put(a=num(3))
    return "Item" in _conditional(world)


@BOOK.promise("a refused update shows the row that was in its way", seen=num(3))
def _(world: World) -> object:
    world.put(a=num(3))
    return _conditional(world, ReturnValuesOnConditionCheckFailure="ALL_OLD")["Item"]["a"]


@BOOK.promise("a refused update shows no row where there is none", seen=False)
def _(world: World) -> object:
    return "Item" in _conditional(world, ReturnValuesOnConditionCheckFailure="ALL_OLD")
