"""
The bytes of a provider's answer, unpacked in bounded memory and read in bounded time.

Nothing packed is asked for. What comes packed all the same may have been paid for, so it is read;
httpx would unpack whatever a name in the header says, as often as it says so, all at once.
"""

import time
import zlib
from collections.abc import Iterable, Iterator
from typing import Final

import httpx

ACCEPTED: Final = "identity"

_PLAIN: Final = frozenset({"", "identity"})
_PACKED: Final = frozenset({"gzip", "x-gzip", "deflate"})
# Both kinds, by what they begin with.
_WINDOW_BITS: Final = 47
_PIECE_BYTES: Final = 64 * 1024


def read_answer(answer: httpx.Response, limit_s: float) -> Iterator[bytes]:
    """Read an answer that has begun, and that has so long to end; raises what httpx raises."""
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    chunks = _in_time(answer, time.monotonic() + limit_s)
    if encoding in _PLAIN:
        return chunks
    if encoding not in _PACKED:
        raise httpx.DecodingError(encoding, request=answer.request)
    return _unpacked(chunks)


def _in_time(answer: httpx.Response, ends_at_s: float) -> Iterator[bytes]:
    for chunk in answer.iter_raw():
        if time.monotonic() > ends_at_s:
            message = "the answer came too slowly"
            raise httpx.ReadTimeout(message, request=answer.request)
        yield chunk


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_WINDOW_BITS)
    for chunk in chunks:
        packed = chunk
        while packed:
            try:
                yield unpacker.decompress(packed, _PIECE_BYTES)
            except zlib.error as error:
                raise httpx.DecodingError(str(error)) from error
            packed = unpacker.unconsumed_tail
