"""How checks read what was stored and sent, by themselves: none of it with the product's code."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

type Item = Mapping[str, Any]


def plain(value: Mapping[str, Any]) -> Any:
    """Read one value from DynamoDB's notation."""
    ((kind, inner),) = value.items()
    read = _READERS.get(kind)
    return read(inner) if read else inner


def _map(inner: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one["S"] if "S" in one else plain(one) for name, one in inner.items()}


def _list(inner: list[Any]) -> list[Any]:
    return [plain(one) for one in inner]


def _nothing(_: object) -> None:
    return None


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "M": _map,
    "L": _list,
    "N": Decimal,
    "B": bytes,
    "NULL": _nothing,
}


def text(item: Item, name: str) -> str:
    """Read a text of an item, empty where it has none."""
    found = item.get(name)
    return str(found["S"]) if found else ""


def number(item: Item, name: str) -> Decimal:
    """Read a number of an item, nothing where it has none."""
    found = item.get(name)
    return Decimal(found["N"]) if found else Decimal(0)


def raw(item: Item, name: str) -> bytes:
    """Read bytes of an item."""
    found = item.get(name)
    return bytes(found["B"]) if found else b""


@lru_cache(maxsize=4096)
def ticket_fields(ticket: str) -> tuple[str, ...]:
    """
    Unpack what stands in a ticket, without asking whether it is a good one.

    These are account, job and attempt, and nothing at all where it is no ticket.
    """
    try:
        head = ticket.partition(".")[0]
        body = base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))
    except ValueError:
        return ()
    fields: list[str] = []
    while body:
        length = int.from_bytes(body[:2], "big")
        fields.append(body[2 : 2 + length].decode("utf-8", "replace"))
        body = body[2 + length :]
    # Version and period stand before, the expiry after.
    return tuple(fields[2:5]) if len(fields) == 6 else ()


def ticket_of(callback_url: str | None) -> str:
    """Take the ticket out of a callback's address."""
    return (callback_url or "").rpartition("/")[2]


def sha256(body: bytes) -> str:
    """Name bytes by their content."""
    return hashlib.sha256(body).hexdigest()


def instant(text: str) -> datetime:
    """Read a time as documents spell it."""
    return datetime.fromisoformat(text)


@lru_cache(maxsize=1024)
def document(body: str) -> Any:
    """Read JSON, nothing where it is none; nobody changes it, since all get the same."""
    try:
        return json.loads(body)
    except ValueError:
        return None
