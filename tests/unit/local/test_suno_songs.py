"""What sunoapi and apikley make of music is music: called back, polled and downloaded alike."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from local.simulators import Served, serve
from tests.unit.local.conftest import QUICK
from tests.unit.local.mpeg import frames
from tests.unit.local.playing import ALL, FACTS
from tests.unit.local.receiver import CLIENT, Receiver, custom, get, stages, task_id, wait
from tests.unit.local.receiver import create as generate
from tests.unit.local.suno_bodies import INVALID
from tests.unit.local.suno_client import (
    PATHS,
    SONGS,
    Made,
    ask,
    body_for,
    done,
    record,
    source,
    status,
)

both = pytest.mark.parametrize("provider", FACTS)


@both
@pytest.mark.parametrize("name", sorted(SONGS))
def test_it_takes_the_stages_of_a_generation_and_has_files(
    provider: str, name: str, sims: dict[str, Served], receiver: Receiver, made: dict[str, Made]
) -> None:
    sim, path = sims[provider], f"{provider}-{name}"
    body = body_for(name, receiver, made[provider], callBackUrl=receiver.path(path))

    task = task_id(ask(sim, name, body))

    data = done(sim, name, task)
    wait(lambda: stages(receiver.at(path)) == Counter(ALL))
    assert {call.body["data"]["task_id"] for call in receiver.at(path)} == {task}
    assert data["operationType"] == name
    assert data["parentMusicId"] == body.get("audioId", "")
    tracks = data["response"]["sunoData"]
    assert len(tracks) == 2
    assert len(frames(CLIENT.get(tracks[0]["audioUrl"]).content)) > 100


def test_an_extension_takes_over_what_it_is_not_told(
    sunoapi: Served, receiver: Receiver, made: dict[str, Made]
) -> None:
    task = task_id(ask(sunoapi, "extend", body_for("extend", receiver, made["sunoapi"])))
    longer, origin = done(sunoapi, "extend", task)["response"]["sunoData"][0], made["sunoapi"][1]

    same = ("title", "prompt", "tags", "modelName")
    assert [longer[name] for name in same] == [origin[name] for name in same]
    assert longer["id"] != origin["id"]


def test_words_of_ones_own_are_sung_and_named(
    apikley: Served, receiver: Receiver, made: dict[str, Made]
) -> None:
    words = {"prompt": "[Verse] Mine", "style": "jazz", "title": "Mine"}
    told = words | {"defaultParamFlag": True, "continueAt": 12.5, "instrumental": False}
    for name, changes in (
        ("extend", {key: value for key, value in told.items() if key != "instrumental"}),
        ("upload_extend", told),
        ("upload_cover", words),
        ("add_vocals", words),
    ):
        body = body_for(name, receiver, made["apikley"], **changes)
        task = task_id(ask(apikley, name, body))
        track = done(apikley, name, task)["response"]["sunoData"][0]
        assert [track[key] for key in ("prompt", "tags", "title")] == [*words.values()], name


def test_an_accompaniment_is_not_sung(
    sunoapi: Served, receiver: Receiver, made: dict[str, Made]
) -> None:
    body = body_for("add_instrumental", receiver, made["sunoapi"])
    track = done(sunoapi, "x", task_id(ask(sunoapi, "add_instrumental", body)))["response"]

    assert (track["sunoData"][0]["prompt"], track["sunoData"][0]["tags"]) == ("", "piano")
    assert track["sunoData"][0]["modelName"] == "chirp-bluejay"


def test_what_is_made_of_music_is_another_tune(receiver: Receiver) -> None:
    with serve("sunoapi", replace(QUICK, tunes=0)) as sim:
        made = source(sim, receiver)
        for name in ("extend", "upload_cover", "upload_extend", "add_vocals"):
            words = {"prompt": "[Verse] Sea", "style": "lo-fi", "title": "source"}
            body = body_for(name, receiver, made, **words)
            task = task_id(ask(sim, name, body))
            assert sim.world.tasks[task].brief != sim.world.tasks[made[0]].brief, name


def test_another_source_is_another_tune(receiver: Receiver) -> None:
    with serve("sunoapi", replace(QUICK, tunes=0)) as sim:
        task, track = source(sim, receiver)
        clips = [clip.clip_id for clip in sim.world.tasks[task].clips]
        made = [
            task_id(ask(sim, "upload_cover", body_for("upload_cover", receiver, (task, {
                "id": clip, "audioUrl": track["audioUrl"].replace(clips[0], clip)}))))
            for clip in clips
        ]  # fmt: skip

        assert len({sim.world.tasks[cover].brief for cover in made}) == 2


def test_what_is_not_sung_is_not_sung_when_it_is_longer(
    apikley: Served, receiver: Receiver
) -> None:
    made = source(apikley, receiver, instrumental=True, prompt="")
    own = {"defaultParamFlag": True, "style": "jazz", "title": "On", "prompt": "[Verse] No"}
    for name, changes in (
        ("extend", {}),
        ("extend", own | {"continueAt": 12}),
        ("upload_extend", own | {"instrumental": True}),
    ):
        task = task_id(ask(apikley, name, body_for(name, receiver, made, **changes)))
        assert done(apikley, name, task)["response"]["sunoData"][0]["prompt"] == ""
        assert apikley.world.tasks[task].brief.instrumental


@both
def test_only_a_finished_track_of_its_own_is_extended(
    provider: str, sims: dict[str, Served], receiver: Receiver, made: dict[str, Made]
) -> None:
    sim = sims[provider]
    (other,) = (made[name][1]["id"] for name in made if name != provider)
    never = task_id(generate(sim, custom(receiver, "x", prompt="[[sim:S12-never-finishes]]")))
    unfinished = sim.world.tasks[never].clips[0].clip_id
    divided = task_id(
        ask(sim, "vocal_removal", body_for("vocal_removal", receiver, made[provider]))
    )
    done(sim, "vocal_removal", divided)
    parts = sim.world.tasks[divided].clips[0].clip_id

    for audio in (other, parts, unfinished, "nobody"):
        body = body_for("extend", receiver, made[provider], audioId=audio)
        assert ask(sim, "extend", body).json()["code"] == INVALID[provider]


def test_a_track_that_is_late_is_not_extended_before_it_is_there(receiver: Receiver) -> None:
    # Complete after 0.2 s, with its tracks 1.2 s later.
    paced = replace(QUICK, scale=0.02, text_s=1.0, first_s=5.0, complete_s=10.0)
    with serve("sunoapi", paced) as sim:
        task, _ = source(sim, receiver, prompt="[[sim:callback-exception-late]]")
        clip = {"id": sim.world.tasks[task].clips[0].clip_id, "audioUrl": ""}
        body = body_for("extend", receiver, (task, clip))

        assert ask(sim, "extend", body).json()["code"] == 400
        assert wait(lambda: ask(sim, "extend", body).json()["code"] == 200)


@both
def test_an_extension_has_the_model_of_its_source(
    provider: str, sims: dict[str, Served], receiver: Receiver, made: dict[str, Made]
) -> None:
    body = body_for("extend", receiver, made[provider], model="V4_5")
    answer = ask(sims[provider], "extend", body).json()

    assert answer["code"] == INVALID[provider]
    assert "V5" in answer["msg"]


def test_a_sound_needs_nobody_to_call(
    sunoapi: Served, receiver: Receiver, made: dict[str, Made]
) -> None:
    body = body_for("sounds", receiver, made["sunoapi"])
    del body["callBackUrl"]

    task = task_id(ask(sunoapi, "sounds", body))

    assert done(sunoapi, "sounds", task)["status"] == "SUCCESS"
    assert task not in get(sunoapi, "/_sim/callbacks").text
    held = body | {"prompt": "[[sim:complete-before-answer]]"}
    assert task_id(ask(sunoapi, "sounds", held))


@pytest.mark.parametrize("name", sorted(SONGS))
def test_it_misbehaves_as_a_generation_does(
    apikley: Served, receiver: Receiver, made: dict[str, Made], name: str
) -> None:
    def url(scenario: str) -> str:
        return f"{receiver.path(f'mis-{name}')}?[[sim:{scenario}]]"

    def asked(scenario: str) -> Any:
        return ask(apikley, name, body_for(name, receiver, made["apikley"],
                                           callBackUrl=url(scenario)))  # fmt: skip

    assert asked("S4-no-credits").json()["code"] == 402
    assert asked("S9-html-502").status_code == 502
    failed = task_id(asked("fail-existing-work"))
    wait(lambda: status(apikley, name, failed) == "GENERATE_AUDIO_FAILED")
    assert record(apikley, name, failed)["errorCode"] == 413


@pytest.mark.parametrize("name", PATHS)
def test_only_a_bearer_of_the_simulators_comes_in(
    sunoapi: Served, receiver: Receiver, made: dict[str, Made], name: str
) -> None:
    body = body_for(name, receiver, made["sunoapi"])

    assert ask(sunoapi, name, body, authorization="Bearer other").json()["code"] == 401
