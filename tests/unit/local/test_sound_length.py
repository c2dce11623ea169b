"""The length of a sound file is read from its sound."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulators.encode import id3_tag, mp3_frames, wav_file
from local.simulators.sound_length import length_s
from local.simulators.synth import RATE

SILENCE = np.zeros((RATE * 3, 2), dtype=np.int16)


@pytest.mark.parametrize("tag", [b"", id3_tag({"TIT2": "Ferry Light"})])
def test_an_mp3_lasts_as_long_as_its_frames(tag: bytes) -> None:
    # An encoder adds a frame or two.
    assert length_s(tag + mp3_frames(SILENCE)) == pytest.approx(3.0, abs=0.1)


def test_half_of_an_mp3_lasts_half_as_long() -> None:
    frames = mp3_frames(SILENCE)

    assert length_s(frames[: len(frames) // 2]) == pytest.approx(1.5, abs=0.1)


def test_an_mp3_of_the_second_version_has_frames_of_its_own() -> None:
    # MPEG-2, layer III, 64 kbit/s, 24 kHz: 192 bytes that last 24 ms.
    frame = bytes([0xFF, 0xF3, 0x84, 0xC4]) + bytes(188)

    assert length_s(frame * 101) == pytest.approx(2.424)


def test_a_frame_may_be_a_byte_longer_than_the_others() -> None:
    # MPEG-1, layer III, 128 kbit/s, 44.1 kHz: 417 bytes, or 418 with a byte of padding.
    plain, padded = b"\xff\xfb\x90\xc4" + bytes(413), b"\xff\xfb\x92\xc4" + bytes(414)

    assert length_s((plain + padded) * 50) == pytest.approx(100 * 1152 / 44_100)


def test_a_wav_lasts_as_long_as_its_samples_whatever_its_header_claims() -> None:
    file = wav_file(SILENCE)
    lying = file.replace(struct.pack("<I", SILENCE.nbytes), struct.pack("<I", 2**31))

    assert length_s(file) == pytest.approx(3.0)
    assert length_s(lying) == pytest.approx(3.0)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html></html>", b"ID3", id3_tag({"TIT2": "x"}), b"RIFF\0\0\0\0WAVE", b"\xff\xfb",
     b"\xff\xfb\x9c\0", b"\xff\xeb\x90\0", b"\xff\xfb\x00\0", b"\xff\xfb\xf0\0",
     b"RIFF\x04\0\0\0WAVEdata\x04\0\0\0abcd"],
)  # fmt: skip
def test_what_is_no_sound_has_no_length(content: bytes) -> None:
    assert length_s(content) is None


@given(st.binary(max_size=200))
def test_whatever_the_bytes_there_is_an_answer(content: bytes) -> None:
    for head in (b"", b"ID3\x04\0\0\0\0\0\0", b"RIFF\0\0\0\0WAVE", b"\xff\xfb\x90\0"):
        length = length_s(head + content)
        assert length is None or length >= 0
