"""Posts to receivers on loopback and by name: where they may go, and what may keep them."""

import socket
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from cliphook.adapters import httpx_poster
from cliphook.adapters.httpx_poster import KEPT_BYTES, HttpxPoster
from cliphook.domain.delivery import Response, Trouble
from tests.support.loopback import Loopback, answer, loopback, redirect, reset
from tests.support.makers import START, at

BODY = b'{"type":"job.archived"}'
HEADERS = {"webhook-id": "evt_1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
OWN = "https://music.test"
IMPATIENT_S = 0.4


@pytest.fixture
def host() -> Iterator[Loopback]:
    with loopback() as server:
        yield server


def now() -> datetime:
    return START


def poster(*, own_url: str = OWN, total_s: float = 5.0) -> HttpxPoster:
    return HttpxPoster(own_url=own_url, allow_loopback=True, total_s=total_s, now=now)


def posted(host: Loopback, told: object, **how: float) -> Response:
    host.answers["/hook"] = told  # type: ignore[assignment]
    return poster(**how).post(host.url("/hook"), HEADERS, BODY)  # type: ignore[arg-type]


def test_a_body_is_posted_byte_by_byte_with_its_headers_and_ours(host: Loopback) -> None:
    response = posted(host, answer(b"thanks"))

    assert (response.status, response.error, response.answer) == (200, None, "thanks")
    assert response.is_taken
    (seen,) = host.requests
    assert seen.line == "POST /hook HTTP/1.1"
    assert seen.body == BODY
    assert HEADERS.items() <= seen.headers.items()
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["host"] == f"127.0.0.1:{host.port}"
    assert seen.headers["user-agent"].startswith("Cliphook")
    assert "cookie" not in seen.headers


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_answer_of_the_two_hundreds_takes_it(status: int, host: Loopback) -> None:
    assert posted(host, answer(b"", status)).is_taken


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_any_other_answer_does_not(status: int, host: Loopback) -> None:
    response = posted(host, answer(b"no", status))

    assert (response.status, response.is_taken) == (status, False)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_led_elsewhere(status: int, host: Loopback) -> None:
    host.answers["/there"] = answer(b"ok")

    response = posted(host, redirect(host.url("/there"), status))

    assert (response.status, response.error) == (status, Trouble.REDIRECT)
    assert [one.path for one in host.requests] == ["/hook"]


def test_a_redirect_to_nowhere_is_an_answer_all_the_same(host: Loopback) -> None:
    assert posted(host, redirect("http://[::")).error is Trouble.REDIRECT


def test_a_kibibyte_of_the_answer_is_kept_however_long_it_is(host: Loopback) -> None:
    endless = b"<script>" + b"x" * 40_000

    response = posted(host, answer(endless))

    assert response.answer == endless[:KEPT_BYTES].decode()
    assert response.is_taken


def test_an_answer_without_an_end_is_read_so_far_and_no_further(host: Loopback) -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
        while True:
            connection.sendall(b"x" * 4096)

    response = posted(host, pour)

    assert (response.status, len(response.answer)) == (200, KEPT_BYTES)


def test_what_is_no_text_is_kept_as_far_as_it_is(host: Loopback) -> None:
    assert posted(host, answer(b"ok \xff\xfe")).answer == "ok \ufffd\ufffd"


def drip(piece: bytes, head: bytes) -> object:
    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        # A byte now and then: no single read is slow.
        while True:
            connection.sendall(piece)
            time.sleep(0.05)

    return send


SLOW = {
    "says nothing": lambda connection: connection.recv(1),
    "drips its headers": drip(b"X", b"HTTP/1.1 200 OK\r\nX-"),
    "drips its body": drip(b"x", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"),
}


@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
def test_whoever_is_slow_has_all_of_the_time_and_no_more(slow: object, host: Loopback) -> None:
    began_s = time.monotonic()

    response = posted(host, slow, total_s=IMPATIENT_S)

    assert response.error is Trouble.TIMEOUT
    assert response.is_late
    assert IMPATIENT_S - 0.1 <= time.monotonic() - began_s < IMPATIENT_S + 2
    assert response.duration_ms >= 1000 * (IMPATIENT_S - 0.1)


def test_a_receiver_has_fifteen_seconds() -> None:
    assert httpx_poster.TOTAL_S == 15


CLOSED = {
    "at once": lambda _: None,
    "rudely": reset,
    "in its body": lambda connection: connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"
    ),
    "not speaking http": lambda connection: connection.sendall(b"220 mail ready\r\n"),
}


@pytest.mark.parametrize("closed", CLOSED.values(), ids=CLOSED)
def test_whoever_closes_the_connection_has_not_taken_it(closed: object, host: Loopback) -> None:
    response = posted(host, closed)

    assert response.error is Trouble.CLOSED
    assert not response.is_taken


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    response = poster().post(f"http://127.0.0.1:{port}/", HEADERS, BODY)

    assert response.error is Trouble.UNREACHABLE


@pytest.mark.parametrize(
    ("text", "wait_s"),
    [
        ("120", 120),
        ("0", 0),
        (format_datetime(at(90.0), usegmt=True), 90),
        (format_datetime(START - timedelta(days=1), usegmt=True), 0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 30, None),
        ("Sat, 99 Nov 2026 09:00:00 GMT", None),
        ("Sat, 21 Nov 2026 09:01:30", None),
    ],
)
def test_a_time_to_come_again_is_read_as_seconds_or_as_a_date(
    text: str, wait_s: int | None, host: Loopback
) -> None:
    assert posted(host, answer(b"", 503, {"Retry-After": text})).retry_after_s == wait_s


def test_after_one_who_was_shut_out_by_the_clock_others_are_heard(host: Loopback) -> None:
    response = posted(host, SLOW["says nothing"], total_s=0.2)

    assert response.error is Trouble.TIMEOUT
    assert posted(host, answer(b"well again")).is_taken
