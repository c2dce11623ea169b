"""ID3v2.4, which begins an MP3 and hides in a WAV: id3.org, id3v2.4.0-structure and -frames."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from cliphook.adapters.tags.copying import copy_rest
from cliphook.domain.tags import Field, Tags

_HEADER_BYTES: Final = 10
_FOOTER: Final = 0x10
# Tags that are written in other ways, of which we do not keep pictures.
_UNUSUAL: Final = 0xE0
_KEPT_BYTES_MAX: Final = 16 * 2**20

_UTF_8: Final = b"\x03"
# Three letters X stand for a language that nobody knows; then comes a description, of nothing.
_UNKNOWN: Final = 3 * b"X" + b"\0"


def write_mp3(source: BinaryIO, tags: Tags, target: BinaryIO) -> None:
    """
    Put a new tag before the sound.

    Of an older tag the pictures stay. The rest is a provider's: its comments and links say
    things that our own fields say better, or do not say at all.
    """
    target.write(id3(tags, pictures=skip_id3(source)))
    copy_rest(source, target)


def id3(tags: Tags, *, pictures: bytes = b"") -> bytes:
    """Write a tag."""
    frames = b"".join(_frame(field, text.encode()) for field, text in tags.texts().items())
    frames += pictures
    return b"ID3\x04\0\0" + _syncsafe(len(frames)) + frames


def skip_id3(source: BinaryIO) -> bytes:
    """Go to where the tags at the beginning end, and bring their pictures, ready to be written."""
    pictures = b""
    start = source.tell()
    while (head := source.read(_HEADER_BYTES)).startswith(b"ID3") and len(head) == _HEADER_BYTES:
        size = _read_syncsafe(head[6:10])
        body_at = source.tell()
        if size <= _KEPT_BYTES_MAX and not head[5] & _UNUSUAL:
            body = source.read(size)
            pictures = pictures or b"".join(_pictures(body, version=head[3]))
        start = body_at + size + (_HEADER_BYTES if head[5] & _FOOTER else 0)
        source.seek(start)
    source.seek(start)
    return pictures


def _frame(field: Field, text: bytes) -> bytes:
    match field:
        case Field.TITLE:
            return _framed(b"TIT2", _UTF_8 + text)
        case Field.LYRICS:
            return _framed(b"USLT", _UTF_8 + _UNKNOWN + text)
        case Field.COMMENT:
            return _framed(b"COMM", _UTF_8 + _UNKNOWN + text)
        case _:
            return _framed(b"TXXX", _UTF_8 + field.value.encode() + b"\0" + text)


def _framed(name: bytes, content: bytes) -> bytes:
    return name + _syncsafe(len(content)) + b"\0\0" + content


def _pictures(body: bytes, *, version: int) -> Iterator[bytes]:
    """Find the pictures of a tag of version 3 or 4: both write them alike, but for their size."""
    at = 0
    while version in {3, 4} and at + _HEADER_BYTES <= len(body) and body[at]:
        name, size_bytes, flags = body[at : at + 4], body[at + 4 : at + 8], body[at + 9]
        size = int.from_bytes(size_bytes) if version == 3 else _read_syncsafe(size_bytes)  # noqa: PLR2004
        content = body[at + _HEADER_BYTES : at + _HEADER_BYTES + size]
        if name == b"APIC" and not flags and len(content) == size:
            yield _framed(name, content)
        at += _HEADER_BYTES + size


def _syncsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def _read_syncsafe(content: bytes) -> int:
    size = 0
    for byte in content:
        size = size << 7 | byte & 0x7F
    return size
