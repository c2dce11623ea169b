"""MPEG audio is counted frame by frame, and what is around the frames is not counted."""

import struct
from decimal import Decimal

import pytest

from cliphook.adapters.audio.mp3 import JUNK_HARMLESS_BYTES, TAGS_MAX
from cliphook.adapters.audio.mp3_frame import FRAME_MAX_BYTES, read_frame
from cliphook.domain.audio_format import Defect
from tests.support import audio_tags as tags
from tests.support.probing import found

# 128 kbit/s at 44.1 kHz in stereo: 144 * 128,000 / 44,100 bytes.
HEAD = b"\xff\xfb\x90\x64"
FRAME = HEAD + bytes(413)
FRAMES = FRAME * 100
# 100 frames of 1152 samples each.
PLAYS_S = Decimal("2.612")


def info_frame(
    frames: int, *, encoder: bytes = b"LAME3.100", delay: int = 0, padding: int = 0
) -> bytes:
    """Write the frame in which an encoder says how many others there are."""
    trim = (delay << 12 | padding).to_bytes(3)
    xing = b"Info" + struct.pack(">III", 0xF, frames, 0) + bytes(104)
    return (HEAD + bytes(32) + xing + encoder.ljust(21, b"\0") + trim).ljust(len(FRAME), b"\0")


@pytest.mark.parametrize(
    ("head", "told"),
    [
        # By hand, after the tables of the standard.
        ("fffb9064", ("mp3", 417, 1152, 44_100, 2, 128_000)),
        ("fffb9264", ("mp3", 418, 1152, 44_100, 2, 128_000)),
        ("fffbe4c4", ("mp3", 960, 1152, 48_000, 1, 320_000)),
        ("fffb18c4", ("mp3", 144, 1152, 32_000, 1, 32_000)),
        ("fff380c4", ("mp3", 208, 576, 22_050, 1, 64_000)),
        ("ffe318c4", ("mp3", 72, 576, 8_000, 1, 8_000)),
        ("fffd8404", ("mp2", 384, 1152, 48_000, 2, 128_000)),
        ("fff5e8c4", ("mp2", 1440, 1152, 16_000, 1, 160_000)),
        ("ffe5eac4", ("mp2", FRAME_MAX_BYTES, 1152, 8_000, 1, 160_000)),
        ("ffff4004", ("mp1", 136, 384, 44_100, 2, 128_000)),
        ("ffff4204", ("mp1", 140, 384, 44_100, 2, 128_000)),
    ],
)
def test_the_head_of_a_frame_tells_all_about_it(head: str, told: tuple[object, ...]) -> None:
    frame = read_frame(bytes.fromhex(head))

    # Bytes, samples, samples a second, channels, bits a second.
    assert frame is not None
    assert frame[1:] == told


@pytest.mark.parametrize(
    "head",
    ["", "ff", "fffb90", "fffb0064", "fffbf064", "fffb9c64", "ffeb9064", "fff99064", "7ffb9064"],
)
def test_what_no_frame_has_makes_it_none(head: str) -> None:
    assert read_frame(bytes.fromhex(head)) is None


def test_every_frame_counts() -> None:
    file = found(FRAMES)

    assert (file.duration_s, file.bit_rate_bps) == (PLAYS_S, 128_000)
    assert file.defects == frozenset()


def test_the_frame_that_tells_of_others_is_no_music() -> None:
    assert found(info_frame(100) + FRAMES).duration_s == PLAYS_S
    assert found(tags.with_vbri(FRAMES)).duration_s == PLAYS_S


def test_what_the_encoder_has_added_is_taken_off() -> None:
    file = found(info_frame(100, delay=576, padding=1000) + FRAMES)

    # 115,200 samples less 1576.
    assert file.duration_s == Decimal("2.577")


def test_only_those_who_write_it_where_lame_does_have_added_anything() -> None:
    file = found(info_frame(100, encoder=b"Unknown", delay=576, padding=1000) + FRAMES)

    assert file.duration_s == PLAYS_S


@pytest.mark.parametrize(
    ("stated", "defects"), [(99, set()), (100, set()), (101, set()), (102, {Defect.TRUNCATED})]
)
def test_a_header_that_tells_of_more_frames_was_told_of_more(
    stated: int, defects: set[Defect]
) -> None:
    # Some count the frame in which they state it.
    assert found(info_frame(stated) + FRAMES).defects == defects


def test_of_a_file_that_was_cut_nothing_is_taken_off() -> None:
    file = found(info_frame(200, delay=576, padding=1000) + FRAMES)

    assert file.duration_s == PLAYS_S


@pytest.mark.parametrize("missing_bytes", [1, 100, 416])
def test_a_frame_counts_only_if_all_of_it_is_there(missing_bytes: int) -> None:
    file = found((FRAMES + FRAME)[:-missing_bytes])

    assert file.duration_s == PLAYS_S
    assert file.defects == {Defect.TRUNCATED}


@pytest.mark.parametrize(
    "tag",
    [
        tags.id3v1(),
        tags.ape(b"x" * 50_000),
        tags.ape(b"x" * 50_000) + tags.id3v1(),
        tags.id3v2(b"x" * 100_000),
        # So long that its size needs all of its bytes.
        tags.id3v2(b"x" * 2_500_000),
        tags.id3v2(b"x" * 500, has_footer=True),
        b"LYRICSBEGIN" + b"la" * 2500 + b"000211LYRICS200" + tags.id3v1(),
    ],
)
def test_a_tag_is_no_music_wherever_it_stands(tag: bytes) -> None:
    for content in (FRAMES + tag, FRAMES[: 417 * 50] + tag + FRAMES[417 * 50 :]):
        file = found(content)

        assert file.duration_s == PLAYS_S
        assert file.defects == frozenset()


def test_one_frame_is_music_if_nothing_but_tags_is_behind_it() -> None:
    for content in (FRAME, FRAME + tags.id3v1()):
        assert found(content).codec == "mp3"
    assert found(FRAME + bytes(300)).codec is None


def test_a_tag_more_than_any_file_has_is_rubbish() -> None:
    tag = tags.id3v2(b"x" * 10_000)

    assert found(tag * TAGS_MAX + FRAMES).defects == frozenset()
    assert found(tag * (TAGS_MAX + 1) + FRAMES).defects == {Defect.DAMAGED}


def test_a_short_hole_is_harmless_and_a_long_one_is_not() -> None:
    half = FRAMES[: 417 * 50]

    assert found(half + bytes(JUNK_HARMLESS_BYTES - 300) + half).defects == frozenset()
    file = found(half + bytes(JUNK_HARMLESS_BYTES + 1) + half)

    assert file.duration_s == PLAYS_S
    assert file.defects == {Defect.DAMAGED}


def test_a_mark_in_the_middle_of_rubbish_is_no_frame() -> None:
    assert found(tags.id3v2(b"") + bytes(50) + HEAD + bytes(600)).codec is None


def test_another_song_behind_the_first_one_is_none_of_it() -> None:
    other = (b"\xff\xf3\x80\xc4" + bytes(204)) * 100

    file = found(FRAMES + other)

    assert file.duration_s == PLAYS_S
    assert file.defects == {Defect.DAMAGED}


def test_bit_rates_that_differ_make_an_average() -> None:
    # As many frames of 64 kbit/s, of 208 bytes each.
    file = found(FRAMES + (b"\xff\xfb\x50\x64" + bytes(204)) * 100)

    # 62,500 bytes in 230,400 samples.
    assert file.bit_rate_bps == round(62_500 * 8 * 44_100 / 230_400)
