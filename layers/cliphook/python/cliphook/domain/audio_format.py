"""What an audio file is, as far as its bytes tell, and what is wrong with it."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

# What a claim may be off by before it is wrong. Providers round to whole seconds, up or down, and
# count the encoder's padding or do not: a second and a tenth. Some work it out from a rounded bit
# rate, which is off by more the longer the music is.
MISMATCH_S: Final = Decimal("1.5")
MISMATCH_SHARE: Final = Decimal("0.01")

_MILLISECOND: Final = Decimal("0.001")


class Defect(StrEnum):
    """What may be wrong with a file that is kept all the same."""

    # Not one byte, or a head and no music behind it.
    EMPTY = "empty"
    # It says more than there is.
    TRUNCATED = "truncated"
    # Something inside it belongs to no frame, or contradicts another part.
    DAMAGED = "damaged"
    # No frame of music was found, or of a kind that nobody plays.
    UNDECODABLE = "undecodable"
    # It is longer or shorter than its provider said.
    DURATION_MISMATCH = "duration_mismatch"
    # It plays, and there is nothing to hear.
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """
    What a walk over a file's frames has found; `None` is what it could not tell.

    A duration is a decimal of milliseconds, like the claim that it is held against and like every
    number in the table: a float would be another number on its way back. It is the time that
    plays, so what an encoder has put before and behind the music is taken off where the file says
    how much that is.
    """

    content_type: str | None
    container: str | None
    codec: str | None = None
    duration_s: Decimal | None = None
    sample_rate_hz: int | None = None
    channels: int | None = None
    bit_rate_bps: int | None = None
    defects: frozenset[Defect] = frozenset()

    def off_by_s(self, claimed_s: Decimal | None) -> Decimal | None:
        """Tell how much longer it plays than was claimed; `None` if there is nothing to compare."""
        if self.duration_s is None or claimed_s is None:
            return None
        is_length = claimed_s.is_finite() and claimed_s > 0
        return self.duration_s - claimed_s if is_length else None

    def held_against(self, claimed_s: Decimal | None) -> "AudioFormat":
        """Add the defect of a duration that is not the claimed one, within the tolerance."""
        off_by_s = self.off_by_s(claimed_s)
        if off_by_s is None or claimed_s is None:
            return self
        if abs(off_by_s) <= max(MISMATCH_S, claimed_s * MISMATCH_SHARE):
            return self
        return replace(self, defects=self.defects | {Defect.DURATION_MISMATCH})


def seconds(ticks: int, ticks_per_second: int) -> Decimal:
    """Turn a count of samples into a duration."""
    return (Decimal(ticks) / ticks_per_second).quantize(_MILLISECOND)
