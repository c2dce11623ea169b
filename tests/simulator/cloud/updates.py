"""DynamoDB's update expressions: what they say, and what becomes of an item."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from tests.simulator.cloud.conditions import Parsed
from tests.simulator.cloud.operands import (
    Given,
    Path,
    Scope,
    Used,
    inside,
    read_path,
)
from tests.simulator.cloud.sources import WRONG_TYPE, Plain, Source, Sum, read_source
from tests.simulator.cloud.tokens import Tokens, many
from tests.simulator.cloud.values import InvalidError, Item, Value, accept, add

type Spelled = tuple[str | int, ...]

_CLAUSES: Final = ("SET", "REMOVE", "ADD", "DELETE")
_NO_PATH: Final = "The document path provided in the update expression is invalid for update"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do at one place."""

    clause: str
    path: Path
    source: Source | None = None

    def new_value(self, item: Item, scope: Scope) -> Value | None:
        """Tell what is to lie there, from the item as it was; nothing if nothing is to."""
        if self.source is None:
            return None
        value = self.source.value(item, scope)
        if self.clause == "SET":
            return value
        return _CHANGES[self.clause](self.path.get(item, scope), value)


@dataclass(frozen=True, slots=True)
class Update:
    """What an update expression does, all of it to the item as it was."""

    actions: tuple[Action, ...]
    # Whether it writes whole attributes only, as most of them do.
    is_flat: bool

    def places(self, scope: Scope) -> list[Spelled]:
        """Name the places it writes to; raises `InvalidError` if two of them overlap."""
        if self.is_flat:
            names = {one.path.top(scope) for one in self.actions}
            if len(names) == len(self.actions):
                return [(name,) for name in names]
        found = sorted((one.path.spell(scope) for one in self.actions), key=repr)
        for place in found:
            for other in found:
                if place is not other and other[: len(place)] == place:
                    raise InvalidError(
                        "Invalid UpdateExpression: Two document paths overlap with each other; "
                        f"must remove or rewrite one of these paths; path one: {place}"
                    )
        return found

    def apply(self, item: Item, scope: Scope) -> Item:
        """Make the item that comes of one; raises `InvalidError`."""
        if self.is_flat:
            return self._apply_flat(item, scope)
        values = [(one.path.spell(scope), one.new_value(item, scope)) for one in self.actions]
        new: Item = dict(item)
        # What is taken out of a list, from its back, moves nothing that is still to be changed.
        values.sort(key=lambda one: [step for step in one[0] if isinstance(step, int)])
        for place, value in (one for one in values if one[1] is not None):
            new = _with(new, place, value)
        for place, value in (one for one in reversed(values) if one[1] is None):
            new = _with(new, place, value)
        return new

    def _apply_flat(self, item: Item, scope: Scope) -> Item:
        changes = {one.path.top(scope): one.new_value(item, scope) for one in self.actions}
        whole: dict[str, Value | None] = {**item, **changes}
        return {name: value for name, value in whole.items() if value is not None}


def _with(members: Item, place: Spelled, value: Value | None) -> Item:
    top, rest = str(place[0]), place[1:]
    if rest:
        if top not in members:
            raise InvalidError(_NO_PATH)
        return {**members, top: _changed(members[top], rest, value)}
    if value is None:
        return {name: one for name, one in members.items() if name != top}
    return {**members, top: value}


def _changed(old: Value, rest: Spelled, value: Value | None) -> Value:
    step = rest[0]
    if isinstance(step, str):
        if "M" not in old:
            raise InvalidError(_NO_PATH)
        return {"M": _with(old["M"], rest, value)}
    elements = list(old.get("L", ()))
    if "L" not in old or (len(rest) > 1 and inside(old, step) is None):
        raise InvalidError(_NO_PATH)
    if len(rest) > 1:
        elements[step] = _changed(elements[step], rest[1:], value)
    else:
        elements[step : step + 1] = [] if value is None else [value]
    return {"L": elements}


def _added(old: Value | None, value: Value) -> Value:
    ((kind, content),) = value.items()
    if kind not in {"N", "SS", "NS", "BS"} or (old is not None and kind not in old):
        raise InvalidError(WRONG_TYPE)
    if old is None:
        return value
    if kind == "N":
        return {"N": add(old["N"], content)}
    return accept({kind: [*{*old[kind], *content}]})[0]


def _taken_out(old: Value | None, value: Value) -> Value | None:
    ((kind, content),) = value.items()
    if kind not in {"SS", "NS", "BS"} or (old is not None and kind not in old):
        raise InvalidError(WRONG_TYPE)
    left = [one for one in (old or value)[kind] if old and one not in content]
    return {kind: left} if left else None


_CHANGES: Final[dict[str, Callable[[Value | None, Value], Value | None]]] = {
    "ADD": _added,
    "DELETE": _taken_out,
}


@cache
def read_update(text: str) -> Parsed[Update]:
    """Read an update expression; raises `InvalidError`."""
    tokens = Tokens("UpdateExpression", text)
    actions: list[Action] = []
    seen: set[str] = set()
    while tokens.peek():
        clause = tokens.take(*_CLAUSES).upper()
        if clause in seen:
            raise tokens.invalid(
                f'The "{clause}" section can only be used once in an update expression;'
            )
        seen.add(clause)
        actions += many(tokens, _READERS[clause])
    update = Update(tuple(actions), not any(one.path.steps for one in actions))
    return Parsed(update, Used(frozenset(tokens.names), frozenset(tokens.values)))


def _read_set(tokens: Tokens) -> Action:
    path = read_path(tokens)
    tokens.take("=")
    left = read_source(tokens)
    if sign := tokens.take_if("+", "-"):
        left = Sum(left, read_source(tokens), 1 if sign == "+" else -1)
    return Action("SET", path, left)


def _read_change(clause: str) -> Callable[[Tokens], Action]:
    return lambda tokens: Action(clause, read_path(tokens), Plain(Given(tokens.take_value())))


_READERS: Final[dict[str, Callable[[Tokens], Action]]] = {
    "SET": _read_set,
    "REMOVE": lambda tokens: Action("REMOVE", read_path(tokens)),
    "ADD": _read_change("ADD"),
    "DELETE": _read_change("DELETE"),
}
