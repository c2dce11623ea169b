"""What a request means to write, before anything is written: to which row, if what, and how."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.simulator.cloud.conditions import Condition, Parsed, read_condition
from tests.simulator.cloud.operands import Path, Scope, Used, scope_of
from tests.simulator.cloud.services import Request
from tests.simulator.cloud.table import (
    HASH_MAX_BYTES,
    ITEM_MAX_BYTES,
    RANGE_MAX_BYTES,
    Key,
    Schema,
    Table,
)
from tests.simulator.cloud.updates import read_update
from tests.simulator.cloud.values import InvalidError, Item, Value, accept, accept_item

_WRONG: Final = "One or more parameter values were invalid: "
_EMPTY: Final = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
    "contain an empty {kind} value. {where}"
)
_KINDS: Final = {"S": "string", "B": "binary"}


@dataclass(frozen=True, slots=True)
class Write:
    """One row's change, and its condition."""

    table: Table
    key: Key
    condition: Parsed[Condition] | None
    scope: Scope
    # Makes the new row, or none, of the old one; raises `InvalidError`.
    change: Callable[[Item | None], Item | None]
    shows_refused: bool = False
    # What an update writes to; a whole row's change names nothing.
    touched: tuple[Path, ...] | None = None

    def may(self, old: Item | None) -> bool:
        """Say whether the condition holds."""
        return self.condition is None or self.condition.tree.test(old or {}, self.scope)


def plan_put(table: Table, request: Request) -> Write:
    """Plan to put a whole row."""
    item, size_bytes = accept_item(request["Item"])
    key = check_row(table, item, "Missing the key {name} in the item")
    if size_bytes > ITEM_MAX_BYTES:
        raise InvalidError("Item size has exceeded the maximum allowed size")
    return _plan(table, request, key, lambda _: item)


def plan_delete(table: Table, request: Request) -> Write:
    """Plan to delete a row."""
    return _plan(table, request, check_key(table, request["Key"]), lambda _: None)


def plan_check(table: Table, request: Request) -> Write:
    """Plan to change nothing if a condition holds."""
    return _plan(table, request, check_key(table, request["Key"]), lambda old: old)


def plan_update(table: Table, request: Request) -> Write:
    """Plan to change some attributes; a row that is not there is made."""
    key = check_key(table, request["Key"])
    text = request.get("UpdateExpression")
    update = read_update(text) if text is not None else None
    condition, scope = _read(request, update.used if update else Used())
    if update:
        for place in update.tree.places(scope):
            if place[0] in table.schema.keys:
                raise InvalidError(
                    f"{_WRONG}Cannot update attribute {place[0]}. This attribute is part of the key"
                )

    def change(old: Item | None) -> Item:
        new = dict(
            update.tree.apply(old or request["Key"], scope) if update else old or request["Key"]
        )
        accepted, size_bytes = accept_item(new)
        check_row(table, accepted, "")
        if size_bytes > ITEM_MAX_BYTES:
            raise InvalidError("Item size to update has exceeded the maximum allowed size")
        return accepted

    touched = tuple(one.path for one in update.tree.actions) if update else ()
    return Write(table, key, condition, scope, change, _shows_refused(request), touched)


def _plan(
    table: Table, request: Request, key: Key, change: Callable[[Item | None], Item | None]
) -> Write:
    condition, scope = _read(request, Used())
    return Write(table, key, condition, scope, change, _shows_refused(request))


def _read(request: Request, used: Used) -> tuple[Parsed[Condition] | None, Scope]:
    text = request.get("ConditionExpression")
    condition = read_condition("ConditionExpression", text) if text is not None else None
    used |= condition.used if condition else Used()
    return condition, scope_of(request, used, given_values(request))


def given_values(request: Request) -> dict[str, Value]:
    """Accept the values of a request."""
    given = request.get("ExpressionAttributeValues") or {}
    return {name: accept(value)[0] for name, value in given.items()}


def _shows_refused(request: Request) -> bool:
    return request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"


def check_key(table: Table, given: Item) -> Key:
    """Tell which row a key means; raises `InvalidError` for more or less than the key."""
    schema = table.schema
    key, _ = accept_item(given)
    found = schema.key_of(key)
    if found is None or len(key) != len(schema.keys):
        raise InvalidError("The provided key element does not match the schema")
    _check_sizes(schema, found)
    return found


def check_row(table: Table, item: Item, missing: str) -> Key:
    """Tell which row an item is; raises `InvalidError` where a key of it is no key."""
    schema = table.schema
    for name in schema.keys:
        if name not in item:
            raise InvalidError(_WRONG + missing.format(name=name))
        _check_kind(schema, name, item[name], "key {name} expected: {wanted} actual: {found}")
    for index in table.indexes.values():
        for name in index.keys:
            if name in item:
                told = "Index Key {name} Expected: {wanted} Actual: {found} IndexName: "
                _check_kind(index, name, item[name], told + str(index.name))
                _check_filled(index, name, item[name][index.kinds[name]])
    found = schema.key_of(item) or ()
    _check_sizes(schema, found)
    return found


def _check_kind(schema: Schema, name: str, value: Value, message: str) -> None:
    wanted = schema.kinds[name]
    if wanted not in value:
        told = message.format(name=name, wanted=wanted, found=next(iter(value)))
        raise InvalidError(f"{_WRONG}Type mismatch for {told}")


def _check_filled(schema: Schema, name: str, content: Any) -> None:
    if not content:
        where = f"IndexName: {schema.name}, IndexKey: {name}" if schema.name else f"Key: {name}"
        raise InvalidError(_EMPTY.format(kind=_KINDS[schema.kinds[name]], where=where))


def _check_sizes(schema: Schema, key: Key) -> None:
    for name, content, word, most in zip(
        schema.keys,
        key,
        ("Size of hashkey", "Aggregated size of all range keys"),
        (HASH_MAX_BYTES, RANGE_MAX_BYTES),
        strict=False,
    ):
        _check_filled(schema, name, content)
        # A character has four bytes at most.
        if len(content) * 4 <= most:
            continue
        if len(content.encode() if isinstance(content, str) else content) > most:
            raise InvalidError(
                f"{_WRONG}{word} has exceeded the maximum size limit of {most} bytes"
            )
