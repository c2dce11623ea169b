"""What a provider sends, however much or slowly, takes neither our memory nor our time."""

import gzip
import json
import socket
import time
import tracemalloc
import zlib
from typing import Any

import pytest

from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.report import Accepted, Answer, Progress, Unanswered
from cliphook.domain.status import Stage
from tests.support.loopback import Loopback, answer, redirect
from tests.support.makers import TASK, accepted, at, claimed, told
from tests.support.speaking import make_sender

CREATE = "/api/v1/generate"
POLL = "/api/v1/generate/record-info"
MIB = 1024 * 1024
JOB = told(claimed())
# Addresses over which a client of HTTP stumbles, each in its own way.
ODD_LOCATIONS = ("mailto:x", "http://xn--a", "http://xn--/", "http://a:b", "//", "x" * 70_000)
TAKEN = json.dumps({"code": 200, "msg": "success", "data": {"taskId": TASK}}).encode()
FOUND = json.dumps({"code": 200, "data": {"taskId": TASK, "status": "TEXT_SUCCESS"}}).encode()


def submit(host: Loopback, sent: Any, **options: Any) -> Answer:
    host.answers[CREATE] = sent
    sender = make_sender({"sunoapi": f"http://127.0.0.1:{host.port}"}, **options)
    return sender.submit(JOB, "https://music.test", at(2))[0]


def coded(body: bytes, *names: str) -> bytes:
    return answer(body, headers={"Content-Encoding": ", ".join(names)})


def drip(connection: socket.socket) -> None:
    """Begin an answer, and never come to its end."""
    connection.sendall(answer(headers={"Content-Length": "1000"}))
    for _ in range(200):
        connection.sendall(b" ")
        time.sleep(0.02)


def test_nothing_packed_is_asked_for(host: Loopback) -> None:
    submit(host, answer(TAKEN))

    assert host.requests[0].headers["accept-encoding"] == "identity"


PACKED = {
    "gzip": gzip.compress(TAKEN),
    "X-GZIP": gzip.compress(TAKEN),
    "deflate": zlib.compress(TAKEN),
    "identity": TAKEN,
    "": TAKEN,
}


@pytest.mark.parametrize("name", PACKED)
def test_an_answer_that_is_packed_all_the_same_is_not_lost(host: Loopback, name: str) -> None:
    assert isinstance(submit(host, coded(PACKED[name], name)), Accepted)


UNUSABLE = {
    "cut off": coded(gzip.compress(TAKEN)[:20], "gzip"),
    "empty": coded(b"", "gzip"),
    "not packed": coded(TAKEN, "gzip"),
    "unknown": coded(TAKEN, "br"),
    "twice": coded(gzip.compress(gzip.compress(TAKEN)), "gzip", "gzip"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_cannot_be_unpacked_leaves_doubt(host: Loopback, name: str) -> None:
    assert isinstance(submit(host, UNUSABLE[name]), Unanswered)


@pytest.mark.parametrize("location", ODD_LOCATIONS)
def test_wherever_an_answer_leads_it_may_have_been_taken(host: Loopback, location: str) -> None:
    found = submit(host, redirect(location, 307))

    assert isinstance(found, Unanswered)
    assert len(host.requests) == 1


@pytest.mark.parametrize("location", ODD_LOCATIONS)
def test_a_poll_that_leads_elsewhere_is_made_again(host: Loopback, location: str) -> None:
    host.answers[POLL] = redirect(location)
    sender = make_sender({"sunoapi": f"http://127.0.0.1:{host.port}"})

    with pytest.raises(UnansweredPollError):
        sender.ask(told(accepted(), job=JOB))


@pytest.mark.parametrize("times", [1, 2])
def test_a_bomb_takes_no_memory(host: Loopback, times: int) -> None:
    bomb = bytes(256 * MIB)
    for _ in range(times):
        bomb = gzip.compress(bomb, 9)
    submit(host, answer(TAKEN))

    tracemalloc.start()
    try:
        found = submit(host, coded(bomb, *("gzip",) * times))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert isinstance(found, Unanswered)
    assert peak < 8 * MIB


def test_an_answer_that_drips_is_given_up(host: Loopback) -> None:
    begun = time.monotonic()

    found = submit(host, drip, answer_max_s=0.4)

    assert isinstance(found, Unanswered)
    assert time.monotonic() - begun < 2


def test_a_poll_is_unpacked_as_well(host: Loopback) -> None:
    host.answers[POLL] = coded(gzip.compress(FOUND), "gzip")
    sender = make_sender({"sunoapi": f"http://127.0.0.1:{host.port}"})

    word, body = sender.ask(told(accepted(), job=JOB))

    assert (word, body) == (Progress(None, Stage.TEXT, ()), FOUND)

    host.answers[POLL] = coded(FOUND, "gzip")
    with pytest.raises(UnansweredPollError):
        sender.ask(told(accepted(), job=JOB))
