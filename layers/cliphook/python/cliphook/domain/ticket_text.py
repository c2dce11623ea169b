"""
How a ticket is written, signed and checked, whatever it opens.

The signing key changes every thirty days without a deployment: it is derived (HKDF, RFC 5869)
from a master secret, what the ticket is for and the number of the period. A ticket of the running
or one of the two periods before it is good until it expires.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cliphook.domain.errors import ForgedTicketError

PERIOD_S: Final = 30 * 24 * 3600
PERIODS_BEFORE: Final = 2
LENGTH_MAX: Final = 400

_VERSION: Final = "1"
# Version and period stand before the fields, the expiry after them.
_FIELDS_BEFORE: Final = 2
_LENGTH_BYTES: Final = 2


@dataclass(frozen=True, slots=True)
class Purpose:
    """
    What a ticket is for, and who may show it if that is said beside the ticket.

    Each purpose has keys of its own, so a ticket for one opens nothing of another.
    """

    name: str
    holder: tuple[str, ...] = ()


def write_ticket(
    fields: Sequence[str], expires_at: datetime, purpose: Purpose, master: bytes, now: datetime
) -> str:
    """Write a ticket as one path segment, signed with the key of the running period."""
    period = _period(now)
    expires_s = str(int(expires_at.timestamp()))
    body = _packed((_VERSION, str(period), *fields, expires_s))
    return f"{_encoded(body)}.{_encoded(_mac(master, purpose, period, body))}"


def read_ticket(
    text: str, purpose: Purpose, masters: Sequence[bytes], now: datetime, *, fields: int
) -> tuple[tuple[str, ...], datetime]:
    """
    Read the fields of a ticket that came back, and until when it is good.

    Total: whatever is wrong with it raises the one `ForgedTicketError`. Several masters are
    given while the secret itself is being replaced.
    """
    body, mac = _split(text)
    period = _claimed_period(body)
    running = _period(now)
    is_current = running - PERIODS_BEFORE <= period <= running
    matches = [hmac.compare_digest(_mac(master, purpose, period, body), mac) for master in masters]
    if not any(matches) or not is_current:
        raise ForgedTicketError
    told = _unpacked(body)
    if told[0] != _VERSION or len(told) != _FIELDS_BEFORE + fields + 1:
        raise ForgedTicketError
    expires_at = datetime.fromtimestamp(int(told[-1]), UTC)
    if now >= expires_at:
        raise ForgedTicketError
    return told[_FIELDS_BEFORE:-1], expires_at


def _split(text: str) -> tuple[bytes, bytes]:
    head, _, tail = text.partition(".")
    if len(text) > LENGTH_MAX:
        raise ForgedTicketError
    try:
        body, mac = _decoded(head), _decoded(tail)
    except ValueError as error:
        raise ForgedTicketError from error
    # Base64 has spare bits: only the one spelling that we write is a ticket.
    if (_encoded(body), _encoded(mac)) != (head, tail):
        raise ForgedTicketError
    return body, mac


def _claimed_period(body: bytes) -> int:
    """Read which key to try; an unreadable one still costs its comparison, with no key's name."""
    try:
        return int(_unpacked(body)[1])
    except (ValueError, IndexError):
        return -1


def _mac(master: bytes, purpose: Purpose, period: int, body: bytes) -> bytes:
    key = _derived(master, _packed((purpose.name, *purpose.holder, str(period))))
    return hmac.digest(key, _packed(purpose.holder) + body, hashlib.sha256)


def _derived(master: bytes, info: bytes) -> bytes:
    """Derive one SHA-256 block of key by HKDF: extract without a salt, then expand once."""
    extracted = hmac.digest(bytes(hashlib.sha256().digest_size), master, hashlib.sha256)
    return hmac.digest(extracted, info + b"\x01", hashlib.sha256)


def _period(at: datetime) -> int:
    return int(at.timestamp()) // PERIOD_S


def _packed(fields: Sequence[str]) -> bytes:
    """Join fields so that no two different lists of them give the same bytes."""
    encoded = [field.encode() for field in fields]
    return b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in encoded)


def _unpacked(body: bytes) -> tuple[str, ...]:
    fields: list[str] = []
    while body:
        length = int.from_bytes(body[:_LENGTH_BYTES], "big")
        field, body = body[_LENGTH_BYTES : _LENGTH_BYTES + length], body[_LENGTH_BYTES + length :]
        fields.append(field.decode())
    return tuple(fields)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
