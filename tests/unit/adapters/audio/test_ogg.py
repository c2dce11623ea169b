"""The packets of an Ogg stream are counted, and a page counts if its sum is right."""

import struct
from decimal import Decimal

import pytest

from cliphook.adapters.audio.ogg_codecs import Opus, Vorbis
from cliphook.domain.audio_format import AudioFormat, Defect
from tests.support.audio_files import audio_file
from tests.support.hostile_files import page
from tests.support.probing import found

PRE_SKIP = 312
HEAD = b"OpusHead\x01\x02" + struct.pack("<HIHB", PRE_SKIP, 48_000, 0, 0)
TAGS = b"OpusTags" + bytes(8)
# One frame of 20 ms: 960 samples.
PACKET = bytes([31 << 3]) + bytes(99)
FIRST, LAST, GOES_ON = 2, 4, 1


def stream(*pages: tuple[int, int, list[bytes]], start: int = 0) -> bytes:
    """Write the pages of an Opus stream: its two first ones, and some of music."""
    begun = [page(start, FIRST, 0, [HEAD]), page(start + 1, 0, 0, [TAGS])]
    rest = [page(start + number, *one) for number, one in enumerate(pages, start=2)]
    return b"".join(begun + rest)


def opus(*pages: tuple[int, int, list[bytes]]) -> AudioFormat:
    """Probe an Opus stream."""
    return found(stream(*pages))


def plays(samples: int) -> Decimal:
    """Tell how long so many samples play."""
    return (Decimal(samples) / 48_000).quantize(Decimal("0.001"))


TEN = [PACKET] * 10


def test_packets_play_but_for_what_a_decoder_throws_away() -> None:
    file = opus((0, 9600, TEN), (LAST, 19_200, TEN))

    assert (file.content_type, file.container, file.codec) == ("audio/ogg", "ogg", "opus")
    assert (file.duration_s, file.sample_rate_hz, file.channels) == (plays(18_888), 48_000, 2)
    assert file.bit_rate_bps == round(2000 * 8 * 48_000 / 18_888)
    assert file.defects == frozenset()


def test_the_last_page_says_where_the_music_ends() -> None:
    assert opus((0, 9600, TEN), (LAST, 19_000, TEN)).duration_s == plays(19_000 - PRE_SKIP)
    assert opus((LAST, 9000, TEN)).duration_s == plays(9000 - PRE_SKIP)


def test_it_is_believed_no_further_than_its_own_packets() -> None:
    assert opus((0, 9600, TEN), (LAST, 10, TEN)).duration_s == plays(9600 - PRE_SKIP)
    assert opus((0, 9600, TEN), (LAST, 10**15, TEN)).duration_s == plays(19_200 - PRE_SKIP)


def test_a_stream_may_have_begun_before_we_listened() -> None:
    assert opus((0, 1_009_600, TEN), (LAST, 1_019_200, TEN)).duration_s == plays(18_888)


def test_a_stream_without_its_last_page_was_to_go_on() -> None:
    file = opus((0, 9600, TEN), (0, 19_200, TEN))

    assert (file.duration_s, file.defects) == (plays(18_888), frozenset({Defect.TRUNCATED}))


def test_a_page_that_is_missing_is_noticed() -> None:
    whole = stream((0, 9600, TEN), (0, 19_200, TEN), (LAST, 28_800, TEN))
    missing = whole.replace(page(3, 0, 19_200, TEN), b"")

    assert found(missing).defects == {Defect.DAMAGED}
    assert found(missing).duration_s == plays(18_888)


def test_a_page_whose_sum_is_wrong_is_none() -> None:
    whole = stream((0, 9600, TEN), (0, 19_200, TEN), (LAST, 28_800, TEN))
    wrong = page(3, 0, 19_200, TEN).replace(PACKET, PACKET[:-1] + b"\1", 1)

    file = found(whole.replace(page(3, 0, 19_200, TEN), wrong))

    assert (file.duration_s, file.defects) == (plays(18_888), frozenset({Defect.DAMAGED}))


def test_rubbish_between_pages_is_stepped_over() -> None:
    whole = stream((0, 9600, TEN), (LAST, 19_200, TEN))
    last = page(3, LAST, 19_200, TEN)

    file = found(whole.replace(last, b"OggO" * 20_000 + last))

    assert (file.duration_s, file.defects) == (plays(18_888), frozenset({Defect.DAMAGED}))


def test_a_packet_may_go_on_over_pages() -> None:
    begun = page(2, 0, 960, [PACKET, PACKET[:1] + bytes(509)], goes_on=True)
    more = page(3, GOES_ON, -1, [bytes(255)], goes_on=True)
    ended = page(4, GOES_ON | LAST, 2880, [bytes(50), PACKET])

    file = found(stream() + begun + more + ended)
    without = found(stream() + begun + ended)

    assert (file.duration_s, file.defects) == (plays(2880 - PRE_SKIP), frozenset())
    # Of what has lost its middle, neither end is a packet.
    assert (without.duration_s, without.defects) == (
        plays(1920 - PRE_SKIP),
        frozenset({Defect.DAMAGED}),
    )


def test_a_second_song_may_follow_the_first() -> None:
    one = stream((0, 9600, TEN), (LAST, 19_200, TEN))

    file = found(one + one)

    assert (file.duration_s, file.defects) == (plays(18_888 * 2), frozenset())


def test_a_stream_of_something_else_is_passed_over() -> None:
    other = page(0, FIRST, 0, [b"\x80theora" + bytes(30)])

    assert found(other + page(1, LAST, 0, [b"x"])).defects == {Defect.UNDECODABLE}
    assert found(other + stream((LAST, 9600, TEN))).duration_s == plays(9600 - PRE_SKIP)


@pytest.mark.parametrize(
    ("packet", "samples"),
    [
        (b"", 0),
        # By hand, after the table of the RFC: 10 and 60 ms, then 2.5 and 20, then two and many.
        (bytes([0 << 3]), 480),
        (bytes([3 << 3]), 2880),
        (bytes([13 << 3]), 960),
        (bytes([16 << 3]), 120),
        (bytes([31 << 3]), 960),
        (bytes([31 << 3 | 1]), 1920),
        (bytes([31 << 3 | 2]), 1920),
        (bytes([16 << 3 | 3, 5]), 600),
        (bytes([16 << 3 | 3]), 0),
        # No packet has more than 120 ms.
        (bytes([3 << 3 | 3, 63]), 5760),
    ],
)
def test_a_packet_of_opus_says_how_long_it_is(packet: bytes, samples: int) -> None:
    codec = Opus(HEAD)
    codec.samples(TAGS, TAGS)

    assert codec.samples(packet, packet) == samples


def test_the_modes_of_vorbis_are_found_at_the_end_of_its_setup() -> None:
    # Two modes, a short one and a long one, of mappings 0 and 1; then the bit that ends it.
    bits = _low_first([(1, 6), (0, 1), (0, 32), (0, 8), (1, 1), (0, 32), (1, 8), (1, 1)])
    setup = b"\x05vorbis" + b"\xa5" * 40 + bits
    # Blocks of 256 and 2048 samples.
    codec = Vorbis(
        b"\x01vorbis" + bytes(4) + b"\2" + struct.pack("<I", 44_100) + bytes(12) + b"\xb8\1"
    )
    codec.samples(setup, setup)

    short, long = b"\x00", b"\x02"

    # A block plays a quarter of itself and of the one before.
    assert [codec.samples(one, one) for one in (short, short, long, long, short)] == [
        0, 128, 576, 1024, 576,
    ]  # fmt: skip


def _low_first(fields: list[tuple[int, int]]) -> bytes:
    """Write numbers of so many bits, the lowest bit of each first."""
    bits = at = 0
    for number, width in fields:
        bits |= number << at
        at += width
    return bits.to_bytes((at + 7) // 8, "little")


def test_vorbis_without_its_setup_plays_nothing() -> None:
    whole = audio_file("ogg vorbis", 1.3)
    setup = whole.index(b"\x05vorbis")

    assert found(whole[:setup]).duration_s is None
