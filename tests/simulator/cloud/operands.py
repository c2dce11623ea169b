"""What expressions speak of: places in an item, values that were given, and sizes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from tests.simulator.cloud.tokens import Tokens
from tests.simulator.cloud.values import InvalidError, Item, Value

_ONE_BYTE: Final = ("B", "SS", "NS", "BS", "L", "M")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the placeholders of a request stand for; the values are accepted already."""

    names: Mapping[str, str]
    values: Mapping[str, Value]


class Operand(Protocol):
    """Something that has a value in an item, or has none there."""

    def get(self, item: Item, scope: Scope) -> Value | None:
        """Find the value."""
        ...


@dataclass(frozen=True, slots=True)
class Path:
    """A place in an item: an attribute, and perhaps a way into it."""

    name: str
    steps: tuple[str | int, ...] = ()

    def spell(self, scope: Scope) -> tuple[str | int, ...]:
        """Name the place without placeholders."""
        if not self.steps:
            return (self.top(scope),)
        return tuple(
            scope.names[step] if isinstance(step, str) and step[0] == "#" else step
            for step in (self.name, *self.steps)
        )

    def top(self, scope: Scope) -> str:
        """Name the attribute."""
        return scope.names[self.name] if self.name[0] == "#" else self.name

    def get(self, item: Item, scope: Scope) -> Value | None:
        """Find what lies there."""
        if not self.steps:
            return item.get(self.top(scope))
        top, *steps = self.spell(scope)
        found = item.get(str(top))
        for step in steps:
            if found is None:
                return None
            found = inside(found, step)
        return found


def inside(value: Value, step: str | int) -> Value | None:
    """Find a member of a map or an element of a list."""
    found: Value | None
    if isinstance(step, str):
        found = value.get("M", {}).get(step)
        return found
    elements = value.get("L", ())
    found = elements[step] if step < len(elements) else None
    return found


@dataclass(frozen=True, slots=True)
class Given:
    """A value of the request."""

    name: str

    def get(self, item: Item, scope: Scope) -> Value | None:  # noqa: ARG002
        """Give it."""
        return scope.values[self.name]


@dataclass(frozen=True, slots=True)
class Size:
    """The size of what lies somewhere: characters, bytes, or how many there are."""

    of: Operand

    def get(self, item: Item, scope: Scope) -> Value | None:
        """Measure it; what has no size has none."""
        found = self.of.get(item, scope)
        if found is None:
            return None
        ((kind, content),) = found.items()
        if kind == "S":
            return {"N": str(len(content))}
        return {"N": str(len(content))} if kind in _ONE_BYTE else None


def read_path(tokens: Tokens) -> Path:
    """Read a place."""
    name = tokens.take_name()
    tokens.tops.add(name)
    steps: list[str | int] = []
    while sign := tokens.take_if(".", "["):
        if sign == ".":
            steps.append(tokens.take_name())
            continue
        if tokens.kind() != "index":
            raise tokens.invalid(f'Syntax error; token: "{tokens.peek()}"')
        steps.append(int(tokens.take()))
        tokens.take("]")
    return Path(name, tuple(steps))


def read_operand(tokens: Tokens) -> Operand:
    """Read a place, a given value, or the size of something."""
    if tokens.kind() == "value":
        return Given(tokens.take_value())
    if tokens.peek() == "SIZE" and tokens.peek(1) == "(":
        tokens.take()
        tokens.take("(")
        size = Size(read_operand(tokens))
        tokens.take(")")
        return size
    return read_path(tokens)


def scope_of(request: Mapping[str, Any], used: "Used", accepted: Mapping[str, Value]) -> Scope:
    """Tell what a request's placeholders stand for; raises `InvalidError` for any one too many."""
    names: Mapping[str, str] = request.get("ExpressionAttributeNames") or {}
    if used.names == names.keys() and used.values == accepted.keys():
        return Scope(names, accepted)
    for word, given, wanted, kind in (
        ("name", used.names, names, "Names"),
        ("value", used.values, accepted, "Values"),
    ):
        if missing := given - wanted.keys():
            raise InvalidError(
                f"Invalid expression: An expression attribute {word} used in the expression is not "
                f"defined; attribute {word}: {min(missing)}"
            )
        if unused := wanted.keys() - given:
            raise InvalidError(
                f"Value provided in ExpressionAttribute{kind} unused in expressions: "
                f"keys: {{{', '.join(sorted(unused))}}}"
            )
    return Scope(names, accepted)


@dataclass(frozen=True, slots=True)
class Used:
    """The placeholders that expressions use."""

    names: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()

    def __or__(self, other: "Used") -> "Used":
        if not other.names and not other.values:
            return self
        return Used(self.names | other.names, self.values | other.values)
