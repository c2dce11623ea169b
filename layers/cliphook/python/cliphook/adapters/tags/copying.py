"""What all containers need: exact reads, copies in pieces, and the word for what cannot be done."""

from typing import BinaryIO, Final

_PIECE_BYTES: Final = 1 << 18


class UntaggableError(Exception):
    """The file is not put together as its container says, or has no room for tags."""


def exactly(source: BinaryIO, size: int) -> bytes:
    """Read so many bytes, and no fewer."""
    content = source.read(size)
    if len(content) != size:
        raise UntaggableError("the file ends too early")
    return content


def copy(source: BinaryIO, target: BinaryIO, size: int) -> None:
    """Copy so many bytes, and no fewer."""
    while size:
        piece = exactly(source, min(size, _PIECE_BYTES))
        target.write(piece)
        size -= len(piece)


def copy_rest(source: BinaryIO, target: BinaryIO) -> None:
    """Copy what is left."""
    while piece := source.read(_PIECE_BYTES):
        target.write(piece)


def size_of(source: BinaryIO) -> int:
    """Say how long a file is, without leaving its place."""
    place = source.tell()
    size = source.seek(0, 2)
    source.seek(place)
    return size
