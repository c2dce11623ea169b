"""A sample of an MP4 counts if the data that is there reaches to it."""

import struct
from decimal import Decimal

import pytest

from cliphook.adapters.audio.mp4_track import MARKS_MAX, Sizes
from cliphook.domain.audio_format import AudioFormat, Defect
from tests.support.hostile_files import FTYP, box
from tests.support.mp4_files import (
    RATE_HZ,
    SAMPLE_BYTES,
    SAMPLES,
    STSD,
    STSZ,
    STTS,
    described,
    full,
    moov,
)
from tests.support.probing import found

DATA = bytes(range(200)) * 150
# A hundred frames of 1024 samples.
PLAYS_S = Decimal("2.322")


def mp4(*tables: bytes, data: bytes = DATA, edits: bytes = b"") -> AudioFormat:
    """Probe a file of an index and its data."""
    return found(FTYP + moov(*tables, edits=edits) + box(b"mdat", data))


def edit(length: int, start: int) -> bytes:
    """Write an edit list of one edit, behind one that only delays."""
    return box(b"edts", full(b"elst", 2, 50, 0xFFFF_FFFF, 0x10000, length, start, 0x10000))


def test_what_is_there_plays() -> None:
    file = mp4(STSD, STTS, STSZ)

    assert (file.content_type, file.container, file.codec) == ("audio/mp4", "mp4", "aac")
    assert (file.duration_s, file.sample_rate_hz, file.channels) == (PLAYS_S, RATE_HZ, 2)
    # 30,000 bytes in 102,400 samples.
    assert file.bit_rate_bps == round(30_000 * 8 * 44_100 / 102_400)
    assert file.defects == frozenset()


def test_the_index_may_come_last() -> None:
    first = mp4(STSD, STTS, STSZ)

    assert found(FTYP + box(b"mdat", DATA) + moov(STSD, STTS, STSZ)) == first
    assert found(FTYP + moov(STSD, STTS, STSZ) + struct.pack(">I4s", 0, b"mdat") + DATA) == first
    assert (
        found(FTYP + moov(STSD, STTS, STSZ) + struct.pack(">I4sQ", 1, b"mdat", 30_016) + DATA)
        == first
    )


@pytest.mark.parametrize("samples", [0, 1, 50, 99])
def test_a_sample_counts_if_all_of_it_is_there(samples: int) -> None:
    there = DATA[: samples * SAMPLE_BYTES + SAMPLE_BYTES - 1]
    cut = (FTYP + moov(STSD, STTS, STSZ) + box(b"mdat", DATA))[: -len(DATA) + len(there)]

    for file in (found(cut), mp4(STSD, STTS, STSZ, data=there)):
        plays_s = (Decimal(samples * 1024) / RATE_HZ).quantize(Decimal("0.001"))
        assert (file.duration_s or 0) == plays_s
        assert Defect.TRUNCATED in file.defects


def test_a_time_that_no_frame_can_play_is_not_believed() -> None:
    file = mp4(STSD, full(b"stts", 1, SAMPLES, 4096), STSZ)

    assert (file.duration_s, file.defects) == (PLAYS_S, frozenset({Defect.DAMAGED}))


@pytest.mark.parametrize("timed", [SAMPLES - 1, SAMPLES + 1, 0xFFFF_FFFF])
def test_tables_that_speak_of_different_samples_are_noticed(timed: int) -> None:
    file = mp4(STSD, full(b"stts", 1, timed, 1024), STSZ)

    assert Defect.DAMAGED in file.defects
    assert file.duration_s is not None
    assert file.duration_s <= PLAYS_S


@pytest.mark.parametrize("size_bytes", [0, 1])
def test_there_are_no_more_samples_than_bytes(size_bytes: int) -> None:
    many = full(b"stsz", size_bytes, 0xFFFF_FFFF)
    file = mp4(STSD, full(b"stts", 1, 0xFFFF_FFFF, 1024), many)

    # A frame a byte, and a millisecond for what was rounded.
    most_s = Decimal(30_000 * 1024) / RATE_HZ + Decimal("0.001")
    assert (file.duration_s or 0) <= most_s
    assert file.defects & {Defect.TRUNCATED, Defect.DAMAGED}


@pytest.mark.parametrize(
    ("edits", "duration_s"),
    [
        # 102,400 samples less 1024; then no more than 2.25 s; then what is no padding.
        (edit(0, 1024), "2.299"),
        (edit(2250, 1024), "2.250"),
        (edit(1000, 0), "2.322"),
        (edit(0, 40_000), "2.322"),
        (edit(60_000, 0), "2.322"),
    ],
)
def test_an_edit_list_takes_off_padding_and_nothing_else(edits: bytes, duration_s: str) -> None:
    assert mp4(STSD, STTS, STSZ, edits=edits).duration_s == Decimal(duration_s)


def test_sizes_may_stand_one_by_one() -> None:
    sizes = [SAMPLE_BYTES + number % 7 - 3 for number in range(SAMPLES - 2)]
    rest = len(DATA) - sum(sizes)
    table = full(b"stsz", 0, SAMPLES, *sizes, rest - 1, 1)

    assert mp4(STSD, STTS, table).duration_s == PLAYS_S
    assert mp4(STSD, STTS, table, data=DATA[:-2]).defects == {Defect.TRUNCATED}


def test_a_track_of_something_else_is_none_of_it() -> None:
    pictures = box(b"trak", box(b"hdlr", bytes(8) + b"vide" + bytes(13)) + STTS + STSZ)
    file = found(FTYP + moov(STSD, STTS, STSZ, more=pictures) + box(b"mdat", DATA))

    assert (file.duration_s, file.defects) == (PLAYS_S, frozenset())
    assert found(FTYP + moov(STSD, STTS, STSZ, handler=b"vide")).defects == {Defect.UNDECODABLE}


def fragment(flags: int, *numbers: int, samples: int, track: int = 1) -> bytes:
    """Write the index of a fragment, and its data."""
    run = full(b"trun", samples, *numbers, flags=flags)
    inner = box(b"traf", full(b"tfhd", track) + run)
    return box(b"moof", full(b"mfhd", 1) + inner) + box(b"mdat", bytes(samples * SAMPLE_BYTES))


EXTENDS = box(b"mvex", full(b"trex", 1, 1, 1024, SAMPLE_BYTES, 0))


@pytest.mark.parametrize(
    "half",
    [
        fragment(0, samples=50),
        fragment(0x1, 96, samples=50),
        fragment(0x100, *[1024] * 50, samples=50),
        fragment(0x200, *[SAMPLE_BYTES] * 50, samples=50),
        fragment(0x705, 96, 0, *[1024, SAMPLE_BYTES, 0] * 50, samples=50),
    ],
)
def test_the_index_may_come_a_part_at_a_time(half: bytes) -> None:
    empty = full(b"stts", 0), full(b"stsz", 0, 0)
    begun = FTYP + moov(STSD, *empty, more=EXTENDS)

    whole = found(begun + half + half)
    cut = found((begun + half + half)[: -25 * SAMPLE_BYTES])

    assert (whole.duration_s, whole.defects) == (PLAYS_S, frozenset())
    assert (cut.duration_s, cut.defects) == (Decimal("1.741"), frozenset({Defect.TRUNCATED}))


def test_a_fragment_may_say_what_all_of_its_samples_have() -> None:
    empty = full(b"stts", 0), full(b"stsz", 0, 0)
    begun = FTYP + moov(STSD, *empty, more=box(b"mvex", full(b"trex", 1, 1, 7, 7, 0)))
    # An offset of 64 bits, another description, ticks, bytes, and flags that do not matter.
    said = full(b"tfhd", 1, 0, 0, 1, 1024, SAMPLE_BYTES, 0, flags=0x3B)
    run = box(b"traf", said + full(b"trun", 100))

    file = found(begun + box(b"moof", run) + box(b"mdat", DATA))

    assert (file.duration_s, file.defects) == (PLAYS_S, frozenset())


def test_times_may_have_64_bits() -> None:
    times = struct.pack(">QQIQ", 0, 0, RATE_HZ, SAMPLES * 1024)
    movie = struct.pack(">QQIQ", 0, 0, 1000, 2322)
    edits = struct.pack(">IQQI", 1, 2250, 1024, 0x10000)
    whole = FTYP + moov(STSD, STTS, STSZ, edits=edit(9, 9)) + box(b"mdat", DATA)
    longer = {b"mdhd": times, b"mvhd": movie, b"elst": edits}

    for name, body in longer.items():
        at = whole.index(name) - 4
        size = int.from_bytes(whole[at : at + 4])
        whole = whole[:at] + box(name, b"\1\0\0\0" + body) + whole[at + size :]

    assert found(whole).duration_s == Decimal("2.250")


def test_a_rate_too_large_for_its_field_is_the_clocks() -> None:
    nothing = struct.pack(">I", RATE_HZ << 16), bytes(4)

    file = mp4(described(b"alac").replace(*nothing), STTS, STSZ)

    assert (file.codec, file.sample_rate_hz, file.duration_s) == ("alac", RATE_HZ, PLAYS_S)


def test_a_fragment_of_another_track_is_none_of_it() -> None:
    empty = full(b"stts", 0), full(b"stsz", 0, 0)
    begun = FTYP + moov(STSD, *empty, more=EXTENDS)

    file = found(begun + fragment(0, samples=100) + fragment(0, samples=100, track=2))

    assert file.duration_s == PLAYS_S


def test_how_much_a_shorter_file_holds_is_reckoned_closely_in_bounded_memory() -> None:
    sizes, many = Sizes(), 1_000_000
    for _ in range(many // 1000):
        sizes.add([100, 300] * 500)

    for share in (0, 1, 3, 7, 10):
        # A two thousandth of a file is a tenth of a second of a song.
        assert abs(sizes.within(sizes.bytes * share // 10) - many * share // 10) <= many // 2000
    assert len(sizes._marks) <= MARKS_MAX  # noqa: SLF001
