"""Files that were made to be slow to read, or to make their reader ask for memory."""

import struct
import zlib
from collections.abc import Callable

from tests.support import audio_tags as tags

SIZE_BYTES = 1_200_000

_MIRROR = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_MANY = 0xFFFF_FFFF


def filled(content: bytes, start: bytes = b"") -> Callable[[], bytes]:
    """Make a file of the same bytes, over and over."""
    return lambda: (start + content * (SIZE_BYTES // len(content)))[:SIZE_BYTES]


def box(name: bytes, body: bytes, size_bytes: int | None = None) -> bytes:
    """Write a box of MP4, which may say that it is of another size."""
    return struct.pack(">I", size_bytes or 8 + len(body)) + name + body


def page(
    number: int, flags: int, position: int, packets: list[bytes], *, goes_on: bool = False
) -> bytes:
    """Write a page of Ogg whose sum is right; its last packet may go on, if it fills its pieces."""
    lacing = b"".join(b"\xff" * (len(one) // 255) + bytes([len(one) % 255]) for one in packets)
    lacing = lacing[:-1] if goes_on else lacing
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, position, 7, number, 0)
    whole = head + bytes([len(lacing)]) + lacing + b"".join(packets)
    summed = zlib.crc32(whole.translate(_MIRROR), _MANY) ^ _MANY
    return whole[:22] + struct.pack("<I", int(f"{summed:032b}"[::-1], 2)) + whole[26:]


OPUS = page(0, 2, 0, [b"OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\x00\x00"])
FTYP = box(b"ftyp", b"M4A \x00\x00\x00\x00M4A isom")
SOUND = box(b"hdlr", bytes(8) + b"soun" + bytes(13))
WAVE = b"RIFF\xff\xff\xff\xffWAVE"
STREAM_INFO = b"fLaC\x80\x00\x00\x22" + bytes.fromhex("10001000000000000000") + bytes(24)
SHORT_FRAME = b"\xff\xf3\x14\xc4" + bytes(20)


def _empty_packets() -> bytes:
    pages = (page(number, 0, 0, [b""] * 255) for number in range(1, SIZE_BYTES // 282))
    return OPUS + b"".join(pages)


HOSTILE_FILES: dict[str, Callable[[], bytes]] = {
    "zeros": filled(b"\0"),
    "a page": filled(b"<html>403</html>"),
    "mp3 of the shortest frames": filled(SHORT_FRAME),
    "mp3 of marks": filled(b"\xff", SHORT_FRAME * 4),
    "mp3 of heads": filled(b"\xff\xfb\x90", SHORT_FRAME * 4),
    "mp3 of tags": filled(tags.id3v2(b"")[:10].replace(b"\x18", b"\0")),
    "mp3 with a byte between frames": filled(SHORT_FRAME * 2 + b"\0"),
    "mp3 with a tag of all there can be": filled(b"x", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f"),
    "mp3 with words without an end": filled(b"LYRICSBEGIN", SHORT_FRAME * 4),
    "wav of empty chunks": filled(b"none\0\0\0\0", WAVE),
    "wav with a format without an end": filled(b"\x01", WAVE + b"fmt \xff\xff\xff\x7f"),
    "wav of formats": filled(b"fmt \0\0\0\0", WAVE),
    "mp4 of empty boxes": filled(box(b"free", b""), FTYP),
    "mp4 of boxes within boxes": filled(box(b"moov", b"", _MANY), FTYP),
    "mp4 of tracks": filled(box(b"trak", SOUND), FTYP),
    "mp4 of sizes without an end": filled(
        b"\0\0\0\x01",
        FTYP + SOUND + box(b"stsz", bytes(8) + b"\xff\xff\xff\xff", _MANY),
    ),
    "mp4 of times without an end": filled(
        b"\xff", FTYP + SOUND + box(b"stts", bytes(4) + b"\xff\xff\xff\xff", _MANY)
    ),
    "mp4 of runs": filled(box(b"trun", struct.pack(">II", 0x301, _MANY)), FTYP),
    "mp4 of boxes of no size": filled(bytes(8), FTYP),
    "mp4 of the longest box": filled(b"x", FTYP + b"\0\0\0\x01mdat" + b"\xff" * 8),
    "ogg of marks": filled(b"OggS", OPUS),
    "ogg of wrong pages": filled(OPUS[:22] + b"none" + OPUS[26:], OPUS),
    "ogg of long wrong pages": filled(b"OggS" + bytes(22) + b"\xff" * 256, OPUS),
    "ogg of empty packets": _empty_packets,
    "flac of marks": filled(b"\xff\xf8", STREAM_INFO),
    "flac of heads": filled(b"\xff\xf8\xc9\x18\x00", STREAM_INFO),
    "flac of long blocks": filled(b"\x04\xff\xff\xff", b"fLaC"),
    "flac of empty blocks": filled(b"\x04\0\0\0", b"fLaC"),
}
