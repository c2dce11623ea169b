"""Infery's tunes follow from requests, are as long as is asked, and can be taken apart."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulators.render import render
from local.simulators.synth import RATE
from local.simulators.tune import Brief, compose
from tests.unit.local.infery_client import FAST, PRO, SOUND, SUNO, ask, job_of, other

WHOLE = Brief("Upbeat indie folk", style="pop", seed=3)


@given(length_s=st.floats(3, 300), prompt=st.text(max_size=20))
def test_a_tune_lasts_as_long_as_is_asked(length_s: float, prompt: str) -> None:
    tune = compose(Brief(prompt, length_s=length_s), 0)

    assert tune.length_s == length_s
    assert all(0 <= note.start_s < length_s for note in tune.notes)
    # No bar of four beats, however slow, is left without a note.
    starts = [*sorted(note.start_s for note in tune.notes), length_s]
    assert max(after - before for before, after in pairwise(starts)) < 4.0


def test_the_length_changes_nothing_of_how_a_tune_begins() -> None:
    tune = compose(WHOLE, 0)
    longer = compose(replace(WHOLE, length_s=tune.length_s * 3), 0)

    assert longer.notes[: len(tune.notes)] == tune.notes
    assert longer.key == tune.key


def test_a_tune_begins_again_with_the_bar_after_its_last() -> None:
    tune = compose(WHOLE, 0)
    longer = compose(replace(WHOLE, length_s=tune.length_s * 3), 0)

    again_s = longer.notes[len(tune.notes)].start_s

    assert again_s > tune.notes[-1].start_s
    assert again_s * tune.tempo_bpm / 240 == pytest.approx(round(again_s * tune.tempo_bpm / 240))


@pytest.mark.parametrize("of", [0, 1])
def test_stems_are_the_parts_of_one_track_and_together_all_of_it(of: int) -> None:
    tune = compose(WHOLE, of)
    brief = replace(WHOLE, stems=(("voice",), ("kick", "snare", "hat"), ("brass",)), of=of)

    voice, drums, brass = (compose(brief, track) for track in range(3))

    assert voice.notes == tuple(note for note in tune.notes if note.part == "voice")
    assert {note.part for note in drums.notes} == {"kick", "snare", "hat"}
    assert brass.notes == ()
    assert {stem.length_s for stem in (voice, drums, brass)} == {tune.length_s}


def test_a_stem_in_which_nothing_plays_is_silence_of_the_same_length() -> None:
    brief = replace(WHOLE, stems=(("brass",),))

    sound = render(compose(brief, 0))

    assert sound.shape[0] == round(compose(WHOLE, 0).length_s * RATE)
    assert np.abs(sound).max() == 0


def test_all_that_can_be_heard_of_a_request_changes_its_music() -> None:
    custom = SUNO | {"custom_mode": True}
    picture = {"data": "/9j/4AAQ"}
    bodies = [
        SUNO,
        SUNO | {"prompt": "Rain"},
        SUNO | {"instrumental": True},
        SUNO | {"vocal_gender": "m"},
        SUNO | {"vocal_gender": "f"},
        SUNO | {"negative_tags": "metal"},
        SUNO | {"duration_seconds": 45},
        custom | {"style": "jazz"},
        custom | {"title": "Coast"},
        custom | {"lyrics": "[Verse] Salt"},
        SOUND,
        SOUND | {"sound_key": "Am"},
        SOUND | {"sound_tempo": 90},
        PRO | {"images": [picture]},
        PRO | {"images": [picture, picture]},
        SUNO | {"operation": "extend", "audio_id": "a"},
        SUNO | {"operation": "extend", "audio_id": "b"},
    ]
    with other(replace(FAST, tunes=0), mode="async_schema") as sim:
        jobs = [job_of(ask(sim, body)) for body in bodies]
        briefs = [sim.world.tasks[job].brief for job in jobs]

    assert len({*briefs}) == len(bodies)


def test_a_simulator_may_make_short_tunes_and_a_request_still_has_the_last_word() -> None:
    with other(replace(FAST, lasts_s=8), mode="async_schema") as sim:
        jobs = [job_of(ask(sim, body)) for body in (SUNO, SUNO | {"duration_seconds": 45})]
        lengths = [clip.seconds for job in jobs for clip in sim.world.tasks[job].clips]

    assert lengths == [8, 8, 45, 45]
