"""
Releases before this one: layer and functions, before anything was charged, and before covers.

Each is `git archive` of the last commit of its release, so that a history can mix two releases
where there is no history of the sources. They are replaced when a release is made.
"""

import shutil
import tarfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from tests.simulator.release import Release, release
from tests.simulator.source import ROOT

# The first does not carry on what a newer one has written into its documents, the second does.
BEFORE_MONEY: Final = "before_money"
BEFORE_COVERS: Final = "before_covers"

UNPACKED: Final = ROOT / ".local" / "previous"


@cache
def previous(name: str) -> Release:
    """Load a release from before, once in a process."""
    packed = Path(__file__).with_name(f"{name}.tar.xz")
    folder = UNPACKED / sha256(packed.read_bytes()).hexdigest()
    if not folder.exists():
        _unpack(packed, folder)
    return release(folder)


def _unpack(packed: Path, folder: Path) -> None:
    """Let a folder appear whole, and once: many processes may be about to."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    partly = Path(mkdtemp(dir=UNPACKED))
    with tarfile.open(packed) as archive:
        archive.extractall(partly, filter="data")
    try:
        partly.rename(folder)
    except OSError:
        shutil.rmtree(partly)
