"""Every container that a provider sends is heard, and as what it is."""

import io

import numpy as np
import pytest

from cliphook.adapters.sound.listen import listen
from cliphook.domain.sound import Sound
from tests.support.tones import (
    CODECS,
    M4A,
    MP3_NO_XING,
    OPUS,
    VORBIS,
    Codec,
    encoded,
    silence,
    tone,
)

# What a lossy codec adds before and after: at most two frames of MP3.
CODEC_SLACK_S = 0.05


def heard(file: bytes) -> Sound:
    sound = listen(io.BytesIO(file))

    assert isinstance(sound, Sound)
    return sound


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_a_file_is_heard_whole(codec: Codec) -> None:
    sound = heard(encoded(np.concatenate([silence(1), tone(8, -23), silence(2)]), codec))

    assert sound.duration_s == pytest.approx(11, abs=CODEC_SLACK_S)
    assert sound.leading_silence_s == pytest.approx(1, abs=CODEC_SLACK_S)
    assert sound.trailing_silence_s == pytest.approx(2, abs=CODEC_SLACK_S)
    # 77 steps of a tenth hold all of the tone, and six, three at either end, half of it.
    expected = -23 + 10 * np.log10(80 / 83)
    assert sound.loudness_lufs == pytest.approx(expected, abs=0.5)
    assert sound.true_peak_dbtp == pytest.approx(-23, abs=0.5)
    assert (sound.sample_rate, sound.channels, sound.skipped_packets) == (48_000, 2, 0)
    assert not sound.is_silent


# FFmpeg's encoder of Vorbis makes two channels only.
@pytest.mark.parametrize("codec", [c for c in CODECS if c is not VORBIS], ids=lambda c: c.name)
def test_one_channel_and_another_rate_are_heard_as_such(codec: Codec) -> None:
    rate = 48_000 if codec is OPUS else 44_100

    sound = heard(encoded(tone(3, -20, rate=rate, channels=1), codec, rate=rate))

    assert (sound.sample_rate, sound.channels) == (rate, 1)
    assert sound.duration_s == pytest.approx(3, abs=CODEC_SLACK_S)


def test_a_rate_that_changes_on_the_way_is_measured_as_it_began() -> None:
    parts = [encoded(tone(2, -23, rate=rate), MP3_NO_XING, rate=rate) for rate in (48_000, 44_100)]

    sound = heard(parts[0] + parts[1])

    assert sound.sample_rate == 48_000
    assert sound.duration_s == pytest.approx(4, abs=4 * CODEC_SLACK_S)


def test_a_file_that_claims_a_length_is_not_believed() -> None:
    wav = bytearray(encoded(tone(2, -23)))
    data = wav.index(b"data")
    wav[data + 4 : data + 8] = (48_000 * 4 * 7200).to_bytes(4, "little")

    assert heard(bytes(wav)).duration_s == pytest.approx(2, abs=0.001)


def test_a_file_whose_index_comes_last_is_heard() -> None:
    file = encoded(tone(2, -23), M4A)

    assert file.index(b"mdat") < file.index(b"moov")
    assert heard(file).duration_s == pytest.approx(2, abs=CODEC_SLACK_S)
