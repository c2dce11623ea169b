"""The audio host sends what its scenario says: the file, something else, or too little of it."""

import asyncio

import httpx
import pytest

from local.simulators import Served
from local.simulators.answers import endless
from local.simulators.file_faults import PRIVATE_URL
from local.simulators.suno_scenarios import SCENARIOS
from tests.unit.local import scenes
from tests.unit.local.mpeg import duration_s, is_mp3
from tests.unit.local.playing import Stage
from tests.unit.local.receiver import CLIENT, Receiver, create, custom, poll, task_id, wait
from tests.unit.local.scenes import MPEG

FETCHES = scenes.FETCHES | {"S1-happy": [(200, MPEG, True), (200, MPEG, True)]}
# Looked at by a test of their own.
OWN = {
    "audio-redirect",
    "audio-redirect-private",
    "audio-redirect-loop",
    "audio-half",
    "audio-half-then-ok",
    "audio-short",
    "audio-endless",
    "audio-length-lie",
    "audio-only-at-source",
}


def track(sim: Served, stage: Stage, name: str, key: str = "audioUrl") -> str:
    """Give the address of a played scenario's first track."""
    response = poll(sim, stage["sunoapi", name].task)["data"]["response"]
    return str(response["sunoData"][0][key])


def test_no_scenario_of_files_goes_unwatched() -> None:
    files = {name for name, scenario in SCENARIOS.items() if scenario.files}

    assert {*FETCHES, *OWN} == files | {"S1-happy", "audio-length-lie"}


@pytest.mark.parametrize("name", FETCHES)
def test_fetches_go_as_the_scenario_says(sunoapi: Served, stage: Stage, name: str) -> None:
    url = track(sunoapi, stage, name)

    for status, kind, sound in FETCHES[name]:
        answer = CLIENT.get(url)
        assert answer.status_code == status
        assert answer.headers["content-type"].partition(";")[0] == kind
        assert is_mp3(answer.content) is sound


def test_a_redirect_may_lead_to_the_file_or_where_nobody_should_go(
    sunoapi: Served, stage: Stage
) -> None:
    moved = CLIENT.get(track(sunoapi, stage, "audio-redirect"))
    private = CLIENT.get(track(sunoapi, stage, "audio-redirect-private"))
    loop = track(sunoapi, stage, "audio-redirect-loop")

    assert is_mp3(CLIENT.get(f"{sunoapi.base_url}{moved.headers['location']}").content)
    assert (private.status_code, private.headers["location"]) == (302, PRIVATE_URL)
    assert loop.endswith(CLIENT.get(loop).headers["location"])


def test_half_a_file_promises_twice_what_it_sends(sunoapi: Served, stage: Stage) -> None:
    for name in ("audio-half", "audio-half-then-ok"):
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
            CLIENT.get(track(sunoapi, stage, name))

    assert is_mp3(CLIENT.get(track(sunoapi, stage, "audio-half-then-ok")).content)


def test_a_short_file_is_a_sound_answer_with_half_of_the_music(
    sunoapi: Served, stage: Stage
) -> None:
    whole = CLIENT.get(track(sunoapi, stage, "S1-happy")).content
    short = CLIENT.get(track(sunoapi, stage, "audio-short")).content

    assert duration_s(short) == pytest.approx(duration_s(whole) / 2, abs=0.5)


def test_an_endless_file_does_not_end(sunoapi: Served, stage: Stage) -> None:
    with CLIENT.stream("GET", track(sunoapi, stage, "audio-endless")) as answer:
        received = 0
        for piece in answer.iter_raw():
            received += len(piece)
            if received > 8 * 1024 * 1024:
                break

    assert received > 8 * 1024 * 1024
    assert "content-length" not in answer.headers


def test_an_endless_file_lets_others_have_their_turn() -> None:
    # Among them whoever notices that the reader has left: sending to nobody never waits.
    async def turns_between_two_pieces() -> list[str]:
        turns: list[str] = []
        pieces = endless()
        await anext(pieces)
        asyncio.get_running_loop().call_soon(turns.append, "another's")
        await anext(pieces)
        return [*turns]

    assert asyncio.run(turns_between_two_pieces()) == ["another's"]


def test_a_wav_is_called_mp3(sunoapi: Served, stage: Stage) -> None:
    url = track(sunoapi, stage, "audio-wav")

    assert url.endswith(".mp3")
    assert CLIENT.get(url).content[:4] == b"RIFF"


def test_a_length_may_be_a_lie(sunoapi: Served, stage: Stage) -> None:
    said = [
        poll(sunoapi, stage["sunoapi", name].task)["data"]["response"]["sunoData"][0]["duration"]
        for name in ("S1-happy", "audio-length-lie")
    ]

    assert said[1] == pytest.approx(said[0] * 10, abs=0.2)


def test_what_is_missing_may_be_at_its_source(sunoapi: Served, stage: Stage) -> None:
    name = "audio-only-at-source"

    assert CLIENT.get(track(sunoapi, stage, name)).status_code == 404
    assert is_mp3(CLIENT.get(track(sunoapi, stage, name, "sourceAudioUrl")).content)


def test_a_file_has_the_length_that_is_reported(sunoapi: Served, stage: Stage) -> None:
    task = poll(sunoapi, stage["sunoapi", "S1-happy"].task)["data"]["response"]["sunoData"]

    content = CLIENT.get(task[0]["audioUrl"]).content
    assert duration_s(content) == pytest.approx(task[0]["duration"], abs=0.1)
    assert task[0]["id"].encode() in content[:300]
    assert b"suno" in content[:300]


def test_a_file_can_be_read_in_parts_and_by_head(sunoapi: Served, stage: Stage) -> None:
    url = track(sunoapi, stage, "S1-happy")
    whole = CLIENT.get(url)

    part = CLIENT.get(url, headers={"range": "bytes=1000-1999"})
    rest = CLIENT.get(url, headers={"range": "bytes=1000-"})
    beyond = CLIENT.get(url, headers={"range": f"bytes={len(whole.content)}-"})

    assert (part.status_code, part.content) == (206, whole.content[1000:2000])
    assert rest.content == whole.content[1000:]
    assert beyond.status_code == 416
    assert CLIENT.head(url).headers["content-length"] == str(len(whole.content))


def test_a_stream_opens_before_its_file_and_closes_after_a_while(
    sunoapi: Served, receiver: Receiver, stage: Stage
) -> None:
    task = task_id(create(sunoapi, custom(receiver, "stream", prompt="[[sim:S2-slow]]")))
    first, _ = wait(lambda: _tracks(sunoapi, task, "TEXT_SUCCESS"))

    streams = [CLIENT.get(first[key]) for key in ("streamAudioUrl", "sourceStreamAudioUrl")]

    assert first["audioUrl"] == ""
    assert all(is_mp3(stream.content) for stream in streams)
    assert "content-length" not in streams[0].headers
    assert CLIENT.get(track(sunoapi, stage, "S1-happy", "streamAudioUrl")).status_code == 404


def test_covers_are_pictures(sunoapi: Served, stage: Stage) -> None:
    name = "S1-happy"

    for key in ("imageUrl", "sourceImageUrl"):
        cover = CLIENT.get(track(sunoapi, stage, name, key))
        assert cover.headers["content-type"] == "image/png"
        assert cover.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "status", "head"),
    [
        ("cover-404", 404, b"<"),
        ("cover-html", 200, b"<html>"),
        ("cover-oversized", 200, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    ],
)
def test_a_cover_may_be_none(
    sunoapi: Served, stage: Stage, name: str, status: int, head: bytes
) -> None:
    cover = CLIENT.get(track(sunoapi, stage, name, "imageUrl"))

    assert (cover.status_code, cover.content.startswith(head)) == (status, True)
    assert (len(cover.content) > 10 * 1024 * 1024) is (name == "cover-oversized")
    # The audio is as good as ever.
    assert is_mp3(CLIENT.get(track(sunoapi, stage, name)).content)


def test_the_second_track_is_not_there_before_complete(apikley: Served, receiver: Receiver) -> None:
    task = task_id(create(apikley, custom(receiver, "second", prompt="[[sim:S2-slow]]")))
    first = wait(lambda: _tracks(apikley, task, "FIRST_SUCCESS"))

    assert [bool(item["audioUrl"]) for item in first] == [True, False]
    guessed = first[0]["audioUrl"].replace(first[0]["id"], first[1]["id"])
    assert CLIENT.head(guessed).status_code == 404


def _tracks(sim: Served, task: str, status: str) -> list[dict[str, str]]:
    data = poll(sim, task)["data"]
    tracks: list[dict[str, str]] = data["response"]["sunoData"] if data["status"] == status else []
    return tracks


@pytest.mark.parametrize("path", ["files/x.mp3", "files/x.png", "stream/!", "pipe/?item_id=x"])
def test_what_is_unknown_is_not_found(sunoapi: Served, path: str) -> None:
    assert CLIENT.get(f"{sunoapi.base_url}/{path}").status_code == 404
