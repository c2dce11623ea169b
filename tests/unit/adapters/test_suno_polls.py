"""What the answers of record-info mean, beyond the samples."""

import json
from typing import Any

import pytest

from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.report import Failure, Progress, Silence, Word
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage
from tests.support.makers import TASK
from tests.support.samples import parsed

both = pytest.mark.parametrize("provider", ["sunoapi", "apikley"])


def raw(value: object) -> bytes:
    return json.dumps(value).encode()


def read(provider: str, body: bytes) -> Word:
    """Read an answer about music, whatever operation makes it."""
    row = PROVIDERS[provider]
    others = {Operation.LYRICS, Operation.SEPARATE}
    (word,) = {row.read_polled(body, operation) for operation in {*Operation} - others}
    return word


def polled(status: object, **changes: object) -> bytes:
    """Write an answer of record-info."""
    record = {"taskId": TASK, "status": status, "response": None, "errorCode": None} | changes
    return raw({"code": 200, "msg": "success", "data": record})


@both
@pytest.mark.parametrize(
    ("code", "theirs"),
    [
        *((500, "500"), ("500", "500"), (0, "0"), (99_999, "99999"), ("99999", "99999")),
        *(
            (None, None),
            ("", None),
            ("INTERNAL", None),
            ("\u0665\u0660\u0660", None),
            ({}, None),
            (True, None),
        ),
        *((-1, None), (100_000, None), ("100000", None), (500.5, None), ("9" * 5000, None)),
    ],
)
def test_a_failure_is_one_whatever_explains_it(
    provider: str, code: object, theirs: str | None
) -> None:
    for status in ("CREATE_TASK_FAILED", "GENERATE_AUDIO_FAILED", "FAILED"):
        word = read(provider, polled(status, errorCode=code))

        assert isinstance(word, Failure)
        assert (word.error.code, word.error.provider_code) == ("generation_failed", theirs)


@pytest.mark.parametrize(
    ("provider", "code", "ours"),
    [
        ("sunoapi", 400, "content_policy"),
        ("sunoapi", 413, "generation_failed"),
        ("apikley", 400, "content_policy"),
        ("apikley", 413, "content_policy"),
        ("apikley", 531, "generation_failed"),
    ],
)
def test_the_same_code_means_the_same_in_a_poll(provider: str, code: int, ours: str) -> None:
    word = read(provider, polled("GENERATE_AUDIO_FAILED", errorCode=code))

    assert isinstance(word, Failure)
    assert word.error.code == ours


@both
@pytest.mark.parametrize("status", ["PENDING", "GENERATING", "QUEUED", "success", "", "🎵"])
def test_a_status_that_is_not_known_says_nothing_new(provider: str, status: str) -> None:
    assert read(provider, polled(status)) == Silence()


@both
def test_a_callback_that_failed_is_no_end_until_every_clip_is_there(provider: str) -> None:
    body = parsed(provider, "record_info_callback_exception")
    body["data"]["response"]["sunoData"][1]["audioUrl"] = ""

    assert read(provider, raw(body)) == Silence()


@both
def test_a_success_without_clips_is_read_as_it_is(provider: str) -> None:
    responses: list[Any] = [None, {}, {"sunoData": None}, {"sunoData": []}]
    for response in responses:
        word = read(provider, polled("SUCCESS", response=response))

        assert word == Progress(None, Stage.COMPLETE, ())


@both
@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Bad gateway</body></html>",
        b"",
        b"null",
        raw({"code": 200}),
        raw({"code": 404, "data": None}),
        raw({"code": 422, "data": {"status": "SUCCESS"}}),
        raw({"data": {"status": "SUCCESS"}}),
        raw({"code": 200, "data": {"response": None}}),
        polled(None),
        polled("SUCCESS", response={"sunoData": [{"audioUrl": "https://files.test/1.mp3"}]}),
        polled("SUCCESS", response={"sunoData": [{"id": str(n)} for n in range(17)]}),
    ],
)
def test_an_answer_that_cannot_be_used_is_none(provider: str, body: bytes) -> None:
    with pytest.raises(UnansweredPollError):
        read(provider, body)
