"""A web server on loopback that answers byte by byte what a test says, good manners or not."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Self

# What is sent to whoever asks for a path; a function is given the connection instead.
type Answer = bytes | Callable[[socket.socket], object]


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came."""

    line: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.line.split(" ")[1]


@dataclass
class Loopback:
    """A server; what it was asked and the names that were called in TLS are kept."""

    listener: socket.socket
    context: ssl.SSLContext | None = None
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    requests: list[Seen] = field(default_factory=list[Seen])
    names: list[str | None] = field(default_factory=list[str | None])

    @property
    def port(self) -> int:
        port: int = self.listener.getsockname()[1]
        return port

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def run(self) -> None:
        """Answer one connection after the other, until the listener is closed."""
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                # Whoever goes away early is no concern of the server's.
                with connection, suppress(OSError):
                    connection.settimeout(5)
                    self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True)
        with connection:
            seen = _read(connection)
            if not seen:
                return
            self.requests.append(seen)
            answer = self.answers.get(seen.path.partition("?")[0], NOT_FOUND)
            if callable(answer):
                answer(connection)
            else:
                connection.sendall(answer)

    def call_names(self) -> Self:
        """Keep the name that each client calls in TLS."""

        def keep(_: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> None:
            self.names.append(name)

        if self.context:
            self.context.sni_callback = keep
        return self


@contextmanager
def loopback(context: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    """Start a server, and end it again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Loopback(listener, context).call_names()
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield server
        finally:
            # Closing alone does not wake an accept that waits.
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def answer(body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """Write an answer that ends with its connection; its length is right unless a header says."""
    fields = {"Content-Length": str(len(body)), "Connection": "close", **(headers or {})}
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def redirect(location: str, status: int = 302) -> bytes:
    """Write an answer that leads elsewhere."""
    return answer(b"elsewhere", status, {"Location": location})


def reset(connection: socket.socket) -> None:
    """Break a connection off in the rudest way there is."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


NOT_FOUND: bytes = answer(b"<html>not found</html>", 404)


def _read(connection: socket.socket) -> Seen | None:
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65_536)
        # Nobody is there any more, or somebody who takes this for a server of TLS.
        if not more or more.startswith(b"\x16"):
            return None
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    line, *fields = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in fields)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65_536)
    return Seen(line, headers, body)
