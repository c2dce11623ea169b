"""What an uploadUrl leads to: really fetched, from this machine only."""

import logging
from dataclasses import dataclass
from typing import Any, Final

from local.simulators.callbacks import redacted
from local.simulators.downloads import UnfetchableError, opened, read_whole, require_status
from local.simulators.sound_length import length_s
from local.simulators.world import World

UPLOAD_BYTES_MAX: Final = 200 * 1024 * 1024

logger: Final = logging.getLogger(__name__)

# What other sound files begin with, whose length is not read here; an MP4 has it four bytes later.
_OTHERS: Final = (b"OggS", b"fLaC")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was fetched, or was not to be had; its length is known of MP3 and WAV only."""

    fetched: bool
    seconds: float | None = None


async def fetch(world: World[Any], url: str) -> Upload:
    """Fetch a file and tell whether it is sound; whatever goes wrong is told, not raised."""
    try:
        async with opened(world, url) as answer:
            require_status(answer, range(200, 300))
            content = await read_whole(answer, UPLOAD_BYTES_MAX)
    except UnfetchableError as error:
        logger.info("no sound at %s: %s", redacted(url), error)
        return Upload(fetched=False)
    seconds = length_s(content)
    is_other = content.startswith(_OTHERS) or content[4:8] == b"ftyp"
    return Upload(fetched=seconds is not None or is_other, seconds=seconds)
