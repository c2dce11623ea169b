"""
Become another program that does not outlive whoever started it: `leash.py PARENT COMMAND…`.

Runs on any Python, before anything of ours is installed there.
"""

import ctypes
import os
import signal
import sys
from typing import Final

# From linux/prctl.h. Elsewhere an orphan is only prevented by an orderly end.
PR_SET_PDEATHSIG: Final = 1


def main() -> None:
    """Ask the kernel for SIGKILL at the parent's death, then become the command."""
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # It may have died before the kernel was asked.
    if os.getppid() != int(parent):
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 (no shell is wanted)


if __name__ == "__main__":
    main()
