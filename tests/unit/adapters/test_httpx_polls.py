"""A poll is answered with a word and the body it stands in, or it is unanswered."""

import json
from typing import Any

import httpx
import pytest

from cliphook.domain.change import Change, apply
from cliphook.domain.errors import (
    UnansweredPollError,
    UnavailableStoreError,
    UnconfiguredProviderError,
)
from cliphook.domain.job import Job
from cliphook.domain.report import Progress, Silence, Word
from cliphook.domain.status import Stage
from tests.support.keys import Keys
from tests.support.loopback import Loopback, answer, redirect, reset
from tests.support.makers import TASK, accepted, claimed, new_job
from tests.support.samples import TUNES, sample
from tests.support.speaking import make_sender

POLL = "/api/v1/generate/record-info"
DONE = sample("sunoapi", "record_info_success")
PENDING = sample("sunoapi", "record_info_pending")
LIMIT_BYTES = 256 * 1024


def submitted(*, is_accepted: bool = True) -> Job:
    job = new_job()
    for report in (claimed(), accepted())[: 1 + is_accepted]:
        change = apply(job, report)
        assert isinstance(change, Change)
        job = change.job
    return job


def ask(base: str, keys: Keys | None = None, **options: Any) -> tuple[Word, bytes]:
    return make_sender({"sunoapi": base}, keys, **options).ask(submitted())


@pytest.fixture
def base(host: Loopback) -> str:
    host.answers[POLL] = answer(DONE)
    return f"http://127.0.0.1:{host.port}"


def test_a_poll_is_written_as_documented_and_its_answer_kept(host: Loopback, base: str) -> None:
    word, body = ask(base)

    assert word == TUNES["sunoapi"].at(Stage.COMPLETE, *TUNES["sunoapi"].clips, via_poll=True)
    assert body == DONE
    (seen,) = host.requests
    assert seen.line == f"GET {POLL}?taskId={TASK} HTTP/1.1"
    assert seen.headers["authorization"] == "Bearer key-1"
    assert "Cliphook" in seen.headers["user-agent"]
    assert seen.body == b""


def test_a_poll_waits_for_ten_seconds() -> None:
    limits: list[dict[str, float]] = []

    def serve(request: httpx.Request) -> httpx.Response:
        limits.append(request.extensions["timeout"])
        return httpx.Response(200, stream=httpx.ByteStream(DONE))

    ask("https://a.test", transport=httpx.MockTransport(serve))

    assert limits == [{"connect": 3, "read": 10, "write": 5, "pool": 1}]


def test_a_job_without_a_task_cannot_be_asked_for(host: Loopback, base: str) -> None:
    with pytest.raises(UnansweredPollError):
        make_sender({"sunoapi": base}).ask(submitted(is_accepted=False))
    assert host.requests == []


def test_a_provider_with_nothing_new_to_say_is_silent(host: Loopback, base: str) -> None:
    host.answers[POLL] = answer(PENDING)

    assert ask(base) == (Silence(), PENDING)


@pytest.mark.parametrize(
    "sent",
    [
        reset,
        b"",
        b"no HTTP",
        answer(b"<html></html>"),
        answer(b""),
        answer(DONE[:-2]),
        answer(DONE, 201),
        answer(DONE, 401),
        answer(DONE, 404),
        answer(DONE, 429),
        answer(DONE, 500),
        answer(DONE, headers={"Content-Length": "500000"}),
        answer(DONE, headers={"Content-Encoding": "gzip"}),
        answer(DONE + b" " * (LIMIT_BYTES + 1 - len(DONE))),
        redirect("/elsewhere"),
        answer(json.dumps({"code": 401, "data": None}).encode()),
        answer(json.dumps({"code": 200, "data": None}).encode()),
    ],
)
def test_an_answer_that_cannot_be_used_is_none(host: Loopback, base: str, sent: Any) -> None:
    host.answers |= {POLL: sent, "/elsewhere": answer(DONE)}

    with pytest.raises(UnansweredPollError):
        ask(base)
    assert len(host.requests) == 1


def test_an_answer_may_be_as_large_as_the_limit(host: Loopback, base: str) -> None:
    host.answers[POLL] = answer(DONE + b" " * (LIMIT_BYTES - len(DONE)))

    assert isinstance(ask(base)[0], Progress)


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("unknown name"),
        httpx.ConnectTimeout("connect"),
        httpx.ReadTimeout("read"),
        httpx.InvalidURL("address"),
        httpx.UnsupportedProtocol("scheme"),
    ],
)
def test_a_provider_that_cannot_be_reached_has_not_answered(error: Exception) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(UnansweredPollError):
        ask("https://a.test", transport=httpx.MockTransport(fail))


@pytest.mark.parametrize(
    "key", [UnconfiguredProviderError(), UnavailableStoreError(), "", "two words", "ключ"]
)
def test_without_a_usable_key_nobody_is_asked(
    host: Loopback, base: str, key: str | Exception
) -> None:
    with pytest.raises(UnansweredPollError):
        ask(base, Keys((key,)))
    assert host.requests == []


@pytest.mark.parametrize("refusal", [answer(b"", 401), answer(b'{"code": 401, "data": null}')])
def test_a_refused_key_is_followed_by_a_newer_one_once(
    host: Loopback, base: str, refusal: bytes
) -> None:
    host.answers[POLL] = refusal

    with pytest.raises(UnansweredPollError):
        ask(base, Keys(("key-1", "key-2")))

    sent = [seen.headers["authorization"] for seen in host.requests]
    assert sent == ["Bearer key-1", "Bearer key-2"]
