"""Pages of a tagged Ogg stand in order, whoever reads them, however long the tags are."""

import io
import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import pytest

from cliphook.adapters.tags.tagged import tagged
from cliphook.domain.tags import Tags
from tests.support.tones import OPUS, VORBIS, Codec, encoded, tone

LENGTHS = [0, 1, 300, 4_000, 59_000]


class Page(NamedTuple):
    """A page as RFC 3533 has it: what matters of its head, and all of its bytes."""

    flags: int
    position: int
    number: int
    checksum: int
    segments: bytes
    whole: bytes


def pages(content: bytes) -> Iterator[Page]:
    at = 0
    while at < len(content):
        magic, _, flags, position, _, number, checksum, count = struct.unpack_from(
            "<4sBBqIIIB", content, at
        )
        assert magic == b"OggS"
        segments = content[at + 27 : at + 27 + count]
        end = at + 27 + count + sum(segments)
        yield Page(flags, position, number, checksum, segments, content[at:end])
        at = end


def checksum(page: bytes) -> int:
    """Compute it bit by bit, with the polynomial 04c11db7."""
    register = 0
    for byte in page[:22] + bytes(4) + page[26:]:
        register ^= byte << 24
        for _ in range(8):
            register = register << 1 ^ (0x104C11DB7 if register & 0x80000000 else 0)
    return register


def copied(codec: Codec, length: int) -> list[Page]:
    lyrics = ("音楽 🎵 " * 20_000)[:length]
    copy = tagged(io.BytesIO(encoded(tone(1, -20), codec)), Tags("p", "j", lyrics=lyrics))
    assert copy is not None
    with copy:
        return [*pages(copy.read())]


@pytest.mark.parametrize("codec", [OPUS, VORBIS], ids=lambda codec: codec.name)
@pytest.mark.parametrize("length", LENGTHS)
def test_pages_are_numbered_without_a_gap(codec: Codec, length: int) -> None:
    numbers = [page.number for page in copied(codec, length)]

    assert numbers == [*range(len(numbers))]


@pytest.mark.parametrize("length", LENGTHS[:-1])
def test_every_page_has_its_checksum(length: int) -> None:
    found = copied(VORBIS, length)

    assert [page.checksum for page in found] == [checksum(page.whole) for page in found]


@pytest.mark.parametrize("codec", [OPUS, VORBIS], ids=lambda codec: codec.name)
@pytest.mark.parametrize("length", LENGTHS)
def test_a_page_says_whether_it_goes_on_with_a_packet(codec: Codec, length: int) -> None:
    for before, after in pairwise(copied(codec, length)):
        assert bool(after.flags & 1) == (before.segments[-1] == 255)
        assert (after.position == -1) == (min(after.segments) == 255)


def test_headers_take_more_than_one_page_where_lyrics_are_long() -> None:
    assert len(copied(OPUS, 59_000)) > len(copied(OPUS, 4_000)) == len(copied(OPUS, 0))
    assert len(copied(VORBIS, 59_000)) > len(copied(VORBIS, 4_000)) == len(copied(VORBIS, 0))
