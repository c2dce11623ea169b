"""
A hostile host costs bounded time, memory and disk, whatever it does, and nothing is left of it.

Slow hosts have `LIMIT_S` here instead of two minutes, and endless ones `LARGEST` bytes.
"""

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from cliphook.adapters.address_guard import check_link
from cliphook.adapters.httpx_fetcher import (
    LATEST_S,
    RATE_GRACE_S,
    RATE_MIN_BYTES_S,
    SIZE_MAX_BYTES,
)
from cliphook.domain.errors import FailedFetchError
from tests.support.hostile_host import NAME, PUBLIC, Internet, internet
from tests.support.loopback import answer, redirect

URL = f"https://{NAME}/one.mp3"
OTHER = f"https://{NAME}/two.mp3"
MP3 = b"\xff\xfb\x90\x64" + bytes(range(256)) * 400
LIMIT_S = 0.3
# What a machine may add that has other things to do.
SLACK_S = 2.0
LARGEST = 16 * 2**20
MEMORY_MAX = 2**20
PIECE = 64 * 1024


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """Make the internet; in the end, see that nothing is left."""
    with internet(tmp_path, monkeypatch) as made:
        yield made
        assert made.trapped() == 0
        assert {*made.dialled} <= {PUBLIC}
        assert [*made.folder.iterdir()] == []


def reason(net: Internet, *urls: str, **options: object) -> str:
    with pytest.raises(FailedFetchError) as failed:
        net.fetch(*(urls or (URL,)), **options)
    return failed.value.reason


# --- Time


def drip(beginning: bytes, rest: bytes = b"a", pause_s: float = 0.02) -> Callable[..., None]:
    """Send a beginning, and then something small again and again until nobody listens."""

    def send(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(beginning)
        with suppress(OSError):
            while True:
                connection.sendall(rest)
                time.sleep(pause_s)

    return send


def be_silent(connection: socket.socket) -> None:
    """Say nothing until nobody listens any more."""
    connection.recv(1)


HEAD = b"HTTP/1.1 200 OK\r\n"
SLOW = {
    "nothing": be_silent,
    "a head": drip(HEAD + b"X: "),
    "heads": drip(HEAD, b"X: a\r\n"),
    "provisional answers": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0),
    "a redirect": drip(b"HTTP/1.1 302 Found\r\nLocation: https://"),
    "a file": drip(answer(headers={"Content-Length": "9999"}), b"\xff"),
    "a file without an end": drip(b"HTTP/1.0 200 OK\r\n\r\n" + MP3),
    "a chunk's size": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;"),
    "what follows the chunks": drip(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\n\xff\xfb\x90\x64\r\n0\r\n", b"X: a\r\n"
    ),
}


@pytest.mark.parametrize("name", SLOW)
def test_whatever_drips_is_cut_off_in_time(net: Internet, name: str) -> None:
    net.host.answers["/one.mp3"] = SLOW[name]
    began_s = time.monotonic()

    assert reason(net, URL, OTHER, total_max_s=LIMIT_S) == "too_slow"

    assert LIMIT_S <= time.monotonic() - began_s < LIMIT_S + SLACK_S
    # The time is for all addresses together.
    assert len(net.host.requests) == 1


def test_a_resolver_that_does_not_answer_is_not_waited_for() -> None:
    over = threading.Event()

    def dawdle(*_: object) -> Sequence[str]:
        over.wait(SLACK_S)
        return [PUBLIC]

    began_s = time.monotonic()
    with pytest.raises(FailedFetchError, match="unknown_host"):
        check_link(URL, allow_loopback=False, resolve=dawdle, wait_s=LIMIT_S)
    assert LIMIT_S <= time.monotonic() - began_s < SLACK_S
    over.set()


def test_all_limits_together_are_hardly_more_than_two_minutes() -> None:
    assert LATEST_S == 120 + 3 + 3 + 3


@pytest.mark.parametrize(("share", "is_kept"), [(1.1, True), (0.9, False)])
def test_a_file_has_to_come_at_some_rate(net: Internet, share: float, *, is_kept: bool) -> None:
    now = [0.0]

    def serve(_: httpx.Request) -> httpx.Response:
        def pieces() -> Iterator[bytes]:
            yield MP3
            now[0] += len(MP3) / (share * RATE_MIN_BYTES_S)
            for _ in range(40):
                yield bytes(int(share * RATE_MIN_BYTES_S))
                now[0] += 1

        return httpx.Response(200, content=pieces())

    transport = httpx.MockTransport(serve)
    fetched = net.fetch if is_kept else lambda *urls, **options: reason(net, *urls, **options)

    found = fetched(URL, clock_s=lambda: now[0], transport=transport)

    assert (found == "too_slow") is not is_kept
    assert is_kept or RATE_GRACE_S <= now[0] < RATE_GRACE_S + 2


# --- Memory and disk


@contextmanager
def little_memory() -> Iterator[None]:
    """See that what is done inside takes little, the host's own share included."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MEMORY_MAX
    finally:
        tracemalloc.stop()


def endless(net: Internet, most: list[int]) -> Callable[[socket.socket], None]:
    """Serve without an end, and note how much lies on the disk meanwhile."""

    def send(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + MP3)
        piece = bytes(PIECE)
        while True:
            connection.sendall(piece)
            most[0] = max(most[0], net.disk_bytes())

    return send


def test_a_file_without_an_end_takes_no_more_than_the_largest_may(net: Internet) -> None:
    most = [0]
    net.host.answers["/one.mp3"] = endless(net, most)

    with little_memory():
        assert reason(net, size_max_bytes=LARGEST) == "too_large"

    assert LARGEST / 2 < most[0] <= LARGEST + PIECE


def test_ten_gibibytes_are_not_begun(net: Internet) -> None:
    net.host.answers["/one.mp3"] = answer(MP3, headers={"Content-Length": str(10 * 2**30)})

    assert reason(net) == "too_large"
    assert SIZE_MAX_BYTES < 10 * 2**30


BOMB = gzip.compress(bytes(32 * 2**20))
BOMBS = {
    "encoded": answer(BOMB, headers={"Content-Encoding": "gzip"}),
    "encoded twice": answer(gzip.compress(BOMB), headers={"Content-Encoding": "gzip, gzip"}),
    "not_audio": answer(BOMB),
    "malformed": HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n1\r\n",
    "behind a redirect": redirect("/two.mp3")
    .replace(b"\r\n", b"\r\nContent-Encoding: gzip\r\n", 1)
    .replace(b"Content-Length: 9", f"Content-Length: {len(BOMB)}".encode())
    + BOMB,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_not_unpacked(net: Internet, name: str) -> None:
    net.host.answers |= {"/one.mp3": BOMBS[name], "/two.mp3": BOMBS["encoded"]}

    with little_memory():
        why = reason(net)

    assert why == (name if name in {"not_audio", "malformed"} else "encoded")
