"""A file that a request names by its address: really fetched, and from this machine only."""

import asyncio
import logging
from collections.abc import AsyncIterator, Container
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urljoin

import httpx

from local.simulators.callbacks import is_loopback, redacted
from local.simulators.world import World

FETCH_S_MAX: Final = 15.0
REDIRECTS_MAX: Final = 5

logger: Final = logging.getLogger(__name__)


class UnfetchableError(Exception):
    """A file is not to be had; the text says why."""


@asynccontextmanager
async def opened(
    world: World[Any],
    url: str,
    *,
    within_s: float = FETCH_S_MAX,
    redirects_max: int = REDIRECTS_MAX,
) -> AsyncIterator[httpx.Response]:
    """
    Open a file, wherever it was moved to. Its status is for the caller to judge.

    Raises UnfetchableError of whatever goes wrong, now or while it is read, and of a file that is
    not read in time.
    """
    try:
        async with asyncio.timeout(within_s):
            for _ in range(redirects_max + 1):
                _require_loopback(url)
                async with world.http.stream("GET", url) as answer:
                    if not answer.has_redirect_location:
                        yield answer
                        return
                    url = urljoin(url, answer.headers["location"])
    # A ValueError is an address that cannot even be taken apart.
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise UnfetchableError(str(error) or type(error).__name__) from error
    raise UnfetchableError("redirects without end")


async def read_whole(answer: httpx.Response, bytes_max: int) -> bytes:
    """Read an opened file. Raises UnfetchableError if it is larger than that."""
    content = b""
    async for piece in answer.aiter_bytes():
        content += piece
        if len(content) > bytes_max:
            raise UnfetchableError("too large")
    return content


def require_status(answer: httpx.Response, statuses: Container[int] = (200,)) -> None:
    """Take no other status. Raises UnfetchableError, without the address, which is a secret."""
    if answer.status_code not in statuses:
        raise UnfetchableError(f"answered {answer.status_code}")


def _require_loopback(url: str) -> None:
    if not is_loopback(url):
        logger.error("refusing to fetch %s: a simulator asks nobody else", redacted(url))
        raise UnfetchableError("not on this machine: never asked")
