"""Identifiers: what each id is called, and how one is made without asking for chance."""

import hashlib
import re
from datetime import datetime
from typing import Final, NewType

from ulid import ULID

AccountId = NewType("AccountId", str)
JobId = NewType("JobId", str)
ClipId = NewType("ClipId", str)
EventId = NewType("EventId", str)
FileId = NewType("FileId", str)
EntryId = NewType("EntryId", str)
EndpointId = NewType("EndpointId", str)
DeliveryId = NewType("DeliveryId", str)

_ENTROPY_BYTES: Final = 10
_ULID: Final = re.compile("[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)


def make_id(prefix: str, at: datetime, entropy: bytes) -> str:
    """Write `<prefix>_<ULID>` from an instant and ten bytes of the caller's chance."""
    milliseconds = int(at.timestamp() * 1000)
    return f"{prefix}_{ULID.from_bytes(milliseconds.to_bytes(6, 'big') + entropy)}"


def is_id(prefix: str, text: str) -> bool:
    """Tell whether a text could be an id of ours."""
    named, _, number = text.partition("_")
    return named == prefix and _ULID.fullmatch(number) is not None


def derive_id(prefix: str, at: datetime, *parts: str) -> str:
    """
    Write an id that the same instant and parts always give again.

    Clips and events are named this way: whoever folds the same report, before a crash or after
    it, names the same thing, so a repetition can be told from news.
    """
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return make_id(prefix, at, digest.digest()[:_ENTROPY_BYTES])
