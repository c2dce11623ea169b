"""Files are looked into as they lie on the disk: along their frames, and by their sound."""

import itertools
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from cliphook.adapters.examine import examine
from cliphook.application.keep_clip import Examined
from cliphook.application.ports import Fetched
from cliphook.domain.audio_format import Defect
from cliphook.domain.passport import judge
from cliphook.domain.sound import Sound, Undecodable
from tests.support.hostile_files import HOSTILE_FILES
from tests.support.tones import MP3, encoded, silence, tone

SONG = encoded(np.concatenate([silence(1), tone(3, -20), silence(2)]), MP3)


def examined(path: Path, body: bytes) -> Examined:
    path.write_bytes(body)
    return examine(Fetched(path, sha256(body).hexdigest(), len(body), "audio/mpeg", "mp3"))


def test_a_song_is_walked_along_and_listened_to(tmp_path: Path) -> None:
    found = examined(tmp_path / "song", SONG)

    assert isinstance(found.sound, Sound)
    assert found.audio.duration_s
    assert abs(found.audio.duration_s - 6) < Decimal("0.1")
    assert found.audio.defects == frozenset()
    # A stereo sine of 997 Hz is as loud as its peak; the blocks at its edges are half silent.
    assert found.sound.loudness_lufs == pytest.approx(-20, abs=1)
    assert found.sound.leading_silence_s == pytest.approx(1, abs=0.1)
    assert found.sound.trailing_silence_s == pytest.approx(2, abs=0.1)


def test_its_waveform_is_quiet_where_the_song_is(tmp_path: Path) -> None:
    waveform = examined(tmp_path / "song", SONG).waveform

    assert waveform
    assert 300 <= waveform["length"] <= 500
    data = waveform["data"]
    assert len(data) == 2 * waveform["length"]
    lows, highs = data[::2], data[1::2]
    tenth = waveform["length"] // 10
    assert set(highs[:tenth]) == {0}
    assert min(lows[3 * tenth : 6 * tenth]) < -10 < 10 < max(highs[3 * tenth : 6 * tenth])


def test_half_a_song_is_heard_as_far_as_it_goes_and_known_to_be_cut(tmp_path: Path) -> None:
    whole = examined(tmp_path / "whole", SONG)
    found = examined(tmp_path / "half", SONG[: len(SONG) // 2])

    assert whole.audio.duration_s
    assert found.audio.duration_s
    assert found.audio.duration_s < whole.audio.duration_s
    assert Defect.TRUNCATED in found.audio.defects


@pytest.mark.parametrize("body", [b"", b"<html>busy</html>", bytes(100_000)])
def test_what_is_no_audio_is_told_and_raises_nothing(body: bytes, tmp_path: Path) -> None:
    found = examined(tmp_path / "file", body)

    assert isinstance(found.sound, Undecodable)
    assert found.waveform is None
    assert found.audio.defects & {Defect.UNDECODABLE, Defect.EMPTY}


def test_what_is_too_laborious_to_walk_along_is_given_up_and_known_to_be_bad(
    tmp_path: Path,
) -> None:
    body = HOSTILE_FILES["ogg of empty packets"]()
    path = tmp_path / "file"
    path.write_bytes(body)
    seconds = itertools.count(step=10.0)

    found = examine(
        Fetched(path, sha256(body).hexdigest(), len(body), "audio/ogg", "ogg"),
        clock_s=lambda: next(seconds),
    )

    assert next(seconds) <= 50
    assert (found.audio.content_type, found.audio.duration_s) == ("audio/ogg", None)
    assert judge(found.audio, found.sound, claimed_s=None, peaks_key=None).defects
