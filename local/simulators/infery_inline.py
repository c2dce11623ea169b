"""Audio inside JSON: as large as asked, written as base64 piece by piece, never whole in memory."""

import asyncio
import base64
import itertools
import json
import secrets
import struct
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from starlette.responses import Response, StreamingResponse

from local.simulators.encode import BIT_RATE_KBPS, id3_tag
from local.simulators.synth import RATE

# From here on an answer is sent in pieces, and its length is not said.
STREAMED_FROM_BYTES: Final = 4 * 1024 * 1024

_JSON: Final = "application/json"
_SAMPLES: Final = 1152
_FRAME_BYTES: Final = 144_000 * BIT_RATE_KBPS // RATE
_WAVE_HEAD_BYTES: Final = 44
_WAVE_SAMPLE_BYTES: Final = 4
# A multiple of three, so that only the last piece of base64 is padded.
_PIECE_BYTES: Final = 3 * 16 * 1024

type Writing = Literal["plain", "escaped", "data-url", "broken"]


@dataclass(frozen=True, slots=True)
class Inline:
    """A file as something before it and a part that is repeated, cut at a size."""

    head: bytes
    part: bytes
    size_bytes: int
    seconds: float
    content_type: str
    writing: Writing = "plain"

    def blocks(self) -> Iterator[bytes]:
        """Give the file's bytes, in pieces."""
        left = self.size_bytes
        for block in itertools.chain([self.head], itertools.repeat(self.part)):
            yield block[:left]
            left -= len(block)
            if left <= 0 or not self.part:
                return

    def written(self) -> Iterator[bytes]:
        """Give the file as what stands between the quotes of a JSON string."""
        if self.writing == "data-url":
            yield f"data:{self.content_type};base64,".encode()
        if self.writing == "broken":
            # One digit too many belongs to no byte.
            yield b"A"
        for piece in _pieces(self.blocks()):
            text = base64.b64encode(piece)
            yield text.replace(b"/", rb"\/") if self.writing == "escaped" else text


def mp3(frames: bytes, *, title: str, size_bytes: int | None, writing: Writing) -> Inline:
    """Make an MP3 of whole frames: its tag is padded until the size is exact."""
    least = len(_tag(title, 0))
    count = len(frames) // _FRAME_BYTES
    size = least + count * _FRAME_BYTES if size_bytes is None else size_bytes
    count = max(0, size - least) // _FRAME_BYTES
    head = _tag(title, max(0, size - least - count * _FRAME_BYTES))
    return Inline(head, frames, size, count * _SAMPLES / RATE, "audio/mpeg", writing)


def wave(content: bytes, *, size_bytes: int | None, writing: Writing) -> Inline:
    """Make a WAV whose header says how long it is."""
    sound = content[_WAVE_HEAD_BYTES:]
    size = len(content) if size_bytes is None else size_bytes
    length = max(0, size - _WAVE_HEAD_BYTES) // _WAVE_SAMPLE_BYTES * _WAVE_SAMPLE_BYTES
    head = bytearray(content[:_WAVE_HEAD_BYTES])
    head[4:8] = struct.pack("<I", 36 + length)
    head[40:44] = struct.pack("<I", length)
    seconds = length / _WAVE_SAMPLE_BYTES / RATE
    return Inline(bytes(head), sound, _WAVE_HEAD_BYTES + length, seconds, "audio/wav", writing)


def answer_with(
    body: Mapping[str, Any], headers: Mapping[str, str], *, whole: bool = False
) -> Response:
    """Answer with a body in which audio may stand as Inline; large ones are sent in pieces."""
    text, inlines = _text(body)
    large = sum(inline.size_bytes for inline in inlines.values()) > STREAMED_FROM_BYTES
    if not large or whole:
        content = b"".join(_filled(text, inlines))
        return Response(content, headers=dict(headers), media_type=_JSON)
    streamed = StreamingResponse(
        _in_turns(_filled(text, inlines)), headers=dict(headers), media_type=_JSON
    )
    # Who looks into an answer, to note its code, finds nothing here.
    streamed.body = b""
    return streamed


def _tag(title: str, padding: int) -> bytes:
    return id3_tag({"TIT2": title, "COMM": " " * padding})


def _pieces(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut pieces of one size, whatever they come in; only the last may be shorter."""
    kept = b""
    for block in blocks:
        kept += block
        whole = len(kept) // _PIECE_BYTES * _PIECE_BYTES
        for start in range(0, whole, _PIECE_BYTES):
            yield kept[start : start + _PIECE_BYTES]
        kept = kept[whole:]
    if kept:
        yield kept


def _text(body: Mapping[str, Any]) -> tuple[str, Mapping[str, Inline]]:
    """Write a body with a word nobody else could have written wherever audio is to stand."""
    inlines: dict[str, Inline] = {}

    def placeholder(inline: object) -> str:
        if not isinstance(inline, Inline):
            raise TypeError(type(inline))
        name = secrets.token_hex(16)
        inlines[name] = inline
        return name

    return json.dumps(body, default=placeholder, separators=(",", ":")), inlines


def _filled(text: str, inlines: Mapping[str, Inline]) -> Iterator[bytes]:
    for name, inline in inlines.items():
        before, _, text = text.partition(name)
        yield before.encode()
        yield from inline.written()
    yield text.encode()


async def _in_turns(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
        # Sending to somebody who left does not wait; without this nobody would learn of it.
        await asyncio.sleep(0)
