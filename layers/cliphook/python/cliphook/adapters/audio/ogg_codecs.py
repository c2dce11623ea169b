"""
What may be inside an Ogg stream: who it is, and how many samples each of its packets plays.

Reference: RFC 6716, 3.1 and RFC 7845 (Opus); Vorbis I, 4.2 and A.2; the mapping of FLAC into Ogg.
"""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from cliphook.adapters.audio.flac_frame import (
    HEAD_MAX_BYTES,
    read_flac_frame,
    read_stream_info,
)

# So much is kept of the beginning and of the end of a packet. The first is where streams say what
# they are; the second where Vorbis keeps its modes, of which there are 64 of 41 bits at most.
HEAD_BYTES: Final = 64
TAIL_BYTES: Final = 512


class Codec(Protocol):
    """One stream's way to turn packets into samples."""

    name: str
    sample_rate_hz: int
    channels: int
    # What a decoder throws away at the beginning.
    skip_samples: int

    def samples(self, head: bytes, tail: bytes, /) -> int:
        """Take the next packet by its beginning and end; tell how many samples it plays."""
        ...


class Opus:
    """Opus: each packet says how long it is, and the clock always has 48 kHz."""

    name = "opus"
    sample_rate_hz = 48_000

    # In a tenth of a millisecond, by the first five bits of a packet.
    _FRAMES: Final = (
        *(100, 200, 400, 600) * 3,
        *(100, 200) * 2,
        *(25, 50, 100, 200) * 4,
    )
    _ANY_NUMBER: Final = 0b11
    # No packet is longer, whatever it says.
    _PACKET_MAX_SAMPLES: Final = 5760

    def __init__(self, head: bytes) -> None:
        """Read the first packet."""
        self.channels = int.from_bytes(head[9:10])
        self.skip_samples = int.from_bytes(head[10:12], "little")
        self._headers = 1

    def samples(self, head: bytes, _tail: bytes) -> int:
        """Tell how long a packet is; the first one of all has only words."""
        if self._headers:
            self._headers -= 1
            return 0
        if not head:
            return 0
        code = head[0] & 0b11
        many = head[1] & 0b11_1111 if len(head) > 1 else 0
        frames = many if code == self._ANY_NUMBER else min(code, 1) + 1
        frame_samples = self._FRAMES[head[0] >> 3] * self.sample_rate_hz // 10_000
        return min(frames * frame_samples, self._PACKET_MAX_SAMPLES)


class Vorbis:
    """Vorbis: a packet plays half of itself and half of the one before it."""

    name = "vorbis"
    skip_samples = 0

    _COMMENT: Final = b"\x03"
    _SETUP: Final = b"\x05"
    _MODE_BITS: Final = 41
    _COUNT_BITS: Final = 6
    # No block is longer, whatever it says.
    _EXPONENT_MAX: Final = 13

    def __init__(self, head: bytes) -> None:
        """Read the first packet."""
        self.channels = int.from_bytes(head[11:12])
        self.sample_rate_hz = int.from_bytes(head[12:16], "little")
        sizes = int.from_bytes(head[28:29])
        exponents = sizes & 0b1111, sizes >> 4
        self._sizes = [1 << min(exponent, self._EXPONENT_MAX) for exponent in exponents]
        # Which of the two sizes the blocks of each mode have.
        self._modes: tuple[int, ...] = ()
        self._before = 0

    def samples(self, head: bytes, tail: bytes) -> int:
        """Tell how much a packet plays; what is no sound plays nothing."""
        if head.startswith(self._SETUP):
            self._modes = self._read_modes(tail)
        if not head or head[0] & 1 or not self._modes:
            return 0
        mode = head[0] >> 1 & (1 << (len(self._modes) - 1).bit_length()) - 1
        if mode >= len(self._modes):
            return 0
        size = self._sizes[self._modes[mode]]
        played = (self._before + size) // 4 if self._before else 0
        self._before = size
        return played

    def _read_modes(self, setup: bytes) -> tuple[int, ...]:
        """
        Read the modes from the end of the packet, since only a decoder could from its beginning.

        They are all that has so many bits of nothing inside, and their count stands before them.
        """
        bits = int.from_bytes(setup, "little")
        # The last bit that is set is there to be the last.
        at = bits.bit_length() - 1
        modes: list[int] = []
        found: list[int] = []
        while at >= self._MODE_BITS + self._COUNT_BITS and len(modes) < 1 << self._COUNT_BITS:
            mode = bits >> at - self._MODE_BITS & (1 << self._MODE_BITS) - 1
            if mode >> 1 & 0xFFFF_FFFF or mode >> 33 >= 1 << self._COUNT_BITS:
                break
            modes.insert(0, mode & 1)
            at -= self._MODE_BITS
            if (bits >> at - self._COUNT_BITS & 0b11_1111) + 1 == len(modes):
                found = [*modes]
        return tuple(found)


class OggFlac:
    """FLAC inside Ogg: packets are frames, which say how long they are."""

    name = "flac"
    skip_samples = 0

    _INFO_AT: Final = 17

    def __init__(self, head: bytes) -> None:
        """Read the first packet."""
        info = read_stream_info(head[self._INFO_AT :])
        self.sample_rate_hz, self.channels = info.sample_rate_hz, info.channels

    def samples(self, head: bytes, _tail: bytes) -> int:
        """Tell how long a frame is."""
        frame = read_flac_frame(head[:HEAD_MAX_BYTES])
        return frame.samples if frame else 0


CODECS: Final[Mapping[bytes, Callable[[bytes], Codec]]] = {
    b"OpusHead": Opus,
    b"\x01vorbis": Vorbis,
    b"\x7fFLAC": OggFlac,
}


def codec_of(head: bytes) -> Codec | None:
    """Tell by a stream's first packet what is in it."""
    for mark, codec in CODECS.items():
        if head.startswith(mark) and len(head) > len(mark):
            return codec(head)
    return None
