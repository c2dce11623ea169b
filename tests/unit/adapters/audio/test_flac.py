"""FLAC's frames are known by their sums and numbers, and the last one by all of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.adapters.audio.flac_frame import crc8, crc16, read_flac_frame
from cliphook.domain.audio_format import Defect
from tests.support.audio_files import audio_file
from tests.support.probing import found

# The sums of "123456789" that every catalogue of them lists: CRC-8/SMBUS and CRC-16/UMTS.
CHECK = b"123456789"


def headed(*fields: int) -> bytes:
    """Write the head of a frame with its sum behind it, and a byte more."""
    return bytes(fields) + bytes([crc8(fields)]) + b"\0"


def test_the_sums_are_those_that_everybody_gets() -> None:
    assert crc8(CHECK) == 0xF4
    assert crc16(CHECK) == 0xFEE8


@pytest.mark.parametrize(
    ("head", "told"),
    [
        # By hand, after the tables of the RFC: number, sizes that vary, samples, rate, channels.
        (headed(0xFF, 0xF8, 0xC9, 0xA8, 0x05), (5, False, 4096, 44_100, 2)),
        (headed(0xFF, 0xF8, 0x5A, 0x18, 0x05), (5, False, 4608, 48_000, 2)),
        (headed(0xFF, 0xF8, 0x10, 0x08, 0x00), (0, False, 192, 0, 1)),
        (headed(0xFF, 0xF9, 0xC9, 0x18, 0xC4, 0x80), (0x100, True, 4096, 44_100, 2)),
        (headed(0xFF, 0xF8, 0x69, 0x18, 0x05, 0x0F), (5, False, 16, 44_100, 2)),
        (headed(0xFF, 0xF8, 0x79, 0x18, 0x05, 0x0F, 0xFF), (5, False, 4096, 44_100, 2)),
        (headed(0xFF, 0xF8, 0xCC, 0x78, 0x05, 0x10), (5, False, 4096, 16_000, 8)),
        (headed(0xFF, 0xF8, 0xCD, 0x18, 0x05, 0x1F, 0x40), (5, False, 4096, 8_000, 2)),
        (headed(0xFF, 0xF8, 0xCE, 0x18, 0x05, 0x11, 0x3A), (5, False, 4096, 44_100, 2)),
    ],
)
def test_the_head_of_a_frame_tells_all_about_it(head: bytes, told: tuple[object, ...]) -> None:
    frame = read_flac_frame(head)

    assert frame is not None
    assert frame[:5] == told


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff\xf8",
        b"\xff\xf8\xc9\x18\x05\x00\x00",
        headed(0xFF, 0xFA, 0xC9, 0x18, 0x05),
        headed(0xFF, 0xF8, 0x09, 0x18, 0x05),
        headed(0xFF, 0xF8, 0xCF, 0x18, 0x05),
        headed(0xFF, 0xF8, 0xC9, 0xB8, 0x05),
        headed(0xFF, 0xF8, 0xC9, 0x19, 0x05),
        headed(0xFF, 0xF8, 0xC9, 0x18, 0x80),
        headed(0xFF, 0xF8, 0xC9, 0x18, 0xFF),
        headed(0xFF, 0xF8, 0x79, 0x18, 0x05, 0x0F, 0xFF)[:-2],
    ],
)
def test_what_no_frame_has_makes_it_none(head: bytes) -> None:
    assert read_flac_frame(head) is None


@given(head=st.binary(max_size=20))
def test_any_bytes_are_a_frame_or_none(head: bytes) -> None:
    frame = read_flac_frame(b"\xff\xf8" + head)

    assert frame is None or frame.samples > 0


def test_a_total_that_is_more_than_there_is_was_to_be_more() -> None:
    whole = bytearray(audio_file("flac", 1.3))
    # The last byte of the 36 bits that count samples.
    whole[25] += 1

    assert found(bytes(whole)).defects == {Defect.TRUNCATED}


def test_a_last_frame_that_is_not_whole_does_not_count() -> None:
    whole = audio_file("flac piped", 1.3)
    full, cut = found(whole), found(whole[:-1])

    assert cut.defects == {Defect.TRUNCATED}
    assert cut.duration_s is not None
    assert full.duration_s is not None
    assert cut.duration_s < full.duration_s


def test_an_old_tag_behind_the_last_frame_is_none_of_it() -> None:
    tag = b"TAG" + bytes(125)

    assert found(audio_file("flac", 1.3) + tag).defects == frozenset()


def test_more_behind_the_last_frame_than_it_can_hold_is_noticed() -> None:
    file = found(audio_file("flac piped", 1.3) + bytes(200_000))

    assert Defect.DAMAGED in file.defects


def test_a_rate_that_the_frames_contradict_is_noticed_and_theirs_counts() -> None:
    whole = bytearray(audio_file("flac", 1.3))
    # The upper bits of the rate: 44,100 less 4096.
    whole[18] -= 1

    file = found(bytes(whole))

    assert file.sample_rate_hz == 44_100
    assert file.defects == {Defect.DAMAGED}
