"""
The public address: hands every request to the deployed HTTP API, and every answer back.

It stands in for the API's own domain and mends nothing. Links to the bucket do not pass here.
"""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

LOOPBACK: Final = "127.0.0.1"
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

# The longest that an HTTP API waits for a function is 30 s; a little more, so that it answers.
TIMEOUT: Final = httpx.Timeout(35.0)
STOPS_WITHIN_S: Final = 2

# What concerns one connection and not the message (RFC 9110, section 7.6.1).
HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)

type Headers = list[tuple[bytes, bytes]]


class PortTakenError(Exception):
    """Somebody else listens where the front door should be."""


class FrontDoor:
    """An application that answers 503 until it is told where the API is."""

    def __init__(self) -> None:
        self.api: httpx.URL | None = None
        # Neither a proxy nor a netrc of the user's: it talks to this machine.
        self._client = httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)

    def app(self) -> Starlette:
        """Make the ASGI application."""
        everything = Route("/{path:path}", self.forward, methods=METHODS)
        return Starlette(routes=[everything], lifespan=self._closing)

    async def forward(self, request: Request) -> Response:
        """Hand one request on, and stream the answer back as it comes."""
        if self.api is None:
            return problem(503, "Starting", "The deployment is not ready yet.")
        if climbs(request.scope["raw_path"]):
            return problem(404, "Not Found", "A path has no dot segments.")
        # Not the client's build_request, which would add headers of its own.
        passed_on = httpx.Request(
            request.method,
            target(self.api, request),
            headers=end_to_end(request.headers.raw),
            content=await request.body(),
        )
        try:
            answer = await self._client.send(passed_on, stream=True)
        except httpx.HTTPError as error:
            return problem(502, "Bad Gateway", f"The embedded AWS does not answer: {error!r}")
        response = StreamingResponse(pieces(answer), status_code=answer.status_code)
        # Bytes as they were sent, so that what is compressed or given twice stays so.
        response.raw_headers = end_to_end(answer.headers.raw)
        return response

    @asynccontextmanager
    async def _closing(self, _: Starlette) -> AsyncIterator[None]:
        async with self._client:
            yield


async def pieces(answer: httpx.Response) -> AsyncIterator[bytes]:
    """Read an answer as it comes, and let its connection go at the end."""
    try:
        async for piece in answer.aiter_raw():
            yield piece
    finally:
        await answer.aclose()


def target(api: httpx.URL, request: Request) -> httpx.URL:
    """Write the address behind a request, with path and query as the client wrote them."""
    raw = api.raw_path + request.scope["raw_path"]
    if query := request.scope["query_string"]:
        raw += b"?" + query
    return api.copy_with(raw_path=raw)


def end_to_end(headers: Headers) -> Headers:
    """Leave out the headers that end at this hop."""
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]


def climbs(raw_path: bytes) -> bool:
    """Say whether a path could leave the API behind its prefix."""
    segments = raw_path.lower().replace(b"%2e", b".").replace(b"%2f", b"/").split(b"/")
    return b".." in segments or b"." in segments


def problem(status: int, title: str, detail: str) -> JSONResponse:
    """Answer as RFC 9457 says."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def listen(port: int) -> socket.socket:
    """Take the port now, so that a taken one is known before anything else is done."""
    # Said to be TCP, which is what asyncio looks at before it switches off Nagle's delay: 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        # Who comes from now on waits, and is not sent away.
        listener.listen()
    except OSError as error:
        listener.close()
        raise PortTakenError(
            f"Port {port} of {LOOPBACK} is not free ({error.strerror}): try `make run PORT=…`."
        ) from error
    return listener


@contextmanager
def opened(listener: socket.socket) -> Iterator[FrontDoor]:
    """Serve the front door from a thread until the end of the `with`."""
    door = FrontDoor()
    config = uvicorn.Config(
        door.app(),
        log_level="warning",
        access_log=False,
        # The answer has its own.
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=STOPS_WITHIN_S,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=asyncio.run, args=(server.serve([listener]),), name="front door", daemon=True
    )
    thread.start()
    try:
        yield door
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
