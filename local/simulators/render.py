"""A score becomes sound: instruments, room, loudness, fade. The same score is the same samples."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from local.simulators.synth import RATE, Wave, play
from local.simulators.tune import Tune

LOUDNESS_LUFS: Final = -14.0
# MP3 adds a little of its own to a peak: decoded, it stays below -1 dB.
PEAK: Final = 10 ** (-1.8 / 20)

_FADE_S: Final = 2.2
_BLOCK: Final = 48
# How loud each part is, where it stands (-1 left, 1 right), and how much of it the room hears.
_DESK: Final[Mapping[str, tuple[float, float, float]]] = {
    "pad": (0.055, 0.0, 0.35),
    "keys": (0.2, -0.25, 0.25),
    "pluck": (0.19, 0.25, 0.28),
    "bass": (0.21, 0.0, 0.02),
    "voice": (0.2, 0.0, 0.3),
    "kick": (0.5, 0.0, 0.02),
    "snare": (0.34, 0.08, 0.18),
    "hat": (0.11, 0.35, 0.08),
}


def render(tune: Tune) -> NDArray[np.int16]:
    """Play a tune: stereo samples at RATE, about LOUDNESS_LUFS loud, never above PEAK."""
    size = round(tune.length_s * RATE)
    dry = np.zeros((2, size), dtype=np.float32)
    send = np.zeros(size, dtype=np.float32)
    for note in tune.notes:
        level, place, room = _DESK[note.part]
        start = int(note.start_s * RATE)
        wave = play(note)[..., : size - start] * np.float32(level)
        end = start + wave.shape[-1]
        dry[:, start:end] += np.array([[1 - place], [1 + place]], dtype=np.float32) * wave
        send[start:end] += (wave.mean(axis=0) if wave.ndim > 1 else wave) * np.float32(room)
    mix = _fade(dry + _room(send))
    return _samples(_limit(mix * _gain(mix)))


def loudness_lufs(sound: Wave) -> float:
    """Measure loudness as ITU-R BS.1770 weighs it, over the whole and without its gate."""
    spectrum = np.abs(np.fft.rfft(sound, axis=-1)) ** 2
    weight = _ear(sound.shape[-1])
    power = float((spectrum * weight).sum()) * 2 / sound.shape[-1] ** 2
    return -0.691 + 10 * float(np.log10(power + 1e-12))


def _gain(mix: Wave) -> np.float32:
    return np.float32(10 ** ((LOUDNESS_LUFS - loudness_lufs(mix)) / 20))


def _room(send: Wave) -> Wave:
    """Let a small hall answer: decaying noise, another for each ear."""
    echo, size = _echo(send.size)
    heard = np.fft.irfft(np.fft.rfft(send, size) * echo, axis=-1)
    return heard[:, : send.size].astype(np.float32)


@lru_cache(maxsize=4)
def _echo(size: int) -> tuple[NDArray[np.complex128], int]:
    seconds = np.arange(int(1.5 * RATE)) / RATE
    noise = np.random.default_rng(11).standard_normal((2, seconds.size))
    # A warm hall: each reflection is a little duller than the sound.
    dull = np.cumsum(noise, axis=1)
    dull = (dull[:, 24:] - dull[:, :-24]) / 24
    tail = dull * np.exp(-seconds[24:] / 0.32) * np.minimum(1, seconds[24:] / 0.02)
    tail /= np.sqrt((tail**2).sum(axis=1, keepdims=True))
    full = _quick(size + tail.shape[1])
    return np.fft.rfft(tail.astype(np.float32), full, axis=-1), full


def _quick(size: int) -> int:
    """Round up to a size whose Fourier transform is quick."""
    step = 1 << 14
    return -(-size // step) * step


@lru_cache(maxsize=4)
def _ear(size: int) -> Wave:
    """Weigh frequencies as BS.1770's two filters do (RBJ forms of shelf and high-pass)."""
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    shelf = _response(z, (1.53512486, -2.69169619, 1.19839281), (-1.69065929, 0.73248077))
    rumble = _response(z, (1.0, -2.0, 1.0), (-1.99004745, 0.99007225))
    return (np.abs(shelf * rumble) ** 2).astype(np.float32)


def _response(
    z: NDArray[np.complex128], top: tuple[float, float, float], low: tuple[float, float]
) -> NDArray[np.complex128]:
    above = top[0] + top[1] * z + top[2] * z**2
    return above / (1 + low[0] * z + low[1] * z**2)


def _fade(sound: Wave) -> Wave:
    length = int(_FADE_S * RATE)
    faded = sound.copy()
    faded[:, -length:] *= np.cos(np.linspace(0, np.pi / 2, length, dtype=np.float32)) ** 2
    return faded


def _limit(sound: Wave) -> Wave:
    """Turn down ahead of a peak and up again after it: no peak passes, and nothing clips."""
    blocks = -(-sound.shape[1] // _BLOCK)
    padded = np.zeros(blocks * _BLOCK, dtype=np.float32)
    padded[: sound.shape[1]] = np.abs(sound).max(axis=0)
    gain = np.minimum(1.0, PEAK / np.maximum(padded.reshape(blocks, _BLOCK).max(axis=1), 1e-9))
    reach = 40
    edged = np.pad(gain, reach, mode="edge")
    window = np.lib.stride_tricks.sliding_window_view(edged, 2 * reach + 1).min(axis=1)
    smooth = np.convolve(
        np.pad(window, reach // 2, mode="edge"), np.full(reach + 1, 1 / (reach + 1))
    )
    smooth = smooth[reach : reach + blocks]
    middles = (np.arange(blocks) + 0.5) * _BLOCK
    curve = np.interp(np.arange(sound.shape[1]), middles, smooth).astype(np.float32)
    return sound * curve


def _samples(sound: Wave) -> NDArray[np.int16]:
    clipped = np.clip(sound, -PEAK, PEAK)
    return (clipped.T * 32767).astype(np.int16)
