"""The process that `listen_apart` starts: listens to its input, and prints what it heard."""

import json
import resource
import sys
from dataclasses import asdict
from importlib import import_module
from typing import Final

from cliphook.adapters.sound.listen import listen

# What PyAV would import for itself later, when nothing can be opened any more.
_LATE: Final = (
    "av.sidedata.sidedata",
    "av.subtitles.codeccontext",
    "av.subtitles.stream",
    "av.video.codeccontext",
    "av.video.stream",
    "logging",
)


def main(patience_s: float, memory_bytes: int) -> None:
    """Give up everything but the file, then listen."""
    for name in _LATE:
        import_module(name)
    cpu_s = int(patience_s) + 1
    for what, most in (
        (resource.RLIMIT_DATA, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        # Standard input, output and errors; no file and no socket besides.
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(what, (most, most))
    sys.stdin.buffer.seek(0)
    json.dump(asdict(listen(sys.stdin.buffer, patience_s=patience_s)), sys.stdout)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
