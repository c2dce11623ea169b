"""A file that stops being read when the time for it is over."""

from collections.abc import Callable
from typing import BinaryIO


class OvertimeError(Exception):
    """The time is over."""


class Leash:
    """
    A file on a leash.

    FFmpeg looks for the next frame by itself, and where there is none, through all of the file: it
    can be stopped only where it asks for bytes.
    """

    def __init__(self, file: BinaryIO, *, until: float, clock: Callable[[], float]) -> None:
        self._file = file
        self._until = until
        self._clock = clock

    @property
    def is_over(self) -> bool:
        """Whether the time is over."""
        return self._clock() >= self._until

    def read(self, size: int) -> bytes:
        """Read on, if there is time."""
        if self.is_over:
            raise OvertimeError
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to another place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Say where it is."""
        return self._file.tell()
