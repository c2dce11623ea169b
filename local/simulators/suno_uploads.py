"""What an uploadUrl leads to: really fetched, from this machine only."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

import httpx

from local.simulators.callbacks import is_loopback, redacted
from local.simulators.sound_length import length_s
from local.simulators.world import World

UPLOAD_BYTES_MAX: Final = 200 * 1024 * 1024
FETCH_S_MAX: Final = 15.0
REDIRECTS_MAX: Final = 5

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
        async with asyncio.timeout(FETCH_S_MAX):
            content = await _read(world, url)
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        logger.info("no sound at %s: %s", redacted(url), type(error).__name__)
        return Upload(fetched=False)
    seconds = length_s(content)
    is_other = content.startswith(_OTHERS) or content[4:8] == b"ftyp"
    return Upload(fetched=seconds is not None or is_other, seconds=seconds)


async def _read(world: World[Any], url: str) -> bytes:
    """Read a file, wherever it was moved to. Nothing is one that is elsewhere or too large."""
    for _ in range(REDIRECTS_MAX + 1):
        if not is_loopback(url):
            logger.error("refusing to fetch %s: a simulator asks nobody else", redacted(url))
            return b""
        async with world.http.stream("GET", url) as answer:
            if answer.has_redirect_location:
                url = urljoin(url, answer.headers["location"])
                continue
            answer.raise_for_status()
            content = b""
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > UPLOAD_BYTES_MAX:
                    return b""
            return content
    return b""
