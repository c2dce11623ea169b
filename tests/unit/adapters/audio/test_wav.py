"""The samples of a WAV are counted where they are, whatever their chunk says."""

import struct
from decimal import Decimal

import pytest

from cliphook.domain.audio_format import AudioFormat, Defect
from tests.support.probing import found

# A second and a half of 16 bits in stereo at 8 kHz.
RATE_HZ = 8_000
SAMPLES = bytes(range(250)) * 192
PLAYS_S = Decimal("1.500")
ALL_ONES = 0xFFFF_FFFF


def chunk(name: bytes, body: bytes, size_bytes: int | None = None) -> bytes:
    """Write a chunk, which may say that it is of another size."""
    told = len(body) if size_bytes is None else size_bytes
    return name + struct.pack("<I", told) + body + b"\0" * (len(body) % 2)


def form(tag: int = 1, channels: int = 2, sample_bytes: int = 2, rest: bytes = b"") -> bytes:
    """Write the chunk that says what the samples are."""
    block = channels * sample_bytes
    head = (tag, channels, RATE_HZ, RATE_HZ * block, block, sample_bytes * 8)
    return chunk(b"fmt ", struct.pack("<HHIIHH", *head) + rest)


def wav(*chunks: bytes, riff: bytes = b"RIFF") -> AudioFormat:
    """Probe a file of some chunks."""
    body = b"WAVE" + b"".join(chunks)
    return found(riff + struct.pack("<I", len(body)) + body)


def test_what_is_there_plays() -> None:
    file = wav(form(), chunk(b"data", SAMPLES))

    assert file == AudioFormat(
        "audio/wav", "wav", "pcm_s16le", PLAYS_S, RATE_HZ, 2, RATE_HZ * 32, frozenset()
    )


@pytest.mark.parametrize("untold", [0, ALL_ONES])
def test_a_size_that_was_not_known_lasts_until_the_end(untold: int) -> None:
    file = wav(form(), chunk(b"data", SAMPLES, untold))

    assert (file.duration_s, file.defects) == (PLAYS_S, frozenset())


@pytest.mark.parametrize("told", [len(SAMPLES) + 1, 1_000_000, ALL_ONES - 1])
def test_a_size_that_says_more_than_there_is_was_to_be_more(told: int) -> None:
    file = wav(form(), chunk(b"data", SAMPLES, told))

    assert (file.duration_s, file.defects) == (PLAYS_S, frozenset({Defect.TRUNCATED}))


def test_a_size_that_says_less_than_there_is_is_noticed() -> None:
    file = wav(form(), chunk(b"data", SAMPLES, len(SAMPLES) // 3))

    assert (file.duration_s, file.defects) == (Decimal("0.500"), frozenset({Defect.DAMAGED}))


def test_sizes_of_64_bits_stand_in_a_chunk_of_their_own() -> None:
    sizes = struct.pack("<QQQI", 0, len(SAMPLES) * 2, 0, 0)
    whole = struct.pack("<QQQI", 0, len(SAMPLES), 0, 0)
    data = chunk(b"data", SAMPLES, ALL_ONES)

    assert wav(chunk(b"ds64", whole), form(), data, riff=b"RF64").defects == frozenset()
    file = wav(chunk(b"ds64", sizes), form(), data, riff=b"RF64")

    assert (file.duration_s, file.defects) == (PLAYS_S, frozenset({Defect.TRUNCATED}))


@pytest.mark.parametrize(
    ("tag", "sample_bytes", "codec"),
    [
        (1, 1, "pcm_u8"),
        (1, 2, "pcm_s16le"),
        (1, 3, "pcm_s24le"),
        (1, 4, "pcm_s32le"),
        (3, 4, "pcm_f32le"),
        (3, 8, "pcm_f64le"),
        (6, 1, "pcm_alaw"),
        (7, 1, "pcm_mulaw"),
    ],
)
def test_samples_may_be_of_several_kinds(tag: int, sample_bytes: int, codec: str) -> None:
    plain = wav(form(tag, 2, sample_bytes), chunk(b"data", SAMPLES))
    more = struct.pack("<HHIH14s", 22, sample_bytes * 8, 3, tag, b"")
    extensible = wav(form(0xFFFE, 2, sample_bytes, more), chunk(b"data", SAMPLES))

    assert plain.codec == extensible.codec == codec
    assert plain.duration_s == extensible.duration_s == PLAYS_S * 2 / sample_bytes


@pytest.mark.parametrize("tag", [0, 2, 0x11, 0x55, 0xFFFF])
def test_samples_of_a_kind_that_we_do_not_know_do_not_play(tag: int) -> None:
    file = wav(form(tag), chunk(b"data", SAMPLES))

    assert (file.codec, file.duration_s) == (None, None)
    assert file.defects == {Defect.UNDECODABLE}


@pytest.mark.parametrize(("channels", "sample_bytes"), [(0, 2), (2, 0), (3, 5)])
def test_a_form_that_cannot_be_is_no_sound(channels: int, sample_bytes: int) -> None:
    assert (
        Defect.UNDECODABLE in wav(form(1, channels, sample_bytes), chunk(b"data", SAMPLES)).defects
    )


def test_a_rate_that_its_bytes_a_second_contradict_is_noticed() -> None:
    wrong = form().replace(struct.pack("<I", RATE_HZ), struct.pack("<I", RATE_HZ * 2), 1)

    assert wav(wrong, chunk(b"data", SAMPLES)).defects == {Defect.DAMAGED}


def test_other_chunks_may_stand_anywhere() -> None:
    other = chunk(b"LIST", b"INFOISFT\x05\0\0\0hello")

    file = wav(other, form(), other, chunk(b"data", SAMPLES), other)

    assert (file.duration_s, file.defects) == (PLAYS_S, frozenset())


def test_a_chunk_that_ends_nowhere_was_to_go_on() -> None:
    cut = chunk(b"LIST", bytes(100))[:50]

    file = wav(form(), chunk(b"data", SAMPLES), cut)

    assert (file.duration_s, file.defects) == (PLAYS_S, frozenset({Defect.TRUNCATED}))


def test_samples_of_an_odd_length_may_stand_without_what_makes_it_even() -> None:
    one = form(1, 1, 1)
    alone = found(b"RIFF\0\0\0\0WAVE" + one + b"data\x05\0\0\0" + bytes(5))

    assert alone.defects == frozenset()
    assert wav(one, chunk(b"data", bytes(5)), chunk(b"LIST", b"")).defects == frozenset()


def test_a_head_without_samples_is_cut_or_empty() -> None:
    assert wav(form()).defects == {Defect.TRUNCATED, Defect.EMPTY}
    assert wav(form(), chunk(b"data", b"")).defects == {Defect.EMPTY}
