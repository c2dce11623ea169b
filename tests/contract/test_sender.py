"""What `Sender` promises, and what each thing that can happen on the wire is taken for."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import httpx
import pytest

from cliphook.adapters.httpx_sender import BODY_MAX_BYTES, HttpxSender
from cliphook.application.ports import Sender
from cliphook.domain.change import Change, apply
from cliphook.domain.errors import (
    UnansweredPollError,
    UnavailableStoreError,
    UnconfiguredProviderError,
)
from cliphook.domain.job import Job
from cliphook.domain.report import Accepted, Progress, Refused, Unanswered, Unsent
from cliphook.domain.status import Stage
from tests.support.fakes import FakeSender
from tests.support.makers import TASK, accepted, at, claimed, new_job

CALLBACK = "https://music.test/callbacks/sunoapi/ticket"
TAKEN = {"code": 200, "msg": "success", "data": {"taskId": TASK}}
FOUND = {"code": 200, "data": {"taskId": TASK, "status": "TEXT_SUCCESS", "response": None}}


def told(*reports: Any) -> Job:
    job = new_job()
    for report in reports:
        change = apply(job, report)
        assert isinstance(change, Change)
        job = change.job
    return job


CLAIMED = told(claimed())
ACCEPTED = told(claimed(), accepted())


@dataclass
class Wire:
    """A provider's end of the wire: what came, and what it answers, one after another."""

    answers: list[httpx.Response | Exception] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class StoredKeys:
    """The operator's keys, of which the next one is given to whoever asks afresh."""

    keys: list[str | Exception] = field(default_factory=lambda: ["key-1"])

    def api_key(self, provider: str, *, fresh: bool = False) -> str:
        assert provider == "sunoapi"
        if fresh and len(self.keys) > 1:
            self.keys.pop(0)
        if isinstance(self.keys[0], Exception):
            raise self.keys[0]
        return self.keys[0]


def answer(body: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=body)


def sending(
    *answers: httpx.Response | Exception, keys: StoredKeys | None = None
) -> tuple[HttpxSender, Wire]:
    wire = Wire([*answers])
    transport = httpx.MockTransport(wire)
    return HttpxSender(keys or StoredKeys(), {}, transport), wire


def fake_of(name: str) -> Sender:
    fake = FakeSender()
    if name == "word":
        fake.words.append((Progress(None, Stage.TEXT, ()), json.dumps(FOUND).encode()))
    return fake


def real_of(name: str) -> Sender:
    bodies = {"taken": answer(TAKEN), "word": answer(FOUND), "nothing": answer({}, 500)}
    return sending(bodies[name])[0]


@pytest.fixture(params=[fake_of, real_of], ids=["fake", "httpx"])
def make(request: pytest.FixtureRequest) -> Callable[[str], Sender]:
    made: Callable[[str], Sender] = request.param
    return made


def test_the_answer_is_about_the_latest_attempt(make: Callable[[str], Sender]) -> None:
    first = replace(CLAIMED.attempts[0], retry_at=at(5))
    again = replace(CLAIMED, attempts=(first, replace(first, number=2)))

    said = make("taken").submit(again, CALLBACK, at(9))

    assert isinstance(said, Accepted)
    assert (said.attempt, said.at) == (2, at(9))


def test_a_word_comes_with_the_body_that_said_it(make: Callable[[str], Sender]) -> None:
    word, body = make("word").ask(ACCEPTED)

    assert word == Progress(None, Stage.TEXT, ())
    assert json.loads(body) == FOUND


def test_no_usable_answer_is_an_error(make: Callable[[str], Sender]) -> None:
    with pytest.raises(UnansweredPollError):
        make("nothing").ask(ACCEPTED)


def test_a_task_without_an_id_cannot_be_asked_about(make: Callable[[str], Sender]) -> None:
    with pytest.raises(UnansweredPollError):
        make("word").ask(CLAIMED)


def test_a_submission_is_one_request_with_the_key_and_the_callback() -> None:
    sender, wire = sending(answer(TAKEN))

    sender.submit(CLAIMED, CALLBACK, at(2))

    (request,) = wire.requests
    assert str(request.url) == "https://api.sunoapi.org/api/v1/generate"
    assert request.headers["authorization"] == "Bearer key-1"
    assert json.loads(request.content)["callBackUrl"] == CALLBACK


def test_another_address_takes_the_place_of_the_published_one() -> None:
    wire = Wire([answer(FOUND)])
    urls = {"sunoapi": "http://127.0.0.1:9901", "apikley": "http://127.0.0.1:9902"}
    sender = HttpxSender(StoredKeys(), urls, httpx.MockTransport(wire))

    sender.ask(ACCEPTED)

    expected = f"http://127.0.0.1:9901/api/v1/generate/record-info?taskId={TASK}"
    assert str(wire.requests[0].url) == expected


NEVER_LEFT = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.UnsupportedProtocol("ftp"),
]
DOUBTFUL = [
    httpx.ReadTimeout("slow"),
    httpx.WriteTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.WriteError("reset"),
    httpx.RemoteProtocolError("closed"),
    httpx.Response(200, content=b" " * (BODY_MAX_BYTES + 1)),
    httpx.Response(200, content=b"<html>"),
    httpx.Response(302, headers={"location": "https://elsewhere.test/"}),
    answer({}, 500),
    answer({"code": 200, "data": {}}),
]


@pytest.mark.parametrize("happening", NEVER_LEFT, ids=lambda one: type(one).__name__)
def test_what_never_left_is_said_to_be_unsent(happening: httpx.HTTPError) -> None:
    sender, wire = sending(happening)

    assert isinstance(sender.submit(CLAIMED, CALLBACK, at(2)), Unsent)
    assert len(wire.requests) == 1


@pytest.mark.parametrize("happening", DOUBTFUL, ids=str)
def test_what_may_have_been_taken_is_never_sent_again(
    happening: httpx.HTTPError | httpx.Response,
) -> None:
    sender, wire = sending(happening)

    assert isinstance(sender.submit(CLAIMED, CALLBACK, at(2)), Unanswered)
    assert len(wire.requests) == 1


REFUSED_KEYS = {
    "by status": partial(answer, {}, 401),
    "in the body": partial(answer, {"code": 401}),
}


@pytest.mark.parametrize("refuse", REFUSED_KEYS.values(), ids=REFUSED_KEYS)
def test_a_refused_key_is_tried_once_more_if_a_newer_one_is_stored(
    refuse: Callable[[], httpx.Response],
) -> None:
    sender, wire = sending(refuse(), answer(TAKEN), keys=StoredKeys(["key-1", "key-2"]))

    said = sender.submit(CLAIMED, CALLBACK, at(2))

    assert isinstance(said, Accepted)
    keys = [request.headers["authorization"] for request in wire.requests]
    assert keys == ["Bearer key-1", "Bearer key-2"]


@pytest.mark.parametrize("refuse", REFUSED_KEYS.values(), ids=REFUSED_KEYS)
def test_a_refused_key_without_a_newer_one_is_a_refusal(
    refuse: Callable[[], httpx.Response],
) -> None:
    sender, wire = sending(refuse())

    said = sender.submit(CLAIMED, CALLBACK, at(2))

    assert isinstance(said, Refused)
    assert (said.error.code, said.may_retry) == ("provider_unauthorized", False)
    assert len(wire.requests) == 1


def test_without_a_key_nothing_is_sent_and_the_operator_is_named() -> None:
    sender, wire = sending(keys=StoredKeys([UnconfiguredProviderError()]))

    said = sender.submit(CLAIMED, CALLBACK, at(2))

    assert isinstance(said, Refused)
    assert said.error.code == "provider_unauthorized"
    assert wire.requests == []


def test_a_key_that_cannot_be_read_now_leaves_the_submission_for_later() -> None:
    sender, wire = sending(keys=StoredKeys([UnavailableStoreError()]))

    assert isinstance(sender.submit(CLAIMED, CALLBACK, at(2)), Unsent)
    assert wire.requests == []


UNUSABLE = [
    *NEVER_LEFT,
    *DOUBTFUL,
    answer({"code": 404, "data": None}),
    answer(FOUND, 503),
    httpx.Response(200, content=b""),
]


@pytest.mark.parametrize("happening", UNUSABLE, ids=str)
def test_a_poll_that_is_not_answered_says_nothing(
    happening: httpx.HTTPError | httpx.Response,
) -> None:
    with pytest.raises(UnansweredPollError):
        sending(happening)[0].ask(ACCEPTED)


def test_a_poll_without_a_key_says_nothing() -> None:
    sender, _ = sending(keys=StoredKeys([UnconfiguredProviderError()]))

    with pytest.raises(UnansweredPollError):
        sender.ask(ACCEPTED)
