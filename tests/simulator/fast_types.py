"""
The SDK's translation of values to and from DynamoDB's notation, many times as fast.

It would be a third of the work of a history otherwise. A test holds it to the SDK's own. What is
stored is never changed, so a map that was read once need not be read again.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from tests.simulator.cloud.values import Sound

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
        if type(value) is str:
            return {"S": value}
        return {"M": Sound(write(value)["M"])} if type(value) is dict else write(value)


class FastDeserializer:
    """Reads values; what is rare is left to the SDK."""

    def deserialize(self, value: Attribute) -> Any:
        """Read one value; of a map the same one each time, which nobody may change."""
        if "S" in value:
            return value["S"]
        inner = value.get("M")
        if not inner:
            return read(value)
        known = _READ.get(id(inner))
        if known is None:
            known = _READ[id(inner)] = (inner, read(value))
        return known[1]


def write(value: Any) -> Attribute:
    """Write one value in DynamoDB's notation; the most frequent kinds come first."""
    kind = type(value)
    if kind is str:
        return {"S": value}
    if kind is dict:
        # A call for each text would be half of the work, here and below.
        return {
            "M": {
                name: {"S": one} if type(one) is str else write(one) for name, one in value.items()
            }
        }
    if kind is int and abs(value) < _EXACT:
        return {"N": str(value)}
    if kind is list or kind is tuple:
        return {"L": [write(one) for one in value]}
    return _write_rare(value)


def read(value: Attribute) -> Any:
    """Read one value from DynamoDB's notation; the most frequent kinds come first."""
    ((kind, inner),) = value.items()
    if kind in _SAME:
        return inner
    if kind == "M":
        return {name: one["S"] if "S" in one else read(one) for name, one in inner.items()}
    if kind == "N":
        return Decimal(inner)
    if kind == "L":
        return [read(one) for one in inner]
    return _read_rare(value)


# What is written as it is.
_SAME: Final = frozenset({"S", "BOOL"})


def _write_rare(value: Any) -> Attribute:
    if isinstance(value, StrEnum):
        return {"S": str(value)}
    return dict(_SLOW.serialize(value))


def _read_rare(value: Any) -> Any:
    return _SLOW_BACK.deserialize(value)
