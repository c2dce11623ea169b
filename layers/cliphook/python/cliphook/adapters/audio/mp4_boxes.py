"""
The boxes of MP4 that tell about its samples, each read on its own.

Reference: ISO 14496-12, 8.
"""

import sys
from array import array
from collections.abc import Callable, Mapping
from operator import mul
from typing import Final

from cliphook.adapters.audio.mp4_codec import DESCRIPTION_MAX_BYTES, read_content
from cliphook.adapters.audio.mp4_track import Track
from cliphook.adapters.audio.tape import Walk

# A multiple of every entry's size, and less than a look.
_PIECE_BYTES: Final = 15_360
_WORD_BYTES: Final = 4
_FULL_HEAD_BYTES: Final = 4


class Movie:
    """What has been read of a file: its clock, its track of sound, and the one being read."""

    def __init__(self) -> None:
        """Begin with no track."""
        self.ticks_per_second = 0
        self.sound: Track | None = None
        self.track = Track()
        # Of no track that matters: what there is to say of it goes nowhere.
        self._other = Track()

    def enter(self, name: bytes) -> None:
        """Come to a box that holds others."""
        if name == b"trak":
            self.track = Track()

    def choose(self, handler: bytes) -> None:
        """Learn what the track is that is being read; the first one of sound counts."""
        if handler == b"soun" and self.sound is None:
            self.sound = self.track

    def fragment(self, track_id: int) -> Track:
        """Turn to the track that a fragment is of."""
        self.track = self.sound if self.sound and self.sound.id == track_id else self._other
        return self.track


def _number(body: bytes, at: int, size: int = _WORD_BYTES) -> int:
    return int.from_bytes(body[at : at + size])


# --- Boxes of a few numbers


def _movie_header(movie: Movie, body: bytes) -> None:
    movie.ticks_per_second = _number(body, 20 if body[:1] == b"\1" else 12)


def _track_header(movie: Movie, body: bytes) -> None:
    movie.track.id = _number(body, 20 if body[:1] == b"\1" else 12)


def _media_header(movie: Movie, body: bytes) -> None:
    movie.track.ticks_per_second = _number(body, 20 if body[:1] == b"\1" else 12)


def _handler(movie: Movie, body: bytes) -> None:
    movie.choose(body[8:12])


def _description(movie: Movie, body: bytes) -> None:
    movie.track.content = read_content(body)


def _edits(movie: Movie, body: bytes) -> None:
    """Take the first edit that plays something; an empty one before it only delays."""
    words = 8 if body[:1] == b"\1" else 4
    entry_bytes = 2 * words + _WORD_BYTES
    nowhere = (1 << 8 * words) - 1
    for at in range(8, len(body) - entry_bytes + 1, entry_bytes):
        start = _number(body, at + words, words)
        if start != nowhere:
            movie.track.edit_start, movie.track.edit_length = start, _number(body, at, words)
            return


def _track_extends(movie: Movie, body: bytes) -> None:
    movie.fragment(_number(body, 4)).defaults = _number(body, 12), _number(body, 16)


def _fragment_header(movie: Movie, body: bytes) -> None:
    track, flags = movie.fragment(_number(body, 4)), _number(body, 0) & 0xFF_FFFF
    at = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
    ticks, size_bytes = track.defaults
    if flags & 0x8:
        ticks, at = _number(body, at), at + _WORD_BYTES
    if flags & 0x10:
        size_bytes = _number(body, at)
    track.fragment = ticks, size_bytes


READERS: Final[Mapping[bytes, tuple[int, Callable[[Movie, bytes], None]]]] = {
    b"mvhd": (64, _movie_header),
    b"tkhd": (64, _track_header),
    b"mdhd": (64, _media_header),
    b"hdlr": (12, _handler),
    b"stsd": (DESCRIPTION_MAX_BYTES, _description),
    b"elst": (256, _edits),
    b"trex": (24, _track_extends),
    b"tfhd": (64, _fragment_header),
}


# --- Tables, which may be of any length


def _times(movie: Movie, body_bytes: int) -> Walk[int]:
    """Read how long samples take: how many take how many ticks, in pairs."""
    track = movie.track
    head = yield 0, _FULL_HEAD_BYTES + _WORD_BYTES

    def add(words: "array[int]") -> None:
        many, ticks = words[::2], words[1::2]
        track.timed_samples += sum(many)
        track.ticks += sum(map(mul, many, ticks))

    return (yield from _read_words(len(head), _number(head, 4) * 2, body_bytes, add))


def _sample_sizes(movie: Movie, body_bytes: int) -> Walk[int]:
    """Read how long samples are: all alike, or each by itself."""
    sizes = movie.track.sizes
    head = yield 0, _FULL_HEAD_BYTES + 2 * _WORD_BYTES
    size_bytes, samples = _number(head, 4), _number(head, 8)
    if size_bytes:
        sizes.add_equal(samples, samples * size_bytes)
        return 0
    return (yield from _read_words(len(head), samples, body_bytes, sizes.add))


def _run(movie: Movie, body_bytes: int) -> Walk[int]:
    """Read a fragment's samples: time and size of each, where they are not all alike."""
    track = movie.track
    head = yield 0, _FULL_HEAD_BYTES + _WORD_BYTES
    flags, samples = _number(head, 0) & 0xFF_FFFF, _number(head, 4)
    has_ticks, has_sizes = bool(flags & 0x100), bool(flags & 0x200)
    # Beside those two, flags and an offset, which do not matter here.
    width = sum(bool(flags & bit) for bit in (0x100, 0x200, 0x400, 0x800))
    head_bytes = len(head) + sum(_WORD_BYTES for bit in (0x1, 0x4) if flags & bit)
    ticks, size_bytes = track.fragment
    if width:
        # Nobody lists more of them than the box can hold.
        samples = min(samples, max(body_bytes - head_bytes, 0) // (width * _WORD_BYTES))

    def add(words: "array[int]") -> None:
        if has_ticks:
            track.ticks += sum(words[::width])
        if has_sizes:
            track.sizes.add(words[int(has_ticks) :: width])

    track.timed_samples += samples
    track.ticks += 0 if has_ticks else ticks * samples
    if not has_sizes:
        track.sizes.add_equal(samples, samples * size_bytes)
    return (yield from _read_words(head_bytes, samples * width, body_bytes, add))


TABLES: Final[Mapping[bytes, Callable[[Movie, int], Walk[int]]]] = {
    b"stts": _times,
    b"stsz": _sample_sizes,
    b"trun": _run,
}


def _read_words(
    head_bytes: int, words: int, body_bytes: int, add: Callable[["array[int]"], None]
) -> Walk[int]:
    """Read a table, a piece at a time; tell how far into its box that has led the walk."""
    left = max(min(words * _WORD_BYTES, body_bytes - head_bytes), 0)
    at, step = 0, min(head_bytes, body_bytes)
    while left:
        wanted = min(left, _PIECE_BYTES)
        piece = yield step, wanted
        at += step
        numbers = array("I", piece[: len(piece) - len(piece) % _WORD_BYTES])
        if sys.byteorder == "little":
            numbers.byteswap()
        add(numbers)
        left -= wanted
        step = wanted
    return at
