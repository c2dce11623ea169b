"""
MPEG audio: frames one after the other, and whatever people have put before, between and behind.

What an encoder has put before and behind the music is taken off where LAME's tag says how much it
is: players leave it out, and what it can be is a sixth of a second at most, so a lie about it does
no harm. How many frames there are is counted; a tag that says more than that was told of more.
"""

import re
from typing import Final

from cliphook.adapters.audio.mp3_frame import (
    FRAME_MAX_BYTES,
    HEAD_BYTES,
    Frame,
    read_frame,
    read_info,
)
from cliphook.adapters.audio.tally import Tally
from cliphook.adapters.audio.tape import CutShortError, Walk
from cliphook.adapters.audio_types import MP3
from cliphook.domain.audio_format import AudioFormat, Defect

# What is no frame and no tag is harmless while it is short: padding, a tag too old to have a head.
JUNK_HARMLESS_BYTES: Final = 4096
# A search costs time for each byte, so there is an end to it.
JUNK_MAX_BYTES: Final = 256 * 1024

# However little is found in between, finding the next frame is worth so much of it.
SEARCH_COST_BYTES: Final = 256
# A file has two or three tags; one that has more of them is made to be slow.
TAGS_MAX: Final = 64

# A frame is one if another one follows it, which has to be in sight.
_SEARCH_BYTES: Final = 4096
_SIGHT_BYTES: Final = _SEARCH_BYTES + FRAME_MAX_BYTES + HEAD_BYTES
# Sync, and none of the values that no frame has.
_PLAUSIBLE: Final = re.compile(rb"\xff[\xe2-\xe7\xf2-\xff](?=[\x10-\xef])", re.DOTALL)
_MARK: Final = b"\xff"
_TAGS: Final = (b"ID3", b"TAG", b"APETAGEX", b"LYRICSBEGIN")


class _Stream:
    """A stream of frames of one kind."""

    def __init__(self) -> None:
        self.tally = Tally(MP3, "mp3")
        self.kind: tuple[int, int, int] | None = None
        self.frames = 0
        self.stated_frames = 0
        self.trim_samples = 0
        self.junk_bytes = 0
        self.tags = 0
        self.bit_rates_bps = set[int]()

    def begin(self, frame: Frame) -> None:
        self.kind = frame.kind
        self.tally.codec = frame.codec
        self.tally.sample_rate_hz = frame.sample_rate_hz
        self.tally.channels = frame.channels

    def add(self, frame: Frame) -> None:
        self.frames += 1
        self.tally.steps += 1
        self.tally.ticks += frame.samples
        self.tally.audio_bytes += frame.size_bytes
        self.bit_rates_bps.add(frame.bit_rate_bps)

    def found(self) -> AudioFormat:
        tally = self.tally
        # Some encoders count the frame in which they state it.
        if self.stated_frames > self.frames + 1:
            tally.defects.add(Defect.TRUNCATED)
        if self.junk_bytes > JUNK_HARMLESS_BYTES:
            tally.defects.add(Defect.DAMAGED)
        # What has been cut off was padding first of all.
        if self.trim_samples < tally.ticks and Defect.TRUNCATED not in tally.defects:
            tally.ticks -= self.trim_samples
        if len(self.bit_rates_bps) == 1:
            tally.bit_rate_bps = self.bit_rates_bps.pop()
        return tally.found()


def walk_mp3() -> Walk[AudioFormat]:
    """Walk from frame to frame, over tags, and over a bounded amount of what is neither."""
    stream = _Stream()
    try:
        yield from _follow(stream)
    except CutShortError:
        stream.tally.defects.add(Defect.TRUNCATED)
    return stream.found()


def _follow(stream: _Stream) -> Walk[None]:
    head = yield 0, HEAD_BYTES
    while head and stream.junk_bytes <= JUNK_MAX_BYTES and not stream.tally.is_full:
        frame = read_frame(head)
        if frame and frame.kind == stream.kind:
            # It counts once it is known to be all there.
            head = yield frame.size_bytes, HEAD_BYTES
            stream.add(frame)
        else:
            step = yield from _pass(stream)
            head = yield step, HEAD_BYTES


def _pass(stream: _Stream) -> Walk[int]:
    """Find how far it is to the next frame, or to where to look on."""
    sight = yield 0, _SIGHT_BYTES
    step = _tag_bytes(sight)
    if step and stream.tags < TAGS_MAX:
        stream.tags += 1
        return step
    is_end = len(sight) < _SIGHT_BYTES
    if stream.kind and len(sight) < HEAD_BYTES and sight.startswith(_MARK):
        # Of one more frame, even the head has been cut.
        stream.tally.defects.add(Defect.TRUNCATED)
    for place in _PLAUSIBLE.finditer(sight, 0, min(len(sight), _SEARCH_BYTES)):
        at = place.start()
        frame = read_frame(sight[at : at + HEAD_BYTES])
        if frame and stream.kind in {None, frame.kind} and _is_followed(sight, at, frame, is_end):
            stream.junk_bytes += max(at, SEARCH_COST_BYTES) if at else 0
            return at if stream.kind else at + _begin(stream, frame, sight[at:])
    step = min(len(sight), _SEARCH_BYTES)
    stream.junk_bytes += step
    return step


def _is_followed(sight: bytes, at: int, frame: Frame, is_end: bool) -> bool:  # noqa: FBT001
    following = sight[at + frame.size_bytes :]
    after = read_frame(following[:HEAD_BYTES])
    if after:
        return after.kind == frame.kind
    is_last = is_end and at + frame.size_bytes == len(sight)
    return is_last or following.startswith(_TAGS)


def _begin(stream: _Stream, frame: Frame, body: bytes) -> int:
    """Take the first frame for what it is; tell how much of it is no music."""
    stream.begin(frame)
    info = read_info(body[: frame.size_bytes], frame)
    if not info:
        return 0
    stream.stated_frames = info.frames or 0
    stream.trim_samples = info.trim_samples
    return frame.size_bytes


# --- Tags

_ID3_BYTES: Final = 10
_ID3_HAS_FOOTER: Final = 0x10
_ID3V1_BYTES: Final = 128
_APE_BYTES: Final = 32
_APE_IS_HEAD: Final = 0x20


def _tag_bytes(sight: bytes) -> int:
    """Tell how long the tag is that stands here; 0 is none."""
    if sight.startswith(b"ID3"):
        size = sum(byte << shift for byte, shift in zip(sight[6:10], (21, 14, 7, 0), strict=False))
        has_footer = len(sight) >= _ID3_BYTES and sight[5] & _ID3_HAS_FOOTER
        return _ID3_BYTES + size + (_ID3_BYTES if has_footer else 0)
    if sight.startswith(b"TAG"):
        return _ID3V1_BYTES
    if sight.startswith(b"APETAGEX") and len(sight) >= _APE_BYTES:
        # Its size counts its foot, and not its head.
        is_head = sight[23] & _APE_IS_HEAD
        return _APE_BYTES + (int.from_bytes(sight[12:16], "little") if is_head else 0)
    if sight.startswith(b"LYRICSBEGIN"):
        end = sight.find(b"LYRICS200")
        return end + len(b"LYRICS200") if end > 0 else len(sight)
    return 0
