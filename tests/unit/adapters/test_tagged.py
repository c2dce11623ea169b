"""A copy says what it is, to a reader that is not ours, and sounds as the original does."""

import io
from typing import BinaryIO

import av
import pytest

from cliphook.adapters.tags.tagged import tagged
from cliphook.domain.tags import AI_SOURCE_TYPE, Tags
from tests.support.tones import (
    ADTS,
    CODECS,
    FLAC,
    M4A,
    MP3,
    OPUS,
    VORBIS,
    WAV,
    Codec,
    encoded,
    tone,
)

TAGS = Tags(
    provider="sunoapi",
    job_id="job_01JD",
    model="suno-v5",
    title='Nächte "in" Köln; 音楽 🎵',
    lyrics="[Verse]\nLa la\n\n[Chorus]\nLa",
)
TONE = tone(2, -20)
TAGGABLE = [codec for codec in CODECS if codec is not ADTS]
# The first bytes of a picture are enough: nobody draws it.
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def copied(content: bytes, tags: Tags = TAGS) -> bytes:
    copy = tagged(io.BytesIO(content), tags)

    assert copy is not None
    with copy:
        return copy.read()


def packets(content: bytes) -> list[bytes]:
    """Read the encoded sound, piece by piece."""
    with av.open(io.BytesIO(content), "r") as container:
        return [bytes(packet) for packet in container.demux(container.streams.audio[0])]


def said(content: bytes) -> dict[str, str]:
    """Read the tags as FFmpeg does, which names a language with the lyrics."""
    with av.open(io.BytesIO(content), "r") as container:
        found = container.metadata | container.streams.audio[0].metadata
    return {name.split("-")[0].upper(): text for name, text in found.items()}


@pytest.mark.parametrize("codec", TAGGABLE, ids=lambda codec: codec.name)
def test_another_reader_finds_every_tag(codec: Codec) -> None:
    found = said(copied(encoded(TONE, codec)))

    expected = {
        "TITLE": TAGS.title,
        "LYRICS": TAGS.lyrics,
        "COMMENT": "AI-generated",
        "MODEL": "suno-v5",
        "PROVIDER": "sunoapi",
        "CLIPHOOK_JOB_ID": "job_01JD",
        "DIGITALSOURCETYPE": AI_SOURCE_TYPE,
    }
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize("codec", TAGGABLE, ids=lambda codec: codec.name)
def test_the_sound_is_the_same_byte_for_byte(codec: Codec) -> None:
    original = encoded(TONE, codec)

    assert packets(copied(original)) == packets(original)


@pytest.mark.parametrize("codec", TAGGABLE, ids=lambda codec: codec.name)
@pytest.mark.parametrize("lyrics", ["la " * 19_990, "", None], ids=["long", "empty", "none"])
def test_lyrics_of_any_length_leave_the_sound_where_it_can_be_found(
    codec: Codec, lyrics: str | None
) -> None:
    original = encoded(TONE, codec)

    copy = copied(original, Tags("sunoapi", "job_1", lyrics=lyrics))

    assert packets(copy) == packets(original)
    assert said(copy).get("LYRICS", "") == (lyrics or "").strip()


@pytest.mark.parametrize("codec", TAGGABLE, ids=lambda codec: codec.name)
def test_tagging_a_copy_again_replaces_what_was_ours(codec: Codec) -> None:
    original = encoded(TONE, codec)
    second = Tags("apiin", "job_2", title="Another")

    twice = copied(copied(original), second)

    assert (said(twice)["TITLE"], said(twice)["PROVIDER"]) == ("Another", "apiin")
    assert packets(twice) == packets(original)
    # Texts that are not said anew stay where tags are free: in comments and items.
    assert copied(twice, second) == twice


def test_an_index_before_the_sound_points_at_where_the_sound_has_moved() -> None:
    fast = Codec("m4a, index first", "mp4", "aac", "fltp", muxing=(("movflags", "faststart"),))
    original = encoded(tone(5, -20), fast)
    assert original.index(b"moov") < original.index(b"mdat")

    copy = copied(original)

    assert copy.index(b"moov") < copy.index(b"mdat")
    assert packets(copy) == packets(original)


def test_an_mp3_keeps_its_picture_and_nothing_else_of_an_older_tag() -> None:
    original = encoded(TONE, MP3)
    sound = original[10 + int.from_bytes(original[6:10]) :]
    frames = frame(b"TIT2", b"\x03Old") + frame(b"APIC", b"\x03image/png\0\x03\0" + PNG)
    old = b"ID3\x03\0\0" + bytes([0, 0, len(frames) >> 7, len(frames) & 0x7F]) + frames

    copy = copied(old + sound, Tags("sunoapi", "job_1"))

    assert "TITLE" not in said(copy)
    assert attached(copy) == [PNG]
    assert copy.endswith(sound)


def test_flac_keeps_pictures_and_what_others_commented() -> None:
    picture = b"".join(
        (b"\0\0\0\x03\0\0\0\x09image/png\0\0\0\0", bytes(16), len(PNG).to_bytes(4), PNG)
    )
    original = encoded(TONE, FLAC)
    # After the marker and the first block, which is always of 34 bytes.
    original = original[:42] + b"\x06" + len(picture).to_bytes(3) + picture + original[42:]

    copy = copied(original)

    assert attached(copy) == [PNG]
    assert said(copy)["ENCODER"] == said(original)["ENCODER"]


@pytest.mark.parametrize("codec", [M4A, OPUS, VORBIS], ids=lambda codec: codec.name)
def test_what_others_wrote_stays(codec: Codec) -> None:
    original = encoded(TONE, codec)

    assert said(copied(original))["ENCODER"] == said(original)["ENCODER"]


def test_flac_without_comments_gets_some_after_what_was_the_last_block() -> None:
    original = encoded(TONE, FLAC)
    information, at, kind = original[8:42], 4, 0
    while not kind & 0x80:
        kind, size = original[at], int.from_bytes(original[at + 1 : at + 4])
        at += 4 + size
    seldom = b"\x82\0\0\x04" + b"test"
    bare = b"fLaC\0\0\0\x22" + information + seldom + original[at:]

    copy = copied(bare)

    assert said(copy)["TITLE"] == TAGS.title
    assert packets(copy) == packets(original)
    assert copy.endswith(original[at:])


def test_flac_behind_a_tag_of_another_kind_is_flac() -> None:
    original = encoded(TONE, FLAC)

    assert copied(b"ID3\x04\0\0\0\0\0\x14" + bytes(20) + original) == copied(original)


def test_a_wav_that_was_written_on_the_way_gets_its_true_length() -> None:
    original = encoded(TONE, WAV)
    data = original.index(b"data")
    endless = original[: data + 4] + b"\xff\xff\xff\xff" + original[data + 8 :]

    copy = copied(endless)

    assert int.from_bytes(copy[4:8], "little") == len(copy) - 8
    assert packets(copy) == packets(original)
    assert said(copy)["TITLE"] == TAGS.title


@pytest.mark.parametrize("codec", [FLAC, OPUS, VORBIS], ids=lambda codec: codec.name)
def test_decoded_samples_are_the_same(codec: Codec) -> None:
    original = encoded(TONE, codec)

    assert decoded(copied(original)) == decoded(original)


def test_the_source_is_only_read() -> None:
    class ReadOnly(io.BytesIO):
        def write(self, _content: object) -> int:
            raise io.UnsupportedOperation

    source: BinaryIO = ReadOnly(encoded(TONE, MP3))
    copy = tagged(source, TAGS)

    assert copy is not None
    copy.close()


def frame(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4) + b"\0\0" + content


def attached(content: bytes) -> list[bytes]:
    with av.open(io.BytesIO(content), "r") as container:
        pictures = container.streams.video
        return [bytes(packet) for packet in container.demux(*pictures) if packet.size]


def decoded(content: bytes) -> list[bytes]:
    with av.open(io.BytesIO(content), "r") as container:
        return [bytes(plane) for frame in container.decode(audio=0) for plane in frame.planes]
