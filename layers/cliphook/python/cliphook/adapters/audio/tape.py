"""A file that passes by once: a walk looks at what is before it, and steps on."""

from collections.abc import Generator
from typing import Final

from cliphook.domain.audio_format import AudioFormat

# More is never looked at once, whatever lengths a file states: an Ogg page is the longest.
LOOK_MAX_BYTES: Final = 65_536
# Beyond any file: steps to its end.
TO_THE_END: Final = 1 << 62

_PIECE_BYTES: Final = 65_536

# What a walk asks for: to step over so many bytes, and to see so many behind them, which it then
# stands before. A plain pair, since there is one for each frame.
type Look = tuple[int, int]
type Walk[Found] = Generator[Look, bytes, Found]


class CutShortError(Exception):
    """The file ended inside of what a walk was stepping over."""

    def __init__(self, missing_bytes: int) -> None:
        super().__init__(missing_bytes)
        self.missing_bytes = missing_bytes


class Tape:
    """
    Leads one walk along a file that comes in chunks.

    A walk sees exactly what it asks for, so the chunks make no difference to it; only at the
    file's end does it see less. Two looks' worth of bytes are kept at most. What a walk steps
    over is not kept, and what comes after it has found enough is ignored.
    """

    def __init__(self, walk: Walk[AudioFormat]) -> None:
        """Begin to walk."""
        self._walk = walk
        self._rest = bytearray()
        self._step, self._size = next(walk)
        self._found: AudioFormat | None = None

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the file."""
        for start in range(0, len(chunk), _PIECE_BYTES):
            if self._found is None:
                self._take(chunk[start : start + _PIECE_BYTES])

    def end(self) -> AudioFormat:
        """Say that there are no more bytes, and be told what the file is."""
        rest, at = bytes(self._rest), 0
        self._rest.clear()
        while self._found is None:
            missing = at + self._step - len(rest)
            at = min(at + self._step, len(rest))
            try:
                if missing > 0:
                    self._step, self._size = self._walk.throw(CutShortError(missing))
                else:
                    seen = rest[at : at + self._size]
                    self._step, self._size = self._walk.send(seen)
            except StopIteration as stop:
                self._found = stop.value
        return self._found

    def _take(self, piece: bytes) -> None:
        self._rest += piece
        if len(self._rest) >= self._step + self._size:
            self._lead(bytes(self._rest))
        # What is to be stepped over need not be kept until it has all come.
        passed = min(self._step, len(self._rest))
        self._step -= passed
        del self._rest[:passed]

    def _lead(self, seen: bytes) -> None:
        """Show one thing after another, as long as there is enough to see."""
        send, at, end = self._walk.send, 0, len(seen)
        step, size = self._step, self._size
        try:
            while at + step + size <= end:
                at += step
                step, size = send(seen[at : at + size])
        except StopIteration as stop:
            self._found = stop.value
        self._step, self._size = step, size
        del self._rest[:at]
