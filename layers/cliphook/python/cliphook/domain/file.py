"""A file: reference audio, or a picture, that a client uploads for its requests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cliphook.domain.ids import AccountId, FileId

KEPT: Final = timedelta(days=7)
UPLOAD_VALID: Final = timedelta(minutes=15)

FILENAME_MAX: Final = 255
AUDIO_MAX_BYTES: Final = 100 * 1024 * 1024
IMAGE_MAX_BYTES: Final = 10 * 1024 * 1024

_ID: Final = re.compile(r"file_[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)
# Control characters of both kinds, and what parts the names of a path on one system or another.
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f/\\]")


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file may be: its media type, the ending of its key, and how long it may be."""

    content_type: str
    extension: str
    size_max_bytes: int


_MP3: Final = FileType("audio/mpeg", "mp3", AUDIO_MAX_BYTES)
_WAV: Final = FileType("audio/wav", "wav", AUDIO_MAX_BYTES)
_FLAC: Final = FileType("audio/flac", "flac", AUDIO_MAX_BYTES)
_OGG: Final = FileType("audio/ogg", "ogg", AUDIO_MAX_BYTES)
_M4A: Final = FileType("audio/mp4", "m4a", AUDIO_MAX_BYTES)
_JPEG: Final = FileType("image/jpeg", "jpg", IMAGE_MAX_BYTES)
_PNG: Final = FileType("image/png", "png", IMAGE_MAX_BYTES)
_WEBP: Final = FileType("image/webp", "webp", IMAGE_MAX_BYTES)

# By every name under which browsers and systems know them; the first of each is the one we use.
TYPES: Final[Mapping[str, FileType]] = {
    "audio/mpeg": _MP3,
    "audio/mp3": _MP3,
    "audio/wav": _WAV,
    "audio/wave": _WAV,
    "audio/x-wav": _WAV,
    "audio/vnd.wave": _WAV,
    "audio/flac": _FLAC,
    "audio/x-flac": _FLAC,
    "audio/ogg": _OGG,
    "audio/mp4": _M4A,
    "audio/m4a": _M4A,
    "audio/x-m4a": _M4A,
    "image/jpeg": _JPEG,
    "image/png": _PNG,
    "image/webp": _WEBP,
}


@dataclass(frozen=True, slots=True)
class FileRequest:
    """What a client is about to upload."""

    filename: str
    type: FileType
    size_bytes: int


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was promised. Whether it lies there yet is for the shelf to say."""

    id: FileId
    account_id: AccountId
    filename: str
    content_type: str
    size_bytes: int
    key: str
    created_at: datetime
    expires_at: datetime

    def has_expired(self, now: datetime) -> bool:
        """Tell whether nobody may use it any more; its row and its bytes may still be there."""
        return now >= self.expires_at


@dataclass(frozen=True, slots=True)
class Upload:
    """A form by which the bytes of one file can be posted, and no others, until an instant."""

    url: str
    fields: Mapping[str, str]
    expires_at: datetime


def is_file_id(text: str) -> bool:
    """Tell whether a file of ours may have that id."""
    return _ID.fullmatch(text) is not None


def is_filename(text: str) -> bool:
    """Tell whether a file may have that name: one name and no path, nothing but what is seen."""
    return 1 <= len(text) <= FILENAME_MAX and not _UNFIT.search(text)


def file_key(account_id: AccountId, file_id: FileId, file_type: FileType) -> str:
    """Say where a file lies. The name that its client gave is no part of it."""
    return f"files/{account_id}/{file_id}.{file_type.extension}"
