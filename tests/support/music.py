"""Music to encode: always the same, loud and soft by turns, and no two seconds of it alike."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

_CHORDS_HZ = ((220.0, 277.2, 329.6), (196.0, 246.9, 293.7), (174.6, 220.0, 261.6), (164.8, 207.7))
_CHORD_S = 0.8
_LOUD = 9_000


@cache
def music(length_s: float, rate_hz: int = 44_100, channels: int = 2) -> NDArray[np.int16]:
    """Play chords under a melody that rises, with a drum of noise; a row for each sample."""
    seconds = np.arange(round(length_s * rate_hz)) / rate_hz
    chord = (seconds / _CHORD_S).astype(int) % len(_CHORDS_HZ)
    notes: NDArray[np.float64] = sum(
        np.sin(2 * np.pi * hz * seconds) * (chord == number)
        for number, chord_hz in enumerate(_CHORDS_HZ)
        for hz in chord_hz
    )
    melody = np.sin(2 * np.pi * (440 + 35 * seconds) * seconds)
    beat = np.exp(-12 * (seconds % (_CHORD_S / 2)))
    drum = np.random.default_rng(1).standard_normal(seconds.size) * beat
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * seconds / 3)
    sides = [(notes / 3 + melody * lean + drum * 0.4) * swell for lean in (0.5, 0.2)]
    mixed: NDArray[np.float64] = np.stack([sides[number % 2] for number in range(channels)], axis=1)
    return np.clip(mixed * _LOUD, -32_767, 32_767).astype(np.int16)
