"""JSON Schema of our types: as pydantic writes it, in the plain form that other systems read."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import TypeAdapter

type Schema = Mapping[str, Any]

_NULL: Final = {"type": "null"}
_DEFINITIONS: Final = "$defs"
_REFERENCE: Final = "$ref"
# As somebody reads it: what it is, then what it may be, then what is in it.
_ORDER: Final = ("description", "type", "enum", "pattern", "format", "minimum", "required")


def schema_of(kind: Any) -> dict[str, Any]:
    """
    Write the schema of a type.

    Pydantic's own names the parts, gives each property a title, and has a choice between something
    and nothing. Here every part stands where it is meant and says only what holds.
    """
    written = TypeAdapter(kind).json_schema()
    return _plain(written, written.get(_DEFINITIONS, {}))


def _plain(schema: Schema, named: Mapping[str, Schema]) -> dict[str, Any]:
    if _REFERENCE in schema:
        beside = {key: value for key, value in schema.items() if key != _REFERENCE}
        return _plain({**named[schema[_REFERENCE].rpartition("/")[2]], **beside}, named)
    if "anyOf" in schema:
        return _or_null(schema, named)
    plain = {key: schema[key] for key in _in_order(schema) if key not in {"title", _DEFINITIONS}}
    if "items" in plain:
        plain["items"] = _plain(plain["items"], named)
    if "properties" in plain:
        parts = plain["properties"].items()
        plain["properties"] = {name: _plain(part, named) for name, part in parts}
    return plain


def _or_null(schema: Schema, named: Mapping[str, Schema]) -> dict[str, Any]:
    """Write "something or nothing" as one schema; there is no other choice in our types."""
    something, nothing = schema["anyOf"]
    if nothing != _NULL:
        raise TypeError(f"there is no plain schema for {schema}")
    beside = {key: value for key, value in schema.items() if key not in {"anyOf", "title"}}
    plain = {**_plain(something, named), **beside}
    plain["type"] = [plain["type"], "null"]
    if "enum" in plain:
        plain["enum"] = [*plain["enum"], None]
    return {key: plain[key] for key in _in_order(plain)}


def _in_order(keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=lambda key: _ORDER.index(key) if key in _ORDER else len(_ORDER))
