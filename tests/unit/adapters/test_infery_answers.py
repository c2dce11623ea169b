"""What infery's answers mean beyond samples: contradictions, odd ids, and clips by the dozen."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.adapters.providers.http_refusals import REFUSALS
from cliphook.adapters.providers.infery import Settings, make_row
from cliphook.adapters.providers.provider import Creation, Declined, Doubtful, Finished, Taken
from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.report import Progress, ReportedClip, Silence, Word
from cliphook.domain.request import Operation

INFERY = make_row(Settings())
URL = "https://storage.infery.test/music/1.mp3"
ITEM = {"url": URL}
ERROR = {"error": {"message": "No.", "type": "server_error", "code": "internal_error"}}
HTML = b"<html><body>Bad gateway</body></html>"
ID = "3f9a0b1c-77d2"

GENERATE = Operation.GENERATE


def created(body: object, status: int = 200, operation: Operation = GENERATE) -> Creation:
    return INFERY.read_created(status, json.dumps(body).encode(), operation)


def polled(body: object, operation: Operation = GENERATE) -> Word:
    return INFERY.read_polled(json.dumps(body).encode(), operation)


def clips(items: object, operation: Operation = GENERATE) -> tuple[ReportedClip, ...]:
    """Read items as the clips of a music answer; none if it is no such."""
    creation = created({"data": items}, operation=operation)
    word = creation.word if isinstance(creation, Finished) else None
    return word.clips if isinstance(word, Progress) else ()


def names(*items: dict[str, Any], operation: Operation = GENERATE) -> list[str]:
    return [clip.provider_clip_id for clip in clips(items, operation)]


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize(
    "body", [HTML, b"", b"null", b'{"message": "no"}', b"[1]", b'{"data": []}']
)
def test_a_refusal_is_told_by_its_status_where_nothing_speaks_against_it(
    code: int, body: bytes
) -> None:
    creation = INFERY.read_created(code, body, GENERATE)

    assert isinstance(creation, Declined)
    assert creation.error.code == REFUSALS[code].code
    assert creation.error.provider_code == str(code)
    assert creation.may_retry is (code == 429)


@given(
    status=st.integers(100, 599), body=st.sampled_from([HTML, b"", b"{}", b"5", b'{"data": null}'])
)
def test_whatever_else_is_neither_music_nor_a_job_leaves_doubt(status: int, body: bytes) -> None:
    creation = INFERY.read_created(status, body, GENERATE)

    assert isinstance(creation, Declined if status in REFUSALS else Doubtful)


@pytest.mark.parametrize("status", [400, 401, 402, 429])
@pytest.mark.parametrize(
    "more",
    [
        {"id": "mgen_1"},
        {"id": 17},
        {"job_id": "two words"},
        {"job_id": "x" * 129},
        {"data": [{"duration_seconds": 30}]},
        {"status": "processing", "data": [ITEM]},
    ],
)
def test_a_refusal_that_contradicts_itself_is_none(status: int, more: dict[str, Any]) -> None:
    assert isinstance(created(ERROR | more, status), Doubtful)


@pytest.mark.parametrize("status", [200, 202, 400, 429, 500, 503])
def test_who_names_a_job_took_it_and_who_brings_music_made_it(status: int) -> None:
    assert created(ERROR | {"job_id": "mgen_1"}, status) == Taken("mgen_1")
    assert created({"id": "mgen_1", "status": "arranging"}, status) == Taken("mgen_1")
    assert created({"id": "mgen_1", "status": "done", "data": []}, status) == Taken("mgen_1")
    assert isinstance(created(ERROR | {"data": [ITEM]}, status), Finished)


@pytest.mark.parametrize("code", ["insufficient_credits", "insufficient_quota"])
def test_a_known_code_is_a_refusal_under_status_200_as_well(code: str) -> None:
    creation = created({"error": {"message": "No.", "code": code}})

    assert isinstance(creation, Declined)
    assert creation.error.code == "provider_out_of_credit"


def test_an_address_in_an_error_is_no_music() -> None:
    body = ERROR | {"url": "https://docs.infery.test/errors"}

    assert isinstance(created(body), Doubtful)
    assert isinstance(created(body | {"id": ""}, 400), Declined)
    with pytest.raises(UnansweredPollError):
        polled(body)


def test_a_failure_without_a_job_is_a_refusal_under_the_status_of_one() -> None:
    failed = {"status": "failed", "error": "No."}

    assert isinstance(created(failed), Finished)
    assert isinstance(created(failed, 422), Declined)
    assert isinstance(created(failed, 500), Doubtful)


@pytest.mark.parametrize(
    "item",
    [
        {"url": "inline:0"},
        {"url": "ftp://storage.infery.test/1.mp3"},
        {"url": 5},
        {"b64_audio": "SUQzBAAAAAAA"},
        {"b64_audio": "inline:100"},
        {"b64_audio": None},
        "a text",
        None,
    ],
)
def test_what_is_no_audio_is_none(item: object) -> None:
    assert clips([item]) == ()
    assert [clip.audio_url for clip in clips([item, ITEM])] == [None, URL]


@pytest.mark.parametrize("data", [ITEM, [ITEM], {"data": 5, **ITEM}])
@pytest.mark.parametrize("place", ["data", "result"])
def test_one_result_need_not_be_in_a_list(data: object, place: str) -> None:
    body = {"status": "succeeded", place: data}

    assert polled(body) == polled({"status": "succeeded", "data": [ITEM]})


@pytest.mark.parametrize("word", ["succeeded", "Completed", " succeeded ", None])
def test_a_result_is_the_end(word: str | None) -> None:
    assert isinstance(polled({"id": "mgen_1", "status": word, "data": [ITEM]}), Progress)


def test_a_finished_job_may_be_its_own_result_but_lends_it_no_id() -> None:
    word = polled({"id": ID, "status": " Succeeded\n", "url": URL})

    assert isinstance(word, Progress)
    assert [(clip.provider_clip_id, clip.audio_url) for clip in word.clips] == [("0", URL)]


@pytest.mark.parametrize("word", ["queued", "processing", "PROCESSING"])
def test_a_job_that_runs_is_not_at_its_end_whatever_it_has(word: str) -> None:
    assert polled({"id": "mgen_1", "status": word, "data": [ITEM]}) == Silence()
    assert created({"id": "mgen_1", "status": word, "data": [ITEM]}) == Taken("mgen_1")


def test_under_a_word_that_nobody_knows_only_all_of_it_is_the_end() -> None:
    assert polled({"status": "arranging", "data": [ITEM, {}]}) == Silence()
    assert isinstance(polled({"status": "arranging", "data": [ITEM, ITEM]}), Progress)


@pytest.mark.parametrize("body", [{}, {"id": "mgen_1"}, [], None, {"data": []}, ERROR])
def test_what_tells_nothing_of_a_job_is_no_answer(body: object) -> None:
    with pytest.raises(UnansweredPollError):
        polled(body)


def test_a_clip_goes_by_its_id_and_without_one_by_its_place() -> None:
    assert names(ITEM, ITEM) == ["0", "1"]
    assert names(ITEM | {"id": ID}, ITEM) == [ID, "1"]
    assert names(ITEM | {"id": "other-1", "audio_id": ID}) == [ID]
    assert names(ITEM | {"audio_id": ID, "task_id": "mgen_1"}) == [f"mgen_1/{ID}"]
    assert names(ITEM | {"task_id": "mgen_1"}) == ["0"]
    assert names(ITEM | {"id": "1" + "x" * 89}) == ["1" + "x" * 89]


@pytest.mark.parametrize(
    "value", ["1", "15", "vocal", "a/b1", "1" + "x" * 90, "two 2", "", 5, None, "é1a"]
)
def test_an_id_that_could_be_taken_for_something_else_is_none(value: object) -> None:
    assert names(ITEM | {"id": value}) == ["0"]


def test_no_clip_is_lost_to_another_of_the_same_name() -> None:
    twice = ITEM | {"id": ID}

    assert names(twice, twice, ITEM) == ["0", "1", "2"]
    voice = ITEM | {"stem": "vocals"}
    assert names(voice, voice, operation=Operation.SEPARATE) == ["0", "1"]


def test_a_finished_answer_that_names_its_job_tells_the_task_of_its_clips() -> None:
    creation = created({"id": "mgen_1", "status": "succeeded", "data": [ITEM | {"audio_id": ID}]})

    assert isinstance(creation, Finished)
    assert isinstance(creation.word, Progress)
    assert creation.word.clips[0].provider_clip_id == f"mgen_1/{ID}"


@pytest.mark.parametrize(
    ("said", "name", "title"),
    [
        ("vocals", "vocal", "Vocal"),
        ("Vocal", "vocal", "Vocal"),
        ("backing vocals", "backing_vocals", "Backing vocals"),
        ("drums_url", "drums", "Drums"),
        ("instrumentals", "instrumental", "Instrumental"),
        ("guitar2", "0", None),
        ("", "0", None),
        ("x" * 61, "0", None),
        (7, "0", None),
    ],
)
def test_a_stem_goes_by_what_is_played(said: object, name: str, title: str | None) -> None:
    (clip,) = clips([ITEM | {"stem": said}], Operation.SEPARATE)

    assert (clip.provider_clip_id, clip.title) == (name, title)
    assert names(ITEM | {"stem": said}) == ["0"]


def test_a_title_and_a_picture_of_its_own_are_kept() -> None:
    more = {"stem": "drums", "title": "Coast Road (drums)", "image_url": f"{URL}.jpeg"}

    (clip,) = clips([ITEM | more], Operation.SEPARATE)

    assert (clip.title, clip.image_url) == ("Coast Road (drums)", f"{URL}.jpeg")


def test_no_answer_gives_more_than_sixteen_clips() -> None:
    parts = {chr(97 + index) * 3: URL for index in range(20)}

    assert len(clips([ITEM] * 20)) == 16
    assert len(clips([{"stems": parts}, {"stems": parts}], Operation.SEPARATE)) == 16


def test_a_text_is_made_of_words_and_music_is_not() -> None:
    text = {"lyrics": "[Verse]\nLa"}

    assert clips([text]) == ()
    assert clips([ITEM], Operation.LYRICS) == ()
    (clip,) = clips([text | ITEM], Operation.LYRICS)
    assert (clip.lyrics, clip.audio_url) == ("[Verse]\nLa", None)
