"""M4A: the index grows by the tags, and what it says about where the sound is moves with it."""

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from cliphook.adapters.tags.atoms import Atom, atoms, joined, read_head
from cliphook.adapters.tags.copying import UntaggableError, copy, exactly, size_of
from cliphook.adapters.tags.ilst import with_tags
from cliphook.domain.tags import Tags

_INDEX: Final = b"moov"
_INDEX_BYTES_MAX: Final = 16 * 2**20
_ATOMS_MAX: Final = 10_000
# What points at places in other ways, from pieces of which each has an index of its own.
_FRAGMENTS: Final = frozenset({b"moof", b"sidx", b"mfra"})
# Where the tables of places lie, and how wide a place is in them.
_PATH: Final = (b"trak", b"mdia", b"minf", b"stbl")
_TABLES: Final = {b"stco": "I", b"co64": "Q"}


class _Piece(NamedTuple):
    name: bytes
    start: int
    head_bytes: int
    size: int


def write_m4a(source: BinaryIO, tags: Tags, target: BinaryIO) -> None:
    """Replace the tags in the index, and move its tables by what it has grown."""
    pieces = [*_pieces(source)]
    indexes = [piece for piece in pieces if piece.name == _INDEX]
    if len(indexes) != 1 or any(piece.name in _FRAGMENTS for piece in pieces):
        raise UntaggableError("not one index")
    (index,) = indexes
    if index.size > _INDEX_BYTES_MAX:
        raise UntaggableError("too long an index")
    source.seek(index.start + index.head_bytes)
    parts = with_tags([*atoms(exactly(source, index.size - index.head_bytes))], tags)
    grown = len(Atom(_INDEX, joined(parts)).written()) - index.size
    moved = [_moved(part, _PATH, index.start, grown) for part in parts]
    for piece in pieces:
        if piece is index:
            target.write(Atom(_INDEX, joined(moved)).written())
        else:
            source.seek(piece.start)
            copy(source, target, piece.size)


def _pieces(source: BinaryIO) -> Iterator[_Piece]:
    start, end = source.tell(), size_of(source)
    for _ in range(_ATOMS_MAX):
        if end - start < 8:  # noqa: PLR2004 - less than a head
            return
        source.seek(start)
        name, head_bytes, size = read_head(source.read(16), end - start)
        yield _Piece(name, start, head_bytes, size)
        start += size
    raise UntaggableError("too many atoms")


def _moved(atom: Atom, path: tuple[bytes, ...], after: int, by: int) -> Atom:
    """Move the places in the tables of one track that lie after the index."""
    if not path and atom.name in _TABLES:
        return Atom(atom.name, _moved_table(atom.content, _TABLES[atom.name], after, by))
    if not path or atom.name != path[0]:
        return atom
    parts = [_moved(part, path[1:], after, by) for part in atoms(atom.content)]
    return Atom(atom.name, joined(parts))


def _moved_table(content: bytes, width: str, after: int, by: int) -> bytes:
    count = int.from_bytes(content[4:8])
    table = struct.Struct(f">{min(count, len(content))}{width}")
    if len(content) < 8 + table.size:
        raise UntaggableError("a table ends too early")
    places = table.unpack_from(content, 8)
    try:
        moved = table.pack(*(place + by if place > after else place for place in places))
    except struct.error as error:
        raise UntaggableError("too long for its tables") from error
    return content[:8] + moved + content[8 + table.size :]
