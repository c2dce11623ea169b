"""Peaks as a document that waveform players read: the JSON of audiowaveform."""

from typing import Final

from cliphook.domain.sound import Peaks

_VERSION: Final = 2
_BITS: Final = 8


def waveform(peaks: Peaks) -> dict[str, object]:
    """Write the peaks as peaks.js and wavesurfer.js expect them, with the channels as one."""
    return {
        "version": _VERSION,
        "channels": 1,
        "sample_rate": peaks.sample_rate,
        "samples_per_pixel": peaks.samples_per_pixel,
        "bits": _BITS,
        "length": peaks.length,
        "data": list(peaks.data),
    }
