"""
One frame of FLAC, told from its head, and the two sums by which its head and all of it are checked.

Reference: RFC 9639, 9.1 (frame header), 8.2 (streaminfo).
"""

from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

HEAD_MAX_BYTES: Final = 16
STREAM_INFO_BYTES: Final = 34

_SYNC: Final = 0b111_1111_1111_1100
_FIXED_BYTES: Final = 4
_BLOCKS: Final = (
    0, 192, 576, 1152, 2304, 4608, 0, 0, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768,
)  # fmt: skip
_RATES_HZ: Final = (
    0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000,
)  # fmt: skip
# What stands behind the number, by code: a block's size less one; a rate, and in how many Hz.
_BLOCK_BYTES: Final = {6: 1, 7: 2}
_RATE_BYTES: Final = {12: (1, 1000), 13: (2, 1), 14: (2, 10)}
_STEREO_CODES: Final = range(8, 11)
_CODES: Final = 16


class StreamInfo(NamedTuple):
    """What stands before all frames."""

    block_samples: int
    sample_rate_hz: int
    channels: int
    # Nothing is: not known when it was written.
    samples: int


class FlacFrame(NamedTuple):
    """What the head of a frame says."""

    # Of its first sample if blocks vary, else of the frame.
    number: int
    is_variable: bool
    samples: int
    # Nothing is: see the stream's.
    sample_rate_hz: int
    channels: int
    # How many bits a sample has, as a code.
    depth: int


def read_stream_info(body: bytes) -> StreamInfo:
    """Read what stands before all frames."""
    packed = int.from_bytes(body[10:18])
    return StreamInfo(
        int.from_bytes(body[:2]),
        packed >> 44,
        (packed >> 41 & 0b111) + 1,
        packed & (1 << 36) - 1,
    )


def read_flac_frame(head: bytes) -> FlacFrame | None:
    """Read the head of a frame; `None` if it is none."""
    bits, at = int.from_bytes(head[:_FIXED_BYTES]), _FIXED_BYTES
    block, rate, layout = bits >> 12 & 15, bits >> 8 & 15, bits >> 4 & 15
    number_bytes = _number_bytes(head[at : at + 1])
    more_bytes = _BLOCK_BYTES.get(block, 0), _RATE_BYTES.get(rate, (0, 0))[0]
    end = at + number_bytes + sum(more_bytes)
    is_frame = (
        bits >> 17 == _SYNC
        and number_bytes
        and end < len(head)
        and not bits & 1
        and block
        and rate < _CODES - 1
        and layout < _STEREO_CODES.stop
        and crc8(head[:end]) == head[end]
    )
    if not is_frame:
        return None
    at += number_bytes
    rest = head[at : at + more_bytes[0]], head[at + more_bytes[0] : end]
    return FlacFrame(
        _number(head[_FIXED_BYTES:at]),
        bool(bits >> 16 & 1),
        int.from_bytes(rest[0]) + 1 if rest[0] else _BLOCKS[block],
        int.from_bytes(rest[1]) * _RATE_BYTES[rate][1] if rest[1] else _RATES_HZ[rate],
        2 if layout in _STEREO_CODES else layout + 1,
        bits >> 1 & 0b111,
    )


def _number_bytes(first: bytes) -> int:
    """Tell how long a number is that is written like a character of UTF-8; 0 if it is none."""
    ones = 8 - (~first[0] & 0xFF).bit_length() if first else 1
    return {0: 1, 1: 0, 8: 0}.get(ones, ones)


def _number(written: bytes) -> int:
    first, *others = written
    number = first & (0x7F if not others else 0x7F >> len(written))
    for other in others:
        number = number << 6 | other & 0x3F
    return number


# --- Sums


def crc8(data: Iterable[int]) -> int:
    """Sum up a head."""
    table, remainder = _table(0x07, 8), 0
    for byte in data:
        remainder = table[remainder ^ byte]
    return remainder


def crc16(data: Iterable[int]) -> int:
    """Sum up a frame; over a whole one, with its own sum at its end, that is nothing."""
    table, remainder = _table(0x8005, 16), 0
    for byte in data:
        remainder = (remainder << 8 & 0xFFFF) ^ table[remainder >> 8 ^ byte]
    return remainder


@cache
def _table(polynomial: int, width: int) -> tuple[int, ...]:
    return tuple(_shifted(byte << width - 8, polynomial, width) for byte in range(256))


def _shifted(remainder: int, polynomial: int, width: int) -> int:
    for _ in range(8):
        is_over = remainder >> width - 1
        remainder = (remainder << 1 & (1 << width) - 1) ^ (polynomial if is_over else 0)
    return remainder
