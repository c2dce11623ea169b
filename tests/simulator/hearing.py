"""Stands in for the process that listens to files, which would take longer than all the rest."""

import json
from collections.abc import Sequence
from typing import Any, Final, Self

from cliphook.adapters.sound.line import ANSWERED

# What anybody hears in a file.
_HEARD: Final = json.dumps(
    {
        "duration_s": 2.0,
        "sample_rate": 48_000,
        "channels": 2,
        "loudness_lufs": -14.0,
        "true_peak_dbtp": -1.0,
        "leading_silence_s": 0.0,
        "trailing_silence_s": 0.5,
        "peaks": {"sample_rate": 48_000, "samples_per_pixel": 48_000, "data": [-9, 9, -8, 8]},
        "skipped_packets": 0,
    }
).encode()


class Host:
    """The process."""

    def __init__(self, command: Sequence[str], **_: Any) -> None:
        assert command[2] == "cliphook.adapters.sound.host", command

    def wait(self, _: float) -> int:
        """End at once."""
        return 0


class Line:
    """Either end of the socket that leads to it."""

    def __init__(self) -> None:
        self._told = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def close(self) -> None:
        """Have no more to ask."""

    def fileno(self) -> int:
        """Be no file of the system's."""
        return -1

    def settimeout(self, _: float) -> None:
        """Be answered at once."""

    def ask(self) -> None:
        """Have a file heard."""
        self._told = ANSWERED.pack(0, len(_HEARD)) + _HEARD

    def recv(self, size: int) -> bytes:
        """Be told the next part of what was heard."""
        part, self._told = self._told[:size], self._told[size:]
        return part


def socketpair() -> tuple[Line, Line]:
    """Make both ends of a line."""
    return Line(), Line()


def send_fds(line: Line, *_: Any) -> None:
    """Hand a file over."""
    line.ask()
