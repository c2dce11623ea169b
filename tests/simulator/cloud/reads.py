"""Queries and scans of DynamoDB: which rows, in which order, and how many on a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tests.simulator.cloud.conditions import (
    Between,
    Both,
    Comparison,
    Condition,
    Function,
    Parsed,
    read_condition,
)
from tests.simulator.cloud.operands import Given, Path, Scope, Used, read_path, scope_of
from tests.simulator.cloud.services import Answer, Request
from tests.simulator.cloud.table import Row, Schema, Table
from tests.simulator.cloud.tokens import Tokens, many
from tests.simulator.cloud.values import InvalidError, Item, Value, accept_item
from tests.simulator.cloud.writes import Write, given_values

PAGE_MAX_BYTES: Final = 1024 * 1024

_WRONG: Final = "One or more parameter values were invalid: "
_RANGES: Final = frozenset({"=", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Question:
    """A query or scan that was understood."""

    schema: Schema
    scope: Scope
    filter: Parsed[Condition] | None
    shows: tuple[Path, ...]
    limit: int | None
    is_count: bool

    def show(self, item: Item) -> Item:
        """Leave out what was not asked for."""
        item = self.schema.shown(item)
        return project(item, self.shows, self.scope) if self.shows else item


@cache
def read_projection(text: str) -> Parsed[tuple[Path, ...]]:
    """Read a projection; raises `InvalidError`."""
    tokens = Tokens("ProjectionExpression", text)
    paths = tuple(many(tokens, read_path))
    tokens.end()
    return Parsed(paths, Used(frozenset(tokens.names)))


def project(item: Item, paths: Sequence[Path], scope: Scope) -> Item:
    """Leave out all but some attributes; of a place within one, the whole of what lies there."""
    found: dict[str, Any] = {}
    for path in paths:
        value = path.get(item, scope)
        if value is None:
            continue
        *way, last = path.spell(scope)
        if any(isinstance(step, int) for step in (*way, last)):
            raise NotImplementedError("projection of a list's element")
        members = found
        for step in way:
            members = members.setdefault(str(step), {"M": {}})["M"]
        members[str(last)] = value
    return found


def read_question(table: Table, request: Request, used: Used) -> Question:
    """Understand what queries and scans have in common."""
    schema = table.schema_of(request.get("IndexName"))
    if schema.name and request.get("ConsistentRead"):
        raise InvalidError("Consistent reads are not supported on global secondary indexes")
    if request.get("Limit", 1) < 1:
        raise InvalidError("Limit must be greater than or equal to 1")
    text, projected = request.get("FilterExpression"), request.get("ProjectionExpression")
    found = read_condition("FilterExpression", text) if text is not None else None
    shows = read_projection(projected) if projected is not None else None
    for part in (found, shows):
        used |= part.used if part else Used()
    scope = scope_of(request, used, given_values(request))
    question = Question(
        schema,
        scope,
        found,
        shows.tree if shows else (),
        request.get("Limit"),
        request.get("Select") == "COUNT",
    )
    _check_shown(question, request)
    return question


def _check_shown(question: Question, request: Request) -> None:
    schema = question.schema
    if schema.shows is None:
        return
    asked = {path.top(question.scope) for path in question.shows}
    if request.get("Select") == "ALL_ATTRIBUTES":
        raise InvalidError(
            f"{_WRONG}Select type ALL_ATTRIBUTES is not supported for global secondary index "
            f"{schema.name} because its projection type is not ALL"
        )
    if missing := asked - schema.shows:
        raise InvalidError(
            f"{_WRONG}Global secondary index {schema.name} does not project {sorted(missing)}"
        )


def _check_filter(question: Question) -> None:
    tops = question.filter.tops if question.filter else ()
    named = {question.scope.names.get(name, name) for name in tops}
    if found := sorted({*question.schema.keys} & named):
        raise InvalidError(
            "Filter Expression can only contain non-primary key attributes: "
            f"Primary key attribute: {found[0]}"
        )


def hash_value(question: Question, condition: Condition) -> tuple[Any, Condition | None]:
    """Part a key condition: the one partition it asks for, and what it says of the range."""
    _check_filter(question)
    parts = [condition.left, condition.right] if isinstance(condition, Both) else [condition]
    names = question.schema.keys
    found = [part for part in parts if _is_equality(part, names[0], question.scope)]
    if not found:
        raise InvalidError(f"Query condition missed key schema element: {names[0]}")
    others = [part for part in parts if part is not found[0]]
    for part in others:
        if len(names) == 1 or not _is_range(part, names[1], question.scope):
            raise InvalidError("Query key condition not supported")
    for part, name in zip((found[0], *others), names, strict=False):
        if any(question.schema.kinds[name] not in value for value in _bounds(part, question.scope)):
            raise InvalidError(f"{_WRONG}Condition parameter type does not match schema type")
    (value,) = _bounds(found[0], question.scope)
    return value[question.schema.kinds[names[0]]], others[0] if others else None


def _bounds(part: Condition, scope: Scope) -> list[Value]:
    """Give the values that a part of a key condition compares with."""
    match part:
        case Comparison(_, _, bound):
            found = [bound.get({}, scope)]
        case Between(_, low, high):
            found = [low.get({}, scope), high.get({}, scope)]
        case Function(_, _, Given() as bound):
            found = [bound.get({}, scope)]
        case _:
            found = []
    return [one for one in found if one is not None]


def _is_equality(part: Condition, name: str, scope: Scope) -> bool:
    return (
        isinstance(part, Comparison)
        and part.sign == "="
        and isinstance(part.left, Path)
        and isinstance(part.right, Given)
        and part.left.spell(scope) == (name,)
    )


def _is_range(part: Condition, name: str, scope: Scope) -> bool:
    match part:
        case Comparison(sign, Path() as path, Given()):
            return sign in _RANGES and path.spell(scope) == (name,)
        case Between(Path() as path, Given(), Given()):
            return path.spell(scope) == (name,)
        case Function("begins_with", Path() as path, Given()):
            return path.spell(scope) == (name,)
        case _:
            return False


def page(
    table: Table,
    question: Question,
    rows: Sequence[Row],
    *,
    is_partial: bool,
) -> Answer:
    """Answer with as many rows as fit a page; one that breaks off early says where to go on."""
    most = question.limit or len(rows) + 1
    if is_partial:
        most = min(most, max(1, len(rows) // 2))
    read, size_bytes = 0, 0
    items: list[Item] = []
    for _, item in rows[:most]:
        shown = question.show(item)
        size_bytes += accept_item(question.schema.shown(item))[1] if len(rows) > 2 else 0
        read += 1
        if not question.filter or question.filter.tree.test(
            question.schema.shown(item), question.scope
        ):
            items.append(shown)
        if size_bytes > PAGE_MAX_BYTES:
            break
    answer: Answer = {"Count": len(items), "ScannedCount": read}
    if not question.is_count:
        answer["Items"] = items
    if read and (read < len(rows) or read == question.limit):
        last = rows[read - 1][1]
        names = (*question.schema.keys, *table.schema.keys)
        answer["LastEvaluatedKey"] = {name: last[name] for name in names}
    return answer


def after(table: Table, question: Question, rows: Sequence[Row], request: Request) -> Sequence[Row]:
    """Leave out what stands before the place where an earlier page ended, be that row gone."""
    start = request.get("ExclusiveStartKey")
    if not start:
        return rows
    schema = question.schema
    if start.keys() != {*schema.keys, *table.schema.keys} or schema.key_of(start) is None:
        raise InvalidError("The provided starting key is invalid")
    place = table.place(schema, start)
    if request.get("ScanIndexForward", True):
        return [row for row in rows if table.place(schema, row[1]) > place]
    return [row for row in rows if table.place(schema, row[1]) < place]


def returned(request: Request, write: Write, old: Item | None, new: Item | None) -> Answer:
    """Answer with the attributes that a write's `ReturnValues` asks for."""
    wanted = request.get("ReturnValues", "NONE")
    if wanted == "NONE":
        return {}
    if wanted != "ALL_OLD" and write.touched is None:
        raise InvalidError("Return values set to invalid value")
    item = old if wanted.endswith("OLD") else new
    if item and wanted.startswith("UPDATED"):
        item = project(item, write.touched or (), write.scope)
    return {"Attributes": item} if item else {}
