"""A damaged file, or a title that means harm, costs neither an error nor the sound."""

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.adapters.tags.tagged import tagged
from cliphook.domain.tags import Tags
from tests.support.tones import CODECS, FLAC, M4A, MP3, OPUS, VORBIS, WAV, Codec, encoded, tone

TAGS = Tags("sunoapi", "job_1", title="A song", lyrics="La la")
FILES = {codec.name: encoded(tone(1, -20), codec) for codec in CODECS}
# What tags of ours may add, with everything around them.
TAGS_BYTES_MAX = 4096


def copied(content: bytes, tags: Tags = TAGS) -> bytes | None:
    copy = tagged(io.BytesIO(content), tags)
    if copy is None:
        return None
    with copy:
        return copy.read()


@pytest.mark.parametrize(
    "content",
    [b"", b"fLaC", b"OggS", b"RIFF", b"<html>", bytes(1000), b"\0\0\0\x08ftypM4A " * 9],
)
def test_what_is_no_file_of_ours_is_left_as_it_is(content: bytes) -> None:
    assert copied(content) is None


@pytest.mark.parametrize("codec", [FLAC, M4A, OPUS, VORBIS], ids=lambda codec: codec.name)
@pytest.mark.parametrize("length", [20, 60, 300])
def test_a_file_that_ends_in_its_headers_is_left_as_it_is(codec: Codec, length: int) -> None:
    assert copied(FILES[codec.name][:length]) is None


def test_a_damaged_page_does_not_get_a_good_checksum() -> None:
    file = bytearray(FILES[OPUS.name])
    file[-100] ^= 1

    assert copied(bytes(file)) is None


def test_a_fragmented_m4a_is_left_as_it_is() -> None:
    fragmented = Codec(
        "m4a, in fragments",
        "mp4",
        "aac",
        "fltp",
        muxing=(("movflags", "frag_keyframe+empty_moov"),),
    )

    assert copied(encoded(tone(1, -20), fragmented)) is None


@given(
    text=st.text(st.characters(), max_size=400),
    codec=st.sampled_from([MP3, WAV, FLAC, OPUS, VORBIS, M4A]),
)
def test_no_text_breaks_a_container(text: str, codec: Codec) -> None:
    file = FILES[codec.name]

    copy = copied(file, Tags(text, text, model=text, title=text, lyrics=text))

    assert copy is not None
    # The sound lies at one place of the copy as a whole, but for what pages write around it.
    middle = file[len(file) // 2 : len(file) // 2 + 500] if codec is not MP3 else file[-500:]
    assert middle in copy


@given(
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=12),
    part=st.sampled_from([300, 2_000, 1_000_000]),
    cut=st.floats(0.01, 1),
    name=st.sampled_from(sorted(FILES)),
)
def test_a_file_with_changed_bytes_is_copied_or_left(
    changes: list[tuple[float, bytes]], part: int, cut: float, name: str
) -> None:
    whole = bytearray(FILES[name])
    for place, content in changes:
        at = int(place * min(part, len(whole)))
        whole[at : at + len(content)] = content
    file = bytes(whole[: int(cut * len(whole))])

    copy = copied(file)

    assert copy is None or len(copy) <= len(file) + TAGS_BYTES_MAX


@given(content=st.binary(max_size=2048), name=st.sampled_from(sorted(FILES)))
def test_arbitrary_bytes_after_a_good_beginning_are_copied_or_left(
    content: bytes, name: str
) -> None:
    file = FILES[name][:100] + content

    copy = copied(file)

    assert copy is None or len(copy) <= len(file) + TAGS_BYTES_MAX


@pytest.mark.parametrize("codec", [MP3, WAV, FLAC, OPUS], ids=lambda codec: codec.name)
def test_memory_does_not_grow_with_the_file(codec: Codec) -> None:
    def peak_bytes(seconds: int) -> int:
        source = io.BytesIO(encoded(tone(seconds, -3, hz=5000), codec))
        tracemalloc.start()
        copy = tagged(source, TAGS)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert copy is not None
        copy.close()
        return peak

    assert peak_bytes(75) < 1.1 * peak_bytes(25)
