"""Every head that a frame of MPEG audio can have is read as ffprobe reads it."""

from itertools import product
from pathlib import Path

import pytest

from cliphook.adapters.audio.mp3_frame import HEAD_BYTES, Frame, read_frame
from tests.support.ffmpeg import packet_sizes, probe

MPEG_1, MPEG_2, MPEG_2_5 = 3, 2, 0
LAYER_1, LAYER_2, LAYER_3 = 3, 2, 1
MONO = 3
# With MPEG-1, layer II has rates for one channel only, and others for two.
MONO_ONLY = (1, 2, 3, 5)


def head(version: int, layer: int, bit_rate: int, sample_rate: int) -> bytes:
    """Write the head of a frame, without a checksum or padding."""
    mode = MONO if layer == LAYER_2 and bit_rate in MONO_ONLY else 0
    bits = 0b111_1111_1111 << 21 | version << 19 | layer << 17 | 1 << 16
    return (bits | bit_rate << 12 | sample_rate << 10 | mode << 6).to_bytes(HEAD_BYTES)


def frames(version: int, layer: int, sample_rate: int) -> list[tuple[bytes, Frame]]:
    """List a frame of each bit rate."""
    heads = [head(version, layer, bit_rate, sample_rate) for bit_rate in range(1, 15)]
    return [(one, frame) for one in heads if (frame := read_frame(one))]


@pytest.mark.parametrize(
    ("version", "layer", "sample_rate"),
    [*product((MPEG_1, MPEG_2, MPEG_2_5), (LAYER_1, LAYER_2, LAYER_3), range(3))],
)
def test_a_frame_of_any_rate_has_as_many_bytes_as_ffprobe_finds(
    version: int, layer: int, sample_rate: int, tmp_path: Path
) -> None:
    all_of_them = frames(version, layer, sample_rate)
    path = tmp_path / "music.mp3"
    path.write_bytes(
        b"".join((one + bytes(frame.size_bytes - HEAD_BYTES)) * 2 for one, frame in all_of_them)
    )

    told = probe(path)

    assert packet_sizes(path) == [frame.size_bytes for _, frame in all_of_them for _ in range(2)]
    assert told is not None
    assert {(frame.codec, frame.sample_rate_hz) for _, frame in all_of_them} == {
        (told.codec, told.sample_rate_hz)
    }
