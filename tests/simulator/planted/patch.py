"""
A patch: pieces of the product's source that are replaced as it is imported.

The working tree is never touched. Each piece must stand in its file exactly once; a patch that no
longer applies is stale, and says nothing about the simulator any more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
LAYER: Final = "layers/cliphook/python/cliphook"


class StalePatchError(Exception):
    """A piece is not there, or more than once."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands in a file of the layer, or of the repository, and what is to stand there."""

    file: str
    old: str
    new: str

    @property
    def path(self) -> str:
        """Tell where the file is, from the repository's root."""
        return self.file if self.file.startswith("functions/") else f"{LAYER}/{self.file}"


@dataclass(frozen=True, slots=True)
class Patch:
    """
    A bug: its name, which invariant must break, one sentence, and the pieces that make it.

    Where two guards stand one behind the other, both are taken away; `pieces` are then several.
    """

    name: str
    breaks: str
    says: str
    pieces: tuple[Piece, ...]


def plant(name: str, breaks: str, says: str, *pieces: tuple[str, str, str]) -> Patch:
    """Write a patch in short: each piece is a file, what stands there, and what is to."""
    return Patch(name, breaks, says, tuple(Piece(*piece) for piece in pieces))


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
