"""What the tests of tickets share: masters, and a ticket's bytes as its makers lay them out."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

MASTER: Final = b"the master secret that is in use, of sixty-four letters or fewer"
OTHER: Final = b"another master secret, which replaced it or was replaced by it"
# How long one key signs.
PERIOD: Final = timedelta(days=30)


def decoded(part: str) -> bytes:
    """Read a part of a ticket."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def encoded(raw: bytes) -> str:
    """Write a part of a ticket."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def packed(*fields: bytes) -> bytes:
    """Write fields, each behind its length."""
    return b"".join(len(one).to_bytes(2, "big") + one for one in fields)


def hkdf(master: bytes, info: bytes) -> bytes:
    """RFC 5869 with SHA-256, no salt, one block; written out a second time to compare with."""
    extracted = hmac.new(bytes(32), master, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\1", hashlib.sha256).digest()


def flipped(text: str) -> Iterator[str]:
    """Give a ticket again and again, each time with another bit of it flipped."""
    head, tail = text.split(".")
    for bit in range(len(decoded(head)) * 8):
        yield f"{encoded(_with(decoded(head), bit))}.{tail}"
    for bit in range(len(decoded(tail)) * 8):
        yield f"{head}.{encoded(_with(decoded(tail), bit))}"


def _with(raw: bytes, bit: int) -> bytes:
    return (int.from_bytes(raw) ^ 1 << bit).to_bytes(len(raw))
