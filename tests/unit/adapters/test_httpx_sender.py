"""Whatever becomes of a submission is an answer, and no answer makes it leave a second time."""

import gzip
import json
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cliphook.domain.change import Change, apply
from cliphook.domain.job import Job
from cliphook.domain.report import Accepted, Answer, Refused, Unanswered, Unsent
from tests.support.certificates import make_certificate, server_context
from tests.support.keys import Keys
from tests.support.loopback import Loopback, answer, loopback, redirect, reset
from tests.support.makers import TASK, at, claimed, new_job
from tests.support.speaking import make_sender

URL = "https://gateway.test/callbacks/sunoapi/ticket"
CREATE = "/api/v1/generate"
LIMIT_BYTES = 256 * 1024
HTML = b"<html><body>Checking your browser</body></html>"
TAKEN = json.dumps({"code": 200, "msg": "success", "data": {"taskId": TASK}}).encode()


def submitting() -> Job:
    change = apply(new_job(), claimed())
    assert isinstance(change, Change)
    return change.job


def submit(base_url: str, keys: Keys | None = None, **options: Any) -> Answer:
    sender = make_sender({"sunoapi": base_url}, keys, **options)
    return sender.submit(submitting(), URL, at(2))[0]


def coded(code: object, data: object = None) -> bytes:
    return answer(json.dumps({"code": code, "msg": "no", "data": data}).encode())


@pytest.fixture
def base(host: Loopback) -> str:
    """Give the address of a provider that takes everything."""
    host.answers[CREATE] = answer(TAKEN)
    return f"http://127.0.0.1:{host.port}"


def test_a_submission_is_written_as_documented(host: Loopback, base: str) -> None:
    assert submit(base) == Accepted(1, TASK, at(2))

    (seen,) = host.requests
    assert seen.line == f"POST {CREATE} HTTP/1.1"
    assert seen.headers["authorization"] == "Bearer key-1"
    assert seen.headers["content-type"] == "application/json"
    assert "Cliphook" in seen.headers["user-agent"]
    assert "cookie" not in seen.headers
    assert json.loads(seen.body) == {
        "customMode": False,
        "instrumental": False,
        "model": "V5",
        "callBackUrl": URL,
        "prompt": "A calm piano",
    }


def test_the_published_address_is_called_unless_another_is_given() -> None:
    seen: list[str] = []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, stream=httpx.ByteStream(TAKEN))

    transport = httpx.MockTransport(serve)
    make_sender({"apikley": "https://other.test"}, transport=transport).submit(
        submitting(), URL, at(2)
    )

    assert seen == ["https://api.sunoapi.org/api/v1/generate"]


def test_a_provider_that_refuses_the_connection_was_never_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

    sent = submit(f"http://127.0.0.1:{port}")

    assert isinstance(sent, Unsent)
    assert (sent.attempt, sent.error.code, sent.at) == (1, "provider_unreachable", at(2))


def test_tls_that_fails_lets_nothing_leave(host: Loopback, tmp_path: Path) -> None:
    assert isinstance(submit(f"https://127.0.0.1:{host.port}"), Unsent)
    assert host.requests == []

    # Nobody vouches for this one.
    with loopback(server_context(*make_certificate(tmp_path, "localhost"))) as other:
        assert isinstance(submit(f"https://localhost:{other.port}"), Unsent)
        assert other.requests == []


@pytest.mark.parametrize("url", ["ftp://a.test", "a.test", "", "http://a:b", "https://"])
def test_an_address_that_is_none_lets_nothing_leave(url: str) -> None:
    assert isinstance(submit(url), Unsent)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("unknown name"), Unsent),
        (httpx.ConnectTimeout("connect"), Unsent),
        (httpx.ReadTimeout("read"), Unanswered),
        (httpx.WriteTimeout("write"), Unanswered),
        (httpx.ReadError("reset"), Unanswered),
        (httpx.WriteError("broken pipe"), Unanswered),
        (httpx.CloseError("close"), Unanswered),
        (httpx.RemoteProtocolError("no HTTP"), Unanswered),
        (httpx.DecodingError("gzip"), Unanswered),
        (httpx.TooManyRedirects("loop"), Unanswered),
    ],
)
def test_what_may_have_left_is_not_known_to_be_unsent(error: Exception, kind: type) -> None:
    calls: list[httpx.Request] = []

    def fail(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        raise error

    sent = submit("https://a.test", transport=httpx.MockTransport(fail))

    assert isinstance(sent, kind)
    assert len(calls) == 1


def test_a_provider_that_keeps_silent_may_have_taken_the_job(host: Loopback, base: str) -> None:
    # Silent until the other side hangs up.
    host.answers[CREATE] = lambda connection: connection.recv(1)

    found = submit(base, answer_max_s=0.05)

    assert isinstance(found, Unanswered)
    assert len(host.requests) == 1


def test_a_submission_waits_no_longer_than_its_client_can() -> None:
    limits: list[dict[str, float]] = []

    def serve(request: httpx.Request) -> httpx.Response:
        limits.append(request.extensions["timeout"])
        return httpx.Response(200, stream=httpx.ByteStream(TAKEN))

    submit("https://a.test", transport=httpx.MockTransport(serve))

    assert limits == [{"connect": 3, "read": 17, "write": 5, "pool": 1}]


@pytest.mark.parametrize(
    "sent",
    [
        reset,
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Len",
        b"220 ready\r\n",
        answer(TAKEN, headers={"Content-Length": "5000"}),
        answer(TAKEN[:-1]),
        answer(TAKEN, headers={"Content-Encoding": "gzip"}),
        answer(
            gzip.compress(b" " * (2 * LIMIT_BYTES) + TAKEN), headers={"Content-Encoding": "gzip"}
        ),
        answer(b" " * (LIMIT_BYTES + 1 - len(TAKEN)) + TAKEN),
        answer(HTML),
        answer(HTML, 408),
        answer(HTML, 500),
        answer(HTML, 502),
        answer(HTML, 504),
        answer(b""),
        answer(b"", 204),
        answer(b"{}", 201),
        redirect("/elsewhere"),
        redirect("/elsewhere", 307),
        redirect("/elsewhere", 308),
        coded(500),
        coded(501),
        coded(200),
        coded(200, {"taskId": "two words"}),
        coded(999),
    ],
)
def test_an_answer_that_cannot_be_used_leaves_doubt_and_nothing_is_sent_again(
    host: Loopback, base: str, sent: Any
) -> None:
    host.answers |= {CREATE: sent, "/elsewhere": answer(TAKEN)}

    found = submit(base)

    assert isinstance(found, Unanswered)
    assert (found.attempt, found.error.code, found.at) == (1, "submission_unknown", at(2))
    assert len(host.requests) == 1


def test_an_answer_may_be_as_large_as_the_limit(host: Loopback, base: str) -> None:
    host.answers[CREATE] = answer(b" " * (LIMIT_BYTES - len(TAKEN)) + TAKEN)

    assert isinstance(submit(base), Accepted)


@pytest.mark.parametrize(
    ("sent", "code", "may_retry"),
    [
        (answer(HTML, 400), "provider_rejected", False),
        (answer(HTML, 403), "provider_unauthorized", False),
        (coded(401), "provider_unauthorized", False),
        (coded(413), "provider_rejected", False),
        (coded(429), "provider_out_of_credit", False),
        (coded(430), "provider_rate_limited", True),
        (coded("455"), "provider_unavailable", True),
    ],
)
def test_a_refusal_is_one_and_nothing_is_sent_again(
    host: Loopback, base: str, sent: bytes, code: str, *, may_retry: bool
) -> None:
    host.answers[CREATE] = sent

    found = submit(base)

    assert isinstance(found, Refused)
    assert (found.attempt, found.error.code, found.may_retry) == (1, code, may_retry)
    assert len(host.requests) == 1


@settings(max_examples=100)
@given(sent=st.binary(max_size=40).map(lambda more: b"HTTP/1.1 200 OK\r\n" + more))
def test_no_bytes_are_anything_but_an_answer(sent: bytes) -> None:
    with loopback() as host:
        host.answers[CREATE] = sent

        found = submit(f"http://127.0.0.1:{host.port}")

        assert isinstance(found, Unanswered)
        assert len(host.requests) == 1
