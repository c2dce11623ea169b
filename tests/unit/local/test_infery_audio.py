"""The audio of infery is behind links that are signed and expire, and as long as is asked."""

import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from local.simulators import Clock, Served, serve
from local.simulators.infery_links import link
from local.simulators.scenario import Moment
from tests.unit.local.conftest import QUICK
from tests.unit.local.infery_client import (
    CLIP,
    FAST,
    PRO,
    SOUND,
    SUNO,
    ask,
    bytes_of,
    ended,
    entries,
    is_wav,
    items,
    job_of,
    other,
)
from tests.unit.local.mpeg import duration_s, frames
from tests.unit.local.receiver import CLIENT, wait

HOUR_S = 3600
WEEK_S = 7 * 24 * HOUR_S


STEMS = SUNO | {"operation": "vocal_removal", "audio_id": "a", "task_id": "t"}


@pytest.fixture(scope="module")
def infery() -> Iterator[Served]:
    with other(requests_per_minute=0) as sim:
        yield sim


def plays(content: bytes) -> bool:
    return bool(np.frombuffer(content[44:], np.int16).any())


def test_a_link_looks_signed_and_leads_to_the_music(infery: Served) -> None:
    for item in items(ask(infery, SUNO)):
        query = parse_qs(urlsplit(item["url"]).query)
        answer = CLIENT.get(item["url"])

        assert urlsplit(item["url"]).path.endswith(".mp3")
        assert query["X-Goog-Expires"] == [str(WEEK_S)]
        assert len(query["X-Goog-Signature"][0]) == 512
        assert answer.headers["content-type"] == item["content_type"] == "audio/mpeg"
        assert duration_s(answer.content) == pytest.approx(item["duration_seconds"], abs=0.1)


def test_the_results_of_one_request_are_not_the_same_music(infery: Served) -> None:
    first, second = map(bytes_of, items(ask(infery, SUNO)))

    assert first[-10_000:] != second[-10_000:]


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("X-Goog-Signature=", "X-Goog-Signature=0", (403, "SignatureDoesNotMatch")),
        ("X-Goog-Expires=604800", "X-Goog-Expires=604801", (403, "SignatureDoesNotMatch")),
        ("X-Goog-Date=2", "X-Goog-Date=3", (403, "SignatureDoesNotMatch")),
        ("/music/", "/music/0", (403, "SignatureDoesNotMatch")),
        ("X-Goog-Signature=", "X=", (403, "AccessDenied")),
    ],
)
def test_a_link_that_was_changed_leads_nowhere(
    infery: Served, old: str, new: str, refusal: tuple[int, str]
) -> None:
    url = items(ask(infery, SUNO))[0]["url"]

    answer = CLIENT.get(url.replace(old, new))

    assert (answer.status_code, refusal[1] in answer.text) == (refusal[0], True)
    assert answer.headers["content-type"] == "application/xml"


def test_a_link_expires_after_seven_days() -> None:
    shift_s = 0.0
    clock = Clock(FAST.scale, monotonic=lambda: time.monotonic() + shift_s)
    with serve("infery", FAST, clock=clock) as sim:
        item = items(ask(sim, SUNO))[0]
        shift_s = (WEEK_S - HOUR_S) * FAST.scale
        before = CLIENT.get(item["url"])
        shift_s = (WEEK_S + HOUR_S) * FAST.scale
        after = CLIENT.get(item["url"])

    assert before.status_code == 200
    assert (after.status_code, "ExpiredToken" in after.text) == (400, True)


def test_no_link_leads_to_music_that_is_not_finished() -> None:
    with other(QUICK, mode="async_schema") as sim:
        task = sim.world.tasks[job_of(ask(sim, SOUND, "S2-slow"))]
        url = link(sim.world, task, task.clips[0], form="mp3", at=task.created_at)
        # What other providers have then, this one has not.
        wait(lambda: sim.world.clock.published() > task.at(Moment.FIRST))
        before = CLIENT.get(url).status_code
        ended(sim, task.task_id)

        assert (before, CLIENT.get(url).status_code) == (404, 200)


@pytest.mark.parametrize("body", [SUNO, PRO])
def test_a_wav_comes_where_it_is_asked_for(infery: Served, body: dict[str, str]) -> None:
    item = items(ask(infery, body | {"response_format": "wav"}))[0]
    answer = CLIENT.get(item["url"])

    assert (item["content_type"], answer.headers["content-type"]) == ("audio/wav", "audio/wav")
    assert urlsplit(item["url"]).path.endswith(".wav")
    assert is_wav(answer.content)


def test_the_format_may_be_another_than_was_asked_for(infery: Served) -> None:
    given = items(ask(infery, SUNO, "wav"))[0]
    refused = items(ask(infery, SUNO | {"response_format": "wav"}, "mp3-for-wav"))[0]
    lied = items(ask(infery, SUNO, "content-type-lie"))[0]

    assert given["content_type"] == "audio/wav"
    assert is_wav(bytes_of(given))
    assert refused["content_type"] == "audio/mpeg"
    assert len(frames(bytes_of(refused))) > 100
    assert lied["content_type"] == "audio/wav"
    assert len(frames(bytes_of(lied))) > 100


def test_a_clip_model_makes_exactly_thirty_seconds(infery: Served) -> None:
    item = items(ask(infery, CLIP))[0]

    assert item["duration_seconds"] == 30
    assert isinstance(item["duration_seconds"], int)
    assert duration_s(bytes_of(item)) == pytest.approx(30, abs=0.1)


def test_voice_and_rest_are_two_stems_of_one_length(infery: Served) -> None:
    two = items(ask(infery, STEMS | {"response_format": "wav"}))
    voice, rest = (np.frombuffer(bytes_of(stem)[44:], np.int16) for stem in two)

    assert len(two) == 2
    assert voice.size == rest.size
    assert np.abs(voice).max() > 1000
    stems = infery.world.tasks[entries(infery)[-1]["task_id"]].brief.stems
    assert stems[0] == ("voice",)
    assert {*stems[1]} == {"kick", "snare", "hat", "bass", "pluck", "keys", "pad"}


def test_a_stem_is_taken_apart_as_the_track_that_it_came_from() -> None:
    with other(extra_ids=True) as sim:
        tracks = items(ask(sim, SUNO))
        for track in tracks:
            names = {"audio_id": track["id"], "task_id": track["task_id"]}
            stem = items(ask(sim, STEMS | names))[0]
            names = {"audio_id": stem["id"], "task_id": stem["task_id"]}
            again = items(ask(sim, STEMS | names))
            assert {part["duration_seconds"] for part in again} == {track["duration_seconds"]}

    assert tracks[0]["duration_seconds"] != tracks[1]["duration_seconds"]


def test_all_stems_are_those_in_which_something_plays_or_all_twelve() -> None:
    with other(extra_ids=True) as sim:
        source = items(ask(sim, SOUND))[0]
        names = {"audio_id": source["id"], "task_id": source["task_id"]}
        body = STEMS | names | {"separation_type": "split_stem", "response_format": "wav"}
        some = [bytes_of(stem) for stem in items(ask(sim, body))]
        every = [bytes_of(stem) for stem in items(ask(sim, body, "twelve-stems"))]

    assert 2 < len(some) < len(every) == 12
    assert all(map(plays, some))
    assert [stem for stem in every if plays(stem)] == some


def test_results_may_be_missing_in_every_way(infery: Served) -> None:
    empty, null, absent = (
        ask(infery, SUNO, name).json() for name in ("empty-data", "data-null", "data-absent")
    )

    assert empty["data"] == []
    assert null["data"] is None
    assert [*absent] == ["created", "credits_used"]


def test_fields_may_be_null_instead_of_absent_and_others_unknown(infery: Served) -> None:
    nulls = items(ask(infery, SUNO, "null-fields"))[0]
    instrumental = items(ask(infery, SUNO | {"instrumental": True}, "null-fields"))[0]
    more = ask(infery, SUNO, "S10-unknown-fields").json()

    assert nulls["b64_audio"] is None
    assert instrumental["lyrics"] is None
    assert {"usage", "region"} <= more.keys()
    assert "stats" in more["data"][0]


def test_a_result_may_come_without_audio_and_later_with_it(infery: Served) -> None:
    silent = items(ask(infery, SUNO, "complete-without-audio"))
    with other(QUICK, mode="async_schema") as sim:
        job = job_of(ask(sim, SUNO, "complete-without-audio"))
        first = ended(sim, job)["result"]["data"]
        task = sim.world.tasks[job]
        marks = [task.mark(task.scenario.marks, task.began + at) for at in (139.0, 179.0)]

    assert not any({"url", "b64_audio"} & item.keys() for item in (*silent, *first))
    assert [(mark.status, mark.full) for mark in marks] == [
        ("succeeded", False),
        ("succeeded", True),
    ]


def test_a_length_may_be_a_lie(infery: Served) -> None:
    true, lie = (items(ask(infery, SUNO, name))[0] for name in ("S1-happy", "audio-length-lie"))

    assert lie["duration_seconds"] == pytest.approx(true["duration_seconds"] * 10, abs=0.1)


def test_a_file_can_be_read_in_parts(infery: Served) -> None:
    url = items(ask(infery, SUNO))[0]["url"]
    whole = CLIENT.get(url).content

    part = CLIENT.get(url, headers={"range": "bytes=1000-1999"})

    assert (part.status_code, part.content) == (206, whole[1000:2000])
