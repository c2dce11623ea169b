"""
FLAC: blocks that tell about the music, then frames.

A frame does not say how long it is, so the next one is searched for: by its sync, its checksum and
its number. How long the music is follows from the frames; the total that stands before them may be
nothing, and more than that was to come means that the rest is missing.
"""

import re
from typing import Final

from cliphook.adapters.audio.flac_frame import (
    HEAD_MAX_BYTES,
    STREAM_INFO_BYTES,
    FlacFrame,
    StreamInfo,
    crc16,
    read_flac_frame,
    read_stream_info,
)
from cliphook.adapters.audio.tally import Tally
from cliphook.adapters.audio.tape import CutShortError, Walk
from cliphook.adapters.audio_types import FLAC
from cliphook.domain.audio_format import AudioFormat, Defect

# So much of a last frame is kept to see whether it is whole; of a longer one that is not known.
# The frames of a song have 20 KB at most, those of eight channels at 96 kHz may have 400.
LAST_FRAME_MAX_BYTES: Final = 128 * 1024
# So many frames may be missing at once; more, and what looks like the next one looks so by chance.
GAP_MAX_FRAMES: Final = 1000
# What looks like a frame and is none comes once in 32 KiB; more of it is made to be slow.
CHANCE_MAX: Final = 100_000
# Words, pictures, a table of places.
BLOCKS_MAX: Final = 1000

_MARK_BYTES: Final = 4
_BLOCK_HEAD_BYTES: Final = 4
_IS_LAST: Final = 0x80
_STREAM_INFO: Final = 0
_SIGHT_BYTES: Final = 32 * 1024
_SYNC: Final = re.compile(rb"\xff[\xf8\xf9]")
_ID3V1_BYTES: Final = 128
# No encoder writes what is longer than the samples as they are, and around them is little.
_SAMPLE_MAX_BYTES: Final = 4
_AROUND_MAX_BYTES: Final = 1024


class _Stream:
    """A stream of frames, and the last of them as it came."""

    def __init__(self) -> None:
        self.tally = Tally(FLAC, "flac", "flac")
        self.stated_samples = 0
        # The number of the next frame, if all are there.
        self.next = 0
        self.chances = 0
        # The last frame, and its bytes so far.
        self.last: FlacFrame | None = None
        self.last_bytes = bytearray()
        self.last_size_bytes = 0

    def begin(self, info: StreamInfo) -> None:
        self.stated_samples = info.samples
        self.tally.sample_rate_hz, self.tally.channels = info.sample_rate_hz, info.channels

    def read(self, head: bytes) -> FlacFrame | None:
        """Read the head of the next frame, or of one of its kind that comes some frames later."""
        frame = read_flac_frame(head)
        if frame and (frame.number == self.next or self._is_later(frame)):
            return frame
        self.chances += 1
        return None

    def add(self, frame: FlacFrame) -> None:
        tally = self.tally
        self._check_size()
        if frame.number != self.next:
            tally.defects.add(Defect.DAMAGED)
        self._compare(frame)
        tally.steps += 1
        tally.ticks += frame.samples
        self.next = frame.number + (frame.samples if frame.is_variable else 1)
        self.last = frame
        self.last_bytes.clear()
        self.last_size_bytes = 0

    def _is_later(self, frame: FlacFrame) -> bool:
        unit = frame.samples if frame.is_variable else 1
        is_alike = self.last is not None and self.last[1:] == frame[1:]
        return is_alike and 0 < frame.number - self.next <= GAP_MAX_FRAMES * unit

    def _compare(self, frame: FlacFrame) -> None:
        """Believe a frame about itself, and notice what contradicts it."""
        tally = self.tally
        rate_hz = frame.sample_rate_hz or tally.sample_rate_hz
        if (rate_hz, frame.channels) != (tally.sample_rate_hz, tally.channels):
            tally.defects.add(Defect.DAMAGED)
            tally.sample_rate_hz, tally.channels = rate_hz, frame.channels

    def keep(self, piece: bytes) -> None:
        """Keep what belongs to the last frame so far."""
        if self.tally.steps:
            self.tally.audio_bytes += len(piece)
            self.last_size_bytes += len(piece)
            # One more tells that it is too long.
            self.last_bytes += piece[: LAST_FRAME_MAX_BYTES + 1 - len(self.last_bytes)]

    def _check_size(self) -> None:
        """Notice what is longer than a frame can be: there is something else behind it."""
        if self.last:
            most = self.last.samples * self.last.channels * _SAMPLE_MAX_BYTES + _AROUND_MAX_BYTES
            if self.last_size_bytes > most:
                self.tally.defects.add(Defect.DAMAGED)

    def found(self) -> AudioFormat:
        self._check_size()
        if self.stated_samples > self.tally.ticks:
            self.tally.defects.add(Defect.TRUNCATED)
        if self.chances >= CHANCE_MAX:
            self.tally.defects.add(Defect.UNDECODABLE)
        if self.last and not self._is_last_whole():
            self.tally.defects.add(Defect.TRUNCATED)
            self.tally.ticks -= self.last.samples
        return self.tally.found()

    def _is_last_whole(self) -> bool:
        last = bytes(self.last_bytes)
        if last[-_ID3V1_BYTES:].startswith(b"TAG"):
            last = last[:-_ID3V1_BYTES]
        return len(last) > LAST_FRAME_MAX_BYTES or crc16(last) == 0


def walk_flac() -> Walk[AudioFormat]:
    """Walk over what stands before the frames, then from frame to frame."""
    stream = _Stream()
    try:
        yield from _read_blocks(stream)
        yield from _search(stream)
    except CutShortError:
        stream.tally.defects.add(Defect.TRUNCATED)
    return stream.found()


def _read_blocks(stream: _Stream) -> Walk[None]:
    head = yield _MARK_BYTES, _BLOCK_HEAD_BYTES
    for _ in range(BLOCKS_MAX):
        if len(head) < _BLOCK_HEAD_BYTES:
            return
        size_bytes = int.from_bytes(head[1:])
        if head[0] & ~_IS_LAST == _STREAM_INFO:
            stream.begin(read_stream_info((yield _BLOCK_HEAD_BYTES, STREAM_INFO_BYTES)))
            step = size_bytes
        else:
            step = _BLOCK_HEAD_BYTES + size_bytes
        # Behind the last block is the first frame.
        head = yield step, 0 if head[0] & _IS_LAST else _BLOCK_HEAD_BYTES


def _search(stream: _Stream) -> Walk[None]:
    """Find one frame after the other, in pieces that overlap by the head of one."""
    sight = yield 0, _SIGHT_BYTES
    while sight and not stream.tally.is_full and stream.chances < CHANCE_MAX:
        is_end = len(sight) < _SIGHT_BYTES
        step = len(sight) if is_end else len(sight) - HEAD_MAX_BYTES
        kept = 0
        for place in _SYNC.finditer(sight, 0, step + 1):
            at = place.start()
            frame = stream.read(sight[at : at + HEAD_MAX_BYTES])
            if frame:
                stream.keep(sight[kept:at])
                stream.add(frame)
                kept = at
        stream.keep(sight[kept:step])
        sight = yield step, _SIGHT_BYTES
