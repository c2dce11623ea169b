"""Which callbacks of the suno format are believed, and which are not even read."""

import json
from decimal import Decimal
from typing import Any

import pytest

from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.errors import UnreadableReportError
from cliphook.domain.report import Failure, Progress, ReportedClip
from cliphook.domain.status import Stage
from tests.support.makers import TASK
from tests.support.samples import TUNES, parsed

both = pytest.mark.parametrize("provider", ["sunoapi", "apikley"])


def raw(value: object) -> bytes:
    return json.dumps(value).encode()


def complete(provider: str, **changes: object) -> Any:
    """Vary the inner part of a callback of `complete`."""
    body = parsed(provider, "complete")
    body["data"] |= changes
    return body


def clip(**values: object) -> bytes:
    """Write a callback with one clip, of which only the id is given by itself."""
    data = {"callbackType": "complete", "task_id": TASK, "data": [{"id": "one", **values}]}
    return raw({"code": 200, "data": data})


def read_clip(provider: str, **values: object) -> ReportedClip:
    word = PROVIDERS[provider].read_callback(clip(**values))
    assert isinstance(word, Progress)
    return word.clips[0]


@both
@pytest.mark.parametrize(
    "body",
    [
        {"callbackType": "complete", "taskId": TASK, "data": []},
        {"code": 200, "callbackType": "complete", "task_id": TASK, "data": None},
        {"code": "200", "data": {"callbackType": "complete", "taskId": TASK}},
        {"code": None, "data": {"callbackType": "complete", "task_id": TASK, "data": []}},
        {"code": 200, "task_id": TASK, "data": {"callbackType": "complete", "data": []}},
        {"code": 200, "taskId": TASK, "callbackType": "complete", "data": {"task_id": ""}},
    ],
)
def test_the_id_is_found_wherever_it_stands(provider: str, body: Any) -> None:
    assert PROVIDERS[provider].read_callback(raw(body)) == Progress(TASK, Stage.COMPLETE, ())


@both
def test_a_callback_may_leave_its_task_to_the_ticket(provider: str) -> None:
    for task_id in (None, ""):
        word = PROVIDERS[provider].read_callback(raw(complete(provider, task_id=task_id)))

        assert word == Progress(None, Stage.COMPLETE, TUNES[provider].clips)


@both
@pytest.mark.parametrize(
    "body",
    [
        {"code": 501, "data": None},
        {"code": 501},
        {"code": "501", "msg": "failed", "data": {}},
        {"code": 501, "data": {"callbackType": "complete", "data": []}},
        {"code": 501, "data": []},
        {"code": 501, "callbackType": "error", "data": None},
    ],
)
def test_a_bad_code_is_a_failure_whatever_the_stage_says(provider: str, body: Any) -> None:
    word = PROVIDERS[provider].read_callback(raw(body))

    assert isinstance(word, Failure)
    assert (word.error.code, word.error.provider_code) == ("generation_failed", "501")


@both
def test_a_code_may_have_five_digits(provider: str) -> None:
    for code in (0, 1, 99_999):
        word = PROVIDERS[provider].read_callback(raw({"code": code}))

        assert isinstance(word, Failure)
        assert word.error.provider_code == str(code)


@both
@pytest.mark.parametrize("kind", ["error", "failed"])
def test_a_failure_needs_no_code(provider: str, kind: str) -> None:
    word = PROVIDERS[provider].read_callback(raw({"callbackType": kind, "task_id": TASK}))

    assert isinstance(word, Failure)
    assert word.task_id == TASK
    assert (word.error.code, word.error.provider_code) == ("generation_failed", None)


@both
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"5",
        b"<html>complete</html>",
        raw({"code": 200}),
        raw({"code": 200, "msg": "success", "data": None}),
        raw({"code": 200, "data": {"callbackType": "progress", "task_id": TASK}}),
        raw({"code": 200, "data": {"callbackType": "COMPLETE", "task_id": TASK}}),
        raw({"code": 200, "data": {"callbackType": None, "task_id": TASK}}),
        raw({"code": 200, "data": {"callbackType": ["complete"], "task_id": TASK}}),
        raw({"code": 200, "data": "complete"}),
        raw({"code": True, "data": {"callbackType": "complete", "task_id": TASK}}),
        raw({"code": "ten", "data": {"callbackType": "complete", "task_id": TASK}}),
        raw({"code": "\u0662\u0660\u0660", "data": {"callbackType": "complete", "task_id": TASK}}),
        raw({"code": -1}),
        raw({"code": 200.5, "data": {"callbackType": "complete", "task_id": TASK}}),
        raw({"code": 100_000, "data": {"callbackType": "complete", "task_id": TASK}}),
        raw({"code": 200, "data": {"callbackType": "complete", "task_id": 5}}),
        raw({"code": 200, "data": {"callbackType": "complete", "task_id": "a b"}}),
        raw({"code": 200, "data": {"callbackType": "complete", "task_id": "x" * 129}}),
        raw({"code": 200, "data": {"callbackType": "complete", "data": {"id": "one"}}}),
        raw({"code": 200, "data": {"callbackType": "complete", "data": ["one"]}}),
        clip(id=None),
        clip(id=""),
        clip(id=5),
        clip(id="x" * 201),
        clip()[:-1],
        clip() + b"}",
        clip().replace(b'"one"', b'"one", "id": "two"'),
        clip().replace(b'"one"', b"NaN"),
        clip().replace(b'"one"', b'"\xff"'),
    ],
)
def test_a_body_that_is_not_documented_is_refused(provider: str, body: bytes) -> None:
    with pytest.raises(UnreadableReportError):
        PROVIDERS[provider].read_callback(body)


@both
def test_sixteen_clips_are_read_and_no_more(provider: str) -> None:
    read = PROVIDERS[provider].read_callback
    clips = [{"id": str(number)} for number in range(17)]

    word = read(raw(complete(provider, data=clips[:16])))

    assert isinstance(word, Progress)
    assert [one.provider_clip_id for one in word.clips] == [str(number) for number in range(16)]
    assert [one.index for one in word.clips] == [*range(16)]
    with pytest.raises(UnreadableReportError):
        read(raw(complete(provider, data=clips)))


@both
@pytest.mark.parametrize("name", ["id", "task_id"])
def test_an_id_is_read_up_to_its_longest(provider: str, name: str) -> None:
    word = PROVIDERS[provider].read_callback(
        clip(id="x" * 200) if name == "id" else raw(complete(provider, task_id="x" * 128))
    )

    assert isinstance(word, Progress)


@both
@pytest.mark.parametrize("empty", [None, "", 5, True, {}, ["x"]])
def test_what_only_describes_a_clip_is_absent_rather_than_in_the_way(
    provider: str, empty: object
) -> None:
    names = ("title", "prompt", "tags", "audio_url", "stream_audio_url", "image_url")

    found = read_clip(provider, **dict.fromkeys(names, empty))

    assert found == ReportedClip("one", 0)


@both
def test_a_text_that_is_too_long_is_cut(provider: str) -> None:
    for length in (1000, 1001):
        assert read_clip(provider, title="🎵" * length).title == "🎵" * 1000
    for length in (20_000, 20_001):
        assert read_clip(provider, prompt="é" * length).lyrics == "é" * 20_000
        assert read_clip(provider, tags="é" * length).style == "é" * 20_000


@both
@pytest.mark.parametrize(
    ("written", "read"),
    [
        (198.44, "198.44"),
        ("198.44", "198.44"),
        (0, "0"),
        (86_400, "86400"),
        (86_400.5, None),
        ("0." + "1" * 5000, "0.111"),
        ("1e-999999999", "0"),
        ("1e999999999", None),
        (-1, None),
        ("NaN", None),
        ("sNaN", None),
        ("Infinity", None),
        ("3:18", None),
        ("", None),
        (None, None),
        (True, None),
        ([], None),
    ],
)
def test_a_duration_is_seconds_to_the_millisecond(
    provider: str, written: object, read: str | None
) -> None:
    found = read_clip(provider, duration=written).duration_s

    assert found == (Decimal(read) if read else None)
    assert len(str(found)) <= len("86400.000")


@both
@pytest.mark.parametrize(
    ("link", "is_kept"),
    [
        ("https://files.test/1.mp3?a=b%20c", True),
        ("http://files.test/1.mp3", True),
        ("HTTPS://files.test/ü", True),
        ("https://f/" + "x" * 2038, True),
        ("https://f/" + "x" * 2039, False),
        ("https://", False),
        ("ftp://files.test/1.mp3", False),
        ("javascript:alert(1)", False),
        ("data:audio/mpeg;base64,AAAA", False),
        ("//files.test/1.mp3", False),
        (" https://files.test", False),
        ("https://files.test/a b", False),
        ("https://files.test/\r\nSet-Cookie: a=b", False),
        ("https://files.test/\x7f", False),
        ("https://files.test/\x85", False),
    ],
)
def test_a_link_is_one_that_a_header_can_hold(provider: str, link: str, *, is_kept: bool) -> None:
    found = read_clip(provider, audio_url=link, stream_audio_url=link, image_url=link)

    expected = link if is_kept else None
    assert {found.audio_url, found.stream_url, found.image_url} == {expected}
