"""Listens to a file in a process of its own."""

import signal
import subprocess
import sys
from typing import BinaryIO, Final

from pydantic import TypeAdapter

from cliphook.domain.sound import Reason, Sound, Undecodable

PATIENCE_S: Final = 60.0
MEMORY_BYTES: Final = 128 * 2**20

_CHILD: Final = "cliphook.adapters.sound.child"
# What the child takes to begin and to tell, which is no listening.
_GRACE_S: Final = 10.0
_ANSWER: Final = TypeAdapter[Sound | Undecodable](Sound | Undecodable)


def listen_apart(
    file: BinaryIO, *, patience_s: float = PATIENCE_S, memory_bytes: int = MEMORY_BYTES
) -> Sound | Undecodable:
    """
    Decode a file from its beginning to its end, whatever it does to the decoder.

    FFmpeg is a million lines of C, and the file comes from somebody else. The child holds the file
    and nothing besides: no credentials, no other file, no socket, and no more memory than it is
    given. The file must be one of the system's; where it stands afterwards is not said.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, and two numbers
            [sys.executable, "-m", _CHILD, str(patience_s), str(memory_bytes)],
            stdin=file,
            capture_output=True,
            env=_environment(),
            timeout=patience_s + _GRACE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Undecodable(Reason.TOO_SLOW)
    if done.returncode:
        is_over = done.returncode == -signal.SIGXCPU
        return Undecodable(Reason.TOO_SLOW if is_over else Reason.CRASHED)
    return _ANSWER.validate_json(done.stdout)


def _environment() -> dict[str, str]:
    """Say where Python and our packages are, and keep everything else of ours to ourselves."""
    return {
        "PYTHONPATH": ":".join(filter(None, sys.path)),
        "LD_LIBRARY_PATH": f"{sys.base_prefix}/lib",
    }
