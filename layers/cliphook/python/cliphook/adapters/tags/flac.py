"""FLAC: metadata blocks before the sound. RFC 9639, section 8."""

from typing import BinaryIO, Final

from cliphook.adapters.tags.copying import UntaggableError, copy, copy_rest, exactly
from cliphook.adapters.tags.id3 import skip_id3
from cliphook.adapters.tags.vorbis_comment import fresh, retagged
from cliphook.domain.tags import Tags

_MARKER: Final = b"fLaC"
_LAST: Final = 0x80
_PADDING: Final = 1
_COMMENTS: Final = 4
_BLOCK_BYTES_MAX: Final = 2**24 - 1
_BLOCKS_MAX: Final = 1_000


def write_flac(source: BinaryIO, tags: Tags, target: BinaryIO) -> None:
    """
    Replace the comments; pictures, seek tables and all other blocks stay.

    A tag of another kind before the file goes: FLAC has none there.
    """
    skip_id3(source)
    if exactly(source, len(_MARKER)) != _MARKER:
        raise UntaggableError("no marker")
    target.write(_MARKER)
    comments = fresh(tags)
    for _ in range(_BLOCKS_MAX):
        head = exactly(source, 4)
        kind, size = head[0] & ~_LAST, int.from_bytes(head[1:])
        if kind == _COMMENTS:
            comments = retagged(exactly(source, size), tags)
        elif kind == _PADDING:
            exactly(source, size)
        else:
            target.write(bytes([kind]) + head[1:])
            copy(source, target, size)
        if head[0] & _LAST:
            break
    else:
        raise UntaggableError("too many blocks")
    if len(comments) > _BLOCK_BYTES_MAX:
        raise UntaggableError("too many comments")
    target.write(bytes([_LAST | _COMMENTS]) + len(comments).to_bytes(3) + comments)
    copy_rest(source, target)
