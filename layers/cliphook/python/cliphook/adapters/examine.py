"""Looks into a file: along its frames, and by listening to it in a process apart."""

import time
from collections.abc import Callable
from typing import BinaryIO, Final

from cliphook.adapters.audio.probe import AudioProbe
from cliphook.adapters.sound.apart import listen_apart
from cliphook.adapters.sound.waveform import waveform
from cliphook.application.keep_clip import Examined
from cliphook.application.ports import Fetched
from cliphook.domain.audio_format import AudioFormat, Defect

# Half a gigabyte of music in small frames takes four seconds of a whole core, and a worker has more
# than half of one. What was made to be laborious would take minutes, at the same size.
WALK_MAX_S: Final = 20.0
# Of files that came inside an answer there may be many, and a poll has two minutes for all of them.
PATIENCE_S: Final = 20.0
# The largest download, heard by a worker that has half a core, and half of that again.
DOWNLOAD_PATIENCE_S: Final = 60.0

_CHUNK_BYTES: Final = 64 * 1024


def examine(
    file: Fetched,
    *,
    patience_s: float = PATIENCE_S,
    clock_s: Callable[[], float] = time.monotonic,
) -> Examined:
    """Tell all that can be told of a file, in bounded memory and time; never raises for it."""
    with file.path.open("rb") as body:
        audio = _walk(body, until_s=clock_s() + WALK_MAX_S, clock_s=clock_s)
        sound = listen_apart(body, patience_s=patience_s)
    heard = sound.heard
    # No music is so laborious.
    audio = audio or AudioFormat(file.content_type, None, defects=frozenset({Defect.DAMAGED}))
    return Examined(audio, sound, waveform(heard.peaks) if heard else None)


def _walk(body: BinaryIO, *, until_s: float, clock_s: Callable[[], float]) -> AudioFormat | None:
    """Walk along the frames; `None` if there is no time for all of them."""
    probe = AudioProbe()
    while chunk := body.read(_CHUNK_BYTES):
        probe.feed(chunk)
        if clock_s() > until_s:
            return None
    return probe.end()
