"""Which page walks along which file, told from how it begins."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from cliphook.adapters.audio.flac import walk_flac
from cliphook.adapters.audio.mp3 import walk_mp3
from cliphook.adapters.audio.mp4 import walk_mp4
from cliphook.adapters.audio.ogg import walk_ogg
from cliphook.adapters.audio.tape import Tape, Walk
from cliphook.adapters.audio.wav import walk_wav
from cliphook.adapters.audio_types import FLAC, HEAD_BYTES, M4A, MP3, OGG, WAV, AudioType, sniff
from cliphook.domain.audio_format import AudioFormat, Defect

WALKS: Final[Mapping[AudioType, Callable[[], Walk[AudioFormat]]]] = {
    MP3: walk_mp3,
    WAV: walk_wav,
    M4A: walk_mp4,
    OGG: walk_ogg,
    FLAC: walk_flac,
}

_NO_AUDIO: Final = AudioFormat(None, None, defects=frozenset({Defect.UNDECODABLE}))
_NOTHING: Final = AudioFormat(None, None, defects=frozenset({Defect.EMPTY}))


class Probe(Protocol):
    """What reads a file that passes by in chunks of any size, and keeps next to none of it."""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        ...

    def end(self) -> AudioFormat:
        """Say that there are no more, and be told what the file is. Whatever it was, it is told."""
        ...


class AudioProbe:
    """A probe for files of every kind that we know."""

    def __init__(self) -> None:
        """Begin with a file that has not begun."""
        self._head = b""
        self._reader: Probe | None = None
        self._is_no_audio = False

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the file."""
        if self._reader:
            self._reader.feed(chunk)
        elif not self._is_no_audio:
            missing = HEAD_BYTES - len(self._head)
            self._head += chunk[:missing]
            if len(self._head) == HEAD_BYTES:
                self._begin()
                self.feed(chunk[missing:])

    def end(self) -> AudioFormat:
        """Say that there are no more bytes, and be told what the file is."""
        if not self._reader and not self._is_no_audio:
            self._begin()
        if self._reader:
            return self._reader.end()
        return _NO_AUDIO if self._head else _NOTHING

    def _begin(self) -> None:
        audio_type = sniff(self._head)
        if audio_type:
            self._reader = Tape(WALKS[audio_type]())
            self._reader.feed(self._head)
        else:
            self._is_no_audio = True
