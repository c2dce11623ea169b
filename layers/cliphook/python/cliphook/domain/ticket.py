"""
The ticket: the signed secret inside a callback URL.

A provider may call back before its answer to our submission is stored, and ids drift, so the URL
alone says which attempt of which job is meant. The ticket is checked before anything is read.

The signing key changes every thirty days without a deployment: it is derived (HKDF, RFC 5869)
from a master secret, the provider's name and the number of the period. A ticket of the running
or one of the two periods before it is good until it expires.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cliphook.domain.errors import ForgedTicketError
from cliphook.domain.ids import AccountId, JobId

VALID_H: Final = 72
PERIOD_S: Final = 30 * 24 * 3600
PERIODS_BEFORE: Final = 2
LENGTH_MAX: Final = 400

_PROVIDER: Final = re.compile(r"[a-z0-9_-]{1,64}", re.ASCII)
_VERSION: Final = "1"
_FIELDS: Final = 6
_LENGTH_BYTES: Final = 2


@dataclass(frozen=True, slots=True)
class Ticket:
    """Which attempt of which job a callback may speak of, and until when."""

    account_id: AccountId
    job_id: JobId
    attempt: int
    provider: str
    expires_at: datetime


def expiry(submitted_at: datetime) -> datetime:
    """Tell until when a ticket is to be good: longer than any provider keeps calling."""
    return submitted_at + timedelta(hours=VALID_H)


def issue(ticket: Ticket, master: bytes, now: datetime) -> str:
    """Write a ticket as one path segment, signed with the key of the running period."""
    period = _period(now)
    expires_s = str(int(ticket.expires_at.timestamp()))
    fields = (
        _VERSION,
        str(period),
        ticket.account_id,
        ticket.job_id,
        str(ticket.attempt),
        expires_s,
    )
    body = _packed(fields)
    return f"{_encoded(body)}.{_encoded(_mac(master, ticket.provider, period, body))}"


def check(text: str, provider: str, masters: Sequence[bytes], now: datetime) -> Ticket:
    """
    Read a ticket that came back from a provider.

    Total: whatever is wrong with it raises the one `ForgedTicketError`. Several masters are
    given while the secret itself is being replaced.
    """
    # A provider's name is in the address too, and nobody's secret.
    if not _PROVIDER.fullmatch(provider):
        raise ForgedTicketError
    body, mac = _split(text)
    period = _claimed_period(body)
    running = _period(now)
    is_current = running - PERIODS_BEFORE <= period <= running
    matches = [hmac.compare_digest(_mac(master, provider, period, body), mac) for master in masters]
    if not any(matches) or not is_current:
        raise ForgedTicketError
    ticket = _read(body, provider)
    if now >= ticket.expires_at:
        raise ForgedTicketError
    return ticket


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
    except ValueError:
        return -1


def _read(body: bytes, provider: str) -> Ticket:
    version, _, account_id, job_id, attempt, expires_s = _unpacked(body)
    if version != _VERSION:
        raise ForgedTicketError
    return Ticket(
        AccountId(account_id),
        JobId(job_id),
        int(attempt),
        provider,
        datetime.fromtimestamp(int(expires_s), UTC),
    )


def _mac(master: bytes, provider: str, period: int, body: bytes) -> bytes:
    key = _derived(master, _packed(("cliphook callback", provider, str(period))))
    return hmac.digest(key, _packed((provider,)) + body, hashlib.sha256)


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
    if len(fields) != _FIELDS:
        message = "a ticket has another number of fields"
        raise ValueError(message)
    return tuple(fields)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
