"""
MP4: boxes, of which some tell about the samples and others hold them.

The tables may come before the samples, behind them, or a part at a time. They are what there is to
walk along: a sample counts if the data that is there reaches to it. The time of a sample is told
by a table too, and believed up to what one frame of its codec can play. What an edit list takes
off is taken off, if it is no more than an encoder's padding.

Samples are taken to lie one behind the other, as in all files that hold nothing but music.
"""

from typing import Final, NamedTuple

from cliphook.adapters.audio.mp4_boxes import READERS, TABLES, Movie
from cliphook.adapters.audio.tally import Tally
from cliphook.adapters.audio.tape import TO_THE_END, CutShortError, Walk
from cliphook.adapters.audio_types import M4A
from cliphook.domain.audio_format import AudioFormat, Defect

_HEAD_BYTES: Final = 8
_LONG_HEAD_BYTES: Final = 16
_IS_LONG: Final = 1
_TO_THE_END: Final = 0
# These hold nothing but boxes, so their end need not be known: the next box comes in any case.
_HOLDERS: Final = frozenset(
    {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"mvex", b"moof", b"traf"}
)
_INDICES: Final = frozenset({b"moov", b"moof"})


class _Box(NamedTuple):
    """The head of a box."""

    name: bytes
    head_bytes: int
    body_bytes: int
    is_open: bool


class _File:
    """What has been seen of a file so far."""

    def __init__(self) -> None:
        self.tally = Tally(M4A, "mp4")
        self.movie = Movie()
        self.data_bytes = 0
        self.has_index = False

    def found(self) -> AudioFormat:
        movie, tally = self.movie, self.tally
        if not self.has_index:
            tally.defects.add(Defect.TRUNCATED)
        if movie.sound:
            movie.sound.put_down(tally, self.data_bytes, movie.ticks_per_second)
        return tally.found()


def walk_mp4() -> Walk[AudioFormat]:
    """Walk from box to box."""
    file = _File()
    try:
        sight = yield 0, _LONG_HEAD_BYTES
        while sight and not file.tally.is_full:
            file.tally.steps += 1
            box = _read_head(sight)
            if not box:
                file.tally.defects.add(Defect.DAMAGED)
                break
            step = yield from _read_box(file, box)
            sight = yield step, _LONG_HEAD_BYTES
    except CutShortError:
        file.tally.defects.add(Defect.TRUNCATED)
    return file.found()


def _read_head(sight: bytes) -> _Box | None:
    size_bytes, name, head_bytes = int.from_bytes(sight[:4]), sight[4:8], _HEAD_BYTES
    if size_bytes == _IS_LONG:
        size_bytes, head_bytes = int.from_bytes(sight[8:16]), _LONG_HEAD_BYTES
    is_open = size_bytes == _TO_THE_END
    if is_open:
        size_bytes = TO_THE_END
    if len(sight) < head_bytes or size_bytes < head_bytes:
        return None
    return _Box(name, head_bytes, size_bytes - head_bytes, is_open)


def _read_box(file: _File, box: _Box) -> Walk[int]:
    """Read a box; tell how far it is from where the walk then stands to the next one."""
    file.has_index = file.has_index or box.name in _INDICES
    if box.name in _HOLDERS:
        file.movie.enter(box.name)
        return box.head_bytes
    if box.name == b"mdat":
        yield from _count_data(file, box)
        return 0
    if box.name in READERS:
        size_max_bytes, read = READERS[box.name]
        read(file.movie, (yield box.head_bytes, min(box.body_bytes, size_max_bytes)))
        return box.body_bytes
    if box.name in TABLES:
        yield box.head_bytes, 0
        read_bytes = yield from TABLES[box.name](file.movie, box.body_bytes)
        return box.body_bytes - read_bytes
    return box.head_bytes + box.body_bytes


def _count_data(file: _File, box: _Box) -> Walk[None]:
    """Count the data that is there; only a box without a size may last as long as the file."""
    yield box.head_bytes, 0
    try:
        yield box.body_bytes, 0
    except CutShortError as cut:
        file.data_bytes += box.body_bytes - cut.missing_bytes
        if not box.is_open:
            file.tally.defects.add(Defect.TRUNCATED)
    else:
        file.data_bytes += box.body_bytes
