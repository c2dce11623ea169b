"""What an update expression sets: given values, sums, joined lists, and what is there already."""

from dataclasses import dataclass
from typing import Final, Protocol

from tests.simulator.cloud.operands import Operand, Path, Scope, read_operand
from tests.simulator.cloud.tokens import Tokens
from tests.simulator.cloud.values import InvalidError, Item, Value, add

WRONG_TYPE: Final = "An operand in the update expression has an incorrect data type"
_NO_ATTRIBUTE: Final = (
    "The provided expression refers to an attribute that does not exist in the item"
)


class Source(Protocol):
    """Something that yields the value which is to be set."""

    def value(self, item: Item, scope: Scope) -> Value:
        """Tell the value; raises `InvalidError` where there is none."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A given value, or what lies somewhere."""

    of: Operand

    def value(self, item: Item, scope: Scope) -> Value:
        """Tell it."""
        found = self.of.get(item, scope)
        if found is None:
            raise InvalidError(_NO_ATTRIBUTE)
        return found


@dataclass(frozen=True, slots=True)
class Default:
    """`if_not_exists`."""

    path: Path
    otherwise: Source

    def value(self, item: Item, scope: Scope) -> Value:
        """Tell what is there, or else the other."""
        found = self.path.get(item, scope)
        return self.otherwise.value(item, scope) if found is None else found


@dataclass(frozen=True, slots=True)
class Sum:
    """`+`, or `-`, of two numbers."""

    left: Source
    right: Source
    sign: int

    def value(self, item: Item, scope: Scope) -> Value:
        """Add them."""
        left, right = self.left.value(item, scope), self.right.value(item, scope)
        if "N" not in left or "N" not in right:
            raise InvalidError(WRONG_TYPE)
        return {"N": add(left["N"], right["N"], self.sign)}


@dataclass(frozen=True, slots=True)
class Joined:
    """`list_append`."""

    left: Source
    right: Source

    def value(self, item: Item, scope: Scope) -> Value:
        """Join two lists."""
        left, right = self.left.value(item, scope), self.right.value(item, scope)
        if "L" not in left or "L" not in right:
            raise InvalidError(WRONG_TYPE)
        return {"L": [*left["L"], *right["L"]]}


def read_source(tokens: Tokens) -> Source:
    """Read what is to be set; raises `InvalidError`."""
    if tokens.peek(1) != "(":
        return Plain(read_operand(tokens))
    name = tokens.take()
    tokens.take("(")
    first = read_source(tokens)
    tokens.take(",")
    second = read_source(tokens)
    tokens.take(")")
    if name == "list_append":
        return Joined(first, second)
    if name != "if_not_exists" or not isinstance(first, Plain) or not isinstance(first.of, Path):
        raise tokens.invalid(f"Invalid function name; function: {name}")
    return Default(first.of, second)
