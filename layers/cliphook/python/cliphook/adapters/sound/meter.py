"""Lowest and highest samples, and where sound begins and ends; in memory that does not grow."""

from typing import Final

import audioop

from cliphook.domain.sound import SILENCE_DBFS, Peaks

PIXELS: Final = 400
SAMPLE_BYTES: Final = 2

_FULL_SCALE: Final = 32768
_QUIET: Final = int(_FULL_SCALE * 10 ** (SILENCE_DBFS / 20))
_BLOCK_FRAMES: Final = 16_384
# Many more hops than pixels: a pixel is a whole number of hops, and the last one may be short.
_HOPS_MAX: Final = 80 * PIXELS
_HOP_FRAMES: Final = 16


class Meter:
    """
    Listens to 16-bit samples of all channels in turn.

    The length is not known before the end. So hops begin short, and whenever there are too many,
    two and two become one.
    """

    def __init__(self, *, sample_rate: int, channels: int) -> None:
        self._sample_rate = sample_rate
        self._frame_bytes = SAMPLE_BYTES * channels
        self._hop_frames = _HOP_FRAMES
        self._hops: list[tuple[int, int]] = []
        self._waiting = bytearray()
        self._loud_from: int | None = None
        self._loud_until = 0
        self.frames = 0

    def add(self, samples: memoryview) -> None:
        """Take what was decoded next."""
        self._waiting += samples
        block_bytes = _BLOCK_FRAMES * self._frame_bytes
        while len(self._waiting) >= block_bytes:
            self._take(bytes(self._waiting[:block_bytes]))
            del self._waiting[:block_bytes]

    def finish(self) -> None:
        """Take what is left; nothing may be added after that."""
        self._take(bytes(self._waiting))
        self._waiting.clear()

    @property
    def duration_s(self) -> float:
        """How long it was."""
        return self.frames / self._sample_rate

    @property
    def leading_silence_s(self) -> float:
        """How long it takes until something is heard."""
        silent = self.frames if self._loud_from is None else self._loud_from
        return silent / self._sample_rate

    @property
    def trailing_silence_s(self) -> float:
        """How long nothing more is heard at the end."""
        return (self.frames - self._loud_until) / self._sample_rate

    def peaks(self) -> Peaks:
        """Draw the whole, with as many pixels as wanted or a few less."""
        hops = max(1, -(-len(self._hops) // PIXELS))
        pixels = _joined(self._hops, hops)
        return Peaks(
            sample_rate=self._sample_rate,
            samples_per_pixel=hops * self._hop_frames,
            data=tuple(int(edge / 256) for pixel in pixels for edge in pixel),
        )

    def _take(self, block: bytes) -> None:
        view = memoryview(block)
        self._mark_loud(view)
        hop_bytes = self._hop_frames * self._frame_bytes
        for at in range(0, len(block), hop_bytes):
            self._hops.append(audioop.minmax(view[at : at + hop_bytes], SAMPLE_BYTES))
        self.frames += len(block) // self._frame_bytes
        while len(self._hops) > _HOPS_MAX and self._hop_frames < _BLOCK_FRAMES:
            self._hops = _joined(self._hops, 2)
            self._hop_frames *= 2

    def _mark_loud(self, block: memoryview) -> None:
        if not _is_loud(block):
            return
        if self._loud_from is None:
            self._loud_from = self.frames + self._first_loud(block)
        self._loud_until = self.frames + self._after_last_loud(block)

    def _first_loud(self, block: memoryview) -> int:
        """Find the first loud frame of a block that has one, by halves."""
        low, high = 0, len(block) // self._frame_bytes
        while high - low > 1:
            middle = (low + high) // 2
            if _is_loud(self._part(block, low, middle)):
                high = middle
            else:
                low = middle
        return low

    def _after_last_loud(self, block: memoryview) -> int:
        """Find the end of the last loud frame of a block that has one, by halves."""
        low, high = 0, len(block) // self._frame_bytes
        while high - low > 1:
            middle = (low + high) // 2
            if _is_loud(self._part(block, middle, high)):
                low = middle
            else:
                high = middle
        return high

    def _part(self, block: memoryview, start: int, stop: int) -> memoryview:
        return block[start * self._frame_bytes : stop * self._frame_bytes]


def _is_loud(samples: memoryview) -> bool:
    return audioop.max(samples, SAMPLE_BYTES) > _QUIET


def _joined(hops: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    return [
        (min(low for low, _ in part), max(high for _, high in part))
        for part in (hops[at : at + count] for at in range(0, len(hops), count))
    ]
