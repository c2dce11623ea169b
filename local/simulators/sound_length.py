"""How long a sound file plays, read from its frames or its header, never from what it claims."""

from collections.abc import Mapping
from typing import Final

_LAYER_3: Final = 1
_HEAD_BYTES: Final = 4
_SYNC: Final = 0xFFE0_0000
# A rate that the frame does not tell, and one that there is not.
_NO_BITS: Final = frozenset({0, 15})
# By version (3 is MPEG-1, 2 MPEG-2, 0 MPEG-2.5): rates of samples, of bits, and samples a frame.
_RATES: Final[Mapping[int, tuple[int, ...]]] = {
    3: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}
_KBPS_1: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_TAG_BYTES: Final = 10
_CHUNK_BYTES: Final = 8


def length_s(content: bytes) -> float | None:
    """Tell how long an MP3 or a WAV plays; None is a file of another kind, or no sound at all."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return _wave_s(content)
    at = _TAG_BYTES + _syncsafe(content[6:10]) if content[:3] == b"ID3" else 0
    seconds = 0.0
    while frame := _frame(content[at : at + _HEAD_BYTES]):
        size, lasts_s = frame
        at += size
        seconds += lasts_s
    return seconds or None


def _frame(head: bytes) -> tuple[int, float] | None:
    """Read the size and the length of an MPEG frame; None is no frame of layer III."""
    word = int.from_bytes(head.ljust(_HEAD_BYTES, b"\0"))
    version, layer, bits, rate = word >> 19 & 3, word >> 17 & 3, word >> 12 & 15, word >> 10 & 3
    rates = _RATES.get(version, ())
    if word & _SYNC != _SYNC or layer != _LAYER_3 or bits in _NO_BITS or rate >= len(rates):
        return None
    samples, kbps = (1152, _KBPS_1) if version == max(_RATES) else (576, _KBPS_2)
    size = samples * 125 * kbps[bits] // rates[rate] + (word >> 9 & 1)
    return size, samples / rates[rate]


def _wave_s(content: bytes) -> float | None:
    at, bytes_a_second = 12, 0
    while len(head := content[at : at + _CHUNK_BYTES]) == _CHUNK_BYTES:
        name, size = head[:4], int.from_bytes(head[4:], "little")
        if name == b"fmt ":
            bytes_a_second = int.from_bytes(content[at + 16 : at + 20], "little")
        if name == b"data" and bytes_a_second:
            return min(size, len(content) - at - _CHUNK_BYTES) / bytes_a_second
        at += _CHUNK_BYTES + size + size % 2
    return None


def _syncsafe(four: bytes) -> int:
    return sum(byte << shift for byte, shift in zip(four, (21, 14, 7, 0), strict=False))
