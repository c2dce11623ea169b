"""Atoms, of which an MP4 consists: ISO/IEC 14496-12, section 4.2."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from cliphook.adapters.tags.copying import UntaggableError

_HEAD_BYTES: Final = 8
_LONG_HEAD_BYTES: Final = 16
_SIZE_MAX: Final = 0xFFFFFFFF
_ATOMS_MAX: Final = 100_000


class Atom(NamedTuple):
    """A named piece; its content may be atoms again."""

    name: bytes
    content: bytes

    def written(self) -> bytes:
        """Write it."""
        size = _HEAD_BYTES + len(self.content)
        if size > _SIZE_MAX:
            raise UntaggableError("an atom is too long")
        return size.to_bytes(4) + self.name + self.content


def read_head(head: bytes, rest_bytes: int) -> tuple[bytes, int, int]:
    """Read an atom's name, and how long its head and all of it are, of up to 16 bytes of it."""
    size, head_bytes = int.from_bytes(head[:4]), _HEAD_BYTES
    if size == 1:
        size, head_bytes = int.from_bytes(head[8:16]), _LONG_HEAD_BYTES
    elif size == 0:
        size = rest_bytes
    if len(head) < head_bytes or not head_bytes <= size <= rest_bytes:
        raise UntaggableError("an atom is longer than what it is in")
    return head[4:8], head_bytes, size


def atoms(content: bytes) -> Iterator[Atom]:
    """Take content apart."""
    at = 0
    for _ in range(_ATOMS_MAX):
        if len(content) - at < _HEAD_BYTES:
            # Some files end a list with four zeros.
            return
        head = content[at : at + _LONG_HEAD_BYTES]
        name, head_bytes, size = read_head(head, len(content) - at)
        yield Atom(name, content[at + head_bytes : at + size])
        at += size
    raise UntaggableError("too many atoms")


def joined(parts: list[Atom]) -> bytes:
    """Put content together."""
    return b"".join(atom.written() for atom in parts)
