"""How far a task of stratizon is, whichever way its unpublished parts are written."""

import json
from decimal import Decimal
from typing import Any

import pytest

from cliphook.adapters.providers.stratizon_wire import Keys, read_task
from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage
from tests.support.samples import parsed
from tests.support.stratizon_requests import STRATIZON


def raw(value: object) -> bytes:
    return json.dumps(value).encode()


def polled(value: object) -> Word:
    return STRATIZON.read_polled(raw(value), Operation.GENERATE)


def done(*clips: object, **changes: object) -> dict[str, Any]:
    """Write a task that is over, with these clips."""
    return {"task_id": "t", "status": "succeeded", "output": {"clips": clips}, **changes}


def clip(**values: object) -> ReportedClip:
    """Read the one clip of a task that has audio besides it."""
    word = polled(done({"audio_url": "https://a.test/1", **values}))
    assert isinstance(word, Progress)
    return word.clips[0]


@pytest.mark.parametrize("word", ["succeeded", "success", "completed", "Succeeded", "COMPLETED"])
def test_a_task_is_done_however_that_is_spelt(word: str) -> None:
    found = polled(done({"url": "https://a.test/1"}, status=word))

    assert found == Progress(
        None, Stage.COMPLETE, (ReportedClip("0", 0, audio_url="https://a.test/1"),)
    )


@pytest.mark.parametrize("word", ["failed", "FAILED", "canceled", "cancelled", "Cancelled"])
def test_a_task_has_failed_however_that_is_spelt(word: str) -> None:
    assert isinstance(polled(done({"url": "https://a.test/1"}, status=word)), Failure)


@pytest.mark.parametrize(
    "word", ["queued", "running", "mastering", "done?", "succeeded!", "x" * 64]
)
def test_a_word_that_nobody_knows_says_nothing(word: str) -> None:
    assert polled(done({"url": "https://a.test/1"}, status=word)) == Silence()


@pytest.mark.parametrize("clips", [None, [], {}, "x", 5, ["x"], [{}], [{"audio_url": 5}]])
def test_a_task_without_audio_is_not_over_whatever_it_says(clips: object) -> None:
    assert polled({"status": "succeeded", "output": {"clips": clips}}) == Silence()
    assert polled({"status": "succeeded", "output": clips}) == Silence()


def test_an_artifact_names_a_clip_and_nothing_else_does() -> None:
    assert clip(artifact_id="x" * 200).provider_clip_id == "x" * 200
    odds: tuple[object, ...] = (None, "", 5, {}, "x" * 201)
    for odd in odds:
        assert clip(artifact_id=odd).provider_clip_id == "0"


@pytest.mark.parametrize("odd", [None, "", 5, True, {}, ["x"]])
def test_what_only_describes_a_clip_is_absent_rather_than_in_the_way(odd: object) -> None:
    found = clip(title=odd, lyrics=odd, duration_seconds="long" if odd == 5 else odd)

    assert found == ReportedClip("0", 0, audio_url="https://a.test/1")


@pytest.mark.parametrize("duration", [174.2, "174.2", "174.20"])
def test_a_duration_is_a_number_however_it_is_written(duration: object) -> None:
    assert clip(duration_seconds=duration).duration_s == Decimal("174.2")


@pytest.mark.parametrize("code", ["content_policy", "Moderation_Blocked", "sensitive_words"])
def test_a_failure_by_the_policy_is_told_by_its_code(code: str) -> None:
    for error in ({"code": code}, {"type": code}, code):
        word = polled({"status": "failed", "error": error})

        assert isinstance(word, Failure)
        assert (word.error.code, word.error.provider_code) == ("content_policy", code)


@pytest.mark.parametrize("error", [None, {}, [], True, {"code": {}}, {"code": "x" * 65}])
def test_a_failure_needs_no_code(error: object) -> None:
    word = polled({"status": "failed", "error": error})

    assert isinstance(word, Failure)
    assert (word.error.code, word.error.provider_code) == ("generation_failed", None)


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        [],
        {},
        {"task_id": "t"},
        {"error": {"code": "not_found"}},
        {"status": None},
        {"status": ""},
        {"status": 5},
        {"status": {}},
        {"status": "x" * 65},
        done(*[{"url": "https://a.test/1"}] * 17),
    ],
)
def test_a_body_that_is_no_task_is_no_answer(value: object) -> None:
    with pytest.raises(UnansweredPollError):
        polled(value)
    with pytest.raises(UnansweredPollError):
        STRATIZON.read_polled(raw(value)[:-1], Operation.GENERATE)


def test_sixteen_clips_are_read() -> None:
    word = polled(done(*[{"url": "https://a.test/1"}] * 16))

    assert isinstance(word, Progress)
    assert [one.index for one in word.clips] == [*range(16)]


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ('"80.0000"', Decimal("80.0000")),
        ("80.0000", Decimal("80.0000")),
        ("80", Decimal("80.0000")),
        ('"0.1"', Decimal("0.1000")),
        ("0.1000", Decimal("0.1000")),
        ("12345678.1234", Decimal("12345678.1234")),
        *((odd, None) for odd in ("null", "true", '""', '"free"', '"NaN"', '"-1"', "-1", "{}")),
        ("1000000000", Decimal(1_000_000_000)),
        ("1000000000.0001", None),
        *((odd, None) for odd in ('"Infinity"', '"1e99"', "1e300", "[80]")),
    ],
)
def test_an_amount_is_a_decimal_from_digits_or_a_number(
    written: str, amount: Decimal | None
) -> None:
    text = f'{{"status": "failed", "billing": {{"charged_credits": {written}}}}}'
    refund = text.replace("charged", "refunded")

    assert read_task(text.encode(), Keys()).charged == amount
    assert read_task(refund.encode(), Keys()).refunded == amount
    assert isinstance(STRATIZON.read_polled(text.encode(), Operation.GENERATE), Failure)


@pytest.mark.parametrize("odd", [b"", b"null", b"[]", b"{", b'{"artifact_id": 5}', b'{"id": "x"}'])
def test_an_upload_without_an_id_is_none(odd: bytes) -> None:
    assert STRATIZON.read_uploaded

    assert STRATIZON.read_uploaded(200, odd) is None
    assert parsed("stratizon", "uploaded")["artifact_id"] == "art_51be09"
