"""Where things lie: this repository, and all that a local deployment writes."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

ROOT: Final = Path(__file__).parents[1]
KEPT_S: Final = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Places:
    """
    The folders of one local deployment.

    Only one may be up in a `home` at a time. A `cache` may be shared: what is in it is named by
    the hash of what it was made from, and appears there whole.
    """

    home: Path
    cache: Path

    @classmethod
    def under(cls, folder: Path) -> Self:
        """Put everything into one folder."""
        return cls(home=folder, cache=folder)

    @property
    def assemblies(self) -> Path:
        """Synthesized apps."""
        return self.cache / "assembly"

    @property
    def zips(self) -> Path:
        """Assets as they are uploaded."""
        return self.cache / "zips"

    @property
    def unpacked(self) -> Path:
        """Layers as functions read them."""
        return self.cache / "unpacked"

    @property
    def aws(self) -> Path:
        """What the embedded AWS needs while it runs, gone when it starts again."""
        return self.home / "aws"

    @property
    def logs(self) -> Path:
        """One file for each process, and in `functions/` one for each function."""
        return self.home / "logs"

    @property
    def clips(self) -> Path:
        """The music that the demonstration downloads."""
        return self.home / "clips"

    @property
    def addresses(self) -> Path:
        """What clients need to know: addresses, names, keys."""
        return self.home / "cliphook.json"

    @property
    def lock(self) -> Path:
        """Held by the one who is up."""
        return self.home / "lock"

    @property
    def synthesizing(self) -> Path:
        """Held by the one who synthesizes into a cache, which may be shared."""
        return self.cache / "synthesizing"

    def forget_unused(self) -> None:
        """Delete from the cache what nobody has used for a week."""
        for folder in self.assemblies, self.zips, self.unpacked:
            folder.mkdir(parents=True, exist_ok=True)
            for entry in folder.iterdir():
                if time.time() - entry.stat().st_mtime > KEPT_S:
                    remove(entry)

    def forget(self) -> None:
        """Delete the cache."""
        for folder in self.assemblies, self.zips, self.unpacked:
            remove(folder)


def remove(path: Path) -> None:
    """Delete a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
