"""Answers that no decent server gives: half of one, none at all, one without end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

ENDLESS_BYTES_MAX: Final = 1 << 31

_PAGE: Final = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
_CHUNK: Final = bytes(64 * 1024)


class HalfResponse(Response):
    """Promises a body by its Content-Length, sends half of it and hangs up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send half and return: the server closes a connection whose answer is not whole."""
        del scope, receive
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})


async def hang(request: Request, seconds: float) -> Response:
    """Say nothing until the client goes away; after some real seconds it is a 504."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    return Response(status_code=504)


def page(status: int, title: str) -> Response:
    """Answer with a page for people, as gateways and edges do."""
    return HTMLResponse(_PAGE.format(title), status_code=status)


async def drip(content: bytes, seconds: float, *, pieces: int = 20) -> AsyncIterator[bytes]:
    """Send a body piece by piece, over some real seconds."""
    size = -(-len(content) // pieces)
    for start in range(0, len(content), size):
        yield content[start : start + size]
        await asyncio.sleep(seconds / pieces)


async def endless() -> AsyncIterator[bytes]:
    """Send zeros for as long as somebody reads, or up to ENDLESS_BYTES_MAX."""
    for _ in range(ENDLESS_BYTES_MAX // len(_CHUNK)):
        yield _CHUNK
        # Sending to somebody who left does not wait; without this nobody would learn of it.
        await asyncio.sleep(0)
