"""
An internet in which one host is hostile, and a trap stands at every address that is not public.

Cables are laid by the address that is dialled. Two public ones lead to the host, which speaks TLS
under its name; all others lead to the trap, where a single connection would be counted.
"""

import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.adapters.tls import tls_context
from tests.support.certificates import make_certificate, server_context
from tests.support.loopback import Loopback, loopback

NAME = "files.example.test"
PUBLIC = "93.184.216.34"
PUBLIC_6 = "2606:4700::1111"

type Resolve = Callable[[str, int], Sequence[str]]


@dataclass
class Internet:
    """What can be reached from here, and what was."""

    host: Loopback
    trap: socket.socket
    folder: Path
    names: dict[str, list[str]] = field(default_factory=lambda: {NAME: [PUBLIC]})
    asked: list[str] = field(default_factory=list[str])
    dialled: list[str] = field(default_factory=list[str])

    @property
    def trap_port(self) -> int:
        port: int = self.trap.getsockname()[1]
        return port

    def resolve(self, name: str, _: int) -> Sequence[str]:
        """Tell the addresses of a name."""
        self.asked.append(name)
        return self.names[name]

    def fetch(self, *urls: str, **options: Any) -> bytes:
        """Download as a deployment does that is not on somebody's own machine."""
        fetcher = HttpxFetcher(**{"allow_loopback": False, "resolve": self.resolve, **options})
        with fetcher.fetch(*urls) as fetched:
            content = fetched.path.read_bytes()
            assert fetched.size_bytes == len(content)
        return content

    def trapped(self) -> int:
        """Count who has come to the trap."""
        count = 0
        while True:
            try:
                self.trap.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def disk_bytes(self) -> int:
        """Tell how much lies on the disk now."""
        return sum(path.stat().st_size for path in self.folder.rglob("*"))


@contextmanager
def internet(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """Lay the cables."""
    temporary = folder / "tmp"
    temporary.mkdir()
    files = make_certificate(folder, NAME)
    patch.setenv("SSL_CERT_FILE", str(files[0]))
    patch.setenv("SSL_CERT_DIR", str(folder / "nothing"))
    patch.setattr(tempfile, "tempdir", str(temporary))
    tls_context.cache_clear()
    with (
        loopback(server_context(*files)) as host,
        socket.create_server(("127.0.0.1", 0)) as trap,
    ):
        trap.settimeout(0)
        made = Internet(host, trap, temporary)
        patch.setattr(socket, "create_connection", _cables(made))
        yield made
    tls_context.cache_clear()


def _cables(made: Internet) -> Callable[..., socket.socket]:
    dial: Callable[..., socket.socket] = socket.create_connection
    ports = {PUBLIC: made.host.port, PUBLIC_6: made.host.port}

    def connect(address: tuple[str, int], *rest: Any, **more: Any) -> socket.socket:
        made.dialled.append(address[0])
        return dial(("127.0.0.1", ports.get(address[0], made.trap_port)), *rest, **more)

    return connect
