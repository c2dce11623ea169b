"""The Idempotency-Key header: what a client promises with it, and for how long."""

import hashlib
import json
import re
from datetime import datetime, timedelta
from typing import Final

from cliphook.adapters.api_request import show_request
from cliphook.application.ports import Promise
from cliphook.domain.errors import FieldError, InvalidRequestError
from cliphook.domain.request import MusicRequest

KEPT: Final = timedelta(days=7)

_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


def read_promise(key: str | None, request: MusicRequest, now: datetime) -> Promise | None:
    """
    Read the header of a request; without one every request is a new job.

    Raises `InvalidRequestError` for a key that is empty, longer than 255 characters, or not
    printable ASCII. The fingerprint is of what is asked, however its JSON is spelled.
    """
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        message = "is 1 to 255 printable ASCII characters without spaces"
        raise InvalidRequestError(FieldError("Idempotency-Key", message))
    asked = json.dumps(show_request(request), sort_keys=True).encode()
    return Promise(
        key_hash=hashlib.sha256(key.encode()).hexdigest(),
        fingerprint=hashlib.sha256(asked).hexdigest(),
        expires_at=now + KEPT,
    )
