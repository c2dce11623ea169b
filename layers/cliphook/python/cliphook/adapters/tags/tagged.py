"""A copy of a file with tags, whatever its container is."""

import tempfile
from collections.abc import Callable, Mapping
from typing import BinaryIO, Final

from cliphook.adapters.audio_types import FLAC, HEAD_BYTES, M4A, MP3, OGG, WAV, AudioType, sniff
from cliphook.adapters.tags.copying import UntaggableError
from cliphook.adapters.tags.flac import write_flac
from cliphook.adapters.tags.id3 import skip_id3, write_mp3
from cliphook.adapters.tags.m4a import write_m4a
from cliphook.adapters.tags.ogg import write_ogg
from cliphook.adapters.tags.riff import write_wav
from cliphook.domain.tags import Tags

type Writer = Callable[[BinaryIO, Tags, BinaryIO], None]

_WRITERS: Final[Mapping[AudioType | None, Writer]] = {
    MP3: write_mp3,
    WAV: write_wav,
    FLAC: write_flac,
    OGG: write_ogg,
    M4A: write_m4a,
}


def tagged(source: BinaryIO, tags: Tags) -> BinaryIO | None:
    """
    Copy a file, with tags in the way of its container.

    The sound is copied byte for byte, and nothing is decoded. `None` says that the file is damaged
    or of a kind that holds no tags; it is then best delivered as it is. The copy is the caller's to
    close.
    """
    writer = _WRITERS.get(_kind(source))
    if writer is None:
        return None
    source.seek(0)
    target = tempfile.TemporaryFile()  # noqa: SIM115 - it is the caller's
    try:
        writer(source, tags, target)
    except UntaggableError:
        target.close()
        return None
    target.seek(0)
    return target


def _kind(source: BinaryIO) -> AudioType | None:
    """Tell the container, which may stand after a tag that does not belong to it."""
    source.seek(0)
    found = sniff(source.read(HEAD_BYTES))
    if found is MP3:
        source.seek(0)
        skip_id3(source)
        found = sniff(source.read(HEAD_BYTES)) or MP3
    return found
