"""
The SDK's translation of values to and from DynamoDB's notation, many times as fast.

It would be a third of the work of a history otherwise. A test holds it to the SDK's own. What is
stored is never changed, so a map that was read once need not be read again.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

type Attribute = dict[str, Any]

_SLOW: Final = TypeSerializer()
_SLOW_BACK: Final = TypeDeserializer()
# As many digits as DynamoDB keeps.
_EXACT: Final = 10**38


# By the identity of a stored map: the map itself, so that it lives, and what it means.
_READ: Final[dict[int, tuple[Any, Any]]] = {}


def forget() -> None:
    """Let go of what was read."""
    _READ.clear()


class FastSerializer:
    """Writes values; what is rare is left to the SDK."""

    def serialize(self, value: Any) -> Attribute:
        """Write one value."""
        return write(value)


class FastDeserializer:
    """Reads values; what is rare is left to the SDK."""

    def deserialize(self, value: Attribute) -> Any:
        """Read one value; of a map the same one each time, which nobody may change."""
        inner = value.get("M")
        if not inner:
            return read(value)
        known = _READ.get(id(inner))
        if known is None:
            known = _READ[id(inner)] = (inner, read(value))
        return known[1]


def write(value: Any) -> Attribute:
    """Write one value in DynamoDB's notation."""
    writer = _WRITERS.get(type(value))
    if writer:
        return writer(value)
    return {"S": str(value)} if isinstance(value, StrEnum) else _write_rare(value)


def read(value: Attribute) -> Any:
    """Read one value from DynamoDB's notation."""
    ((kind, inner),) = value.items()
    reader = _READERS.get(kind)
    return reader(inner) if reader else _read_rare(value)


def _write_text(value: str) -> Attribute:
    return {"S": value}


def _write_map(value: Mapping[str, Any]) -> Attribute:
    return {"M": {name: write(one) for name, one in value.items()}}


def _write_list(value: list[Any]) -> Attribute:
    return {"L": [write(one) for one in value]}


def _write_int(value: int) -> Attribute:
    return {"N": str(value)} if abs(value) < _EXACT else _write_rare(value)


def _write_rare(value: Any) -> Attribute:
    return dict(_SLOW.serialize(value))


def _read_rare(value: Any) -> Any:
    return _SLOW_BACK.deserialize(value)


def _same(value: Any) -> Any:
    return value


_WRITERS: Final[Mapping[type, Callable[[Any], Attribute]]] = {
    str: _write_text,
    dict: _write_map,
    list: _write_list,
    tuple: _write_list,
    bool: lambda value: {"BOOL": value},
    type(None): lambda _: {"NULL": True},
    int: _write_int,
}

_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "S": _same,
    "BOOL": _same,
    "NULL": lambda _: None,
    "N": Decimal,
    "M": lambda inner: {name: read(one) for name, one in inner.items()},
    "L": lambda inner: [read(one) for one in inner],
    "B": Binary,
}
