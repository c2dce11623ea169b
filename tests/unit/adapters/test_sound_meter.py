"""Silences to the sample, and peaks that cover the whole clip in a bounded number of pixels."""

import io
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.adapters.sound.listen import listen
from cliphook.adapters.sound.meter import PIXELS, Meter
from cliphook.adapters.sound.waveform import waveform
from cliphook.domain.sound import Peaks, Sound
from tests.support.tones import encoded, silence, tone

# -60 dBFS of 16 bits: 32768 / 1000 = 32.8.
QUIET, LOUD = 32, 33


def metered(samples: np.ndarray, *, rate: int = 48_000, step: int = 1000) -> Meter:
    meter = Meter(sample_rate=rate, channels=samples.shape[1])
    view = memoryview(samples.astype("<i2").tobytes())
    width = 2 * samples.shape[1]
    for at in range(0, len(view), step * width):
        meter.add(view[at : at + step * width])
    meter.finish()
    return meter


@given(
    frames=st.integers(1, 100_000),
    places=st.lists(st.integers(0, 99_999), max_size=3),
    channel=st.integers(0, 1),
    level=st.sampled_from([LOUD, -LOUD, 32767, -32768]),
)
def test_silences_end_at_the_very_sample(
    frames: int, places: list[int], channel: int, level: int
) -> None:
    samples = np.full((frames, 2), QUIET)
    loud = [place % frames for place in places]
    samples[loud, channel] = level

    meter = metered(samples)

    assert meter.leading_silence_s == min(loud, default=frames) / 48_000
    assert meter.trailing_silence_s == (frames - 1 - max(loud, default=-1)) / 48_000


@given(frames=st.integers(1, 3_000_000), step=st.integers(5_000, 50_000))
def test_peaks_cover_all_of_a_clip_with_400_pixels_or_few_less(frames: int, step: int) -> None:
    meter = metered(np.zeros((frames, 1)), step=step)
    peaks = meter.peaks()

    assert meter.frames == frames
    assert peaks.length <= PIXELS
    assert (peaks.length - 1) * peaks.samples_per_pixel < frames
    assert frames <= peaks.length * peaks.samples_per_pixel
    # A second has more than half of them, and five seconds nearly all.
    assert peaks.length > PIXELS * (0.97 if frames >= 240_000 else 0.5) or frames < 16 * PIXELS


def test_a_pixel_is_the_lowest_and_the_highest_of_its_samples() -> None:
    generator = np.random.default_rng(5)
    samples = generator.integers(-32768, 32768, size=(3_000_000, 2))

    peaks = metered(samples).peaks()

    for pixel in (0, 1, peaks.length // 2, peaks.length - 1):
        part = samples[pixel * peaks.samples_per_pixel : (pixel + 1) * peaks.samples_per_pixel]
        # As audiowaveform does it: 8 bits of 16, towards zero.
        edges = int(part.min() / 256), int(part.max() / 256)
        assert peaks.data[2 * pixel : 2 * pixel + 2] == edges


def test_memory_for_an_hour_is_that_for_minutes() -> None:
    block = memoryview(bytes(2 * 8_000 * 10))

    def peak_bytes(minutes: int) -> int:
        tracemalloc.start()
        meter = Meter(sample_rate=8_000, channels=1)
        for _ in range(minutes * 6):
            meter.add(block)
        meter.finish()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert peak_bytes(60) < 1.1 * peak_bytes(6)


def test_a_file_of_silence_is_silent_throughout() -> None:
    sound = listen(io.BytesIO(encoded(silence(3))))

    assert isinstance(sound, Sound)
    assert sound.is_silent
    assert (sound.leading_silence_s, sound.trailing_silence_s) == (3, 3)
    assert set(sound.peaks.data) == {0}


def test_peaks_of_a_tone_reach_its_level_in_both_directions() -> None:
    sound = listen(io.BytesIO(encoded(np.concatenate([tone(5, -6.02), silence(5)]))))

    assert isinstance(sound, Sound)
    half = sound.peaks.length // 2
    low, high = sound.peaks.data[0 : 2 * half - 2 : 2], sound.peaks.data[1 : 2 * half - 2 : 2]
    assert set(low) <= {-63, -64}
    assert set(high) <= {63, 64}
    assert set(sound.peaks.data[2 * half + 2 :]) == {0}


def test_the_document_is_what_waveform_players_read() -> None:
    document = waveform(Peaks(sample_rate=44_100, samples_per_pixel=512, data=(-3, 4, -128, 127)))

    # The keys and their kinds as in audiowaveform's DataFormat.md.
    assert document == {
        "version": 2,
        "channels": 1,
        "sample_rate": 44_100,
        "samples_per_pixel": 512,
        "bits": 8,
        "length": 2,
        "data": [-3, 4, -128, 127],
    }


@pytest.mark.parametrize("seconds", [0.001, 0.1, 1, 30])
def test_the_document_holds_two_numbers_for_each_pixel(seconds: float) -> None:
    sound = listen(io.BytesIO(encoded(tone(seconds, -3))))

    assert isinstance(sound, Sound)
    document = waveform(sound.peaks)
    data, length = document["data"], document["length"]
    assert isinstance(data, list)
    assert isinstance(length, int)
    assert len(data) == 2 * length
