"""
What a track of MP4 holds, told from its sample description.

The description's own count of channels is a template in many files, so AAC's configuration goes
before it.

Reference: ISO 14496-12, 8.5.2 and 12.2.3; ISO 14496-1, 7.2.6 (descriptors); 14496-3, 1.6.2.1.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

DESCRIPTION_MAX_BYTES: Final = 4096

_ENTRY_AT: Final = 8
_ENTRY_MIN_BYTES: Final = 36
_AAC: Final = "aac"
# By its name in a description. No frame of it plays more samples than the second tells.
_CODECS: Final[Mapping[bytes, tuple[str, int]]] = {
    b"mp4a": (_AAC, 4096),
    b".mp3": ("mp3", 1152),
    b"alac": ("alac", 4096),
    b"Opus": ("opus", 5760),
    b"fLaC": ("flac", 65_535),
    b"ac-3": ("ac3", 1536),
    b"ec-3": ("eac3", 1536),
}
# MPEG-1 and MPEG-2 audio may hide behind mp4a.
_MP3_OBJECTS: Final = frozenset({0x69, 0x6B})


class Content(NamedTuple):
    """What a track holds, and the most that one of its frames can play: so many at such a rate."""

    codec: str
    sample_rate_hz: int
    channels: int
    frame_samples: int
    frame_rate_hz: int


def read_content(description: bytes) -> Content | None:
    """Read the first entry of a sample description; `None` if it is no sound that we know."""
    entry = description[_ENTRY_AT:]
    known = _CODECS.get(entry[4:8])
    if not known or len(entry) < _ENTRY_MIN_BYTES:
        return None
    codec, frame_samples = known
    channels, rate_hz = int.from_bytes(entry[24:26]), int.from_bytes(entry[32:34])
    content = Content(codec, rate_hz, channels, frame_samples, rate_hz)
    return _with_descriptors(content, entry) if codec == _AAC else content


# --- Descriptors

_MARK: Final = b"esds"
_VERSION_BYTES: Final = 4
# Each tag, and what stands in its body before the next one.
_STREAM: Final = (0x03, 3)
_DECODER: Final = (0x04, 13)
_CONFIGURATION: Final = (0x05, 0)
_LENGTH_BYTES_MAX: Final = 4


def _with_descriptors(content: Content, entry: bytes) -> Content:
    at = entry.find(_MARK, _ENTRY_MIN_BYTES)
    if at < 0:
        return content
    rest = entry[at + len(_MARK) + _VERSION_BYTES :]
    decoder, rest = _open(_open(rest, _STREAM)[1], _DECODER)
    if decoder[:1] and decoder[0] in _MP3_OBJECTS:
        return content._replace(codec="mp3", frame_samples=1152)
    return _with_configuration(content, _open(rest, _CONFIGURATION)[1])


def _open(data: bytes, kind: tuple[int, int]) -> tuple[bytes, bytes]:
    """Take a descriptor apart, into what its kind has and what comes then; or into nothing."""
    tag, own_bytes = kind
    if data[:1] != bytes([tag]):
        return b"", b""
    at = 1
    while at < _LENGTH_BYTES_MAX and data[at : at + 1] >= b"\x80":
        at += 1
    body = data[at + 1 :]
    return body[:own_bytes], body[own_bytes:]


# --- AAC

_RATES_HZ: Final = (
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
)  # fmt: skip
_CHANNELS: Final = (0, 1, 2, 3, 4, 5, 6, 8)
_FRAME_SAMPLES: Final = 1024
# Those whose frames have half the rate that is heard; the second also makes two channels of one.
_SBR: Final = 5
_PARAMETRIC_STEREO: Final = 29
# A kind that does not fit in its place, whose frames may be four times as long.
_ESCAPE: Final = 31
_CONFIGURATION_BYTES: Final = 4


def _with_configuration(content: Content, configuration: bytes) -> Content:
    if len(configuration) < _CONFIGURATION_BYTES - 2:
        return content
    bits = int.from_bytes(configuration[:_CONFIGURATION_BYTES].ljust(_CONFIGURATION_BYTES, b"\0"))
    kind, rate, layout, heard = bits >> 27, bits >> 23 & 15, bits >> 19 & 15, bits >> 15 & 15
    if rate >= len(_RATES_HZ) or kind == _ESCAPE:
        return content
    if kind not in {_SBR, _PARAMETRIC_STEREO} or heard >= len(_RATES_HZ):
        heard = rate
    channels = _CHANNELS[layout] if layout < len(_CHANNELS) else 0
    if kind == _PARAMETRIC_STEREO:
        channels = 2
    return Content(
        content.codec,
        _RATES_HZ[heard],
        channels or content.channels,
        _FRAME_SAMPLES,
        _RATES_HZ[rate],
    )
