"""A download calls the host's name in TLS, and believes only a certificate for that name."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.adapters.tls import tls_context
from cliphook.domain.errors import FailedFetchError
from tests.support.certificates import DAY, make_certificate, server_context
from tests.support.loopback import answer, loopback

MP3 = b"ID3\x04\x00" + bytes(200)
PUBLIC = "93.184.216.34"
NAME = "files.example.test"


def fetched() -> bytes:
    fetcher = HttpxFetcher(allow_loopback=False, resolve=lambda *_: [PUBLIC])
    with fetcher.fetch(f"https://{NAME}/one.mp3") as found:
        return found.path.read_bytes()


@contextmanager
def internet(port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, int]]]:
    """Lay every cable to loopback, whichever address is dialled; tell which ones were."""
    dialled: list[tuple[str, int]] = []
    dial: Callable[..., socket.socket] = socket.create_connection

    def connect(address: tuple[str, int], *rest: Any, **more: Any) -> socket.socket:
        dialled.append(address)
        return dial(("127.0.0.1", port), *rest, **more)

    with monkeypatch.context() as patch:
        patch.setattr(socket, "create_connection", connect)
        yield dialled


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Trust one certificate, as a system would that has it in its store."""

    def trust(certificate: Path) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        tls_context.cache_clear()

    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "nothing"))
    yield trust
    tls_context.cache_clear()


def test_the_name_is_called_and_its_certificate_checked(
    tmp_path: Path, trusted: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = make_certificate(tmp_path, NAME)
    trusted(files[0])

    with (
        loopback(server_context(*files)) as host,
        internet(host.port, monkeypatch) as dialled,
    ):
        host.answers["/one.mp3"] = answer(MP3)
        content = fetched()

    assert content == MP3
    assert dialled == [(PUBLIC, 443)]
    assert host.names == [NAME]
    assert host.requests[0].headers["host"] == NAME


@pytest.mark.parametrize(
    ("named", "age", "is_trusted"),
    [(f"other.{NAME}", DAY, True), (PUBLIC, DAY, True), (NAME, 9 * DAY, True), (NAME, DAY, False)],
)
def test_another_certificate_is_not_believed(
    tmp_path: Path,
    trusted: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
    *,
    named: str,
    age: timedelta,
    is_trusted: bool,
) -> None:
    files = make_certificate(tmp_path, named, age=age)
    trusted(files[0] if is_trusted else make_certificate(tmp_path, "somebody.test")[0])

    with (
        loopback(server_context(*files)) as host,
        internet(host.port, monkeypatch),
        pytest.raises(FailedFetchError, match="unreachable"),
    ):
        fetched()
    assert host.requests == []
