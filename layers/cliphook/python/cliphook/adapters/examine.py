"""Looks into a file: along its frames, and by listening to it in a process apart."""

from typing import Final

from cliphook.adapters.audio.probe import AudioProbe
from cliphook.adapters.sound.apart import listen_apart
from cliphook.adapters.sound.waveform import waveform
from cliphook.application.keep_clip import Examined
from cliphook.application.ports import Fetched
from cliphook.domain.sound import Sound

_CHUNK_BYTES: Final = 64 * 1024
# A download may have taken two of a worker's three minutes, and has to be stored after this.
_PATIENCE_S: Final = 20.0


def examine(file: Fetched) -> Examined:
    """Tell all that can be told of a file, in bounded memory and time; never raises for it."""
    probe = AudioProbe()
    with file.path.open("rb") as body:
        while chunk := body.read(_CHUNK_BYTES):
            probe.feed(chunk)
        sound = listen_apart(body, patience_s=_PATIENCE_S)
    heard = sound if isinstance(sound, Sound) else sound.before
    return Examined(probe.end(), sound, waveform(heard.peaks) if heard else None)
