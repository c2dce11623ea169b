"""One file that comes as the base64 text of a JSON string, decoded and judged while it comes."""

import binascii
import hashlib
import json
from pathlib import Path
from typing import Final

from cliphook.adapters.audio_types import HEAD_BYTES, sniff
from cliphook.application.ports import Fetched
from cliphook.domain.errors import OversizedBodyError

# The alphabet for addresses becomes the usual one, and white space is none of either.
_USUAL: Final = bytes.maketrans(b"-_", b"+/")
_SPACE: Final = b" \t\r\n"
_QUANTUM: Final = 4
# What some libraries put before it: data:audio/mpeg;base64, and no more than that.
_PREFIX: Final = b"data:"
_PREFIX_END: Final = b";base64"
_PREFIX_MAX: Final = 128
# Base64 is a third longer than what it stands for, escaped slashes and line breaks a bit more.
# Only what consists of escapes gets beyond this, and does not take our time without an end.
_RAW_PER_BYTE: Final = 2


class Base64File:
    """
    A file being written from the raw characters of a JSON string, escapes and all.

    The usual alphabet and that for addresses are understood, with and without padding, white space
    and what makes it a data URL. A value that is anything else is read to its end and leaves no
    file.
    """

    def __init__(self, path: Path, size_max_bytes: int) -> None:
        """Write to a new file at a path."""
        self.is_empty = True
        self._path = path
        self._size_max_bytes = size_max_bytes
        self._file = path.open("xb")
        self._digest = hashlib.sha256()
        self._raw_bytes = 0
        self._size_bytes = 0
        self._head = b""
        # Characters that are not yet a whole quantum.
        self._rest = b""
        self._is_begun = False
        self._is_padded = False
        self._is_valid = True

    def write(self, raw: bytes) -> None:
        """Take whole characters of the string; raises `OversizedBodyError`."""
        self.is_empty = self.is_empty and not raw
        self._raw_bytes += len(raw)
        if self._raw_bytes > self._size_max_bytes * _RAW_PER_BYTE + _QUANTUM:
            raise OversizedBodyError
        if not self._is_valid:
            return
        try:
            self._decode(self._rest + _unescaped(raw).translate(_USUAL, _SPACE))
        except ValueError:
            self._is_valid = False

    def finish(self) -> Fetched | None:
        """Close the file and tell what it is; `None`, and no file, if it is no audio."""
        if self._is_valid and self._rest:
            self.write(b"=" * (-len(self._rest) % _QUANTUM))
        self.close()
        audio_type = sniff(self._head) if self._is_valid else None
        if not audio_type:
            self._path.unlink()
            return None
        return Fetched(self._path, self._digest.hexdigest(), self._size_bytes, *audio_type)

    def close(self) -> None:
        """Close the file as it is; closing it again does nothing."""
        self._file.close()

    def _decode(self, text: bytes) -> None:
        if not self._is_begun:
            text = self._without_prefix(text)
        if not text:
            return
        if self._is_padded:
            message = "something follows the padding"
            raise ValueError(message)
        whole = len(text) - len(text) % _QUANTUM
        self._rest = text[whole:]
        self._is_padded = text[:whole].endswith(b"=")
        self._keep(binascii.a2b_base64(text[:whole], strict_mode=True))

    def _without_prefix(self, text: bytes) -> bytes:
        """Take away what may stand before the base64; while it is not all there, wait for it."""
        self._rest = b""
        if text.startswith(_PREFIX):
            prefix, comma, rest = text.partition(b",")
            if len(prefix) > _PREFIX_MAX or (comma and not prefix.endswith(_PREFIX_END)):
                message = "this is no data URL in base64"
                raise ValueError(message)
            self._is_begun = bool(comma)
        else:
            rest = text
            self._is_begun = not _PREFIX.startswith(text)
        if self._is_begun:
            return rest
        self._rest = text
        return b""

    def _keep(self, decoded: bytes) -> None:
        self._size_bytes += len(decoded)
        if self._size_bytes > self._size_max_bytes:
            raise OversizedBodyError
        self._head += decoded[: HEAD_BYTES - len(self._head)]
        self._digest.update(decoded)
        self._file.write(decoded)


def _unescaped(raw: bytes) -> bytes:
    """Read the characters that a piece of a JSON string stands for; all of base64 is ASCII."""
    if b"\\\\" in raw:
        message = "a backslash is in no alphabet"
        raise ValueError(message)
    # Some libraries write every slash so, and each piece would have to make the detour below.
    raw = raw.replace(b"\\/", b"/")
    if b"\\" not in raw:
        return raw
    text: str = json.loads(b'"' + raw + b'"', strict=False)
    return text.encode("ascii")
