"""
One frame of MPEG audio, told from its head, and what its first frame may say of all others.

Reference: ISO 11172-3 and 13818-3; the Xing, LAME and VBRI tags as their encoders write them.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

HEAD_BYTES: Final = 4
# Layer II of MPEG-2.5 at 8 kHz and 160 kbit/s, padded: none is longer.
FRAME_MAX_BYTES: Final = 2881

_SYNC: Final = 0b111_1111_1111
_MPEG_1: Final = 3
_MONO: Final = 3
_SLOT_BYTES: Final = 4
_BITS: Final = 8
# By version as the head writes it: MPEG-1, 2, 2.5.
_SAMPLE_RATES_HZ: Final[Mapping[int, tuple[int, ...]]] = {
    _MPEG_1: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}
# By layer as the head writes it, and whether it is MPEG-1. The first of each is a free format: its
# frames do not say how long they are. It is refused, since nobody has made any for decades.
_KBPS: Final[Mapping[tuple[int, bool], tuple[int, ...]]] = {
    (3, True): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (2, True): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, True): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (3, False): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, False): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (1, False): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLES: Final[Mapping[tuple[int, bool], int]] = {
    (3, True): 384, (2, True): 1152, (1, True): 1152,
    (3, False): 384, (2, False): 1152, (1, False): 576,
}  # fmt: skip
_CODECS: Final = {3: "mp1", 2: "mp2", 1: "mp3"}


class Frame(NamedTuple):
    """What the head of a frame says; its kind is what stays the same in all of a file."""

    kind: tuple[int, int, int]
    codec: str
    size_bytes: int
    samples: int
    sample_rate_hz: int
    channels: int
    bit_rate_bps: int


class Info(NamedTuple):
    """What stands in a first frame that is no music: how many follow, and what to leave out."""

    frames: int | None
    trim_samples: int


# All frames of a file have a few dozen heads between them.
@lru_cache(maxsize=1024)
def read_frame(head: bytes) -> Frame | None:
    """Read the head of a frame; `None` if it is none, or one of free format."""
    bits = int.from_bytes(head)
    version, layer, kbps, rate = bits >> 19 & 3, bits >> 17 & 3, bits >> 12 & 15, bits >> 10 & 3
    rates = _KBPS.get((layer, version == _MPEG_1), ())
    is_frame = (
        len(head) == HEAD_BYTES
        and bits >> 21 == _SYNC
        and version in _SAMPLE_RATES_HZ
        and 0 < kbps < len(rates)
        and rate < len(_SAMPLE_RATES_HZ[version])
    )
    if not is_frame:
        return None
    sample_rate_hz = _SAMPLE_RATES_HZ[version][rate]
    bit_rate_bps, samples = rates[kbps] * 1000, _SAMPLES[layer, version == _MPEG_1]
    return Frame(
        (version, layer, rate),
        _CODECS[layer],
        _size_bytes(samples, bit_rate_bps, sample_rate_hz, bits >> 9 & 1),
        samples,
        sample_rate_hz,
        1 if bits >> 6 & 3 == _MONO else 2,
        bit_rate_bps,
    )


def _size_bytes(samples: int, bit_rate_bps: int, sample_rate_hz: int, padding: int) -> int:
    # Layer I counts in slots of four bytes.
    slot = _SLOT_BYTES if samples == min(_SAMPLES.values()) else 1
    return (samples // _BITS // slot * bit_rate_bps // sample_rate_hz + padding) * slot


# --- The first frame

_XING: Final = (b"Xing", b"Info")
_VBRI: Final = b"VBRI"
_VBRI_AT: Final = 36
_VBRI_FRAMES: Final = slice(14, 18)
_HAS_FRAMES: Final = 1
# What may follow Xing and its flags, in this order: each flag, and how many bytes are behind it.
_FIELDS: Final = ((1, 4), (2, 4), (4, 100), (8, 4))
# Those who write their delay where LAME does.
_TRIMMERS: Final = (b"LAME", b"Lavf", b"Lavc")
_TRIM: Final = slice(21, 24)
_TRIM_BITS: Final = 12


def read_info(body: bytes, frame: Frame) -> Info | None:
    """Read what a first frame, from its head on, says of the others; `None` if it is music."""
    at = HEAD_BYTES + _side_bytes(frame)
    if body[at : at + 4] in _XING:
        return _read_xing(body[at + 4 :])
    if body[_VBRI_AT : _VBRI_AT + 4] == _VBRI:
        return Info(int.from_bytes(body[_VBRI_AT:][_VBRI_FRAMES]), 0)
    return None


def _side_bytes(frame: Frame) -> int:
    if frame.kind[0] == _MPEG_1:
        return 17 if frame.channels == 1 else 32
    return 9 if frame.channels == 1 else 17


def _read_xing(rest: bytes) -> Info:
    flags, at = int.from_bytes(rest[:4]), 4
    frames = int.from_bytes(rest[at : at + 4]) if flags & _HAS_FRAMES else None
    at += sum(size for flag, size in _FIELDS if flags & flag)
    encoder = rest[at:]
    if not encoder.startswith(_TRIMMERS):
        return Info(frames, 0)
    trim = int.from_bytes(encoder[_TRIM])
    return Info(frames, (trim >> _TRIM_BITS) + (trim & (1 << _TRIM_BITS) - 1))
