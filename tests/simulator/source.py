"""Which commit is played, and on what machine."""

import os
import platform
import subprocess
from pathlib import Path
from shutil import which
from typing import Final

ROOT: Final = Path(__file__).parents[2]
# Where there is no history to ask.
NO_COMMIT: Final = "no commit"


def commit() -> str:
    """Name the commit that is checked out, whatever lies changed beside it."""
    git = which("git")
    if not git:
        return NO_COMMIT
    told = subprocess.run(
        [git, "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or NO_COMMIT


def is_changed() -> bool:
    """Tell whether what is played is not what was committed."""
    git = which("git")
    if not git:
        return False
    told = subprocess.run(
        [git, "-C", str(ROOT), "status", "--porcelain", "--", "layers", "functions", "tests"],
        capture_output=True,
        text=True,
        check=False,
    )
    return bool(told.stdout.strip())


def machine() -> str:
    """Describe the machine, without its name."""
    cores = os.cpu_count()
    return f"{cores} cores of {_model()}, Python {platform.python_version()}"


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()
