"""The music: its own for each request and track, always the same, long and loud enough, clean."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from local.simulators.dice import Dice
from local.simulators.encode import id3_tag, mp3_frames
from local.simulators.moods import MOODS, mood_of
from local.simulators.render import LOUDNESS_LUFS, loudness_lufs, render
from local.simulators.synth import RATE
from local.simulators.tune import LONGEST_S, SHORTEST_S, Brief, compose
from tests.unit.local.mpeg import duration_s, frames

SUNG = Brief("[Verse] Night city lights", style="pop", title="Iron Man", voice="f")
PLAYED = Brief("Warm lo-fi with brushed drums", instrumental=True)

briefs = st.builds(
    Brief,
    prompt=st.text(max_size=80),
    style=st.sampled_from(["", *(mood.words[0] for mood in MOODS)]),
    title=st.text(max_size=20),
    instrumental=st.booleans(),
    voice=st.sampled_from(["", "m", "f"]),
    seed=st.integers(0, 99),
)


@given(brief=briefs, track=st.integers(0, 1))
def test_a_tune_has_its_length_and_stays_inside_it(brief: Brief, track: int) -> None:
    tune = compose(brief, track)

    assert SHORTEST_S <= tune.length_s <= LONGEST_S
    assert all(0 <= note.start_s < tune.length_s for note in tune.notes)
    assert all(30 <= note.pitch <= 84 for note in tune.notes if note.pitch)
    assert any(note.part == "voice" for note in tune.notes) is not brief.instrumental


@settings(max_examples=30)
@given(brief=briefs)
def test_the_same_request_is_the_same_tune_and_its_tracks_differ(brief: Brief) -> None:
    assert compose.__wrapped__(brief, 0) == compose.__wrapped__(brief, 0)
    assert compose(brief, 0) != compose(brief, 1)


def test_every_part_of_a_request_changes_the_tune() -> None:
    others = [
        Brief("Other words", style="pop", title="Iron Man", voice="f"),
        Brief(SUNG.prompt, style="jazz", title="Iron Man", voice="f"),
        Brief(SUNG.prompt, style="pop", title="Iron Woman", voice="f"),
        Brief(SUNG.prompt, style="pop", title="Iron Man", voice="m"),
        Brief(SUNG.prompt, style="pop", title="Iron Man", voice="f", instrumental=True),
        Brief(SUNG.prompt, style="pop", title="Iron Man", voice="f", seed=1),
    ]

    tunes = [compose(brief, 0).notes for brief in (SUNG, *others)]

    assert len(set(tunes)) == len(tunes)


@pytest.mark.parametrize("mood", MOODS, ids=lambda mood: mood.words[0])
def test_a_style_is_heard_in_the_tempo(mood: object) -> None:
    row = next(row for row in MOODS if row is mood)

    for word in row.words:
        tempo = compose(Brief("", style=f"dreamy {word}"), 0).tempo_bpm
        assert row.tempo_bpm[0] <= tempo <= row.tempo_bpm[1]


def test_the_first_word_that_is_known_decides() -> None:
    dice = Dice("any")

    assert "rock" in mood_of("rock, then jazz", "sleep", dice).words
    assert "jazz" in mood_of("unheard of", "smoky jazz", dice).words
    assert mood_of("trapped", "", dice) in MOODS


@pytest.fixture(scope="module", params=[SUNG, PLAYED], ids=["sung", "played"])
def sound(request: pytest.FixtureRequest) -> NDArray[np.int16]:
    return render(compose(request.param, 0))


def test_it_is_as_loud_as_told_and_never_clips(sound: NDArray[np.int16]) -> None:
    wave = (sound.T / 32767).astype(np.float32)

    assert loudness_lufs(wave) == pytest.approx(LOUDNESS_LUFS, abs=1.5)
    assert np.abs(wave).max() <= 10 ** (-1 / 20)
    assert abs(wave.mean()) < 0.001


def test_it_sounds_from_the_first_second_and_fades_at_the_end(sound: NDArray[np.int16]) -> None:
    wave = sound.astype(np.float64).mean(axis=1) / 32767
    seconds = wave[: wave.size // RATE * RATE].reshape(-1, RATE)
    levels_db = 20 * np.log10(np.sqrt((seconds**2).mean(axis=1)) + 1e-9)

    assert levels_db[:-3].min() > -30
    assert np.abs(wave[: RATE // 1000]).max() < 0.02
    assert np.abs(wave[-RATE // 100 :]).max() < 0.001


def test_left_and_right_are_not_the_same(sound: NDArray[np.int16]) -> None:
    assert not np.array_equal(sound[:, 0], sound[:, 1])


def test_a_file_is_an_mp3_of_the_whole_tune(sound: NDArray[np.int16]) -> None:
    content = id3_tag({"TIT2": "Städte", "COMM": "made with suno"}) + mp3_frames(sound)

    found = frames(content)
    assert duration_s(content) == pytest.approx(sound.shape[0] / RATE, abs=0.1)
    assert duration_s(content) >= 20
    assert {(frame.sample_rate, frame.channels) for frame in found} == {(RATE, 2)}


def test_the_same_tune_is_the_same_samples() -> None:
    tune = compose(SUNG, 0)
    short = replace(tune, length_s=4.0, notes=tuple(n for n in tune.notes if n.start_s < 3.9))

    assert np.array_equal(render(short), render(short))
