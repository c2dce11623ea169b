"""DynamoDB's conditions: what they say, and whether it is so of an item."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol

from tests.simulator.cloud.operands import (
    Operand,
    Path,
    Scope,
    Used,
    read_operand,
    read_path,
)
from tests.simulator.cloud.tokens import Tokens, many
from tests.simulator.cloud.values import InvalidError, Item, Value, order

_ORDERED: Final = frozenset({"S", "N", "B"})
_BEGINNINGS: Final = frozenset({"S", "B"})
_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPARATORS: Final = ("=", "<>", *_ORDERS)


class Condition(Protocol):
    """Something that is so of an item, or is not."""

    def test(self, item: Item, scope: Scope) -> bool:
        """Say whether it is so; nothing is an item without attributes."""
        ...


@dataclass(frozen=True, slots=True)
class Parsed[T]:
    """A part of a request that was read, and the placeholders in it."""

    tree: T
    used: Used
    tops: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Both:
    """`AND`."""

    left: Condition
    right: Condition

    def test(self, item: Item, scope: Scope) -> bool:
        """Say whether both are so."""
        return self.left.test(item, scope) and self.right.test(item, scope)


@dataclass(frozen=True, slots=True)
class Either:
    """`OR`."""

    left: Condition
    right: Condition

    def test(self, item: Item, scope: Scope) -> bool:
        """Say whether one is so."""
        return self.left.test(item, scope) or self.right.test(item, scope)


@dataclass(frozen=True, slots=True)
class Opposite:
    """`NOT`."""

    of: Condition

    def test(self, item: Item, scope: Scope) -> bool:
        """Say whether it is not so."""
        return not self.of.test(item, scope)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands and a comparator."""

    sign: str
    left: Operand
    right: Operand

    def test(self, item: Item, scope: Scope) -> bool:
        """Compare; what is not there is unlike all else, and has no order."""
        left, right = self.left.get(item, scope), self.right.get(item, scope)
        if self.sign == "<>":
            return left is None or left != right
        if left is None or right is None:
            return False
        return left == right if self.sign == "=" else compare(self.sign, left, right)


@dataclass(frozen=True, slots=True)
class Between:
    """`BETWEEN`, both ends counted in."""

    what: Operand
    low: Operand
    high: Operand

    def test(self, item: Item, scope: Scope) -> bool:
        """Compare with both ends."""
        what = self.what.get(item, scope)
        low, high = self.low.get(item, scope), self.high.get(item, scope)
        if what is None or low is None or high is None:
            return False
        return compare(">=", what, low) and compare("<=", what, high)


@dataclass(frozen=True, slots=True)
class OneOf:
    """`IN`."""

    what: Operand
    choices: tuple[Operand, ...]

    def test(self, item: Item, scope: Scope) -> bool:
        """Look for an equal one."""
        what = self.what.get(item, scope)
        return what is not None and any(what == one.get(item, scope) for one in self.choices)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a place and perhaps of a value."""

    name: str
    path: Path
    argument: Operand | None

    def test(self, item: Item, scope: Scope) -> bool:
        """Ask the function."""
        found = self.path.get(item, scope)
        argument = self.argument.get(item, scope) if self.argument else None
        return _FUNCTIONS[self.name](found, argument)


def compare(sign: str, left: Value, right: Value) -> bool:
    """Compare two values by their order; types that differ, or have none, do not compare."""
    ((kind, content),) = left.items()
    ((other, bound),) = right.items()
    if kind != other or kind not in _ORDERED:
        return False
    return _ORDERS[sign](order(kind, content), order(kind, bound))


def _begins(found: Value | None, argument: Value | None) -> bool:
    ((kind, beginning),) = (argument or {}).items()
    if kind not in _BEGINNINGS:
        raise InvalidError(
            "Invalid ConditionExpression: Incorrect operand type for operator or function; "
            f"operator or function: begins_with, operand type: {kind}"
        )
    return bool(found and kind in found and found[kind].startswith(beginning))


def _contains(found: Value | None, argument: Value | None) -> bool:
    if not found or not argument:
        return False
    ((kind, content),) = found.items()
    ((other, wanted),) = argument.items()
    if kind == "L":
        return argument in content
    return (kind == other or kind == other + "S") and kind not in {"N", "M"} and wanted in content


_FUNCTIONS: Final[dict[str, Callable[[Value | None, Value | None], bool]]] = {
    "attribute_exists": lambda found, _: found is not None,
    "attribute_not_exists": lambda found, _: found is None,
    "attribute_type": lambda found, kind: bool(found and kind and kind["S"] in found),
    "begins_with": _begins,
    "contains": _contains,
}
_LONE: Final = frozenset({"attribute_exists", "attribute_not_exists"})


@cache
def read_condition(expression: str, text: str) -> Parsed[Condition]:
    """Read a condition; raises `InvalidError`."""
    tokens = Tokens(expression, text)
    tree = _read_either(tokens)
    tokens.end()
    used = Used(frozenset(tokens.names), frozenset(tokens.values))
    return Parsed(tree, used, frozenset(tokens.tops))


def _read_either(tokens: Tokens) -> Condition:
    found = _read_both(tokens)
    while tokens.take_if("OR"):
        found = Either(found, _read_both(tokens))
    return found


def _read_both(tokens: Tokens) -> Condition:
    found = _read_opposite(tokens)
    while tokens.take_if("AND"):
        found = Both(found, _read_opposite(tokens))
    return found


def _read_opposite(tokens: Tokens) -> Condition:
    return Opposite(_read_opposite(tokens)) if tokens.take_if("NOT") else _read_primary(tokens)


def _read_primary(tokens: Tokens) -> Condition:
    if tokens.take_if("("):
        found = _read_either(tokens)
        tokens.take(")")
        return found
    if tokens.peek(1) == "(" and tokens.peek() != "SIZE":
        return _read_function(tokens)
    what = read_operand(tokens)
    sign = tokens.take(*_COMPARATORS, "BETWEEN", "IN").upper()
    if sign == "BETWEEN":
        low = read_operand(tokens)
        tokens.take("AND")
        return Between(what, low, read_operand(tokens))
    if sign == "IN":
        tokens.take("(")
        choices = tuple(many(tokens, read_operand))
        tokens.take(")")
        return OneOf(what, choices)
    return Comparison(sign, what, read_operand(tokens))


def _read_function(tokens: Tokens) -> Condition:
    name = tokens.take()
    if name not in _FUNCTIONS:
        raise tokens.invalid(f"Invalid function name; function: {name}")
    tokens.take("(")
    path, argument = read_path(tokens), None
    if name not in _LONE:
        tokens.take(",")
        argument = read_operand(tokens)
    tokens.take(")")
    return Function(name, path, argument)
