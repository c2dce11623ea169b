"""What a walk has counted so far, and what follows from it."""

from dataclasses import dataclass, field
from typing import Final

from cliphook.adapters.audio_types import AudioType
from cliphook.domain.audio_format import AudioFormat, Defect, seconds

# Frames, pages and chunks: those of five hours of music. A file of more is made to be slow, and is
# not walked to its end.
STEPS_MAX: Final = 1_000_000

_BITS: Final = 8


@dataclass(slots=True)
class Tally:
    """The counts of one walk, which a page of a container fills in as it goes."""

    type: AudioType
    container: str
    codec: str | None = None
    sample_rate_hz: int = 0
    channels: int = 0
    # What plays, in ticks; where a container has no clock of its own, a tick is a sample.
    ticks: int = 0
    ticks_per_second: int = 0
    # How often it has stepped on.
    steps: int = 0
    # Bytes of music, without what is around it.
    audio_bytes: int = 0
    # Where all frames have the same; else it follows from bytes and time.
    bit_rate_bps: int | None = None
    defects: set[Defect] = field(default_factory=set[Defect])

    @property
    def is_full(self) -> bool:
        """Whether this is enough of any file."""
        return self.steps >= STEPS_MAX

    def found(self) -> AudioFormat:
        """Tell what the file is."""
        per_second = self.ticks_per_second or self.sample_rate_hz
        is_known = self.codec is not None and per_second > 0 and self.channels > 0
        if not is_known or self.is_full:
            self.defects.add(Defect.UNDECODABLE)
        elif self.ticks <= 0:
            self.defects.add(Defect.EMPTY)
        plays = is_known and self.ticks > 0
        return AudioFormat(
            self.type.content_type,
            self.container,
            self.codec,
            seconds(self.ticks, per_second) if plays else None,
            self.sample_rate_hz or None,
            self.channels or None,
            self._bit_rate_bps(per_second) if plays else None,
            frozenset(self.defects),
        )

    def _bit_rate_bps(self, per_second: int) -> int:
        return self.bit_rate_bps or round(self.audio_bytes * _BITS * per_second / self.ticks)
