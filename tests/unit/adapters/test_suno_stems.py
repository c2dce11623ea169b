"""What comes of a clip that is taken apart, beyond the samples."""

import json
from typing import Any

import pytest

from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.errors import UnansweredPollError, UnreadableReportError
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage
from tests.support.makers import TASK

both = pytest.mark.parametrize("provider", ["sunoapi", "apikley"])

VOCAL = "https://files.test/vocal.mp3"
CLIP = ReportedClip("vocal", 0, title="Vocals", audio_url=VOCAL)


def raw(value: object) -> bytes:
    return json.dumps(value).encode()


def called_back(provider: str, **body: Any) -> Word:
    return PROVIDERS[provider].read_callback(raw(body))


def polled(provider: str, flag: object, response: object, code: object = None) -> Word:
    """Read an answer of record-info of a clip that is taken apart."""
    record = {"taskId": TASK, "successFlag": flag, "response": response, "errorCode": code}
    body = raw({"code": 200, "msg": "success", "data": record})
    return PROVIDERS[provider].read_polled(body, Operation.SEPARATE)


@both
@pytest.mark.parametrize("name", ["vocal_removal_info", "vocal_separation_info"])
def test_stems_are_found_wherever_they_stand(provider: str, name: str) -> None:
    stems = {"vocal_url": VOCAL, "drums_url": None, "bass_url": "", "origin_url": "https://o.test"}
    expected = Progress(TASK, Stage.COMPLETE, (CLIP,))

    assert called_back(provider, code=200, data={"task_id": TASK, name: stems}) == expected
    assert called_back(provider, task_id=TASK, **{name: stems}) == expected
    inner = {"taskId": TASK, name: stems, "callbackType": "complete"}
    assert called_back(provider, code=200, data=inner) == expected


@both
@pytest.mark.parametrize(
    ("wire", "name", "title"),
    [
        ("vocal", "vocal", "Vocals"),
        ("backing_vocals", "backing_vocals", "Backing vocals"),
        ("instrumental", "instrumental", "Instrumental"),
        ("drums", "drums", "Drums"),
        ("bass", "bass", "Bass"),
        ("guitar", "guitar", "Guitar"),
        ("piano", "piano", "Piano"),
        ("keyboard", "keyboard", "Keyboard"),
        ("percussion", "percussion", "Percussion"),
        ("strings", "strings", "Strings"),
        ("synth", "synth", "Synth"),
        ("fx", "fx", "Effects"),
        ("brass", "brass", "Brass"),
        ("woodwinds", "woodwinds", "Woodwinds"),
    ],
)
def test_a_stem_is_named_by_what_is_to_be_heard(
    provider: str, wire: str, name: str, title: str
) -> None:
    head, *rest = wire.split("_")
    camel = head + "".join(map(str.capitalize, rest))
    clip = ReportedClip(name, 0, title=title, audio_url=VOCAL)

    inner = {"task_id": TASK, "vocal_removal_info": {f"{wire}_url": VOCAL}}
    assert called_back(provider, code=200, data=inner) == Progress(TASK, Stage.COMPLETE, (clip,))
    assert polled(provider, "SUCCESS", {f"{camel}Url": VOCAL}) == Progress(
        None, Stage.COMPLETE, (clip,)
    )


@both
@pytest.mark.parametrize("code", [400, 451, 500, "531"])
def test_a_failure_is_never_one_of_words(provider: str, code: object) -> None:
    word = called_back(provider, code=code, data={"task_id": TASK, "vocal_removal_info": None})

    assert isinstance(word, Failure)
    assert (word.task_id, word.error.code) == (TASK, "generation_failed")
    assert word.error.provider_code == str(code)
    for flag in ("CREATE_TASK_FAILED", "GENERATE_AUDIO_FAILED"):
        asked = polled(provider, flag, None, code)
        assert isinstance(asked, Failure)
        assert (asked.error.code, asked.error.provider_code) == ("generation_failed", str(code))


@both
def test_no_stems_and_no_code_are_no_news(provider: str) -> None:
    with pytest.raises(UnreadableReportError):
        called_back(provider, code=200, data={"task_id": TASK, "vocal_removal_info": None})


@both
@pytest.mark.parametrize("flag", ["PENDING", "GENERATING", "success", "", "CALLBACK_EXCEPTION"])
def test_what_is_not_the_end_says_nothing_new(provider: str, flag: str) -> None:
    assert polled(provider, flag, None) == Silence()


@both
def test_stems_of_which_nobody_could_be_told_are_there_all_the_same(provider: str) -> None:
    word = polled(provider, "CALLBACK_EXCEPTION", {"vocalUrl": VOCAL, "drumsUrl": None})

    assert word == Progress(None, Stage.COMPLETE, (CLIP,))


@both
@pytest.mark.parametrize("response", [None, {}, {"vocalUrl": None, "drumsUrl": ""}])
def test_a_success_without_stems_is_read_as_it_is(provider: str, response: object) -> None:
    assert polled(provider, "SUCCESS", response) == Progress(None, Stage.COMPLETE, ())


@both
@pytest.mark.parametrize("flag", [None, 1, True, {}])
def test_an_answer_without_a_word_for_its_end_is_none(provider: str, flag: object) -> None:
    with pytest.raises(UnansweredPollError):
        polled(provider, flag, {"vocalUrl": VOCAL})
