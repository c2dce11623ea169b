"""
Loudness and true peak of signals for which a standard says them: EBU Tech 3341, cases 1 to 19.

Tolerances are the standard's own: 0.1 LU, and for true peaks 0.2 dB above and 0.4 dB below.
"""

import io
import math

import numpy as np
import pytest

from cliphook.adapters.sound.listen import listen
from cliphook.domain.sound import Sound
from tests.support.tones import WAV_FLOAT, Codec, Samples, encoded, silence, tone


def heard(samples: Samples, codec: Codec = WAV_FLOAT, *, rate: int = 48_000) -> Sound:
    sound = listen(io.BytesIO(encoded(samples, codec, rate=rate)))

    assert isinstance(sound, Sound)
    return sound


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
@pytest.mark.parametrize(("dbfs", "seconds"), [(-23.0, 20), (-33.0, 20), (-23.0, 20.05)])
def test_a_steady_tone_is_as_loud_as_its_peak(dbfs: float, seconds: float, rate: int) -> None:
    sound = heard(tone(seconds, dbfs, rate=rate, hz=1000), rate=rate)

    assert sound.loudness_lufs == pytest.approx(dbfs, abs=0.1)


@pytest.mark.parametrize(
    "steps",
    [
        [(-36, 10), (-23, 60), (-36, 10)],
        [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)],
        [(-26, 20), (-20, 20.1), (-26, 20)],
    ],
    ids=["relative gate", "both gates", "no gate"],
)
def test_what_is_much_softer_than_the_rest_does_not_count(steps: list[tuple[int, float]]) -> None:
    samples = np.concatenate([tone(seconds, dbfs, hz=1000) for dbfs, seconds in steps])

    assert heard(samples).loudness_lufs == pytest.approx(-23.0, abs=0.1)


def test_one_channel_is_three_units_softer_than_the_same_in_two() -> None:
    sound = heard(tone(20, -23, hz=1000, channels=1))

    assert sound.channels == 1
    assert sound.loudness_lufs == pytest.approx(-23 - 10 * math.log10(2), abs=0.1)


@pytest.mark.parametrize(
    ("divisor", "amplitude", "degrees", "dbtp"),
    [
        (4, 0.5, 0, -6),
        (4, 0.5, 45, -6),
        (6, 0.5, 60, -6),
        (8, 0.5, 67.5, -6),
        (4, 1.41, 45, 3),
    ],
)
def test_a_peak_between_two_samples_is_found(
    divisor: int, amplitude: float, degrees: float, dbtp: float
) -> None:
    turns = np.arange(2 * 48_000) / divisor + degrees / 360
    samples = np.repeat((amplitude * np.sin(2 * math.pi * turns))[:, None], 2, axis=1)
    # From nothing to a sine at once is more than any sine: it comes and goes slowly.
    up = np.arange(len(samples)) / 4800
    samples *= np.minimum(1, np.minimum(up, up[::-1]))[:, None]

    peak = heard(samples).true_peak_dbtp

    assert peak is not None
    assert dbtp - 0.4 <= peak <= dbtp + 0.2


def test_a_peak_at_the_very_end_counts() -> None:
    # 1.05 s: the last half of a step of the loudness filter, which never tells of it.
    samples = np.concatenate([tone(1.0, -40), tone(0.05, -6)])

    assert heard(samples).true_peak_dbtp == pytest.approx(-6, abs=0.4)


def test_silence_has_neither_loudness_nor_peak() -> None:
    sound = heard(silence(3))

    assert (sound.loudness_lufs, sound.true_peak_dbtp) == (None, None)


def test_less_than_400_ms_has_a_peak_and_no_loudness() -> None:
    sound = heard(tone(0.39, -23))

    assert sound.loudness_lufs is None
    assert sound.true_peak_dbtp == pytest.approx(-23, abs=0.4)


def test_400_ms_have_a_loudness() -> None:
    assert heard(tone(0.4, -23)).loudness_lufs == pytest.approx(-23, abs=0.2)


def test_samples_that_are_no_numbers_are_no_loudness() -> None:
    sound = heard(np.full((48_000, 2), np.nan))

    assert sound.loudness_lufs is None
