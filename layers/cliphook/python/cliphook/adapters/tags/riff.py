"""WAV: tags are chunks after the sound, of INFO for old programs and ID3 for all."""

from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from cliphook.adapters.tags.copying import UntaggableError, copy, exactly, size_of
from cliphook.adapters.tags.id3 import id3
from cliphook.domain.tags import Field, Tags

_INFO: Final = {Field.TITLE: b"INAM", Field.COMMENT: b"ICMT"}
_OURS: Final = (b"id3 ", b"ID3 ")
_HEAD_BYTES: Final = 8
_CHUNKS_MAX: Final = 10_000
_SIZE_MAX: Final = 0xFFFFFFFF


class _Chunk(NamedTuple):
    name: bytes
    start: int
    size: int


def write_wav(source: BinaryIO, tags: Tags, target: BinaryIO) -> None:
    """
    Replace the tags, and say how long everything really is.

    What was written while it was made often claims the greatest length there is; whoever believed
    that would never come to the tags.
    """
    start = source.tell()
    head = exactly(source, 12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise UntaggableError("no WAV")
    chunks = [chunk for chunk in _chunks(source) if not _is_tag(source, chunk)]
    ends = _chunk(b"LIST", b"INFO" + _info(tags)) + _chunk(b"id3 ", id3(tags))
    size = 4 + sum(_HEAD_BYTES + chunk.size + chunk.size % 2 for chunk in chunks) + len(ends)
    if size > _SIZE_MAX:
        raise UntaggableError("too long for its container")
    target.write(b"RIFF" + size.to_bytes(4, "little") + b"WAVE")
    for chunk in chunks:
        source.seek(chunk.start)
        target.write(chunk.name + chunk.size.to_bytes(4, "little"))
        copy(source, target, chunk.size)
        target.write(b"\0" * (chunk.size % 2))
    target.write(ends)
    source.seek(start)


def _chunks(source: BinaryIO) -> Iterator[_Chunk]:
    """Find the chunks, the last as long as the file is."""
    whole = size_of(source)
    for _ in range(_CHUNKS_MAX):
        head = source.read(_HEAD_BYTES)
        if len(head) < _HEAD_BYTES:
            return
        start = source.tell()
        size = min(int.from_bytes(head[4:], "little"), whole - start)
        yield _Chunk(head[:4], start, size)
        source.seek(start + size + size % 2)
    raise UntaggableError("too many chunks")


def _is_tag(source: BinaryIO, chunk: _Chunk) -> bool:
    if chunk.name != b"LIST":
        return chunk.name in _OURS
    place = source.tell()
    source.seek(chunk.start)
    kind = source.read(4)
    source.seek(place)
    return kind == b"INFO"


def _info(tags: Tags) -> bytes:
    texts = tags.texts()
    return b"".join(
        _chunk(name, texts[field].encode() + b"\0")
        for field, name in _INFO.items()
        if field in texts
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)
