"""
A patch: pieces of the product's source that are replaced as it is imported.

It stands in a file of its own, in `bugs`: a sentence, the invariant that must break, and what is
changed, as in a diff. The working tree is never touched. Each piece must stand in its file exactly
once; a patch that no longer applies is stale, and says nothing about the simulator any more.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
BUGS: Final = Path(__file__).parent / "bugs"

_BREAKS: Final = re.compile(r"Breaks (I\d+)\.")
_FILE: Final = "--- "


class StalePatchError(Exception):
    """A piece is not there, or more than once."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a file, named from the repository's root, and what is to stand there instead."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Patch:
    """
    A bug: its name, what it is, which invariant must break, and the pieces that make it.

    Where two guards stand one behind the other, both are taken away; `pieces` are then several.
    """

    name: str
    says: str
    breaks: str
    pieces: tuple[Piece, ...]


def read(name: str) -> Patch:
    """Read a patch by its name; raises `ValueError` where it is not written as one."""
    head, _, rest = (BUGS / f"{name}.patch").read_text(encoding="utf-8").partition("\n\n")
    says, _, breaks = head.rpartition("\n")
    found = _BREAKS.fullmatch(breaks)
    pieces = tuple(_pieces(rest))
    if not found or not says or not pieces:
        message = f"{name} is no patch"
        raise ValueError(message)
    return Patch(name, says, found[1], pieces)


def names() -> list[str]:
    """Name all patches."""
    return sorted(path.stem for path in BUGS.glob("*.patch"))


def patched(patch: Patch, root: Path = ROOT) -> Mapping[str, str]:
    """Give the source of every file that a patch changes; raises `StalePatchError`."""
    sources: dict[str, str] = {}
    for piece in patch.pieces:
        path = str(root / piece.path)
        text = sources.get(path) or Path(path).read_text(encoding="utf-8")
        found = text.count(piece.old)
        if found != 1 or piece.old == piece.new:
            message = f"{patch.name}: a piece stands {found} times in {piece.path}"
            raise StalePatchError(message)
        sources[path] = text.replace(piece.old, piece.new)
    for path, text in sources.items():
        compile(text, path, "exec")
    return sources


def stale(patches: Iterable[Patch]) -> list[str]:
    """List what no longer applies."""
    found: list[str] = []
    for patch in patches:
        try:
            patched(patch)
        except (StalePatchError, SyntaxError, FileNotFoundError) as error:
            found.append(str(error))
    return found


def _pieces(text: str) -> Iterator[Piece]:
    """Read a diff without line numbers: after each file's name the lines of one place in it."""
    for part in text.split(f"\n{_FILE}"):
        path, _, body = part.removeprefix(_FILE).partition("\n")
        lines = body.rstrip("\n").split("\n")
        # A line of context that is empty may have lost its blank.
        old = [line[1:] for line in lines if not line.startswith("+")]
        new = [line[1:] for line in lines if not line.startswith("-")]
        yield Piece(path, "".join(f"{one}\n" for one in old), "".join(f"{one}\n" for one in new))
