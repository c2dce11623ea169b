"""
How a webhook is signed: Standard Webhooks 1.0.0, HMAC-SHA-256 over id, time and bytes.

No secret is stored. Each is derived (HKDF, RFC 5869) from one master, whose it is and a version,
so a new version is a rotation, and whoever reads the table reads no secret.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

_SALT: Final = b"cliphook webhooks"
_PREFIX: Final = "whsec_"
_LENGTH_BYTES: Final = 4


def derive_secret(master: bytes, owner: str, version: int) -> bytes:
    """Derive 32 bytes which an endpoint, or an account, has in common with nobody else."""
    parts = (owner.encode(), str(version).encode())
    info = b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in parts)
    key = hmac.new(_SALT, master, hashlib.sha256).digest()
    return hmac.new(key, info + b"\x01", hashlib.sha256).digest()


def write_secret(secret: bytes) -> str:
    """Write a secret as its owner is shown it."""
    return f"{_PREFIX}{base64.b64encode(secret).decode()}"


def sign(event_id: str, at: datetime, body: bytes, secrets: Sequence[bytes]) -> Mapping[str, str]:
    """
    Write the three headers of a webhook.

    With several secrets, as in a rotation, a receiver that knows one of them is content.
    """
    seconds = int(at.timestamp())
    signed = f"{event_id}.{seconds}.".encode() + body
    macs = (hmac.new(secret, signed, hashlib.sha256).digest() for secret in secrets)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(mac).decode()}" for mac in macs),
    }
