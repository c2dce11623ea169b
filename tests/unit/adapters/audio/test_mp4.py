"""A sample of an MP4 counts if the data that is there reaches to it."""

import struct
from decimal import Decimal

import pytest

from cliphook.adapters.audio.mp4_codec import read_content
from cliphook.adapters.audio.mp4_track import MARKS_MAX, Sizes
from cliphook.domain.audio_format import AudioFormat, Defect
from tests.support.hostile_files import FTYP, box
from tests.support.probing import found

RATE_HZ = 44_100
# AAC of low complexity, at the fourth rate of the table, in stereo.
CONFIGURATION = bytes.fromhex("1210")
# A hundred frames of 1024 samples.
SAMPLES = 100
SAMPLE_BYTES = 300
DATA = bytes(range(200)) * 150
PLAYS_S = Decimal("2.322")


def full(name: bytes, *numbers: int, flags: int = 0) -> bytes:
    """Write a box of numbers of 32 bits, behind a version and flags."""
    return box(name, struct.pack(f">{len(numbers) + 1}I", flags, *numbers))


def descriptors(object_type: int = 0x40, configuration: bytes = CONFIGURATION) -> bytes:
    """Write who decodes a track, with lengths as long as some write them."""
    specific = b"\x05\x80\x80\x80" + bytes([len(configuration)]) + configuration
    decoder = bytes([object_type]) + bytes(12) + specific
    stream = bytes(3) + b"\x04" + bytes([len(decoder)]) + decoder
    return box(b"esds", bytes(4) + b"\x03" + bytes([len(stream)]) + stream)


def described(name: bytes = b"mp4a", inner: bytes = b"", channels: int = 2) -> bytes:
    """Write the description of a track's samples."""
    fixed = bytes(16) + struct.pack(">HHII", channels, 16, 0, RATE_HZ << 16)
    return box(b"stsd", bytes(4) + struct.pack(">I", 1) + box(name, fixed + inner))


STSD = described(inner=descriptors())
STTS = full(b"stts", 1, SAMPLES, 1024)
STSZ = full(b"stsz", SAMPLE_BYTES, SAMPLES)


def moov(*tables: bytes, edits: bytes = b"", handler: bytes = b"soun", more: bytes = b"") -> bytes:
    """Write an index of one track, on a clock of milliseconds for the movie."""
    tkhd = full(b"tkhd", 0, 0, 1, 0, 0)
    mdhd = full(b"mdhd", 0, 0, RATE_HZ, SAMPLES * 1024)
    hdlr = box(b"hdlr", bytes(8) + handler + bytes(13))
    media = box(b"mdia", mdhd + hdlr + box(b"minf", box(b"stbl", b"".join(tables))))
    track = box(b"trak", tkhd + edits + media)
    return box(b"moov", full(b"mvhd", 0, 0, 1000, 2322) + track + more)


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


def test_a_fragment_of_another_track_is_none_of_it() -> None:
    empty = full(b"stts", 0), full(b"stsz", 0, 0)
    begun = FTYP + moov(STSD, *empty, more=EXTENDS)

    file = found(begun + fragment(0, samples=100) + fragment(0, samples=100, track=2))

    assert file.duration_s == PLAYS_S


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (described(inner=descriptors(), channels=1), ("aac", 44_100, 2, 1024, 44_100)),
        # SBR: what is heard has twice the rate of the frames.
        (
            described(inner=descriptors(configuration=bytes.fromhex("2b920800"))),
            ("aac", 44_100, 2, 1024, 22_050),
        ),
        # And one channel that is heard as two.
        (
            described(inner=descriptors(configuration=bytes.fromhex("eb8a0800"))),
            ("aac", 44_100, 2, 1024, 22_050),
        ),
        (described(inner=descriptors(0x6B)), ("mp3", 44_100, 2, 1152, 44_100)),
        (described(), ("aac", 44_100, 2, 4096, 44_100)),
        # A kind of AAC that is none of the first thirty.
        (
            described(inner=descriptors(configuration=bytes.fromhex("f9500000"))),
            ("aac", 44_100, 2, 4096, 44_100),
        ),
        # A rate that is spelled out is the description's own.
        (
            described(inner=descriptors(configuration=bytes.fromhex("17800000"))),
            ("aac", 44_100, 2, 4096, 44_100),
        ),
        # Channels that are listed elsewhere are the description's own.
        (
            described(inner=descriptors(configuration=bytes.fromhex("1200")), channels=6),
            ("aac", 44_100, 6, 1024, 44_100),
        ),
        (
            described(inner=descriptors(configuration=bytes.fromhex("1238"))),
            ("aac", 44_100, 8, 1024, 44_100),
        ),
        (described(b"alac"), ("alac", 44_100, 2, 4096, 44_100)),
    ],
)
def test_a_description_tells_what_a_track_holds(entry: bytes, told: tuple[object, ...]) -> None:
    assert read_content(entry[8:]) == told


@pytest.mark.parametrize("name", [b"avc1", b"text", b"\0\0\0\0"])
def test_a_track_that_is_no_sound_holds_none(name: bytes) -> None:
    assert read_content(described(name)[8:]) is None


def test_how_much_a_shorter_file_holds_is_reckoned_closely_in_bounded_memory() -> None:
    sizes, many = Sizes(), 1_000_000
    for _ in range(many // 1000):
        sizes.add([100, 300] * 500)

    for share in (0, 1, 3, 7, 10):
        # A two thousandth of a file is a tenth of a second of a song.
        assert abs(sizes.within(sizes.bytes * share // 10) - many * share // 10) <= many // 2000
    assert len(sizes._marks) <= MARKS_MAX  # noqa: SLF001
