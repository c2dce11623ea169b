"""Texts, parts and WAV files of sunoapi and apikley: polls and callbacks in shapes of their own."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from local.simulators import Served, serve, suno_stems, suno_texts
from local.simulators.scenario import Mark, Moment
from local.simulators.suno_operations import LYRICS, STEMS, WAV, Operation, course
from local.simulators.suno_scenario import Call, Shape
from local.simulators.suno_scenarios import SCENARIOS
from local.simulators.suno_tasks import SunoTask
from tests.unit.local.conftest import QUICK
from tests.unit.local.playing import FACTS
from tests.unit.local.receiver import CLIENT, Receiver, get, poll, task_id, wait
from tests.unit.local.suno_client import (
    COURSES,
    FAILED,
    POLLS,
    Made,
    ask,
    body_for,
    done,
    record,
    source,
    status,
)
from tests.unit.local.test_samples import sample, shape

ID = {"sunoapi": "taskId", "apikley": "task_id"}

both = pytest.mark.parametrize("provider", FACTS)
each = pytest.mark.parametrize("name", POLLS)


@both
def test_texts_have_the_shape_of_their_samples(
    provider: str, sims: dict[str, Served], receiver: Receiver, made: dict[str, Made]
) -> None:
    sim, path = sims[provider], f"texts-{provider}"
    prompt = "a song about winter rain"
    body = body_for("lyrics", receiver, made[provider], prompt=prompt)
    task = task_id(ask(sim, "lyrics", body | {"callBackUrl": receiver.path(path)}))

    (call,) = wait(lambda: receiver.at(path))
    data = done(sim, "lyrics", task)

    assert shape(call.body) == shape(sample(provider, "complete_lyrics"))
    assert shape(data) == shape(sample(provider, "record_info_lyrics_success")["data"])
    assert call.body["data"][ID[provider]] == task
    texts = [text["text"] for text in data["response"]["data"]]
    assert len({*texts}) == 2
    assert all("[Chorus]" in text for text in texts)
    assert json.loads(data["param"]) == body | {"callBackUrl": receiver.path(path)}


@both
def test_a_wav_is_made_once_of_each_track(
    provider: str, sims: dict[str, Served], receiver: Receiver
) -> None:
    sim, path = sims[provider], f"wav-{provider}"
    made = source(sim, receiver)
    body = body_for("wav", receiver, made, callBackUrl=receiver.path(path))
    task = task_id(ask(sim, "wav", body))

    (call,) = wait(lambda: receiver.at(path))
    data = done(sim, "wav", task)

    assert call.body["data"] == {"audioWavUrl": data["response"]["audioWavUrl"], "task_id": task}
    file = CLIENT.get(data["response"]["audioWavUrl"])
    assert (file.content[:4], file.headers["content-type"]) == (b"RIFF", "audio/wav")
    assert ask(sim, "wav", body).json()["code"] == 409
    other = body | {"audioId": sim.world.tasks[made[0]].clips[1].clip_id}
    assert ask(sim, "wav", other).json()["code"] == 200


@each
@pytest.mark.parametrize("scenario", COURSES)
def test_it_takes_the_course_of_its_scenario(
    apikley: Served, receiver: Receiver, made: dict[str, Made], name: str, scenario: str
) -> None:
    calls, word = COURSES[scenario]
    path = f"course-{name}-{scenario}"
    forget_files(apikley)
    body = body_for(name, receiver, made["apikley"])
    body["callBackUrl"] = f"{receiver.path(path)}?[[sim:{scenario}]]"
    task = apikley.world.tasks[task_id(ask(apikley, name, body))]

    wait(lambda: len(called(apikley, task.task_id)) == calls)
    last = task.scenario.marks[-1]
    wait(lambda: apikley.world.clock.published() > task.at(last.after, last.plus_s))
    assert status(apikley, name, task.task_id) == (FAILED[name] if word == "failed" else word)
    assert len(called(apikley, task.task_id)) == calls


@each
def test_callbacks_are_spoilt_as_those_of_music_are(
    sunoapi: Served, receiver: Receiver, made: dict[str, Made], name: str
) -> None:
    def spoilt(scenario: str) -> tuple[str, bytes]:
        path = f"spoilt-{name}-{scenario}"
        forget_files(sunoapi)
        CLIENT.post(f"{sunoapi.base_url}/_sim/next", json={"scenario": scenario})
        body = body_for(name, receiver, made["sunoapi"], callBackUrl=receiver.path(path))
        task = task_id(ask(sunoapi, name, body))
        return task, wait(lambda: receiver.at(path))[0].raw

    task, foreign = spoilt("foreign-task-id")
    assert task.encode() not in foreign
    task, camel = spoilt("camel-task-id")
    assert json.loads(camel)["data"]["taskId"] == task
    assert len(spoilt("too-large")[1]) > 256 * 1024
    assert json.loads(spoilt("unwrapped")[1]).keys().isdisjoint({"code", "msg"})
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(spoilt("broken-json")[1])


def forget_files(sim: Served) -> None:
    """Let the same track be converted again."""
    sim.world.own.pop("converted", None)


def called(sim: Served, task: str) -> list[Any]:
    tried = get(sim, "/_sim/callbacks").json()["callbacks"]
    return [call for call in tried if call["task_id"] == task and call["status"] == 200]


FAILURES: dict[str, Callable[[str], Any]] = {
    "lyrics": lambda provider: sample(provider, "error_lyrics"),
    "vocal_removal": lambda provider: sample(provider, "error_stems"),
}


@both
@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_has_the_shape_of_its_sample(
    provider: str, name: str, sims: dict[str, Served], receiver: Receiver, made: dict[str, Made]
) -> None:
    sim, path = sims[provider], f"failed-{provider}-{name}"
    CLIENT.post(f"{sim.base_url}/_sim/next", json={"scenario": "fail-policy"})
    body = body_for(name, receiver, made[provider], callBackUrl=receiver.path(path))
    task = task_id(ask(sim, name, body))

    (call,) = wait(lambda: receiver.at(path))

    expected = FAILURES[name](provider)
    assert call.body["msg"] == expected["msg"]
    assert shape(call.body) == shape(expected)
    assert call.body["code"] == 400
    assert record(sim, name, task)["response"] is None
    assert record(sim, name, task)["errorCode"] == 400
    assert record(sim, name, task).get("completeTime") is None


@each
def test_a_task_is_known_at_its_own_address_only(
    sunoapi: Served, receiver: Receiver, made: dict[str, Made], name: str
) -> None:
    forget_files(sunoapi)
    task = task_id(ask(sunoapi, name, body_for(name, receiver, made["sunoapi"])))

    assert record(sunoapi, name, task)["taskId"] == task
    assert poll(sunoapi, task)["data"] is None
    for other in POLLS.keys() - {name}:
        assert record(sunoapi, other, task) is None
    assert record(sunoapi, name, made["sunoapi"][0]) is None


@pytest.mark.parametrize("row", [LYRICS, STEMS, WAV], ids=lambda row: str(row.name))
def test_what_has_no_stages_tells_of_none(row: Operation) -> None:
    told = course(SCENARIOS["S1-happy"], row, called=True)

    assert [call.stage for call in told.calls] == ["complete"]
    assert [mark.status for mark in told.marks] == ["PENDING", "SUCCESS"]
    assert {told.calls[0].after, told.marks[-1].after} == {row.ends}
    assert course(SCENARIOS["S1-happy"], row, called=False).calls == ()


def test_texts_come_soon_and_have_no_tracks(
    apikley: Served, receiver: Receiver, made: dict[str, Made]
) -> None:
    body = body_for("lyrics", receiver, made["apikley"])
    task = apikley.world.tasks[task_id(ask(apikley, "lyrics", body))]

    assert task.clips == ()
    assert task.scenario.calls[0].after is Moment.TEXT


def test_what_is_complete_may_have_nothing_yet(
    apikley: Served, receiver: Receiver, made: dict[str, Made]
) -> None:
    empty, call, facts = (
        Mark("SUCCESS", full=False),
        Call("complete", Moment.COMPLETE, shape=Shape(audio=False)),
        FACTS["apikley"],
    )

    def task(name: str) -> SunoTask:
        forget_files(apikley)
        asked = ask(apikley, name, body_for(name, receiver, made["apikley"]))
        found: SunoTask = apikley.world.tasks[task_id(asked)]
        return found

    texts, parts, wav = task("lyrics"), task("vocal_removal"), task("wav")
    now = texts.created_at
    for polled in (
        suno_texts.lyrics_record_info(texts, empty, facts),
        suno_stems.record_info(parts, empty, now),
        suno_texts.wav_record_info(wav, empty, facts, now),
    ):
        assert polled["data"]["response"] is None
    told = json.loads(suno_stems.callback(parts, call))["data"]["vocal_removal_info"]
    assert {*told.values()} == {"", None}
    assert json.loads(suno_texts.lyrics_callback(texts, call, facts))["data"]["data"] == []
    assert json.loads(suno_texts.wav_callback(wav, call, facts))["data"]["audioWavUrl"] is None


@both
def test_each_operation_has_its_price(provider: str, receiver: Receiver) -> None:
    prices = {"lyrics": 0.4, "wav": 0.4, "vocal_removal": 50, "sounds": 2.5, "extend": 12}
    with serve(provider, replace(QUICK, credits=1000)) as sim:
        made = source(sim, receiver)
        for name, price in prices.items():
            before = sim.world.credits
            task_id(ask(sim, name, body_for(name, receiver, made)))
            assert float(before - sim.world.credits) == price, name
        sim.world.credits = Decimal("0.3")
        poor = ask(sim, "lyrics", body_for("lyrics", receiver, made)).json()
        assert poor["code"] == {"sunoapi": 429, "apikley": 402}[provider]
        sim.world.credits = Decimal(10)
        two = body_for("vocal_removal", receiver, made, type="separate_vocal")
        task_id(ask(sim, "vocal_removal", two))
        assert sim.world.credits == 0
