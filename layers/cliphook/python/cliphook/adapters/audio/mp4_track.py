"""A track of MP4: its samples as its tables list them, and how many of them are really there."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cliphook.adapters.audio.mp4_codec import Content
from cliphook.adapters.audio.tally import Tally
from cliphook.domain.audio_format import Defect

# So many places are remembered from which to reckon how much of a track a shorter file holds.
MARKS_MAX: Final = 1024

_MARK_SAMPLES: Final = 64
# What an edit list takes off is the encoder's padding if it is less than half a second. More may
# be a lie, and the frames are there.
_TRIMS_PER_SECOND: Final = 2


class Sizes:
    """The sizes of all samples, in bounded memory: their sums at some places."""

    def __init__(self) -> None:
        """Begin with none."""
        self.samples = 0
        self.bytes = 0
        self._marks: list[tuple[int, int]] = [(0, 0)]

    def add(self, sizes: Sequence[int]) -> None:
        """Add samples by the size of each."""
        for start in range(0, len(sizes), _MARK_SAMPLES):
            some = sizes[start : start + _MARK_SAMPLES]
            self.add_equal(len(some), sum(some))

    def add_equal(self, samples: int, size_bytes: int) -> None:
        """Add samples that have so many bytes between them, at least one each."""
        self.samples += min(samples, size_bytes)
        self.bytes += size_bytes
        self._marks.append((self.bytes, self.samples))
        if len(self._marks) > MARKS_MAX:
            # Every other one; the first has to stay.
            del self._marks[1::2]

    def within(self, size_bytes: int) -> int:
        """Tell how many samples so many bytes hold."""
        if size_bytes >= self.bytes:
            return self.samples
        at = bisect_right(self._marks, size_bytes, key=lambda mark: mark[0])
        marks = [*self._marks[at - 1 : at + 1], (self.bytes, self.samples)]
        (from_bytes, from_samples), (to_bytes, to_samples) = marks[:2]
        share = (to_samples - from_samples) * (size_bytes - from_bytes)
        return from_samples + share // (to_bytes - from_bytes)


@dataclass(slots=True)
class Track:
    """One track, which boxes fill in."""

    id: int = 0
    ticks_per_second: int = 0
    content: Content | None = None
    sizes: Sizes = field(default_factory=Sizes)
    # What another table says of the time that samples take; of how many it speaks, and their sum.
    timed_samples: int = 0
    ticks: int = 0
    # Of an edit list: where the music begins, and how long it plays, on the movie's clock.
    edit_start: int = 0
    edit_length: int = 0
    # What samples have where they do not say, ticks and bytes: in any fragment, and in this one.
    defaults: tuple[int, int] = (0, 0)
    fragment: tuple[int, int] = (0, 0)

    def put_down(self, tally: Tally, data_bytes: int, movie_ticks_per_second: int) -> None:
        """Tell what of the track is there, in so many bytes of data."""
        samples = self.sizes.within(data_bytes)
        if samples < self.sizes.samples:
            tally.defects.add(Defect.TRUNCATED)
        if self.timed_samples != self.sizes.samples and Defect.TRUNCATED not in tally.defects:
            tally.defects.add(Defect.DAMAGED)
        tally.audio_bytes = min(self.sizes.bytes, data_bytes)
        if self.content:
            self._put_down_content(tally, self.content)
        tally.ticks_per_second = self.ticks_per_second
        tally.ticks = self._plausible(tally, samples)
        if Defect.TRUNCATED not in tally.defects:
            tally.ticks -= self._trim(tally.ticks, movie_ticks_per_second)

    def _put_down_content(self, tally: Tally, content: Content) -> None:
        tally.codec = content.codec
        # Where its own field is too small for it, the clock has the rate.
        tally.sample_rate_hz = content.sample_rate_hz or self.ticks_per_second
        tally.channels = content.channels

    def _plausible(self, tally: Tally, samples: int) -> int:
        """Reckon how long so many samples play: as long as the table says, if frames can."""
        if not self.content or not self.timed_samples:
            return 0
        ticks = self.ticks * min(samples, self.timed_samples) // self.timed_samples
        per_frame = self.content.frame_samples * self.ticks_per_second
        most = samples * per_frame // (self.content.frame_rate_hz or self.ticks_per_second or 1)
        if ticks > most:
            tally.defects.add(Defect.DAMAGED)
        return min(ticks, most)

    def _trim(self, ticks: int, movie_ticks_per_second: int) -> int:
        plays = max(ticks - self.edit_start, 0)
        if self.edit_length and movie_ticks_per_second:
            plays = min(plays, self.edit_length * self.ticks_per_second // movie_ticks_per_second)
        trim = ticks - plays
        return trim if trim * _TRIMS_PER_SECOND < self.ticks_per_second else 0
