"""Instruments: one note each, as numbers. Nothing here knows of songs."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from local.simulators.tune import Note

type Wave = NDArray[np.float32]

RATE: Final = 48_000

_TABLE: Final = 4096
_HIGHEST_HZ: Final = 16_000.0
_NOISE: Final[Wave] = np.random.default_rng(7).standard_normal(RATE).astype(np.float32)
# Formants (Hz, width, level) that make a buzz sound like a vowel.
_FORMANTS: Final[Mapping[str, tuple[tuple[float, float, float], ...]]] = {
    "a": ((800, 110, 1.0), (1150, 130, 0.5), (2800, 220, 0.12)),
    "e": ((420, 90, 1.0), (1900, 150, 0.28), (2600, 220, 0.14)),
    "i": ((330, 80, 1.0), (2300, 170, 0.2), (3000, 240, 0.1)),
    "o": ((470, 90, 1.0), (850, 110, 0.45), (2700, 220, 0.06)),
    "u": ((350, 80, 1.0), (720, 100, 0.3), (2600, 220, 0.04)),
}


def play(note: Note) -> Wave:
    """Play one note: a row of samples, or two rows (left, right) for a part that is wide."""
    return _play(
        note.part, note.pitch, round(note.length_s, 3), round(note.loudness, 2), note.vowel
    )


@lru_cache(maxsize=512)
def _play(part: str, pitch: int, length_s: float, loudness: float, vowel: str) -> Wave:
    wave = _PARTS[part](440.0 * 2.0 ** ((pitch - 69) / 12), length_s, vowel)
    return (wave * loudness).astype(np.float32)


def _keys(hz: float, length_s: float, _vowel: str) -> Wave:
    """Play an electric piano: a bell that fades at once over a tone that stays."""
    seconds = _seconds(length_s + 0.25)
    body = _tone(hz, seconds, (1.0, 0.28, 0.1, 0.05)) * np.exp(-seconds / 1.1)
    bell = _tone(hz, seconds, (0.0, 0.0, 0.3, 0.5, 0.2, 0.12)) * np.exp(-seconds / 0.16)
    return (body + 0.55 * bell) * _shape(seconds.size, 0.005, 0.22)


def _pluck(hz: float, length_s: float, _vowel: str) -> Wave:
    seconds = _seconds(length_s + 0.2)
    dark = _tone(hz, seconds, (1.0, 0.4, 0.2, 0.1)) * np.exp(-seconds / 0.55)
    bright = _tone(hz, seconds, tuple(1 / k for k in range(1, 15))) * np.exp(-seconds / 0.09)
    return (dark + 0.5 * bright) * _shape(seconds.size, 0.004, 0.18)


def _pad(hz: float, length_s: float, _vowel: str) -> Wave:
    """Hold a wide, soft chord tone: two strings a little out of tune, one for each ear."""
    seconds = _seconds(length_s + 0.5)
    soft = tuple(k**-1.9 for k in range(1, 11))
    pair = [_tone(hz * cents, seconds, soft) for cents in (0.9975, 1.0025)]
    middle = _tone(hz, seconds, soft)
    return np.stack([middle + ear for ear in pair]) * _shape(seconds.size, 0.35, 0.5)


def _bass(hz: float, length_s: float, _vowel: str) -> Wave:
    seconds = _seconds(length_s + 0.06)
    tone = _tone(hz, seconds, (1.0, 0.45, 0.18, 0.08)) * np.exp(-seconds / 1.4)
    return tone * _shape(seconds.size, 0.008, 0.06)


def _voice(hz: float, length_s: float, vowel: str) -> Wave:
    """Sing a vowel: glide into the pitch, then a vibrato that grows, and a little breath."""
    seconds = _seconds(length_s + 0.12)
    glide = 1 - 0.045 * np.exp(-seconds / 0.035)
    vibrato = 1 + 0.006 * np.clip((seconds - 0.25) / 0.3, 0, 1) * np.sin(seconds * 2 * np.pi * 5.3)
    partials = _vowel_partials(vowel or "a", hz)
    pair = [_tone(hz * cents, seconds, partials, glide * vibrato) for cents in (0.998, 1.002)]
    breath = _NOISE[: seconds.size] if seconds.size <= RATE else np.resize(_NOISE, seconds.size)
    return (np.stack(pair) + 0.012 * breath) * _shape(seconds.size, 0.045, 0.12)


def _vowel_partials(vowel: str, hz: float) -> tuple[float, ...]:
    strengths = []
    for harmonic in range(1, int(4_000 / hz) + 1):
        at = harmonic * hz
        resonance = sum(
            level / (1 + ((at - centre) / width) ** 2) for centre, width, level in _FORMANTS[vowel]
        )
        strengths.append((resonance + 0.06) * harmonic**-0.5)
    total = sum(strength**2 for strength in strengths) ** 0.5
    return tuple(round(strength / total, 5) for strength in strengths)


def _kick(_hz: float, _length_s: float, _vowel: str) -> Wave:
    seconds = _seconds(0.32)
    sweep = 48 * seconds + 92 * 0.03 * (1 - np.exp(-seconds / 0.03))
    drop = np.sin(2 * np.pi * sweep) * np.exp(-seconds / 0.11)
    return drop.astype(np.float32) * _shape(seconds.size, 0.002, 0.05)


def _snare(_hz: float, _length_s: float, _vowel: str) -> Wave:
    seconds = _seconds(0.24)
    rattle = np.diff(_NOISE[: seconds.size + 1]) * np.exp(-seconds / 0.06) * 0.3
    drum = np.sin(2 * np.pi * 185 * seconds) * np.exp(-seconds / 0.05) * 0.5
    return (rattle + drum).astype(np.float32) * _shape(seconds.size, 0.002, 0.05)


def _hat(_hz: float, _length_s: float, _vowel: str) -> Wave:
    seconds = _seconds(0.09)
    hiss = np.diff(_NOISE[5000 : 5000 + seconds.size + 2], 2) * np.exp(-seconds / 0.022)
    return (hiss * 0.22).astype(np.float32) * _shape(seconds.size, 0.001, 0.03)


_PARTS: Final[Mapping[str, Callable[[float, float, str], Wave]]] = {
    "keys": _keys,
    "pluck": _pluck,
    "pad": _pad,
    "bass": _bass,
    "voice": _voice,
    "kick": _kick,
    "snare": _snare,
    "hat": _hat,
}


def _seconds(length_s: float) -> Wave:
    return np.arange(int(length_s * RATE), dtype=np.float32) / np.float32(RATE)


def _tone(hz: float, seconds: Wave, partials: tuple[float, ...], bend: Wave | None = None) -> Wave:
    """Read a period out of a table, as fast or as bent as asked."""
    table = _table(partials[: max(1, int(_HIGHEST_HZ / hz))])
    if bend is None:
        phase = np.arange(seconds.size, dtype=np.float64) * (hz / RATE)
    else:
        phase = np.cumsum(bend, dtype=np.float64) * (hz / RATE)
    return table[((phase % 1.0) * _TABLE).astype(np.int32)]


@lru_cache(maxsize=512)
def _table(partials: tuple[float, ...]) -> Wave:
    turn = np.linspace(0, 2 * np.pi, _TABLE, endpoint=False)
    period = sum(
        (strength * np.sin(turn * number) for number, strength in enumerate(partials, start=1)),
        start=np.zeros(_TABLE),
    )
    # One entry more: a phase that rounds up to a whole turn is its beginning.
    return np.append(period, period[0]).astype(np.float32)


def _shape(size: int, attack_s: float, release_s: float) -> Wave:
    """Begin and end at nothing, without a corner, so that no note clicks."""
    shape = np.ones(size, dtype=np.float32)
    attack, release = (min(int(length * RATE), size // 2) for length in (attack_s, release_s))
    ramp = np.sin(np.linspace(0, np.pi / 2, attack, dtype=np.float32)) ** 2
    shape[:attack] = ramp
    shape[size - release :] = np.cos(np.linspace(0, np.pi / 2, release, dtype=np.float32)) ** 2
    return shape
