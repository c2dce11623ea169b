"""Ogg's pages: RFC 3533, section 6."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final, Self

from cliphook.adapters.tags.copying import UntaggableError, exactly

CONTINUED: Final = 0x01
_HEAD: Final = struct.Struct("<4sBBqIIIB")
_CHECKSUM_AT: Final = 22
_SEGMENT_BYTES: Final = 255
_SEGMENTS_MAX: Final = 255
_NO_PACKET_ENDS: Final = -1
_REVERSED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class Page:
    """A page: how its content falls into segments, and where it stands in its stream."""

    flags: int
    position: int
    stream: int
    number: int
    segments: bytes
    content: bytes

    @classmethod
    def read(cls, source: BinaryIO) -> Self | None:
        """Read the next page; `None` where the file ends."""
        head = source.read(_HEAD.size)
        if not head:
            return None
        if len(head) != _HEAD.size or head[:5] != b"OggS\0":
            raise UntaggableError("no page where one should begin")
        _, _, flags, position, stream, number, _, count = _HEAD.unpack(head)
        segments = exactly(source, count)
        content = exactly(source, sum(segments))
        page = cls(flags, position, stream, number, segments, content)
        if page.written()[: _HEAD.size] != head:
            # With a new checksum, damage would pass for sound.
            raise UntaggableError("a page is damaged")
        return page

    def written(self) -> bytes:
        """Write it, with a checksum."""
        head = _HEAD.pack(
            *(b"OggS", 0, self.flags, self.position, self.stream, self.number, 0),
            len(self.segments),
        )
        page = head + self.segments + self.content
        checksum = _checksum(page).to_bytes(4, "little")
        return page[:_CHECKSUM_AT] + checksum + page[_CHECKSUM_AT + 4 :]

    def numbered(self, number: int) -> Self:
        """Put it elsewhere in its stream."""
        return replace(self, number=number & 0xFFFFFFFF)


def packets(pages: Iterator[Page], count: int) -> tuple[list[bytes], int]:
    """Take so many packets, which must end with a page; tell how many pages they had."""
    found, open_packet, pages_read = list[bytes](), bytearray(), 0
    for page in pages:
        pages_read += 1
        at = 0
        for size in page.segments:
            open_packet += page.content[at : at + size]
            at += size
            if size < _SEGMENT_BYTES:
                found.append(bytes(open_packet))
                open_packet.clear()
        if len(found) >= count:
            break
    if len(found) != count or open_packet:
        raise UntaggableError("the headers do not end with a page")
    return found, pages_read


def paged(content: list[bytes], *, stream: int, number: int) -> Iterator[Page]:
    """Lay header packets out on pages."""
    segments = b"".join(
        bytes([_SEGMENT_BYTES]) * (len(packet) // _SEGMENT_BYTES)
        + bytes([len(packet) % _SEGMENT_BYTES])
        for packet in content
    )
    everything, at, flags = b"".join(content), 0, 0
    for start in range(0, len(segments), _SEGMENTS_MAX):
        part = segments[start : start + _SEGMENTS_MAX]
        end = at + sum(part)
        position = 0 if min(part) < _SEGMENT_BYTES else _NO_PACKET_ENDS
        yield Page(flags, position, stream, number, part, everything[at:end])
        at, number = end, number + 1
        flags = CONTINUED if part[-1] == _SEGMENT_BYTES else 0


def _checksum(page: bytes) -> int:
    """
    Compute Ogg's checksum with zlib's.

    The polynomial is the same. Ogg's bits go the other way, and nothing is inverted.
    """
    mirrored = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
