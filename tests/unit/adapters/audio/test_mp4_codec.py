"""A track of MP4 says what it holds, and how long its frames can be."""

import pytest

from cliphook.adapters.audio.mp4_codec import read_content
from tests.support.mp4_files import described, descriptors


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
