"""A download has its time, which all of its addresses share."""

import socket
import time
from collections.abc import Callable
from itertools import count

import pytest

from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.domain.errors import FailedFetchError
from tests.support.loopback import Loopback, answer

# The header of an MPEG frame, and what might follow it.
MP3 = b"\xff\xfb\x90\x64" + bytes(range(256)) * 4


def test_a_slow_drip_is_given_up_while_it_drips(host: Loopback) -> None:
    sent = count()

    def drip(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(answer(headers={"Content-Length": "100000"}))
        for _ in range(1000):
            connection.sendall(b"\xff")
            next(sent)
            time.sleep(0.005)

    host.answers["/one"] = drip
    # Fifty seconds pass from each byte to the next.
    seconds = count(step=50)

    fetcher = HttpxFetcher(allow_loopback=True, clock_s=lambda: float(next(seconds)))

    with pytest.raises(FailedFetchError, match="too_slow"), fetcher.fetch(host.url("/one")):
        pytest.fail("it was fetched")
    assert next(sent) < 500


class Hands:
    """A clock whose hands a host moves while it answers."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def moved(self, seconds: float, sent: bytes) -> Callable[[socket.socket], None]:
        def send(connection: socket.socket) -> None:
            self.seconds = seconds
            connection.sendall(sent)

        return send


@pytest.mark.parametrize(("seconds", "is_kept"), [(120, True), (121, False)])
def test_a_download_has_two_minutes(host: Loopback, seconds: int, *, is_kept: bool) -> None:
    hands = Hands()
    host.answers["/one"] = hands.moved(seconds, answer(MP3))
    fetcher = HttpxFetcher(allow_loopback=True, clock_s=lambda: hands.seconds)

    if is_kept:
        with fetcher.fetch(host.url("/one")) as fetched:
            assert fetched.size_bytes == len(MP3)
    else:
        with pytest.raises(FailedFetchError, match="too_slow"), fetcher.fetch(host.url("/one")):
            pytest.fail("it was fetched")


def test_all_addresses_have_the_two_minutes_between_them(host: Loopback) -> None:
    hands = Hands()
    host.answers |= {"/one": hands.moved(121, answer(status=404)), "/two": answer(MP3)}
    fetcher = HttpxFetcher(allow_loopback=True, clock_s=lambda: hands.seconds)

    with (
        pytest.raises(FailedFetchError, match="http_404"),
        fetcher.fetch(host.url("/one"), host.url("/two")),
    ):
        pytest.fail("it was fetched")
    assert len(host.requests) == 1
