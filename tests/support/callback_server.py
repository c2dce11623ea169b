"""A server on loopback for callbacks, each in a thread of its own; what it answers is told it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

QUEUE: Final = 128


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered; JSON, if it is anything."""

    status: HTTPStatus
    body: bytes = b""


type Answer = Callable[[str, bytes], Reply]


class _Server(ThreadingHTTPServer):
    # Many may call at the same moment, and none is to wait for its connection.
    request_queue_size = QUEUE

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        # Read to the end even if it is too large, as a gateway in front would.
        body = self.rfile.read(int(self.headers["Content-Length"]))
        reply = self.server.answer(self.path, body)
        self.send_response(reply.status)
        if reply.body:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_: object) -> None:
        """Be silent."""


@contextmanager
def callback_server(answer: Answer) -> Iterator[str]:
    """Serve, tell the base of the address, and end it again."""
    with _Server(answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
