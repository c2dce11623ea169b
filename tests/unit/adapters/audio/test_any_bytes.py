"""Whatever the bytes, and however they come, a probe tells something, and always the same."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.adapters.audio_types import HEAD_BYTES, sniff
from cliphook.domain.audio_format import AudioFormat, Defect
from tests.support.audio_files import audio_file
from tests.support.probing import chunked, found, found_in
from tests.support.watched_walks import check_looks

# As short as a file can be that still has two pages, fragments and frames of everything.
LENGTH_S = 1.3
# One for each way that a page can take.
NAMES = (
    "mp3 vbr",
    "mp3 old tags",
    "wav",
    "wav 64 bit",
    "m4a",
    "m4a index first",
    "m4a fragments",
    "m4a alac",
    "ogg opus",
    "ogg vorbis",
    "ogg flac",
    "flac",
    "flac piped",
)
# These say how much was to come, or that the end is the end, so that no byte may be missing.
COUNTED = ("wav", "wav 64 bit", "m4a", "m4a index first", "ogg opus", "ogg vorbis", "flac")
# What breaks those who believe in sizes.
NUMBERS = st.sampled_from(
    [b"\0\0\0\0", b"\0\0\0\1", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\x80", b"\0\0\1\0"]
)
# One bit a second is less than any codec makes of music.
LEAST_BPS = 1

FILES = st.sampled_from(NAMES).map(lambda name: audio_file(name, LENGTH_S))
# Heads and indices are where they hurt.
PLACES = st.one_of(st.integers(0, 300), st.integers(-2000, -1), st.integers(0, 1_000_000))
MUTATIONS = st.lists(
    st.tuples(PLACES, st.one_of(NUMBERS, st.binary(min_size=1, max_size=4))), max_size=12
)


def mutated(content: bytes, mutations: list[tuple[int, bytes]]) -> bytes:
    changed = bytearray(content)
    for place, new in mutations:
        at = place % len(changed)
        changed[at : at + len(new)] = new
    return bytes(changed)


def check(file: AudioFormat, content: bytes) -> None:
    """Check what holds for whatever a probe tells."""
    assert file.defects <= set(Defect)
    if file.duration_s is None:
        assert file.defects & {Defect.EMPTY, Defect.UNDECODABLE}
        assert file.bit_rate_bps is None
    else:
        assert file.codec
        assert file.sample_rate_hz
        assert file.channels
        assert Decimal(0) <= file.duration_s <= len(content) * 8 / Decimal(LEAST_BPS) * 70_000


@given(content=st.binary(max_size=400))
def test_any_bytes_are_told_to_be_something(content: bytes) -> None:
    check(found(content), content)


@given(
    head=st.sampled_from(
        [
            b"ID3\4\0\0\0\0\0\0",
            b"\xff\xfb\x90\x64",
            b"RIFF\0\0\0\0WAVE",
            b"RF64\0\0\0\0WAVEds64",
            b"\0\0\0\x20ftypM4A ",
            b"OggS\0\2",
            b"fLaC\0\0\0\x22",
        ]
    ),
    rest=st.binary(max_size=2000),
)
def test_any_bytes_behind_a_good_beginning_are_told_to_be_something(
    head: bytes, rest: bytes
) -> None:
    content = head + rest

    file = found(content)

    check(file, content)
    audio_type = sniff(content[:HEAD_BYTES])
    assert file.content_type == (audio_type.content_type if audio_type else None)


@given(content=FILES, mutations=MUTATIONS, kept=st.floats(0, 1))
def test_whatever_became_of_a_file_something_is_told_of_it(
    content: bytes, mutations: list[tuple[int, bytes]], kept: float
) -> None:
    changed = mutated(content, mutations)[: int(len(content) * kept)]

    check(found(changed), changed)
    check_looks(changed)


@given(
    content=FILES,
    mutations=MUTATIONS,
    sizes=st.lists(st.integers(1, 100_000), min_size=1, max_size=20),
)
def test_however_the_bytes_come_the_same_is_found(
    content: bytes, mutations: list[tuple[int, bytes]], sizes: list[int]
) -> None:
    changed = mutated(content, mutations)
    ends = [sum(sizes[: number + 1]) for number in range(len(sizes))]
    chunks = [changed[start:end] for start, end in zip([0, *ends], [*ends, None], strict=True)]

    assert found_in(chunks) == found(changed)


@pytest.mark.parametrize("name", NAMES)
def test_bytes_that_come_one_at_a_time_make_no_difference(name: str) -> None:
    content = audio_file(name, LENGTH_S)

    assert found_in(chunked(content, 1)) == found(content)


@given(name=st.sampled_from(COUNTED), kept=st.floats(0, 1, exclude_max=True))
def test_a_file_that_lacks_bytes_is_never_taken_for_whole(name: str, kept: float) -> None:
    content = audio_file(name, LENGTH_S)

    file = found(content[: int(len(content) * kept)])

    assert file.defects & {Defect.TRUNCATED, Defect.EMPTY, Defect.UNDECODABLE}


@given(
    name=st.sampled_from(["mp3 vbr", "m4a", "m4a fragments", "flac piped"]),
    mutations=MUTATIONS,
)
def test_no_header_makes_a_file_play_longer_than_its_frames(
    name: str, mutations: list[tuple[int, bytes]]
) -> None:
    # The frames of these have 23 to 105 ms, and a changed rate can make six times as much of it.
    content = audio_file(name, LENGTH_S)

    file = found(mutated(content, mutations))

    assert (file.duration_s or 0) <= Decimal(str(LENGTH_S)) * 20
