"""The operator's key goes with every submission, and a refused one makes nothing be sent twice."""

import json
import socket
from pathlib import Path

import pytest

from cliphook.domain.change import Change, apply
from cliphook.domain.errors import UnavailableStoreError, UnconfiguredProviderError
from cliphook.domain.report import Accepted, Answer, Refused, Unanswered, Unsent
from tests.support.keys import Keys
from tests.support.loopback import Loopback, answer
from tests.support.makers import TASK, at, claimed, new_job
from tests.support.speaking import make_sender

CREATE = "/api/v1/generate"
HTML = b"<html><body>Checking your browser</body></html>"
TAKEN = json.dumps({"code": 200, "msg": "success", "data": {"taskId": TASK}}).encode()


def submit(base_url: str, keys: Keys) -> Answer:
    claim = apply(new_job(), claimed())
    assert isinstance(claim, Change)
    sender = make_sender({"sunoapi": base_url}, keys)
    return sender.submit(claim.job, "https://gateway.test", at(2))[0]


def coded(code: object) -> bytes:
    return answer(json.dumps({"code": code, "msg": "no", "data": None}).encode())


@pytest.fixture
def base(host: Loopback) -> str:
    """Give the address of a provider that takes everything."""
    host.answers[CREATE] = answer(TAKEN)
    return f"http://127.0.0.1:{host.port}"


@pytest.mark.parametrize("refusal", [answer(HTML, 401), answer(b"", 401), coded(401), coded("401")])
def test_a_refused_key_is_followed_by_a_newer_one_once(
    host: Loopback, base: str, refusal: bytes
) -> None:
    keys = Keys(("key-1", "key-2", "key-3"))
    host.answers[CREATE] = refusal

    found = submit(base, keys)

    assert isinstance(found, Refused)
    assert found.error.code == "provider_unauthorized"
    sent = [seen.headers["authorization"] for seen in host.requests]
    assert sent == ["Bearer key-1", "Bearer key-2"]
    assert keys.asked == [False, True]
    assert host.requests[0].body == host.requests[1].body


def test_a_newer_key_that_is_taken_makes_the_job(host: Loopback, base: str) -> None:
    def change_mind(connection: socket.socket) -> None:
        connection.sendall(answer(HTML, 401))
        host.answers[CREATE] = answer(TAKEN)

    host.answers[CREATE] = change_mind

    assert submit(base, Keys(("key-1", "key-2"))) == Accepted(1, TASK, at(2))
    assert len(host.requests) == 2


def test_an_acceptance_under_the_status_of_a_refusal_is_not_sent_again(
    host: Loopback, base: str
) -> None:
    host.answers[CREATE] = answer(TAKEN, 401)

    assert submit(base, Keys(("key-1", "key-2"))) == Accepted(1, TASK, at(2))
    host.answers[CREATE] = answer(b'{"data": {"taskId": "a"}}', 401)
    assert isinstance(submit(base, Keys(("key-1", "key-2"))), Unanswered)
    assert len(host.requests) == 2


@pytest.mark.parametrize(
    "key", [UnconfiguredProviderError(), "", " \n", "two words", "ключ", "a\0"]
)
def test_without_a_usable_key_nothing_leaves(
    host: Loopback, base: str, key: str | Exception
) -> None:
    found = submit(base, Keys((key,)))

    assert isinstance(found, Refused)
    assert (found.error.code, found.may_retry) == ("provider_unauthorized", False)
    assert host.requests == []


def test_a_key_may_have_been_pasted_with_its_line_break(host: Loopback, base: str) -> None:
    assert isinstance(submit(base, Keys(("key-1\r\n",))), Accepted)
    assert host.requests[0].headers["authorization"] == "Bearer key-1"


def test_a_key_that_cannot_be_read_just_now_lets_nothing_leave(host: Loopback, base: str) -> None:
    assert isinstance(submit(base, Keys((UnavailableStoreError(),))), Unsent)
    assert host.requests == []


def test_nothing_of_the_environment_gets_in(
    host: Loopback, base: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    assert isinstance(submit(base, Keys()), Accepted)
    assert host.requests[0].headers["authorization"] == "Bearer key-1"
