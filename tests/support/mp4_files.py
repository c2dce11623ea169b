"""Files of MP4, box by box."""

import struct

from tests.support.hostile_files import box

RATE_HZ = 44_100
# AAC of low complexity, at the fourth rate of the table, in stereo.
CONFIGURATION = bytes.fromhex("1210")
# A hundred frames of 1024 samples.
SAMPLES = 100
SAMPLE_BYTES = 300


def full(name: bytes, *numbers: int, flags: int = 0) -> bytes:
    """Write a box of numbers of 32 bits, behind a version and flags."""
    return box(name, struct.pack(f">{len(numbers) + 1}I", flags, *numbers))


def descriptors(object_type: int = 0x40, configuration: bytes = CONFIGURATION) -> bytes:
    """Write who decodes a track, with lengths as long as some write them."""
    specific = b"\x05\x80\x80\x80" + bytes([len(configuration)]) + configuration
    decoder = bytes([object_type]) + bytes(12) + specific
    stream = bytes(3) + b"\x04" + bytes([len(decoder)]) + decoder
    return box(b"esds", bytes(4) + b"\x03" + bytes([len(stream)]) + stream)


def described(name: bytes = b"mp4a", inner: bytes = b"", channels: int = 2) -> bytes:
    """Write the description of a track's samples."""
    fixed = bytes(16) + struct.pack(">HHII", channels, 16, 0, RATE_HZ << 16)
    return box(b"stsd", bytes(4) + struct.pack(">I", 1) + box(name, fixed + inner))


STSD = described(inner=descriptors())
STTS = full(b"stts", 1, SAMPLES, 1024)
STSZ = full(b"stsz", SAMPLE_BYTES, SAMPLES)


def moov(*tables: bytes, edits: bytes = b"", handler: bytes = b"soun", more: bytes = b"") -> bytes:
    """Write an index of one track, on a clock of milliseconds for the movie."""
    tkhd = full(b"tkhd", 0, 0, 1, 0, 0)
    mdhd = full(b"mdhd", 0, 0, RATE_HZ, SAMPLES * 1024)
    hdlr = box(b"hdlr", bytes(8) + handler + bytes(13))
    media = box(b"mdia", mdhd + hdlr + box(b"minf", box(b"stbl", b"".join(tables))))
    track = box(b"trak", tkhd + edits + media)
    return box(b"moov", full(b"mvhd", 0, 0, 1000, 2322) + track + more)
