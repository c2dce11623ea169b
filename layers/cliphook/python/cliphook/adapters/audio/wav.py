"""
RIFF/WAVE: chunks, of which one says what the samples are and another one holds them.

How long it is follows from the samples that are there. A size of nothing, or of all ones, is what
programs write that cannot go back to the beginning: then the samples last until the file's end.
"""

import re
from collections.abc import Mapping
from struct import Struct
from typing import Final

from cliphook.adapters.audio.tally import Tally
from cliphook.adapters.audio.tape import TO_THE_END, CutShortError, Walk
from cliphook.adapters.audio_types import WAV
from cliphook.domain.audio_format import AudioFormat, Defect

_RIFF_BYTES: Final = 12
_HEAD_BYTES: Final = 8
_ALL_ONES: Final = 0xFFFF_FFFF
_UNTOLD: Final = frozenset({0, _ALL_ONES})
_NAME: Final = re.compile(rb"[ -~]{4}")
_FORMAT: Final = Struct("<HHIIH")
_FORMAT_BYTES: Final = 40
_EXTENSIBLE: Final = 0xFFFE
_BITS: Final = 8
_SIZE_64: Final = slice(8, 16)
# By what a format calls itself, and the bytes of a sample.
_CODECS: Final[Mapping[tuple[int, int], str]] = {
    (1, 1): "pcm_u8",
    (1, 2): "pcm_s16le",
    (1, 3): "pcm_s24le",
    (1, 4): "pcm_s32le",
    (3, 4): "pcm_f32le",
    (3, 8): "pcm_f64le",
    (6, 1): "pcm_alaw",
    (7, 1): "pcm_mulaw",
}


class _Sound:
    """What its chunks have told so far."""

    def __init__(self) -> None:
        self.tally = Tally(WAV, "wav")
        self.block_bytes = 0
        self.data_bytes_64 = 0
        self.has_data = False

    def found(self) -> AudioFormat:
        tally = self.tally
        tally.ticks = tally.audio_bytes // self.block_bytes if self.block_bytes else 0
        if not self.has_data:
            tally.defects.add(Defect.TRUNCATED)
        return tally.found()


def walk_wav() -> Walk[AudioFormat]:
    """Walk from chunk to chunk."""
    sound = _Sound()
    try:
        head = yield _RIFF_BYTES, _HEAD_BYTES
        while len(head) == _HEAD_BYTES and not sound.tally.is_full:
            sound.tally.steps += 1
            if not _NAME.fullmatch(head[:4]):
                # Nobody calls a chunk that: its neighbour's size is wrong.
                sound.tally.defects.add(Defect.DAMAGED)
                break
            step = yield from _read_chunk(sound, head[:4], int.from_bytes(head[4:], "little"))
            head = yield step, _HEAD_BYTES
    except CutShortError:
        sound.tally.defects.add(Defect.TRUNCATED)
    return sound.found()


def _read_chunk(sound: _Sound, name: bytes, size_bytes: int) -> Walk[int]:
    """Read a chunk, and tell how far it is from where the walk then stands to the next one."""
    if name == b"data":
        yield from _read_data(sound, size_bytes)
        return 0
    if name in {b"fmt ", b"ds64"}:
        body = yield _HEAD_BYTES, min(size_bytes, _FORMAT_BYTES)
        if name == b"fmt ":
            _read_format(sound, body)
        else:
            sound.data_bytes_64 = int.from_bytes(body[_SIZE_64], "little")
        return _even(size_bytes)
    return _HEAD_BYTES + _even(size_bytes)


def _read_format(sound: _Sound, body: bytes) -> None:
    if len(body) < _FORMAT.size:
        return
    tag, channels, rate_hz, bytes_a_second, sound.block_bytes = _FORMAT.unpack_from(body)
    if tag == _EXTENSIBLE:
        tag = int.from_bytes(body[24:26], "little")
    sound.tally.channels, sound.tally.sample_rate_hz = channels, rate_hz
    sound.tally.bit_rate_bps = sound.block_bytes * _BITS * rate_hz
    if bytes_a_second != sound.block_bytes * rate_hz:
        sound.tally.defects.add(Defect.DAMAGED)
    if channels and not sound.block_bytes % channels:
        sound.tally.codec = _CODECS.get((tag, sound.block_bytes // channels))


def _read_data(sound: _Sound, size_bytes: int) -> Walk[None]:
    """Count the samples that are there."""
    if size_bytes == _ALL_ONES and sound.data_bytes_64:
        size_bytes = sound.data_bytes_64
    is_told = size_bytes not in _UNTOLD
    step = _even(size_bytes) if is_told else TO_THE_END
    sound.has_data = True
    yield _HEAD_BYTES, 0
    try:
        yield step, 0
    except CutShortError as cut:
        present_bytes = step - cut.missing_bytes
        # The last byte of an odd number may stand without the one that makes it even.
        if is_told and present_bytes < size_bytes:
            sound.tally.defects.add(Defect.TRUNCATED)
        sound.tally.audio_bytes += min(present_bytes, size_bytes) if is_told else present_bytes
    else:
        sound.tally.audio_bytes += size_bytes


def _even(size_bytes: int) -> int:
    return size_bytes + size_bytes % 2
