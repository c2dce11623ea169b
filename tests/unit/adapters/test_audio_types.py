"""What bytes are is told from the bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.adapters.audio_types import FLAC, HEAD_BYTES, M4A, MP3, OGG, WAV, AudioType, sniff


def frame(version: int = 3, layer: int = 1, bit_rate: int = 9, sample_rate: int = 0) -> bytes:
    """Write the header of an MPEG audio frame."""
    bits = 0b111_1111_1111 << 21 | version << 19 | layer << 17 | 1 << 16
    return (bits | bit_rate << 12 | sample_rate << 10).to_bytes(4, "big")


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"ID3\x04\x00\x00\x00\x00\x00\x23TSSE", MP3),
        (frame(), MP3),
        (bytes.fromhex("fffb9064"), MP3),
        (bytes.fromhex("fff344c4"), MP3),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", WAV),
        (b"RF64\xff\xff\xff\xffWAVEds64", WAV),
        (b"fLaC\x00\x00\x00\x22", FLAC),
        (b"OggS\x00\x02", OGG),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00", M4A),
        (b"\x00\x00\x00\x1cftypisom\x00\x00", M4A),
        (b"\x00\x00\x00\x1cftypmp42\x00\x00", M4A),
    ],
)
def test_audio_is_known_by_how_it_begins(head: bytes, found: AudioType) -> None:
    assert sniff(head) == found
    assert sniff((head + bytes(HEAD_BYTES))[:HEAD_BYTES]) == found


@pytest.mark.parametrize(
    ("found", "content_type", "extension"),
    [
        (MP3, "audio/mpeg", "mp3"),
        (WAV, "audio/wav", "wav"),
        (FLAC, "audio/flac", "flac"),
        (OGG, "audio/ogg", "ogg"),
        (M4A, "audio/mp4", "m4a"),
    ],
)
def test_a_kind_has_a_media_type_and_an_ending(
    found: AudioType, content_type: str, extension: str
) -> None:
    assert found == (content_type, extension)


@pytest.mark.parametrize("brand", ["M4A ", "M4B ", "mp41", "mp42", "isom", "iso2", "iso5", "iso6"])
def test_the_iso_container_holds_audio_under_several_brands(brand: str) -> None:
    assert sniff(b"\x00\x00\x00\x20ftyp" + brand.encode() + bytes(4)) == M4A


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff",
        b"\xff\xfb",
        b"ID",
        b"<!doctype html>",
        b"<html>ID3</html>",
        b" ID3",
        b'{"code":403}',
        b"<svg xmlns=",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"GIF89a",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"\x7fELF",
        b"MZ\x90",
        b"#!/bin/sh",
        b"RIFF\x24\x00\x00\x00WEBPVP8 ",
        b"RIFF\x24\x00\x00\x00AVI LIST",
        b"RIFX\x24\x00\x00\x00WAVEfmt ",
        b"RIFFWAVE",
        b"WAVERIFF",
        b"FLAC",
        b"oggs",
        b"\x00\x00\x00\x20ftypavif",
        b"\x00\x00\x00\x20ftypheic",
        b"\x00\x00\x00\x20ftypqt  ",
        b"\x00\x00\x00\x20moovM4A ",
        b"ftypM4A ",
        bytes(16),
        b"\xff" * 16,
    ],
)
def test_anything_else_is_no_audio(head: bytes) -> None:
    assert sniff(head) is None


@pytest.mark.parametrize(
    "head",
    [
        frame(version=1),
        frame(layer=0),
        frame(bit_rate=0),
        frame(bit_rate=15),
        frame(sample_rate=3),
        bytes([0xFF, 0xDB, 0x90, 0x64]),
        bytes([0xFE, 0xFB, 0x90, 0x64]),
        b"\x00" + frame(),
    ],
)
def test_eleven_set_bits_alone_make_no_frame(head: bytes) -> None:
    assert sniff(head) is None


@given(
    version=st.sampled_from([0, 2, 3]),
    layer=st.sampled_from([1, 2, 3]),
    bit_rate=st.integers(1, 14),
    sample_rate=st.integers(0, 2),
)
def test_every_frame_that_there_is_is_one(**fields: int) -> None:
    assert sniff(frame(**fields)) == MP3


@given(head=st.binary(max_size=HEAD_BYTES))
def test_any_bytes_are_told_or_not(head: bytes) -> None:
    assert sniff(head) in {MP3, WAV, FLAC, OGG, M4A, None}
