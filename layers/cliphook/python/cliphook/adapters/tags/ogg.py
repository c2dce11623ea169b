"""Ogg with Vorbis or Opus: comments are the second packet. Vorbis I, section 4.2; RFC 7845."""

from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from cliphook.adapters.tags.copying import UntaggableError
from cliphook.adapters.tags.ogg_pages import Page, packets, paged
from cliphook.adapters.tags.vorbis_comment import retagged
from cliphook.domain.tags import Tags

_HEADER_BYTES_MAX: Final = 32 * 2**20


class _Codec(NamedTuple):
    start: bytes
    comments: bytes
    # What ends the comments, and how many packets stand between the first and the sound.
    end: bytes
    headers: int


_CODECS: Final = (
    _Codec(b"\x01vorbis", b"\x03vorbis", end=b"\x01", headers=2),
    _Codec(b"OpusHead", b"OpusTags", end=b"", headers=1),
)


def write_ogg(source: BinaryIO, tags: Tags, target: BinaryIO) -> None:
    """Replace the comments, and number the pages after them anew where their count changes."""
    pages = _pages(source)
    first = next(pages, None)
    codec = first and next((c for c in _CODECS if first.content.startswith(c.start)), None)
    if not first or not codec:
        raise UntaggableError("neither Vorbis nor Opus")
    target.write(first.written())
    (comments, *others), pages_before = packets(_bounded(pages, first.stream), codec.headers)
    if not comments.startswith(codec.comments):
        raise UntaggableError("no comments")
    written = codec.comments + retagged(comments[len(codec.comments) :], tags) + codec.end
    pages_after = 0
    for page in paged([written, *others], stream=first.stream, number=first.number + 1):
        target.write(page.written())
        pages_after += 1
    for page in pages:
        shift = pages_after - pages_before if page.stream == first.stream else 0
        target.write(page.numbered(page.number + shift).written())


def _pages(source: BinaryIO) -> Iterator[Page]:
    while page := Page.read(source):
        yield page


def _bounded(pages: Iterator[Page], stream: int) -> Iterator[Page]:
    """Pass pages of one stream on, as many as headers may have."""
    left_bytes = _HEADER_BYTES_MAX
    for page in pages:
        left_bytes -= len(page.content) + 1
        if page.stream != stream or left_bytes < 0:
            raise UntaggableError("the headers are mixed with another stream, or too long")
        yield page
