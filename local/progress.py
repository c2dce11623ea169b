"""What somebody at the terminal sees: one line for what is done, with the time since the start."""

import sys
import time
from typing import Final, TextIO


class Progress:
    """Lines with times, whole ones even from several threads."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self._stream: Final = stream
        self._started: Final = time.monotonic()

    def passed_s(self) -> float:
        """Measure the time since the start."""
        return time.monotonic() - self._started

    def tell(self, line: str = "") -> None:
        """Write one line."""
        self._write(f"{self.passed_s():6.1f} s  {line}" if line else "")

    def say(self, line: str) -> None:
        """Write a line without a time."""
        self._write(line)

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()
