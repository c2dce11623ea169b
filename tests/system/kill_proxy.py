"""
A proxy between functions and whom they ask: it sees every request, and can find out who made it.

Whoever decides may doom the one who made a request. All else passes byte for byte, with the Host
that signatures cover. Linux only, since the kernel is asked whose connection it is.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.system.kill_peers import LOOPBACK, Worker, worker_at

PIECE = 64 * 1024
HEAD_END = b"\r\n\r\n"
CONTINUE = b"HTTP/1.1 100"
WELL = b"HTTP/1.1 2"
# So long the reader of a part of an answer has to do so.
READS_WITHIN_S = 0.05
STARTS_WITHIN_S = 5.0


class ProxyError(Exception):
    """The proxy, or whoever decides for it, did something wrong."""


@dataclass(frozen=True)
class Request:
    """A request that is not sent on yet; without its body, where that waits for a 100 Continue."""

    to: str
    head: bytes
    body: bytes
    find: Callable[[], Worker | None] = field(repr=False)

    @cached_property
    def method(self) -> str:
        return self.head.split(b" ", 1)[0].decode()

    @cached_property
    def path(self) -> str:
        return self.head.split(b" ", 2)[1].decode()

    @cached_property
    def headers(self) -> Mapping[str, str]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        pairs = (line.partition(":") for line in lines if line)
        return {name.lower(): value.strip() for name, _, value in pairs}

    @property
    def worker(self) -> Worker | None:
        """Whoever asks, if it is a function; to find out takes some milliseconds."""
        return self.find()


@dataclass(frozen=True, slots=True)
class Doom:
    """
    What becomes of whoever made a request, as soon as more than so many bytes of its answer came.

    With None it is not even sent. Where the answer says no, or has no more bytes, the doom is
    lifted.
    """

    strike: Callable[[], None]
    lift: Callable[[], None]
    passes: int | None = None


type Decide = Callable[[Request], Doom | None]


@dataclass
class Proxy:
    """Servers on loopback, one before each address; functions are known by a mark."""

    mark: str
    decide: Decide
    behind: Mapping[str, tuple[str, int]]
    ports: dict[str, int] = field(default_factory=dict)
    # What the loop says of connections that broke for no reason of theirs.
    trouble: list[Mapping[str, Any]] = field(default_factory=list)

    def url(self, to: str) -> str:
        """Name the address that stands before another."""
        return f"http://{LOOPBACK}:{self.ports[to]}"

    async def listen(self, to: str) -> asyncio.Server:
        """Open the server before one address."""

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                with suppress(ConnectionError, asyncio.IncompleteReadError):
                    await Line(self, to, reader, writer).run()
            finally:
                writer.close()

        server = await asyncio.start_server(accept, LOOPBACK, 0)
        self.ports[to] = server.sockets[0].getsockname()[1]
        return server


@dataclass
class Line:
    """One connection and its other half; there is one request on it at a time."""

    proxy: Proxy
    to: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    doom: Doom | None = None
    passed: int = 0

    @cached_property
    def worker(self) -> Worker | None:
        _, port = self.writer.get_extra_info("peername")
        return worker_at(port, self.proxy.mark)

    async def run(self) -> None:
        """Pass requests and answers until either side has enough."""
        source, sink = await asyncio.open_connection(*self.proxy.behind[self.to])
        try:
            await until_one_ends(self._ask(sink), self._answer(source))
        finally:
            self._lift()
            sink.close()

    async def _ask(self, sink: asyncio.StreamWriter) -> None:
        while head := await self._head():
            self._lift()
            bare = Request(self.to, head, b"", lambda: self.worker)
            length = int(bare.headers.get("content-length", 0))
            waits = "expect" in bare.headers
            body = b"" if waits else await self.reader.readexactly(length)
            self.doom = self.proxy.decide(Request(self.to, head, body, bare.find))
            if self.doom and self.doom.passes is None:
                self._strike()
                return
            sink.write(head + body)
            if waits:
                sink.write(await self.reader.readexactly(length))
            await sink.drain()

    async def _head(self) -> bytes:
        try:
            return await self.reader.readuntil(HEAD_END)
        except asyncio.IncompleteReadError:
            return b""

    async def _answer(self, source: asyncio.StreamReader) -> None:
        while piece := await source.read(PIECE):
            if self.doom and not self.passed and not piece.startswith((WELL, CONTINUE)):
                self._lift()
            passes = self.doom.passes if self.doom else None
            if passes is not None and not piece.startswith(CONTINUE):
                self.passed += len(piece)
                piece = piece[: max(0, len(piece) + passes - self.passed)]
            self.writer.write(piece)
            await self.writer.drain()
            if passes is not None and self.passed > passes:
                await asyncio.sleep(READS_WITHIN_S if passes else 0)
                self._strike()
                return

    def _strike(self) -> None:
        doom, self.doom = self.doom, None
        if doom:
            doom.strike()

    def _lift(self) -> None:
        doom, self.doom, self.passed = self.doom, None, 0
        if doom:
            doom.lift()


async def until_one_ends(*halves: Coroutine[Any, Any, None]) -> None:
    """Run the two halves of a connection until one of them ends, and raise what it raised."""
    tasks = [asyncio.create_task(half) for half in halves]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


@contextmanager
def opened(proxy: Proxy) -> Iterator[Proxy]:
    """Serve a proxy from a thread until the end of the `with`, and raise what went wrong there."""
    started: Future[Callable[[], object]] = Future()

    async def serve() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        loop.set_exception_handler(lambda _, said: proxy.trouble.append(said))
        servers = [await proxy.listen(to) for to in proxy.behind]
        started.set_result(lambda: loop.call_soon_threadsafe(stop.set))
        await stop.wait()
        for server in servers:
            server.close()
            server.abort_clients()

    with ThreadPoolExecutor(1) as pool:
        serving = pool.submit(asyncio.run, serve())
        stop = started.result(STARTS_WITHIN_S)
        try:
            yield proxy
        finally:
            stop()
            serving.result()
            # Whatever else went wrong may only have followed from it.
            for said in proxy.trouble:
                raise ProxyError(said["message"]) from said.get("exception")
