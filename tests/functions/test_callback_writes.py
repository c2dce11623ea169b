"""What a callback may cost: at most twelve writes, whatever it says and whenever it comes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import pytest

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_jobs import CALLBACK_COPIES_MAX
from cliphook.application.ports import Evidence, JobRef, Origin
from cliphook.domain.change import Change, apply
from cliphook.domain.clip import CLIPS_MAX
from cliphook.domain.report import Expired, Progress, Said, Via
from cliphook.domain.status import Stage
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import callback_event
from tests.support.makers import at, said_clip
from tests.support.sample_world import SAMPLES
from tests.support.samples import TUNES, names, sample

SUNOAPI = SAMPLES["sunoapi"]
TASK = TUNES["sunoapi"].task_id
# I17.
WRITES_MAX = 12

STORIES: dict[str, tuple[Change, ...]] = {
    "queued": (SUNOAPI.queued,),
    "claimed": SUNOAPI.claimed,
    "accepted": SUNOAPI.accepted,
    "complete": SUNOAPI.complete,
    "expired": SUNOAPI.story(*SUNOAPI.opening, Expired(at(50))),
}
STAGES = ("text", "first", "complete", "error")


@pytest.fixture
def callback(deployed: Deployed) -> Function:
    return deployed.load("callback")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Count what is written to the table, each row of a transaction by itself."""
    written: list[str] = []

    def count(model: Any, params: dict[str, Any], **_: object) -> None:
        if model.name == "TransactWriteItems":
            body = json.loads(params["body"])
            written.extend(next(iter(action)) for action in body["TransactItems"])
        elif model.name in {"PutItem", "UpdateItem", "DeleteItem"}:
            written.append(model.name)

    events = aws.dynamodb().meta.events
    events.register("before-call.dynamodb", count, unique_id="counted")
    try:
        yield written
    finally:
        events.unregister("before-call.dynamodb", unique_id="counted")


def body_of(stage: str, clips: int, word: str = "a") -> str:
    """Say as much as there is to say of so many clips."""
    told = [
        {
            "id": f"clip-{number}",
            "audio_url": f"https://files.test/{word}/{number}.mp3",
            "stream_audio_url": f"https://stream.test/{word}/{number}",
            "image_url": f"https://files.test/{word}/{number}.jpeg",
            "prompt": f"{word} {number}",
            "title": f"{word} {number}",
            "tags": word,
            "duration": 100 + number,
        }
        for number in range(clips)
    ]
    data = {"callbackType": stage, "task_id": TASK, "data": told}
    return json.dumps({"code": 200, "msg": "x", "data": data})


@pytest.mark.parametrize("clips", [0, 2, CALLBACK_COPIES_MAX + 1, CLIPS_MAX, CLIPS_MAX + 1])
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("story", STORIES)
def test_a_callback_makes_twelve_writes_at_most(
    story: str, stage: str, clips: int, callback: Function, deployed: Deployed
) -> None:
    deployed.store(STORIES[story])

    for body in (body_of(stage, clips), body_of(stage, clips, "b"), body_of("first", clips, "c")):
        with counted() as written:
            assert callback.answer(callback_event(SUNOAPI, body)).status == HTTPStatus.OK

        assert 0 < len(written) <= WRITES_MAX


def test_the_most_that_a_callback_can_do_is_counted(callback: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.claimed)

    with counted() as written:
        callback(callback_event(SUNOAPI, body_of("first", CLIPS_MAX)))

    # The job, its body, `job.accepted`, `job.first`, the next poll, and the copies.
    assert len(written) == 5 + CALLBACK_COPIES_MAX


@pytest.mark.parametrize("body", ["", "<html>", "[]", json.dumps({"a": "x" * 250_000})])
def test_what_cannot_be_read_costs_its_own_row_and_a_look_at_the_job(
    body: str, callback: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.accepted)

    with counted() as written:
        callback(callback_event(SUNOAPI, body))

    assert written == ["ConditionCheck", "Update"]


def test_the_same_callback_again_costs_no_more(callback: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.accepted)
    event = callback_event(SUNOAPI, body_of("first", CLIPS_MAX))
    callback(event)

    with counted() as written:
        callback(event)

    assert written == ["ConditionCheck", "Update"]


@pytest.mark.parametrize("name", [name for name in names("sunoapi") if name.startswith(STAGES)])
def test_every_sample_stays_far_below(name: str, callback: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.claimed)

    with counted() as written:
        callback(callback_event(SUNOAPI, sample("sunoapi", name).decode()))

    assert len(written) <= WRITES_MAX


def copied(deployed: Deployed) -> set[str]:
    return {row["provider_clip_id"] for row in deployed.rows("CLIP")}


def test_clips_that_are_new_are_copied_first(callback: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.accepted)
    callback(callback_event(SUNOAPI, body_of("first", CLIPS_MAX - 2)))
    assert len(copied(deployed)) == CALLBACK_COPIES_MAX

    callback(callback_event(SUNOAPI, body_of("first", CLIPS_MAX, "b")))

    assert copied(deployed) >= {f"clip-{number}" for number in (CLIPS_MAX - 2, CLIPS_MAX - 1)}


def test_what_a_callback_did_not_copy_the_poll_that_confirms_it_does(
    callback: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.accepted)
    callback(callback_event(SUNOAPI, body_of("complete", CLIPS_MAX)))
    names = [f"clip-{number}" for number in range(CLIPS_MAX)]
    clips = [said_clip(name, number) for number, name in enumerate(names)]
    word = Progress(TASK, Stage.COMPLETE, tuple(clips))
    change = apply(deployed.job(), Said(1, word, Via.POLL, at(70)))
    assert isinstance(change, Change)

    ref = JobRef(change.job.account_id, change.job.id)
    assert deployed.jobs.commit(change, Evidence(ref, Origin.POLL, b"{}", at(70)))

    assert copied(deployed) == {*names}
