"""The kinds of files that are fetched: how each is known, and how much of it there may be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cliphook.adapters.audio_types import WAV, sniff
from cliphook.adapters.image_types import sniff_image

# Half an hour of the best WAV: no memory grows with it, and the worker's disk holds it twice over.
_SIZE_MAX_BYTES: Final = 512 * 1024 * 1024
_TOTAL_MAX_S: Final = 120


@dataclass(frozen=True, slots=True)
class Kind:
    """
    What a download has to be, and how much of it there may be.

    `sniff` tells the media type and ending of what begins like that, and `otherwise` is the reason
    to refuse what is something else.
    """

    sniff: Callable[[bytes], tuple[str, str] | None]
    otherwise: str
    size_max_bytes: int
    total_max_s: float


AUDIO: Final = Kind(sniff, "not_audio", _SIZE_MAX_BYTES, _TOTAL_MAX_S)
# Whoever waits for a cover keeps audio waiting that is in the same queue.
IMAGE: Final = Kind(sniff_image, "not_image", 10 * 1024 * 1024, 30)
TWIN: Final = Kind(
    lambda head: WAV if sniff(head) == WAV else None, "not_wav", _SIZE_MAX_BYTES, _TOTAL_MAX_S
)
