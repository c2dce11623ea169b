"""What a clip sounds like, as measured by decoding it; what its headers claim is not asked."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# A sample below this is silence. Music is made loud (-14 LUFS and more), so what lies 46 dB below
# it cannot be heard in a room; dither (-96) and what lossy codecs leave of zeros (-80) lie lower.
SILENCE_DBFS: Final = -60.0


class Reason(StrEnum):
    """Why a file was not heard to its end."""

    NOT_AUDIO = "not_audio"  # nothing that any decoder of ours would begin with
    UNUSUAL = "unusual"  # audio, but no music: its rate or its channels are out of bounds
    DAMAGED = "damaged"  # the container, or all of what it holds, cannot be read on
    TOO_LONG = "too_long"  # it goes on after what anybody would call a clip
    TOO_SLOW = "too_slow"  # the time for it is over
    CRASHED = "crashed"  # it brought the decoder down, or wanted more memory than there is


# What shows that a file is bad. For the others it is we who did not listen to the end.
BAD: Final = frozenset({Reason.NOT_AUDIO, Reason.DAMAGED, Reason.CRASHED})


@dataclass(frozen=True, slots=True)
class Peaks:
    """
    A drawing of the whole clip: for each pixel its lowest and its highest sample, -128 to 127.

    The channels are one: what is out of phase between left and right would vanish in a mean.
    """

    sample_rate: int
    samples_per_pixel: int
    data: tuple[int, ...]

    @property
    def length(self) -> int:
        """How many pixels it has."""
        return len(self.data) // 2


@dataclass(frozen=True, slots=True)
class Sound:
    """
    What was heard.

    A clip without any sound is silent from its beginning and up to its end: both silences are
    then as long as the clip.
    """

    duration_s: float
    sample_rate: int
    channels: int
    # EBU R128, gated, over the whole; `None` without 400 ms that are above its gate of -70 LUFS.
    loudness_lufs: float | None
    # Between the samples, by four times their rate; `None` where every sample is zero.
    true_peak_dbtp: float | None
    leading_silence_s: float
    trailing_silence_s: float
    peaks: Peaks
    # Pieces that the decoder refused and passed over. Good files have a few, around their tags.
    skipped_packets: int

    @property
    def heard(self) -> "Sound":
        """All that can be heard of it."""
        return self

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to hear in it."""
        return self.leading_silence_s >= self.duration_s


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A file that could not be heard to its end, and what was heard before that."""

    reason: Reason
    before: Sound | None = None

    @property
    def heard(self) -> Sound | None:
        """All that can be heard of it; where there is more, what was heard tells nothing of it."""
        return self.before if self.reason in BAD else None
