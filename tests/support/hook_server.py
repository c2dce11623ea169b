"""A server on loopback for webhooks: receivers by their path, each quick, slow or silent."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

PING: Final = "endpoint.ping"
# How long each takes for its answer, but for a ping. Longer than a sender waits is never.
TAKES_S: Final[Mapping[str, float]] = {
    "/well": 0,
    "/callback": 0,
    "/control": 0,
    "/slow": 2,
    "/dead": 16,
}


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as it came, and when."""

    at: float
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Hooks:
    """What came to each path."""

    port: int = 0
    got: defaultdict[str, list[Hook]] = field(default_factory=lambda: defaultdict(list))

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def __init__(self, hooks: Hooks) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hooks = hooks


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = self.path.partition("?")[0]
        if PING.encode() not in body:
            self.server.hooks.got[path].append(Hook(time.time(), headers, body))
            time.sleep(TAKES_S[path])
        # Whoever has given up is not there any more.
        with suppress(OSError):
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is there
        del format, args


@contextmanager
def hook_server() -> Iterator[Hooks]:
    """Start a server, and end it again."""
    hooks = Hooks()
    with _Server(hooks) as server:
        hooks.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield hooks
        finally:
            server.shutdown()
            thread.join()
