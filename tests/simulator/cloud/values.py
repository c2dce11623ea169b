"""
DynamoDB's values in its own notation, `{"S": "text"}`: what is accepted, how large, what is less.

An accepted value is in the one form in which it is stored and compared: numbers as plain decimal
texts, sets in an order.
"""

from collections.abc import Mapping
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

type Value = Mapping[str, Any]
type Item = Mapping[str, Value]

DIGITS_MAX: Final = 38
EXPONENT_MAX: Final = 125
EXPONENT_MIN: Final = -130
DEPTH_MAX: Final = 32
# A list or a map costs three bytes, and one more for each of its elements.
_NESTED_BYTES: Final = 3

_SETS: Final = {"SS": "S", "NS": "N", "BS": "B"}
_EXACT: Final = Context(prec=400)


class Sound(dict[str, Any]):
    """
    A map that came from a serializer, whole and well-formed: nobody need look into it again.

    What is in it does not count for limits of size; those are seen to where fakes are compared.
    """

    __slots__ = ()


class InvalidError(Exception):
    """What DynamoDB answers with a ValidationException."""


def accept_item(item: Item) -> tuple[Item, int]:
    """Accept an item and tell its size in bytes; raises `InvalidError`."""
    return _accept_members(item, 0)


def accept(value: Value, depth: int = 0) -> tuple[Value, int]:
    """Accept a value and tell its size in bytes; raises `InvalidError`."""
    if depth > DEPTH_MAX:
        raise InvalidError("Nesting Levels have exceeded supported limits")
    if len(value) != 1:
        raise InvalidError(
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
            if not value
            else "Supplied AttributeValue has more than one datatypes set, "
            "must contain exactly one of the supported datatypes"
        )
    ((kind, content),) = value.items()
    if kind == "S":
        return value, len(content) if content.isascii() else len(content.encode())
    if kind == "M":
        if type(content) is Sound:
            return value, _NESTED_BYTES
        members, size_bytes = _accept_members(content, depth + 1)
        size_bytes += _NESTED_BYTES + len(members)
        return (value if members is content else {"M": members}), size_bytes
    if kind == "L":
        return _accept_list(value, depth)
    return _accept_plain(kind, content, value)


def _accept_members(members: Mapping[str, Value], depth: int) -> tuple[Mapping[str, Value], int]:
    total_bytes = 0
    changed: dict[str, Value] = {}
    for name, value in members.items():
        if not name:
            raise InvalidError(
                "One or more parameter values were invalid: An attribute name is empty"
            )
        content = value.get("S")
        if content is not None and len(value) == 1:
            # Most are texts, and a call for each would be most of the work.
            size_bytes = len(content) if content.isascii() else len(content.encode())
        else:
            accepted, size_bytes = accept(value, depth)
            if accepted is not value:
                changed[name] = accepted
        total_bytes += size_bytes + (len(name) if name.isascii() else len(name.encode()))
    return ({**members, **changed} if changed else members), total_bytes


def _accept_list(value: Value, depth: int) -> tuple[Value, int]:
    accepted = [accept(one, depth + 1) for one in value["L"]]
    size_bytes = _NESTED_BYTES + sum(1 + one[1] for one in accepted)
    if all(new[0] is old for new, old in zip(accepted, value["L"], strict=True)):
        return value, size_bytes
    return {"L": [one[0] for one in accepted]}, size_bytes


def _accept_plain(kind: str, content: Any, value: Value) -> tuple[Value, int]:
    if kind == "N":
        text = number(content)
        return (value if text == content else {"N": text}), _number_bytes(text)
    if kind == "B":
        return (value if isinstance(content, bytes) else {"B": bytes(content)}), len(content)
    if kind in _SETS:
        return _accept_set(kind, content)
    if kind == "NULL" and not content:
        raise InvalidError(
            "One or more parameter values were invalid: Null attribute value types must have the "
            "value of true"
        )
    return value, 1


def _accept_set(kind: str, content: Any) -> tuple[Value, int]:
    if not content:
        raise InvalidError("One or more parameter values were invalid: A set may not be empty")
    accepted = [accept({_SETS[kind]: one}) for one in content]
    members = sorted({one[0][_SETS[kind]] for one in accepted}, key=_sorter(_SETS[kind]))
    if len(members) != len(accepted):
        raise InvalidError(
            "One or more parameter values were invalid: Input collection contains duplicates"
        )
    return {kind: members}, sum(one[1] for one in accepted)


@lru_cache(maxsize=4096)
def number(text: str) -> str:
    """Write a number as DynamoDB does: 38 digits, and no zero that says nothing."""
    try:
        exact = Decimal(text)
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite():
        raise InvalidError(
            "The parameter cannot be converted to a numeric value: " + text
            if text
            else "The parameter cannot be converted to a numeric value"
        )
    if not exact:
        return "0"
    exact = exact.normalize(_EXACT)
    if len(exact.as_tuple().digits) > DIGITS_MAX:
        raise InvalidError("Attempting to store more than 38 significant digits in a Number")
    if not EXPONENT_MIN <= exact.adjusted() <= EXPONENT_MAX:
        word = "overflow" if exact.adjusted() > 0 else "underflow"
        side = "larger" if exact.adjusted() > 0 else "smaller"
        raise InvalidError(
            f"Number {word}. "
            f"Attempting to store a number with magnitude {side} than supported range"
        )
    return f"{exact:f}"


@lru_cache(maxsize=4096)
def decimal(text: str) -> Decimal:
    """Read a number, to compare and to add."""
    return Decimal(text)


def add(left: str, right: str, sign: int = 1) -> str:
    """Add two numbers, or subtract; raises `InvalidError` for a sum that cannot be stored."""
    return number(str(_EXACT.add(decimal(left), sign * decimal(right))))


def order(kind: str, content: Any) -> Any:
    """Give what contents of a type are sorted and compared by."""
    return decimal(content) if kind == "N" else content


def _sorter(kind: str) -> Any:
    return decimal if kind == "N" else None


def _number_bytes(text: str) -> int:
    digits = text.replace("-", "").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + (2 if text.startswith("-") else 1)
