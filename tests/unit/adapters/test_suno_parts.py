"""What the suno format says of words in time and of WAV files, and how it is asked."""

import json
from decimal import Decimal
from typing import Any

import pytest

from cliphook.adapters.providers.provider import Recipe
from cliphook.adapters.providers.table import make_table
from cliphook.domain.companion import Begun, Denied, Found, Part, Timed, TimedWord
from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.job import FailureCode

WANTED = {"timed_lyrics": True, "wav_twins": True}
both = pytest.mark.parametrize("provider", ["sunoapi", "apikley"])


def recipe(provider: str, part: Part) -> Recipe:
    return make_table({provider: WANTED})[provider].recipes[part]


def body(code: int = 200, data: Any = None) -> bytes:
    return json.dumps({"code": code, "msg": "said", "data": data}).encode()


def word(text: object, start: object, end: object) -> dict[str, object]:
    return {"word": text, "success": True, "startS": start, "endS": end, "palign": 0}


@both
def test_nothing_is_bought_that_an_operator_did_not_choose(provider: str) -> None:
    assert make_table({})[provider].recipes == {}
    only = make_table({provider: {"timed_lyrics": True}})[provider]
    assert {*only.recipes} == {Part.TIMED_LYRICS}


@both
def test_words_are_asked_for_as_documented(provider: str) -> None:
    call = recipe(provider, Part.TIMED_LYRICS).write_ask("task", "clip", "https://no.test/c")

    assert (call.method, call.path) == ("POST", "/api/v1/generate/get-timestamped-lyrics")
    assert call.body == {"taskId": "task", "audioId": "clip"}


@both
def test_words_are_read_with_their_times(provider: str) -> None:
    said = [word("[Verse]\nWaggin' ", 1.36, 1.79), word("away ", 1.79, 1.7), word("on", 2, 3)]
    read = recipe(provider, Part.TIMED_LYRICS).read_asked

    assert read(body(data={"alignedWords": said, "waveformData": [0], "isStreamed": False})) == (
        Timed(
            (
                TimedWord("[Verse]\nWaggin' ", Decimal("1.36"), Decimal("1.79")),
                # A word never ends before it begins.
                TimedWord("away ", Decimal("1.79"), Decimal("1.79")),
                TimedWord("on", Decimal(2), Decimal(3)),
            )
        )
    )


@both
def test_a_word_without_a_time_is_left_out(provider: str) -> None:
    said = [word("one", None, 2), word("", 1, 2), word("two", -1, 2), word("three", 1, 2)]
    read = recipe(provider, Part.TIMED_LYRICS).read_asked

    assert read(body(data={"alignedWords": said})) == (
        Timed((TimedWord("three", Decimal(1), Decimal(2)),))
    )


@both
@pytest.mark.parametrize("data", [None, {}, {"alignedWords": []}])
def test_an_answer_without_words_is_a_no(provider: str, data: object) -> None:
    assert recipe(provider, Part.TIMED_LYRICS).read_asked(body(data=data)) == Denied("no_words")


@both
@pytest.mark.parametrize("part", [Part.TIMED_LYRICS, Part.WAV])
@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>", body(500), body(999), b'{"code": 455}', b"[]", b'{"data": {}}'],
)
def test_what_says_neither_yes_nor_no_is_no_answer(
    provider: str, part: Part, answer: bytes
) -> None:
    with pytest.raises(UnansweredPollError):
        recipe(provider, part).read_asked(answer)


@both
@pytest.mark.parametrize("part", [Part.TIMED_LYRICS, Part.WAV])
def test_a_refusal_for_good_is_told_in_our_words(provider: str, part: Part) -> None:
    no_credit = {"sunoapi": 429, "apikley": 402}[provider]

    assert recipe(provider, part).read_asked(body(no_credit)) == Denied(FailureCode.OUT_OF_CREDIT)


@both
def test_too_many_words_are_no_answer(provider: str) -> None:
    said = [word("la ", 1, 2)] * 5001
    read = recipe(provider, Part.TIMED_LYRICS).read_asked

    with pytest.raises(UnansweredPollError):
        read(body(data={"alignedWords": said}))


@both
def test_a_wave_file_is_a_task_of_its_own(provider: str) -> None:
    made = recipe(provider, Part.WAV)
    call = made.write_ask("task", "clip", "https://no.test/c")

    assert (call.method, call.path) == ("POST", "/api/v1/wav/generate")
    assert call.body == {"taskId": "task", "audioId": "clip", "callBackUrl": "https://no.test/c"}
    assert made.read_asked(body(data={"taskId": "wav-1"})) == Begun("wav-1")
    assert made.write_look
    look = made.write_look("wav-1")
    assert (look.method, look.path) == ("GET", "/api/v1/wav/record-info")
    assert look.query == {"taskId": "wav-1"}


@both
def test_one_that_was_made_before_is_not_made_again(provider: str) -> None:
    assert recipe(provider, Part.WAV).read_asked(body(409)) == Denied("made_before")


LINK = "https://files.example.test/one.wav"
RECORDS = {
    "PENDING": (None, Begun("wav-1")),
    "SUCCESS": ({"audioWavUrl": LINK}, Found(LINK)),
    # Nobody here listens to its callbacks, so this is how a good one ends.
    "CALLBACK_EXCEPTION": ({"audioWavUrl": LINK}, Found(LINK)),
    "CREATE_TASK_FAILED": (None, Denied("generation_failed")),
    "GENERATE_WAV_FAILED": (None, Denied("generation_failed")),
    "SOMETHING_NEW": (None, Begun("wav-1")),
}


@both
@pytest.mark.parametrize("status", RECORDS)
def test_how_far_a_wave_file_is_can_be_read(provider: str, status: str) -> None:
    response, expected = RECORDS[status]
    read = recipe(provider, Part.WAV).read_look
    assert read

    assert read("wav-1", body(data={"successFlag": status, "response": response})) == expected


@both
@pytest.mark.parametrize("answer", [b"", b"<html>", body(), body(500), b'{"code": 200}'])
def test_a_look_that_tells_nothing_is_no_answer(provider: str, answer: bytes) -> None:
    read = recipe(provider, Part.WAV).read_look
    assert read

    with pytest.raises(UnansweredPollError):
        read("wav-1", answer)
