"""
API keys: `ck_<12 characters of id><43 of secret><6 of checksum>`.

The id finds the stored row, the secret is 256 random bits of which only a keyed hash is stored,
and the checksum refuses slips of the hand, and lets scanners find leaks, without a look-up.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cliphook.domain.errors import UnauthenticatedError
from cliphook.domain.ids import AccountId

ID_BYTES: Final = 9
SECRET_BYTES: Final = 32

_SHAPE: Final = re.compile(r"ck_([A-Za-z0-9_-]{12})([A-Za-z0-9_-]{43})([a-z2-7]{6})", re.ASCII)


class Scope(StrEnum):
    """What an API key may do."""

    JOBS_WRITE = "jobs:write"
    JOBS_READ = "jobs:read"
    BILLING_READ = "billing:read"
    WEBHOOKS_ADMIN = "webhooks:admin"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its owner sent it: well-formed, not yet known to be anybody's."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as the table knows it."""

    id: str
    account_id: AccountId
    secret_hash: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


def write_key(id_bytes: bytes, secret_bytes: bytes) -> tuple[ApiKey, str]:
    """Make a key from the caller's chance, and the text to be shown once."""
    key = ApiKey(_encoded(id_bytes), _encoded(secret_bytes))
    return key, f"ck_{key.id}{key.secret}{_checksum(key.id, key.secret)}"


def read_key(text: str) -> ApiKey:
    """Read a key; raises `UnauthenticatedError` for anything that we never wrote."""
    match = _SHAPE.fullmatch(text)
    if not match:
        raise UnauthenticatedError
    key_id, secret, checksum = match.groups()
    if not hmac.compare_digest(checksum, _checksum(key_id, secret)):
        raise UnauthenticatedError
    return ApiKey(key_id, secret)


def hash_secret(key: ApiKey, pepper: bytes) -> str:
    """Hash a secret for storage; slowness would add nothing to 256 random bits."""
    return hmac.new(pepper, f"{key.id}.{key.secret}".encode(), hashlib.sha256).hexdigest()


def admit(key: ApiKey, stored: StoredKey | None, pepper: bytes, now: datetime) -> StoredKey:
    """Accept a key that is stored, unexpired and not revoked; all refusals cost and look alike."""
    expected = stored.secret_hash if stored else hash_secret(ApiKey("", ""), pepper)
    is_same = hmac.compare_digest(hash_secret(key, pepper), expected)
    if not stored or not is_same or not _is_valid(stored, now):
        raise UnauthenticatedError
    return stored


def parse_scopes(names: Iterable[str]) -> tuple[Scope, ...]:
    """Read stored scopes; one that a newer version wrote gives no right here."""
    known = {scope.value for scope in Scope}
    return tuple(Scope(name) for name in names if name in known)


def _is_valid(stored: StoredKey, now: datetime) -> bool:
    is_expired = stored.expires_at is not None and now >= stored.expires_at
    return not is_expired and stored.revoked_at is None


def _checksum(key_id: str, secret: str) -> str:
    digest = hashlib.sha256(f"{key_id}.{secret}".encode()).digest()
    return base64.b32encode(digest[:5]).decode().lower()[:6]


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
