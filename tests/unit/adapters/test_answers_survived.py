"""Whatever stands in the way of a call is written down, so that no job is left hanging."""

import errno
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from cliphook.adapters.inline_audio import split
from cliphook.adapters.providers.table import PROVIDERS, Table
from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.job import Job
from cliphook.domain.report import Answer, Refused, Unanswered
from tests.support.makers import accepted, at, claimed, new_job, told
from tests.support.speaking import make_sender

WITHOUT = {name: row for name, row in PROVIDERS.items() if name != "sunoapi"}
JOB = told(claimed())


class FullDisk(httpx.SyncByteStream):
    """An answer for which there is no room."""

    def __iter__(self) -> Iterator[bytes]:
        raise OSError(errno.ENOSPC, "No space left on device")


def serve(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, stream=FullDisk())


def submit(job: Job, providers: Table = PROVIDERS) -> Answer:
    sender = make_sender({}, transport=httpx.MockTransport(serve), providers=providers)
    return sender.submit(job, "https://music.test", at(2))[0]


def test_an_answer_for_which_there_is_no_room_leaves_doubt() -> None:
    answer = submit(JOB)

    assert isinstance(answer, Unanswered)


def test_a_poll_for_which_there_is_no_room_is_made_again() -> None:
    sender = make_sender({}, transport=httpx.MockTransport(serve))

    with pytest.raises(UnansweredPollError):
        sender.ask(told(accepted(), job=JOB))


def test_a_provider_that_the_operator_took_away_leads_to_the_next_option() -> None:
    answer = submit(JOB, WITHOUT)

    assert isinstance(answer, Refused)
    assert (answer.error.code, answer.may_retry) == ("provider_unauthorized", False)


def test_a_model_that_the_operator_took_away_leads_to_the_next_option() -> None:
    answer = submit(replace(JOB, model="V3"))

    assert isinstance(answer, Refused)
    assert (answer.error.code, answer.may_retry) == ("provider_unauthorized", False)


def test_a_provider_that_the_operator_took_away_answers_no_poll_until_the_deadline() -> None:
    sender = make_sender({}, providers=WITHOUT)

    with pytest.raises(UnansweredPollError):
        sender.ask(told(accepted(), job=new_job(attempts=JOB.attempts)))


def test_what_a_killed_invocation_left_is_no_burden_to_the_next(tmp_path: Path) -> None:
    left = tmp_path / "cliphook-inline-left"
    left.mkdir()
    (left / "0").write_bytes(b"ID3")
    # Lambda ends an invocation after a quarter of an hour.
    then = time.time() - 901
    os.utime(left, (then, then))

    with split([b"{}"], tmp_path):
        assert not left.exists()
