"""What kind of audio bytes are, told from the bytes alone: headers and names lie."""

from typing import Final, NamedTuple

HEAD_BYTES: Final = 16

# An MPEG audio frame begins with eleven set bits; these values of the fields after them are none.
_SYNC: Final = 0b111_1111_1111
_RESERVED_VERSION: Final = 0b01
_RESERVED_LAYER: Final = 0b00
_BAD_BIT_RATES: Final = (0b0000, 0b1111)
_RESERVED_SAMPLE_RATE: Final = 0b11


class AudioType(NamedTuple):
    """A container: its media type, and the ending of files of it."""

    content_type: str
    extension: str


MP3: Final = AudioType("audio/mpeg", "mp3")
WAV: Final = AudioType("audio/wav", "wav")
FLAC: Final = AudioType("audio/flac", "flac")
OGG: Final = AudioType("audio/ogg", "ogg")
M4A: Final = AudioType("audio/mp4", "m4a")

# The second is for sizes beyond four gigabytes, and written by some for any size.
_WAVE_FORMS: Final = (b"RIFF", b"RF64")

# The brands of the ISO container that hold sound or may; a picture has another.
_AUDIO_BRANDS: Final = (b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso5", b"iso6")


def sniff(head: bytes) -> AudioType | None:
    """Tell the kind of a file from its first sixteen bytes; `None` if it is no audio we know."""
    if head.startswith(b"ID3") or _is_mpeg_frame(head):
        return MP3
    if head.startswith(_WAVE_FORMS) and head[8:12] == b"WAVE":
        return WAV
    if head.startswith(b"fLaC"):
        return FLAC
    if head.startswith(b"OggS"):
        return OGG
    is_iso = head[4:8] == b"ftyp" and head[8:12] in _AUDIO_BRANDS
    return M4A if is_iso else None


def _is_mpeg_frame(head: bytes) -> bool:
    """Check an MPEG audio frame header: sync, version, layer, bit rate and sample rate are set."""
    bits = int.from_bytes(head[:3], "big")
    if bits >> 13 != _SYNC:
        return False
    version, layer = bits >> 11 & 0b11, bits >> 9 & 0b11
    bit_rate, sample_rate = bits >> 4 & 0b1111, bits >> 2 & 0b11
    return (
        version != _RESERVED_VERSION
        and layer != _RESERVED_LAYER
        and bit_rate not in _BAD_BIT_RATES
        and sample_rate != _RESERVED_SAMPLE_RATE
    )
