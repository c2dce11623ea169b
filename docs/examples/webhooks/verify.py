"""Is a webhook from Cliphook? Standard Webhooks 1.0.0, with nothing but Python."""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Mapping

TOLERANCE_S = 300
DIGITS_MAX = 11


def verify(
    secret: str, headers: Mapping[str, str], body: bytes, *, now_s: float | None = None
) -> bool:
    """
    Tell whether a body is as it was signed, and not of long ago.

    Give it the bytes as they came, before anybody reads them as JSON, and headers by their names in
    small letters. Whatever comes, it answers and raises nothing, but for a secret that is none.
    """
    name, at, signatures = (
        headers.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature")
    )
    # Not int(): that takes spaces, signs, underscores and other alphabets' digits as well.
    if not (at.isascii() and at.isdigit() and len(at) <= DIGITS_MAX):
        return False
    if abs((time.time() if now_s is None else now_s) - int(at)) > TOLERANCE_S:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    signed = b".".join([name.encode("utf-8", "replace"), at.encode(), body])
    expected = hmac.new(key, signed, hashlib.sha256).digest()
    return any(hmac.compare_digest(expected, found) for found in _macs(signatures))


def _macs(signatures: str) -> list[bytes]:
    """Read the signatures of the known kind; there are several while a secret is replaced."""
    found = []
    for part in signatures.split(" "):
        kind, _, text = part.partition(",")
        if kind == "v1":
            try:
                found.append(base64.b64decode(text, validate=True))
            except (binascii.Error, ValueError):
                continue
    return found
