"""
Ogg: pages that carry the packets of a stream, each with a sum over all of it.

How long the music is follows from the packets. Where the first of it begins and where the last of
it ends is for a page to say, and it is believed as far as its own packets reach. A page whose sum
is wrong is none. A stream whose last page does not say that it is the last has been cut short.

Reference: RFC 3533; RFC 7845, 4 (where music begins and ends).
"""

import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from cliphook.adapters.audio.ogg_codecs import HEAD_BYTES, TAIL_BYTES, Codec, codec_of
from cliphook.adapters.audio.tally import Tally
from cliphook.adapters.audio.tape import CutShortError, Walk
from cliphook.adapters.audio_types import OGG
from cliphook.domain.audio_format import AudioFormat, Defect

# So many pages may be wrong before the file is given up: to find the next one costs time.
BAD_PAGES_MAX: Final = 64

_MARK: Final = b"OggS"
_SIGHT_BYTES: Final = 16_384
_FIXED_BYTES: Final = 27
_HEAD_MAX_BYTES: Final = _FIXED_BYTES + 255
_LACING_FULL: Final = 255
_GOES_ON: Final = 0x01
_IS_FIRST: Final = 0x02
_IS_LAST: Final = 0x04
_CRC: Final = slice(22, 26)
_ONES: Final = 0xFFFF_FFFF
# Ogg sums up from the highest bit of each byte, zlib from the lowest: a mirror makes one the other.
_MIRROR: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class Page(NamedTuple):
    """One page: what it says of itself, and its packets, the last of which may go on."""

    flags: int
    position: int
    serial: int
    number: int
    lacing: bytes
    body: bytes

    @property
    def size_bytes(self) -> int:
        """How long it is."""
        return _FIXED_BYTES + len(self.lacing) + len(self.body)

    def packets(self) -> Iterator[tuple[bytes, bool]]:
        """List the packets, or what of them is on this page, and whether each of them ends here."""
        start = end = 0
        for size in self.lacing:
            end += size
            if size < _LACING_FULL:
                yield self.body[start:end], True
                start = end
        if start < end:
            yield self.body[start:end], False


class _Stream:
    """The packets of one stream, as its pages bring them."""

    def __init__(self, tally: Tally, serial: int) -> None:
        self.serial = serial
        self._tally = tally
        self._codec: Codec | None = None
        self._next_number = 0
        # Of the packet that has not ended yet.
        self._head = self._tail = b""
        self._packet_bytes = 0
        self._walked = 0
        self._cut_at_start = 0
        self._cut_at_end = 0
        # Where the music begins on the stream's clock.
        self._origin: int | None = None
        self.has_ended = False

    @property
    def is_known(self) -> bool:
        return self._codec is not None

    def add(self, page: Page) -> None:
        pieces = page.packets()
        if page.number != self._next_number:
            self._tally.defects.add(Defect.DAMAGED)
            self._forget()
            if page.flags & _GOES_ON:
                # Its beginning was on a page that is missing.
                next(pieces, None)
        self._next_number = page.number + 1
        self.has_ended = bool(page.flags & _IS_LAST)
        samples = sum(self._read(piece, ends) for piece, ends in pieces)
        self._walked += samples
        if samples and page.position >= 0:
            self._locate(page, samples)

    def close(self) -> None:
        """Put down what has been walked."""
        tally, codec = self._tally, self._codec
        if not self.has_ended:
            tally.defects.add(Defect.TRUNCATED)
        if codec:
            cut = self._cut_at_start + self._cut_at_end + codec.skip_samples
            tally.ticks += max(self._walked - cut, 0)
            tally.codec = codec.name
            tally.sample_rate_hz, tally.channels = codec.sample_rate_hz, codec.channels

    def _read(self, piece: bytes, ends: bool) -> int:  # noqa: FBT001
        self._packet_bytes += len(piece)
        self._head += piece[: HEAD_BYTES - len(self._head)]
        self._tail = (self._tail + piece)[-TAIL_BYTES:]
        if not ends:
            return 0
        head, tail, size_bytes = self._head, self._tail, self._packet_bytes
        self._forget()
        if not self._codec:
            self._codec = codec_of(head)
            return 0
        samples = self._codec.samples(head, tail)
        self._tally.steps += 1
        self._tally.audio_bytes += size_bytes if samples else 0
        return samples

    def _forget(self) -> None:
        self._head = self._tail = b""
        self._packet_bytes = 0

    def _locate(self, page: Page, samples: int) -> None:
        """See from where on, and until where, what was walked is to be heard."""
        if self._origin is None:
            self._origin = page.position - samples
            if self.has_ended:
                # On a page that is the first and the last, what is missing is missing at the end.
                self._origin = max(self._origin, 0)
            self._cut_at_start = min(max(-self._origin, 0), samples)
        ahead = self._origin + self._walked - page.position
        self._cut_at_end = min(max(ahead, 0), samples) if self.has_ended else 0


class _Listener:
    """Follows one stream of music at a time; when that has ended, another one may come."""

    def __init__(self) -> None:
        self.tally = Tally(OGG, "ogg")
        self.stream: _Stream | None = None
        self.bad_pages = 0

    def add(self, page: Page) -> None:
        self.tally.steps += 1
        if not self.stream or (page.flags & _IS_FIRST and self._is_free(self.stream)):
            self.close()
            self.stream = _Stream(self.tally, page.serial)
        if page.serial == self.stream.serial:
            self.stream.add(page)

    def close(self) -> None:
        if self.stream and self.stream.is_known:
            self.stream.close()

    @staticmethod
    def _is_free(stream: _Stream) -> bool:
        return stream.has_ended or not stream.is_known


def walk_ogg() -> Walk[AudioFormat]:
    """Walk from page to page."""
    listener = _Listener()
    try:
        yield from _turn(listener)
    except CutShortError:
        listener.tally.defects.add(Defect.TRUNCATED)
    listener.close()
    return listener.tally.found()


def _turn(listener: _Listener) -> Walk[None]:
    sight = yield 0, _HEAD_MAX_BYTES
    while sight and listener.bad_pages <= BAD_PAGES_MAX and not listener.tally.is_full:
        page = yield from _read_page(sight)
        if page:
            listener.add(page)
            step = page.size_bytes
        else:
            listener.bad_pages += 1
            listener.tally.defects.add(Defect.DAMAGED)
            step = yield from _search()
        sight = yield step, _HEAD_MAX_BYTES


def _read_page(sight: bytes) -> Walk[Page | None]:
    """Read the page that stands here; `None` if none does. Raises if the file ends inside."""
    if not sight.startswith(_MARK):
        return None
    head_bytes = _FIXED_BYTES + (sight[_FIXED_BYTES - 1] if len(sight) >= _FIXED_BYTES else 0)
    lacing = sight[_FIXED_BYTES:head_bytes]
    size_bytes = head_bytes + sum(lacing)
    whole = yield 0, size_bytes
    if len(whole) < size_bytes and whole.find(_MARK, 1) < 0:
        raise CutShortError(size_bytes - len(whole))
    return _page(whole, lacing) if len(whole) == size_bytes and _is_sum_right(whole) else None


def _search() -> Walk[int]:
    """Tell how far it is to what may be the next page, or to where to look on."""
    sight = yield 0, _SIGHT_BYTES
    at = sight.find(_MARK, 1)
    if at > 0:
        return at
    # Half a mark may stand at the end of what is in sight.
    return len(sight) - (len(_MARK) - 1 if len(sight) == _SIGHT_BYTES else 0)


def _page(whole: bytes, lacing: bytes) -> Page:
    return Page(
        whole[5],
        int.from_bytes(whole[6:14], "little", signed=True),
        int.from_bytes(whole[14:18], "little"),
        int.from_bytes(whole[18:22], "little"),
        lacing,
        whole[_FIXED_BYTES + len(lacing) :],
    )


def _is_sum_right(whole: bytes) -> bool:
    blank = whole[: _CRC.start] + bytes(4) + whole[_CRC.stop :]
    mirrored = zlib.crc32(blank.translate(_MIRROR), _ONES) ^ _ONES
    return int(f"{mirrored:032b}"[::-1], 2) == int.from_bytes(whole[_CRC], "little")
