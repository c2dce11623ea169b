"""
Takes the audio out of a JSON answer while it streams, so that no memory ever holds it.

The text of every key "b64_audio", at any depth, is decoded into a file, and `inline:<n>` is put in
its place: audio number n of the answer. Everything else is copied through as it came, so whether
it is JSON at all is for its reader to say. What the base64 itself is like: `base64_file.py`.
"""

import json
import re
import shutil
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cliphook.adapters.base64_file import Base64File
from cliphook.application.ports import Fetched
from cliphook.domain.errors import OversizedBodyError

KEY: Final = "b64_audio"
# What is left of a body when its audio is out: as much as of any other provider's.
BODY_MAX_BYTES: Final = 256 * 1024
FILES_MAX: Final = 16
FILE_MAX_BYTES: Final = 200 * 1024 * 1024
# No invocation lives for so long: a folder of this age was left by one that was killed.
LEFTOVER_S: Final = 900

_PIECE_BYTES: Final = 64 * 1024
_FOLDER: Final = "cliphook-inline-"
_SPACE: Final = b" \t\r\n"
_QUOTE: Final = b'"'
_BEFORE_QUOTE: Final = re.compile(rb'[^"]*+')
# A string's characters; what stops it is the closing quote, or an escape that is not all there.
_CHARACTERS: Final = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_CODE_UNITS: Final = re.compile(rb'(?:[^"\\]++|\\[^u]|\\u[0-9a-fA-F]{4})*+', re.DOTALL)
_ESCAPE_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class Split:
    """
    An answer in two parts: `body` is its JSON, and `files[n]` the audio that it calls `inline:<n>`.

    What came as base64 and is no audio after all has no file, and the body says null for it.
    """

    body: bytes
    files: tuple[Fetched | None, ...]


@contextmanager
def split(
    chunks: Iterable[bytes], folder: Path | None = None, *, file_max_bytes: int = FILE_MAX_BYTES
) -> Generator[Split]:
    """
    Split an answer in bounded memory; the files are gone when the context ends.

    They lie below `folder`, or where the system keeps such files. Raises `OversizedBodyError` for
    a file of more than 200 MiB, more than 16 of them, or more than 256 KiB of anything else. A
    value that is no base64, or no audio, costs only itself: the clip counts as one without audio,
    and the others, which were paid for as well, are kept.
    """
    _remove_leftovers(Path(folder or tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=_FOLDER, dir=folder) as own:
        splitter = _Splitter(Path(own), file_max_bytes)
        try:
            for piece in _pieces(chunks):
                splitter.feed(piece)
            yield splitter.finish()
        finally:
            splitter.close()


class _Splitter:
    """Reads an answer piece by piece. At any time it is between strings, in one, or in audio."""

    def __init__(self, folder: Path, file_max_bytes: int) -> None:
        self._folder = folder
        self._file_max_bytes = file_max_bytes
        self._body = bytearray()
        self._files: list[Fetched | None] = []
        self._audio: Base64File | None = None
        # An escape of which the rest is in the next piece.
        self._held = b""
        # Where the latest string stands in the body: from after its quote up to its closing quote.
        self._begins_at = 0
        self._ends_at: int | None = 0

    def feed(self, piece: bytes) -> None:
        """Read on; how an answer is cut into pieces makes no difference."""
        piece = self._held + piece
        self._held = b""
        at = 0
        while at < len(piece):
            if self._audio:
                at = self._read_audio(self._audio, piece, at)
            elif self._ends_at is None:
                at = self._read_string(piece, at)
            else:
                at = self._read_between(piece, at)

    def finish(self) -> Split:
        """Give what was read. An answer that broke off stays as broken as it is."""
        self._copy(self._held)
        return Split(bytes(self._body), tuple(self._files))

    def close(self) -> None:
        """Let go of a file whose end never came."""
        if self._audio:
            self._audio.close()

    def _read_between(self, piece: bytes, at: int) -> int:
        """Copy up to a string, and look whether it is the value of the key."""
        at = self._copy_match(_BEFORE_QUOTE, piece, at)
        if at == len(piece):
            return at
        if self._follows_key():
            self._audio = Base64File(self._folder / str(len(self._files)), self._file_max_bytes)
        else:
            self._copy(_QUOTE)
            self._begins_at, self._ends_at = len(self._body), None
        return at + 1

    def _follows_key(self) -> bool:
        """Tell whether the latest string was the key, and only a colon has come since."""
        if bytes(self._body[self._ends_at :]).strip(_QUOTE + _SPACE) != b":":
            return False
        raw = bytes(self._body[self._begins_at : self._ends_at])
        with suppress(ValueError):
            return bool(json.loads(_QUOTE + raw + _QUOTE) == KEY)
        return False

    def _read_string(self, piece: bytes, at: int) -> int:
        at = self._copy_match(_CHARACTERS, piece, at)
        if piece[at : at + 1] == _QUOTE:
            self._ends_at = len(self._body)
            self._copy(_QUOTE)
            return at + 1
        self._held = piece[at:]
        return len(piece)

    def _read_audio(self, audio: Base64File, piece: bytes, at: int) -> int:
        found = _CODE_UNITS.match(piece, at)
        end = found.end() if found else at
        audio.write(piece[at:end])
        if piece[end : end + 1] == _QUOTE:
            self._close_audio(audio)
            return end + 1
        if len(piece) - end < _ESCAPE_BYTES:
            self._held = piece[end:]
            return len(piece)
        # An escape that there is not: the value is no base64, and no JSON either.
        audio.write(piece[end : end + 2])
        return end + 2

    def _close_audio(self, audio: Base64File) -> None:
        self._audio = None
        fetched = audio.finish()
        if audio.is_empty:
            self._copy(_QUOTE * 2)
        elif len(self._files) == FILES_MAX:
            raise OversizedBodyError
        else:
            self._copy(b'"inline:%d"' % len(self._files) if fetched else b"null")
            self._files.append(fetched)

    def _copy_match(self, pattern: re.Pattern[bytes], piece: bytes, at: int) -> int:
        found = pattern.match(piece, at)
        end = found.end() if found else at
        self._copy(piece[at:end])
        return end

    def _copy(self, piece: bytes) -> None:
        self._body += piece
        if len(self._body) > BODY_MAX_BYTES:
            raise OversizedBodyError


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut what comes into pieces of which a few copies do not matter."""
    for chunk in chunks:
        view = memoryview(chunk)
        for start in range(0, len(view), _PIECE_BYTES):
            yield bytes(view[start : start + _PIECE_BYTES])


def _remove_leftovers(folder: Path) -> None:
    """Make room: an environment that stays warm keeps its disk, and a killed call its files."""
    for left in folder.glob(f"{_FOLDER}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFTOVER_S:
                shutil.rmtree(left)
