"""What comes of a job that makes nothing but texts, beyond the samples."""

import json
from typing import Any

import pytest

from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage
from tests.support.makers import TASK

both = pytest.mark.parametrize("provider", ["sunoapi", "apikley"])

GOOD = {"text": "[Verse]\nLa", "title": "One", "status": "complete"}
BAD = {"text": "", "title": "", "status": "failed", "error_message": "No."}
CLIP = ReportedClip("lyrics-0", 0, title="One", lyrics="[Verse]\nLa")


def raw(value: object) -> bytes:
    return json.dumps(value).encode()


def called_back(provider: str, *items: object, **changes: object) -> Word:
    """Read a callback with these texts."""
    inner = {"callbackType": "complete", "taskId": TASK, "data": [*items]} | changes
    return PROVIDERS[provider].read_callback(raw({"code": 200, "data": inner}))


def polled(provider: str, status: str, *items: object, **changes: object) -> Word:
    """Read an answer of record-info with these texts."""
    response = {"taskId": TASK, "data": [*items]}
    record = {"taskId": TASK, "status": status, "response": response, "errorCode": None} | changes
    body = raw({"code": 200, "msg": "success", "data": record})
    return PROVIDERS[provider].read_polled(body, Operation.LYRICS)


def is_failed(word: Word, code: str = "generation_failed") -> bool:
    return isinstance(word, Failure) and word.error.code == code


@both
def test_a_text_keeps_its_place_where_another_one_failed(provider: str) -> None:
    second = ReportedClip("lyrics-1", 1, title="One", lyrics="[Verse]\nLa")

    assert called_back(provider, BAD, GOOD) == Progress(TASK, Stage.COMPLETE, (second,))
    assert polled(provider, "SUCCESS", BAD, GOOD) == Progress(None, Stage.COMPLETE, (second,))


@both
@pytest.mark.parametrize(
    "item",
    [
        BAD,
        GOOD | {"status": "failed"},
        GOOD | {"status": "error"},
        GOOD | {"text": ""},
        GOOD | {"text": None},
        {"status": "complete"},
        {"text": 5},
    ],
)
def test_a_job_of_which_every_text_failed_has_failed(provider: str, item: dict[str, Any]) -> None:
    assert is_failed(called_back(provider, item, item))
    assert is_failed(polled(provider, "SUCCESS", item, item))


@both
@pytest.mark.parametrize(
    "item", [{"text": "[Verse]\nLa", "title": "One"}, GOOD | {"status": None, "title": "One"}]
)
def test_a_text_needs_no_status(provider: str, item: dict[str, Any]) -> None:
    assert called_back(provider, item) == Progress(TASK, Stage.COMPLETE, (CLIP,))


@both
def test_older_documents_call_the_texts_lyrics_data(provider: str) -> None:
    inner = {"callbackType": "complete", "taskId": TASK, "lyricsData": [GOOD]}

    word = PROVIDERS[provider].read_callback(raw({"code": 200, "data": inner}))

    assert word == Progress(TASK, Stage.COMPLETE, (CLIP,))


@both
@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("CREATE_TASK_FAILED", "generation_failed"),
        ("GENERATE_LYRICS_FAILED", "generation_failed"),
        ("SENSITIVE_WORD_ERROR", "content_policy"),
    ],
)
def test_a_failure_is_one_in_the_words_for_texts(provider: str, status: str, ours: str) -> None:
    assert is_failed(polled(provider, status, response=None), ours)


@both
def test_texts_of_which_nobody_could_be_told_are_there_all_the_same(provider: str) -> None:
    word = polled(provider, "CALLBACK_EXCEPTION", GOOD, BAD)

    assert word == Progress(None, Stage.COMPLETE, (CLIP,))
    assert polled(provider, "CALLBACK_EXCEPTION", BAD) == Silence()
    assert polled(provider, "CALLBACK_EXCEPTION", response=None) == Silence()


@both
@pytest.mark.parametrize("response", [None, {}, {"data": None}, {"data": []}])
def test_a_success_without_texts_is_read_as_it_is(provider: str, response: object) -> None:
    word = polled(provider, "SUCCESS", response=response)

    assert word == Progress(None, Stage.COMPLETE, ())


@both
def test_sixteen_texts_are_read_and_no_more(provider: str) -> None:
    word = polled(provider, "SUCCESS", *[GOOD] * 16)

    assert isinstance(word, Progress)
    assert len({clip.provider_clip_id for clip in word.clips}) == 16
    with pytest.raises(UnansweredPollError):
        polled(provider, "SUCCESS", *[GOOD] * 17)
