"""How large a row, a key and a nest of values may be."""

from typing import Final

from tests.contract.aws.case import TAKEN, Book, Case, outcome
from tests.contract.aws.world import Item, World, num, text

BOOK: Final = Book("limits")

INVALID: Final = "ValidationException"
KIB: Final = 1024


def _nested(depth: int) -> Item:
    value = text("x")
    for _ in range(depth):
        value = {"L": [value]}
    return value


def _put(world: World, *, key: Item | None = None, **attributes: Item) -> str:
    request = world.with_item(**attributes)
    request["Item"] |= key or {}
    return outcome(world.dynamodb.put_item, **request)


# The key is as long as it is, and so a filling makes up the rest.
def _filled(world: World, size_bytes: int) -> Item:
    key = world.key()
    taken = sum(len(name) + len(value["S"]) for name, value in key.items())
    return text("x" * (size_bytes - taken - len("v")))


SIZES: Final[dict[str, tuple[int, str]]] = {
    "a row of 400 KiB is taken": (400 * KIB, TAKEN),
    "a row of a byte more is refused": (400 * KIB + 1, INVALID),
}

BOOK.cases.extend(
    Case(
        f"{BOOK.service}: {sentence}",
        lambda world, size=size: _put(world, v=_filled(world, size)),  # type: ignore[misc]
        seen,
    )
    for sentence, (size, seen) in SIZES.items()
)

KEYS: Final[dict[str, tuple[Item, str]]] = {
    "a partition key may have 2,048 bytes": ({"pk": text("k" * 2048)}, TAKEN),
    "a partition key of a byte more is refused": ({"pk": text("k" * 2049)}, INVALID),
    "a sort key may have 1,024 bytes": ({"sk": text("k" * 1024)}, TAKEN),
    "a sort key of a byte more is refused": ({"sk": text("k" * 1025)}, INVALID),
    "an empty partition key is refused": ({"pk": text("")}, INVALID),
    "an empty sort key is refused": ({"sk": text("")}, INVALID),
    "a key of another type is refused": ({"sk": num(1)}, INVALID),
    "an index's key of another type is refused": ({"kind": num(1)}, INVALID),
    "an empty index's key is refused": ({"kind": text("")}, INVALID),
    "one of an index's two keys may be missing": ({"kind": text("k")}, TAKEN),
}

BOOK.cases.extend(
    Case(
        f"{BOOK.service}: {sentence}",
        lambda world, key=key: _put(world, key=key),  # type: ignore[misc]
        seen,
    )
    for sentence, (key, seen) in KEYS.items()
)


@BOOK.promise("thirty-one lists within each other are taken", seen=TAKEN)
def _(world: World) -> object:
    return _put(world, v=_nested(31))


@BOOK.promise("forty lists within each other are refused", seen=INVALID)
def _(world: World) -> object:
    return _put(world, v=_nested(40))


@BOOK.promise("an update that makes a row too large is refused", seen=INVALID)
def _(world: World) -> object:
    world.put(v=_filled(world, 390 * KIB))
    return outcome(
        world.dynamodb.update_item,
        **world.on(),
        UpdateExpression="SET w = :w",
        ExpressionAttributeValues={":w": text("x" * 20 * KIB)},
    )
