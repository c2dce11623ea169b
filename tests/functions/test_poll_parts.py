"""The poll queue has a provider make what an operator wants beside the audio."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.companion import Companion, Part
from cliphook.domain.companions import companion_of
from cliphook.domain.plan import Option
from tests.support.deployed import PUBLIC_URL, Deployed, Function
from tests.support.lambda_events import callback_event, queued
from tests.support.lambda_shapes import Event
from tests.support.loopback import answer
from tests.support.makers import PACE, at
from tests.support.sample_world import PROVIDER_KEYS, SAMPLES
from tests.support.samples import TUNES

SUNOAPI = SAMPLES["sunoapi"]
TUNE = TUNES["sunoapi"]
DONE: Mapping[str, object] = {"batchItemFailures": []}
WANTED = json.dumps({"sunoapi": {"timed_lyrics": True, "wav_twins": True}})
ROUTE = (Option("sunoapi", "V5", PACE, companions=("timed_lyrics", "wav")),)
LYRICS = "/sunoapi/api/v1/generate/get-timestamped-lyrics"
WAV = "/sunoapi/api/v1/wav/generate"
LOOK = "/sunoapi/api/v1/wav/record-info"
LINK = "https://files.sunoapi.test/one.wav"
WORDS = {"alignedWords": [{"word": "The ferry ", "success": True, "startS": 1.5, "endS": 2}]}


@pytest.fixture
def poll(deployed: Deployed) -> Function:
    return deployed.load("poll", PROVIDER_SETTINGS=WANTED)


@pytest.fixture
def story(deployed: Deployed) -> tuple[Change, ...]:
    """Store a job whose provider is to make everything that it can."""
    opening: tuple[Change, ...] = (
        begin(replace(SUNOAPI.queued.job, route=ROUTE, version=0, seq=0)),
    )
    changes = reduce(_told, (*SUNOAPI.opening, SUNOAPI.whole), opening)
    deployed.store(changes)
    return changes


def _told(changes: tuple[Change, ...], report: Any) -> tuple[Change, ...]:
    change = apply(changes[-1].job, report)
    assert isinstance(change, Change)
    return (*changes, change)


def delivered(deployed: Deployed, story: tuple[Change, ...], part: Part) -> Event:
    wanted = [order for order in story[-1].orders if order.part is part]
    return deployed.deliver(queued("poll", wanted[0]))


def known(deployed: Deployed, part: Part) -> Companion:
    return companion_of(deployed.job().results[0], part)


def said(code: int = 200, data: object = None) -> bytes:
    return answer(json.dumps({"code": code, "msg": "said", "data": data}).encode())


def asked(deployed: Deployed) -> list[str]:
    return [seen.path.partition("?")[0] for seen in deployed.host.requests]


def test_words_in_time_are_asked_for_once_and_kept(
    poll: Function, deployed: Deployed, story: tuple[Change, ...]
) -> None:
    deployed.host.answers[LYRICS] = said(data=WORDS)

    assert poll(delivered(deployed, story, Part.TIMED_LYRICS)) == DONE
    assert poll(delivered(deployed, story, Part.TIMED_LYRICS)) == DONE

    (request,) = deployed.host.requests
    assert request.headers["authorization"] == f"Bearer {PROVIDER_KEYS['sunoapi']}"
    clip = TUNE.clips[0].provider_clip_id
    assert json.loads(request.body) == {"taskId": TUNE.task_id, "audioId": clip}
    file = known(deployed, Part.TIMED_LYRICS).file
    assert file
    kept = aws.s3().get_object(Bucket=deployed.bucket, Key=file.key)["Body"].read()
    words = [{"text": "The ferry ", "start_s": 1.5, "end_s": 2.0}]
    assert json.loads(kept) == {"version": 1, "words": words}


def test_an_answer_that_cannot_be_used_comes_again_after_a_while(
    poll: Function, deployed: Deployed, story: tuple[Change, ...], clock: Traveller
) -> None:
    deployed.host.answers[LYRICS] = answer(b"<html>", 502)

    answered = poll(delivered(deployed, story, Part.TIMED_LYRICS))

    assert len(answered["batchItemFailures"]) == 1
    assert known(deployed, Part.TIMED_LYRICS) == Companion(asked=(1, at(60)))
    clock.move_to(at(60 + 89))
    assert deployed.waiting("poll") == 0
    clock.move_to(at(60 + 91))
    assert deployed.waiting("poll") == 1


def test_where_an_operator_has_changed_his_mind_nobody_is_asked(
    deployed: Deployed, story: tuple[Change, ...]
) -> None:
    poll = deployed.load("poll")

    assert poll(delivered(deployed, story, Part.TIMED_LYRICS)) == DONE

    assert deployed.host.requests == []
    loss = known(deployed, Part.TIMED_LYRICS).loss
    assert loss == (at(60), "not_offered")


def test_a_wave_file_is_made_looked_for_and_then_fetched(
    poll: Function, deployed: Deployed, story: tuple[Change, ...], clock: Traveller
) -> None:
    deployed.host.answers[WAV] = said(data={"taskId": "wav-1"})
    deployed.host.answers[LOOK] = said(
        data={"successFlag": "SUCCESS", "response": {"audioWavUrl": LINK}}
    )

    assert len(poll(delivered(deployed, story, Part.WAV))["batchItemFailures"]) == 1
    body = json.loads(deployed.host.requests[0].body)
    assert body["callBackUrl"] == f"{PUBLIC_URL}/callbacks/sunoapi/no-ticket"
    clock.move_to(at(71))
    assert poll(delivered(deployed, story, Part.WAV)) == DONE

    assert asked(deployed) == [WAV, LOOK]
    assert known(deployed, Part.WAV).url == LINK
    rows = [row for row in deployed.rows("EVENT") if row["detail_type"] == "archive.due"]
    parts = [json.loads(row["detail"]).get("part", {}).get("name") for row in rows]
    assert parts.count("wav") == 1


def test_the_format_is_told_an_address_at_which_nothing_happens(deployed: Deployed) -> None:
    callback = deployed.load("callback")
    event = callback_event(SUNOAPI, "{}", ticket="no-ticket")

    assert callback.answer(event).status == 404
