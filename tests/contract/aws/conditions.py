"""What conditions say of a row."""

from typing import Any, Final

from tests.contract.aws.case import TAKEN, Book, Case, outcome
from tests.contract.aws.world import Item, World, num, text

BOOK: Final = Book("conditions")

FAILED: Final = "ConditionalCheckFailedException"
INVALID: Final = "ValidationException"

# The row that every condition below is about.
ROW: Final[dict[str, Item]] = {
    "t": text("word"),
    "n": num(5),
    "b": {"B": b"\x01\x02"},
    "f": {"BOOL": True},
    "z": {"NULL": True},
    "l": {"L": [text("a"), num(2)]},
    "m": {"M": {"k": num(1), "deep": {"M": {"x": text("y")}}}},
    "ss": {"SS": ["x", "y"]},
    "ns": {"NS": ["1", "2"]},
    "old": text(""),
}

type Said = tuple[str, str, dict[str, Item], bool]

SAID: Final[tuple[Said, ...]] = (
    ("an attribute that is there exists", "attribute_exists(t)", {}, True),
    ("one that is not there does not exist", "attribute_exists(gone)", {}, False),
    ("one that is not there is missing", "attribute_not_exists(gone)", {}, True),
    ("one that is there is not missing", "attribute_not_exists(t)", {}, False),
    ("null is a value, and so it exists", "attribute_exists(z)", {}, True),
    ("an empty text is a value, and so it exists", "attribute_exists(#o)", {}, True),
    ("equal texts are equal", "t = :v", {":v": text("word")}, True),
    ("texts differ by their case", "t = :v", {":v": text("Word")}, False),
    ("values of two types are not equal", "n = :v", {":v": text("5")}, False),
    ("values of two types differ", "n <> :v", {":v": text("5")}, True),
    ("an equal value does not differ", "n <> :v", {":v": num(5)}, False),
    ("what is missing equals nothing", "gone = :v", {":v": num(5)}, False),
    ("what is missing differs from everything", "gone <> :v", {":v": num(5)}, True),
    ("what is missing is not less", "gone < :v", {":v": num(5)}, False),
    ("what is missing is not more", "gone > :v", {":v": num(5)}, False),
    ("a number equals itself with a zero more", "n = :v", {":v": num("5.0")}, True),
    ("a number equals itself with an exponent", "n = :v", {":v": num("0.5E1")}, True),
    ("numbers compare as numbers", "n < :v", {":v": num(10)}, True),
    ("texts compare as texts", "t < :v", {":v": text("x")}, True),
    ("capitals come before small letters", "t > :v", {":v": text("Z")}, True),
    ("bytes compare as bytes", "b < :v", {":v": {"B": b"\x01\x03"}}, True),
    ("types that differ have no order", "n < :v", {":v": text("6")}, False),
    ("as much is not less", "n < :v", {":v": num(5)}, False),
    ("as much is less or equal", "n <= :v", {":v": num(5)}, True),
    ("as much is not more", "n > :v", {":v": num(5)}, False),
    ("as much is more or equal", "n >= :v", {":v": num(5)}, True),
    ("the lower end is between", "n BETWEEN :v AND :w", {":v": num(5), ":w": num(9)}, True),
    ("the upper end is between", "n BETWEEN :v AND :w", {":v": num(1), ":w": num(5)}, True),
    ("what is beyond is not between", "n BETWEEN :v AND :w", {":v": num(6), ":w": num(9)}, False),
    ("one of a list is in it", "n IN (:v, :w)", {":v": num(1), ":w": num(5)}, True),
    ("one that is not listed is not in it", "n IN (:v, :w)", {":v": num(1), ":w": num(2)}, False),
    ("both of AND must hold", "n = :v AND t = :v", {":v": num(5)}, False),
    ("one of OR must hold", "n = :v OR t = :v", {":v": num(5)}, True),
    ("AND binds more than OR", "n = :v OR n = :v AND t = :v", {":v": num(5)}, True),
    ("brackets bind most", "(n = :v OR n = :v) AND t = :v", {":v": num(5)}, False),
    ("NOT turns round", "NOT n = :v", {":v": num(5)}, False),
    ("NOT binds more than AND", "NOT t = :v AND n = :v", {":v": num(5)}, True),
    ("keywords may be small", "n = :v and not t = :v", {":v": num(5)}, True),
    ("a text begins with its beginning", "begins_with(t, :v)", {":v": text("wo")}, True),
    ("a text begins with nothing else", "begins_with(t, :v)", {":v": text("or")}, False),
    ("a number begins with nothing", "begins_with(n, :v)", {":v": text("5")}, False),
    ("bytes begin with bytes", "begins_with(b, :v)", {":v": {"B": b"\x01"}}, True),
    ("a text contains a part of it", "contains(t, :v)", {":v": text("or")}, True),
    ("a list contains its element", "contains(l, :v)", {":v": num(2)}, True),
    ("a set contains its member", "contains(ss, :v)", {":v": text("y")}, True),
    ("a set of numbers contains a number", "contains(ns, :v)", {":v": num("2.0")}, True),
    ("a set does not contain another", "contains(ss, :v)", {":v": text("z")}, False),
    ("a text is as long as its letters", "size(t) = :v", {":v": num(4)}, True),
    ("a list is as long as its elements", "size(l) = :v", {":v": num(2)}, True),
    ("a map is as large as its members", "size(m) = :v", {":v": num(2)}, True),
    ("a type can be asked for", "attribute_type(t, :v)", {":v": text("S")}, True),
    ("another type is not it", "attribute_type(t, :v)", {":v": text("N")}, False),
    ("a member of a map can be named", "m.k = :v", {":v": num(1)}, True),
    ("a member of a member, too", "m.deep.x = :v", {":v": text("y")}, True),
    ("an element of a list can be named", "l[1] = :v", {":v": num(2)}, True),
    ("an element beyond the end is missing", "attribute_not_exists(l[7])", {}, True),
    ("a member of what is no map is missing", "attribute_not_exists(t.k)", {}, True),
    ("a whole map can be compared", "m = :v", {":v": ROW["m"]}, True),
    ("a set equals itself in another order", "ss = :v", {":v": {"SS": ["y", "x"]}}, True),
    ("two attributes can be compared", "n > l[1]", {}, True),
    ("names are told apart by case", "attribute_exists(T)", {}, False),
)


def _holds(world: World, condition: str, values: dict[str, Item]) -> object:
    world.put(**ROW)
    request: dict[str, Any] = world.with_item(**ROW) | {"ConditionExpression": condition}
    if values:
        request["ExpressionAttributeValues"] = values
    if "#o" in condition:
        request["ExpressionAttributeNames"] = {"#o": "old"}
    ended = outcome(world.dynamodb.put_item, **request)
    return {TAKEN: True, FAILED: False}.get(ended, ended)


def _case(said: Said) -> Case:
    sentence, condition, values, holds = said
    return Case(
        f"{BOOK.service}: {sentence}", lambda world: _holds(world, condition, values), holds
    )


BOOK.cases.extend(_case(said) for said in SAID)


@BOOK.promise("of a row that is not there, every attribute is missing", seen=TAKEN)
def _(world: World) -> object:
    condition = "attribute_not_exists(pk) AND NOT n = :v"
    values = {":v": num(5)}
    return _write(world, condition, ExpressionAttributeValues=values)


type Wrong = tuple[str, dict[str, Any]]

WRONG: Final[dict[str, Wrong]] = {
    "a value that is not used is refused": (
        "attribute_exists(pk)",
        {"ExpressionAttributeValues": {":v": num(1)}},
    ),
    "a name that is not used is refused": (
        "attribute_exists(pk)",
        {"ExpressionAttributeNames": {"#n": "n"}},
    ),
    "a value that is not given is refused": ("n = :v", {}),
    "a name that is not given is refused": ("attribute_exists(#n)", {}),
    "a reserved word is no name": ("attribute_exists(status)", {}),
    "an empty condition is refused": ("", {}),
    "half a condition is refused": ("n =", {}),
    "a bracket too few is refused": ("(attribute_exists(pk)", {}),
    "a function that is none is refused": ("attribute_exist(pk)", {}),
    "a function is spelled small": ("ATTRIBUTE_EXISTS(pk)", {}),
    "a sign that is none is refused": ("n == :v", {"ExpressionAttributeValues": {":v": num(1)}}),
    "nothing begins with a number": (
        "begins_with(t, :v)",
        {"ExpressionAttributeValues": {":v": num(1)}},
    ),
    "values without a condition are refused": (
        "none",
        {"ExpressionAttributeValues": {":v": num(1)}},
    ),
    "a number that is none is refused": (
        "n = :v",
        {"ExpressionAttributeValues": {":v": num("five")}},
    ),
}


def _write(world: World, condition: str, **more: Any) -> str:
    told = {} if condition == "none" else {"ConditionExpression": condition}
    return outcome(world.dynamodb.put_item, **world.with_item(**ROW), **told, **more)


def _refused(sentence: str, wrong: Wrong) -> Case:
    condition, more = wrong
    return Case(
        f"{BOOK.service}: {sentence}", lambda world: _write(world, condition, **more), INVALID
    )


BOOK.cases.extend(_refused(sentence, wrong) for sentence, wrong in WRONG.items())
