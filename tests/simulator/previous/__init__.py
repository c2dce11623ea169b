"""
The release before: layer and functions as they were before anything was charged or canceled.

`before_money.tar.xz` is `git archive` of the last commit of that release, so that a history can mix
both releases where there is no history of the sources. It is replaced when a release is made.
"""

import tarfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.simulator.release import Release, release

ARCHIVE: Final = Path(__file__).with_name("before_money.tar.xz")
_FOLDER: Final = TemporaryDirectory(prefix="cliphook-previous-")


@cache
def previous() -> Release:
    """Load the release before, once in a process."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(_FOLDER.name, filter="data")
    return release(Path(_FOLDER.name))
