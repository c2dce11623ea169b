"""What `Sender` promises; what each happening on the wire is taken for, unit tests say."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from cliphook.application.ports import Sender
from cliphook.domain.change import Change, apply
from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.job import Job
from cliphook.domain.report import Accepted, Progress
from cliphook.domain.status import Stage
from tests.support.fakes import FakeSender
from tests.support.makers import TASK, accepted, at, claimed, new_job
from tests.support.speaking import make_sender

CALLBACK = "https://music.test/callbacks/sunoapi/ticket"
TAKEN = {"code": 200, "msg": "success", "data": {"taskId": TASK}}
FOUND = {"code": 200, "data": {"taskId": TASK, "status": "TEXT_SUCCESS", "response": None}}
WORD = Progress(None, Stage.TEXT, ())


class OneKey:
    """The operator's keys."""

    def api_key(self, provider: str, *, fresh: bool = False) -> str:
        """Give the same key for everything."""
        return f"{provider}-{fresh}"


def told(*reports: Any) -> Job:
    job = new_job()
    for report in reports:
        change = apply(job, report)
        assert isinstance(change, Change)
        job = change.job
    return job


CLAIMED = told(claimed())
ACCEPTED = told(claimed(), accepted())


def fake(*, answers: bool) -> Sender:
    sender = FakeSender()
    if answers:
        sender.words.append((WORD, json.dumps(FOUND).encode()))
    return sender


def real(*, answers: bool) -> Sender:
    def serve(request: httpx.Request) -> httpx.Response:
        body = json.dumps(FOUND if request.method == "GET" else TAKEN).encode()
        return httpx.Response(200 if answers else 500, stream=httpx.ByteStream(body))

    return make_sender({}, OneKey(), transport=httpx.MockTransport(serve))


@pytest.fixture(params=[fake, real], ids=["fake", "httpx"])
def make(request: pytest.FixtureRequest) -> Callable[..., Sender]:
    made: Callable[..., Sender] = request.param
    return made


def test_the_answer_is_about_the_latest_attempt(make: Callable[..., Sender]) -> None:
    first = replace(CLAIMED.attempts[0], retry_at=at(5))
    again = replace(CLAIMED, attempts=(first, replace(first, number=2)))

    said, body = make(answers=True).submit(again, CALLBACK, at(9))

    assert isinstance(said, Accepted)
    assert (said.attempt, said.at) == (2, at(9))
    assert body


def test_a_word_comes_with_the_body_that_said_it(make: Callable[..., Sender]) -> None:
    word, body = make(answers=True).ask(ACCEPTED)

    assert word == WORD
    assert json.loads(body) == FOUND


def test_no_usable_answer_is_an_error(make: Callable[..., Sender]) -> None:
    with pytest.raises(UnansweredPollError):
        make(answers=False).ask(ACCEPTED)


def test_a_task_without_an_id_cannot_be_asked_about(make: Callable[..., Sender]) -> None:
    with pytest.raises(UnansweredPollError):
        make(answers=True).ask(CLAIMED)
