"""How far a task of apiin is follows from its tracks, and from nothing that is claimed of them."""

import json
from typing import Any

import pytest

from cliphook.adapters.providers.provider import Provider
from cliphook.domain.errors import UnansweredPollError, UnreadableReportError
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage
from tests.support.apiin_requests import APIIN
from tests.support.samples import parsed

ALL = "All generated successfully."
TASK = "gen4b81e07ac93d2ksv"


def raw(value: object) -> bytes:
    return json.dumps(value).encode()


def tracks(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Vary the tracks of a complete task: the two that there are, and more of the second."""
    one, two = parsed("apiin", "complete")
    more = [{**two, "id": f"more-{number}"} for number in range(len(changes) - 2)]
    return [{**track, **change} for track, change in zip([one, two, *more], changes, strict=False)]


def told(*changes: dict[str, Any], row: Provider = APIIN) -> Word:
    """Read a webhook of tracks that are varied."""
    return row.read_callback(raw(tracks(*changes)))


def polled(value: object, row: Provider = APIIN) -> Word:
    return row.read_polled(raw(value), Operation.GENERATE)


def clips(word: Word) -> tuple[ReportedClip, ...]:
    return word.clips if isinstance(word, Progress) else ()


def stage(word: Word) -> Stage | None:
    return word.stage if isinstance(word, Progress) else None


def broken(code: str) -> dict[str, Any]:
    """Take a track's audio away and say that it failed."""
    return {"audio_url": "", "duration": "", "status": "first", "error_message": code}


@pytest.mark.parametrize("kind", ["SUCCESS", "IN_PROGRESS", "new", "text", "first", "complete"])
@pytest.mark.parametrize("name", ["feed_text", "feed_first"])
def test_no_type_makes_a_feed_complete(name: str, kind: str) -> None:
    feed = parsed("apiin", name)
    feed["data"]["type"] = kind

    assert stage(polled(feed)) is {"feed_text": Stage.TEXT, "feed_first": Stage.FIRST}[name]


UNUSABLE: dict[str, tuple[Any, ...]] = {
    "audio_url": ("", None, 5, "ftp://a.test/b", "https://a b"),
    "duration": ("", None, 0, "0", True, -1, "NaN", [], "long"),
    "status": ("text", "first", "streaming", "", None, 5),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in UNUSABLE.items() for value in values]
)
def test_a_task_is_complete_only_with_all_that_a_track_needs(name: str, value: object) -> None:
    change = {"extra_message": "", name: value}

    assert stage(told({}, change)) is Stage.FIRST
    assert stage(told(change, {})) is Stage.FIRST
    assert stage(told(change, change)) is not Stage.COMPLETE


@pytest.mark.parametrize("duration", [171, 171.08, "171.08", "171"])
def test_a_duration_is_a_number_however_it_is_written(duration: object) -> None:
    assert stage(told({}, {"duration": duration})) is Stage.COMPLETE


@pytest.mark.parametrize("word", ["complete", "COMPLETE", " Complete "])
def test_words_are_compared_in_lower_case(word: str) -> None:
    assert stage(told({"status": word}, {"status": word})) is Stage.COMPLETE


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (ALL, Stage.COMPLETE),
        (f" {ALL}\n", Stage.COMPLETE),
        ("First audio generated successfully.", Stage.FIRST),
        ("", Stage.FIRST),
        (None, Stage.FIRST),
        (5, Stage.FIRST),
    ],
)
def test_first_is_the_end_only_with_the_message_that_says_so(
    message: object, expected: Stage
) -> None:
    change = {"status": "first", "extra_message": message}

    assert stage(told(change, change)) is expected


def test_audio_is_a_stream_until_its_track_is_complete() -> None:
    waiting = {"status": "first", "extra_message": ""}

    done, streamed = clips(told({}, waiting))
    assert (done.stream_url, streamed.audio_url) == (None, None)
    assert done.audio_url == parsed("apiin", "complete")[0]["audio_url"]
    assert streamed.stream_url == parsed("apiin", "complete")[1]["audio_url"]


@pytest.mark.parametrize("name", ["fail_message", "error_message"])
def test_a_failed_track_does_not_keep_the_other_back(name: str) -> None:
    lost = broken("") | {name: "Audio generation failed."}

    for word in (told({}, lost), told(lost, {})):
        assert stage(word) is Stage.COMPLETE
        assert len(clips(word)) == 1
    assert [clip.index for clip in clips(told(lost, {}))] == [1]
    # What it can be heard to have by then is not the whole of it.
    cut = {"status": "first", name: "Audio generation failed."}
    assert [clip.index for clip in clips(told(cut, {}))] == [1]


@pytest.mark.parametrize("name", ["fail_message", "error_message"])
@pytest.mark.parametrize("empty", ["", " \n", None, 5, [], {}])
def test_an_empty_message_is_no_failure(name: str, empty: object) -> None:
    assert stage(told({name: empty}, {name: empty})) is Stage.COMPLETE


def test_a_complete_track_is_delivered_whatever_its_message_says() -> None:
    complaint = {"error_message": "Cover art failed."}

    assert stage(told(complaint, complaint)) is Stage.COMPLETE


def test_a_track_is_still_awaited_after_the_other_has_failed() -> None:
    waiting = {"audio_url": "", "duration": "", "status": "first", "extra_message": ""}

    word = told(waiting, broken("Failed."))
    assert (stage(word), len(clips(word))) == (Stage.TEXT, 1)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Audio generation failed.", "generation_failed"),
        ("Does Not Meet Guidelines", "content_policy"),
        ("INAPPROPRIATE material", "content_policy"),
        ("A violation of the moderation policy.", "content_policy"),
    ],
)
def test_a_task_has_failed_when_no_track_is_left(message: str, code: str) -> None:
    for word in (told(broken(message), broken("Failed.")), told(broken(message))):
        assert isinstance(word, Failure)
        assert word.error.code == code
        assert message not in word.error.message


def test_a_feed_that_says_it_failed_has_failed_but_for_the_tracks_that_are_there() -> None:
    for kind in ("error", "fail", "FAILED", "failure"):
        assert isinstance(polled({"type": kind, "response_data": []}), Failure)
        waiting = tracks({"status": "text", "audio_url": ""})
        assert isinstance(polled({"type": kind, "response_data": waiting}), Failure)
        assert stage(polled({"type": kind, "response_data": tracks({})})) is Stage.COMPLETE


def test_a_track_without_an_id_goes_by_its_place_once_there_is_audio() -> None:
    for empty in ("", None):
        word = told({"id": empty}, {"id": empty})

        assert [clip.provider_clip_id for clip in clips(word)] == ["0", "1"]
        assert clips(told({"id": empty, "status": "text"}, {"status": "text"}))[0].index == 1


@pytest.mark.parametrize("name", ["task_id", "taskId", "workId"])
def test_the_task_is_named_wherever_its_id_stands(name: str) -> None:
    inner = {name: TASK, "response_data": tracks({}, {})}

    outside = {name: TASK, "data": {"response_data": tracks({}, {})}}
    bodies: list[Any] = [{"data": inner}, inner, outside, {name: TASK, "data": tracks({}, {})}]
    for value in bodies:
        word = APIIN.read_callback(raw(value))
        assert isinstance(word, Progress)
        assert (word.task_id, word.stage) == (TASK, Stage.COMPLETE)
        # A poll is for one task, and is not held against another.
        answer = polled(value)
        assert isinstance(answer, Progress)
        assert answer.task_id is None


def test_a_word_for_the_whole_task_is_a_hint_where_there_are_no_tracks() -> None:
    for word in ("text", "first", "complete"):
        value = {"task_id": TASK, "status": word}
        assert APIIN.read_callback(raw(value)) == Progress(TASK, Stage(word), ())
    assert polled({"type": "complete", "response_data": []}) == Silence()
    assert polled({"type": "text", "response_data": []}) == Progress(None, Stage.TEXT, ())
    for kind in ("new", "IN_PROGRESS", "SUCCESS"):
        assert polled({"code": 200, "data": {"type": kind, "response_data": None}}) == Silence()


@pytest.mark.parametrize("code", [200, "200", None])
def test_a_feed_with_a_good_code_is_read(code: object) -> None:
    feed = parsed("apiin", "feed_complete") | {"code": code}

    assert stage(polled(feed)) is Stage.COMPLETE


@pytest.mark.parametrize("code", [0, 201, 401, 404, 429, 500, "500", "ERROR"])
def test_a_feed_with_another_code_says_nothing_of_the_task(code: object) -> None:
    with pytest.raises(UnansweredPollError):
        polled(parsed("apiin", "feed_complete") | {"code": code})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"5",
        b"[]",
        b"{}",
        raw({"code": 200}),
        raw({"task_id": TASK}),
        raw({"error": {"type": "not_found", "message": "No."}}),
        raw({"task_id": 5, "status": "complete"}),
        raw({"task_id": "a b", "status": "complete"}),
        raw({"task_id": "x" * 129, "status": "complete"}),
        raw(tracks({"id": "x" * 201})),
        raw(tracks({"id": 5})),
        raw(tracks(*[{}] * 17)),
        raw(tracks({}))[:-1],
        raw(tracks({})).replace(b'"Low Water"', b'"\xff"'),
    ],
)
def test_a_body_that_tells_nothing_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableReportError):
        APIIN.read_callback(body)
    with pytest.raises(UnansweredPollError):
        APIIN.read_polled(body, Operation.GENERATE)


def test_sixteen_tracks_are_read() -> None:
    assert [clip.index for clip in clips(told(*[{}] * 16))] == [*range(16)]
