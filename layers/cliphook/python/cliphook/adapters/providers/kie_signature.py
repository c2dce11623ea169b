"""
How callbacks of the suno format are signed where it comes from, and perhaps at hosts like it.

The signature covers the task's id and the time and nothing else: whoever has seen one can put it
under another body for the same task. It shows that a callback is about our task; what it says has
to be read from the provider's own API all the same.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

SCHEME: Final = "kie-hmac-sha256"

SIGNATURE_HEADER: Final = "x-webhook-signature"
TIMESTAMP_HEADER: Final = "x-webhook-timestamp"
# No tolerance is documented; this is ours.
AGE_S_MAX: Final = 300
TIMESTAMP_CHARACTERS_MAX: Final = 12


def is_signed(headers: Mapping[str, str], task_id: str | None, *, key: str, now: datetime) -> bool:
    """
    Tell whether a callback about a task was signed with a key within the last five minutes.

    Whatever is missing, malformed, too old or too far ahead is not signed; nothing is raised. An
    empty key signs nothing.
    """
    found = {name.lower(): value for name, value in headers.items()}
    timestamp = found.get(TIMESTAMP_HEADER, "")
    signature = found.get(SIGNATURE_HEADER, "")
    if not key or not task_id or not _is_near(timestamp, now):
        return False
    digest = hmac.digest(_bytes(key), _bytes(f"{task_id}.{timestamp}"), sha256)
    return hmac.compare_digest(b64encode(digest), _bytes(signature))


def _is_near(timestamp: str, now: datetime) -> bool:
    """Compare seconds, which are digits and not too many of them."""
    if len(timestamp) > TIMESTAMP_CHARACTERS_MAX or not timestamp.isascii():
        return False
    return timestamp.isdigit() and abs(now.timestamp() - int(timestamp)) <= AGE_S_MAX


def _bytes(text: str) -> bytes:
    # A lone surrogate is no text, but must not be in the way either.
    return text.encode("utf-8", "surrogatepass")
