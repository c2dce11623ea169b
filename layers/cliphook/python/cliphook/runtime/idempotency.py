"""The Idempotency-Key header: what a client promises with it, and for how long."""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from cliphook.adapters.api_request import show_request
from cliphook.application.ports import Promise
from cliphook.domain.errors import FieldError, InvalidRequestError
from cliphook.domain.request import MusicRequest

KEPT: Final = timedelta(days=7)

# What the first version wrote of a request that asks for nothing in particular.
_FIRST: Final = ("operation", "model", "routing", "instrumental", "output_format", "metadata")
_FIRST_OF_ROUTING: Final = ("providers",)

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
    asked = json.dumps(_asked(request), sort_keys=True).encode()
    return Promise(
        key_hash=hashlib.sha256(key.encode()).hexdigest(),
        fingerprint=hashlib.sha256(asked).hexdigest(),
        expires_at=now + KEPT,
    )


def _asked(request: MusicRequest) -> Mapping[str, object]:
    """
    Write all that is asked for, and nothing of what is not.

    So a field that a version adds changes nothing for those who do not know it, and a promise that
    was made before an upgrade is kept after it.
    """
    shown, nothing = show_request(request), show_request(MusicRequest())
    routing = _told(shown["routing"], nothing["routing"], _FIRST_OF_ROUTING)
    # A picture's bytes are asked for as well, though nobody is shown them.
    pictures = [(image.mime_type, image.data, image.file_id) for image in request.images]
    images = {"images": pictures} if pictures else {}
    return {**_told(shown, nothing, _FIRST), "routing": routing, **images}


def _told(shown: Any, nothing: Any, always: Collection[str]) -> Mapping[str, object]:  # noqa: ANN401
    return {
        name: value
        for name, value in shown.items()
        if name in always or name not in nothing or value != nothing[name]
    }
