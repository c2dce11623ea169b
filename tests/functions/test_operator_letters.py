"""Every queue of dead letters: a message dies, is found with its job and reason, and goes back."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from time_machine import Traveller

from cliphook.adapters import aws, items
from cliphook.adapters.schema import Letters
from cliphook.domain.change import Change
from cliphook.domain.report import Progress
from cliphook.domain.status import ClipStatus
from tests.support.deployed import Deployed
from tests.support.dying import DyingQueue
from tests.support.lambda_events import load
from tests.support.loopback import answer
from tests.support.makers import at
from tests.support.operating import (
    JOB,
    ORDER,
    POLL,
    SUNOAPI,
    Operator,
    inspect,
    moved,
    operator_of,
    redrive,
)
from tests.support.samples import sample

AUDIO = "/audio/one.mp3"


@pytest.fixture
def operator(deployed: Deployed, clock: Traveller) -> Operator:
    return operator_of(deployed, clock)


def put(deployed: Deployed, row: dict[str, Any]) -> None:
    aws.dynamodb().put_item(TableName=deployed.table, Item=items.marshal(row))


@pytest.fixture
def whole(deployed: Deployed) -> tuple[Change, ...]:
    """Store a job whose clips lie on a host of ours, which does not have them."""
    word = SUNOAPI.whole.word
    assert isinstance(word, Progress)
    url = deployed.host.url(AUDIO)
    clips = tuple(replace(one, audio_url=url, source_url=None) for one in word.clips)
    changes = SUNOAPI.story(
        *SUNOAPI.opening, replace(SUNOAPI.whole, word=replace(word, clips=clips))
    )
    deployed.store(changes)
    return changes


def test_a_clip_that_is_given_up_is_found_with_its_reason_and_kept_after_all(
    operator: Operator, deployed: Deployed, clock: Traveller, whole: tuple[Change, ...]
) -> None:
    queue, archive = DyingQueue(deployed, "archive", clock), deployed.load("archive")
    order = whole[-1].orders[0]
    queue.order(order)
    assert queue.work(archive) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert queue.dead == 1

    (entry,) = inspect(operator, "archive-dead")

    assert entry.items() >= {**JOB, "clip_id": order.clip_id, "reason": "http_404"}.items()
    assert entry["redrive"] == {"command": "redrive", "queue": "archive-dead"}
    # To look uses nothing up.
    assert len(inspect(operator, "archive-dead")) == 1
    deployed.host.answers[AUDIO] = answer(b"ID3" + bytes(999))
    assert redrive(operator, "archive-dead") == moved(1)
    assert queue.work(archive) == [1]
    assert deployed.job().results[0].status is ClipStatus.ARCHIVED
    assert redrive(operator, "archive-dead") == moved()
    assert inspect(operator, "archive-dead") == []


def test_a_letter_that_comes_twice_does_its_work_once(
    operator: Operator, deployed: Deployed, clock: Traveller, whole: tuple[Change, ...]
) -> None:
    queue, archive = DyingQueue(deployed, "archive", clock), deployed.load("archive")
    queue.order(whole[-1].orders[0])
    queue.work(archive)
    deployed.host.answers[AUDIO] = answer(b"ID3" + bytes(999))
    redrive(operator, "archive-dead")
    queue.order(whole[-1].orders[0])
    asked = len(deployed.host.requests)

    assert queue.work(archive) == [1, 1]

    assert len(deployed.host.requests) == asked + 1
    clips = [row for row in deployed.rows("EVENT") if row["detail_type"] == "clip.archived"]
    assert len(clips) == 1


def test_a_poll_that_always_fails_is_found_and_made_once_it_can_be(
    operator: Operator, deployed: Deployed, clock: Traveller
) -> None:
    queue, poll = DyingQueue(deployed, "poll", clock), deployed.load("poll")
    deployed.store(SUNOAPI.accepted)
    queue.order(SUNOAPI.accepted[-1].orders[0])
    (row,) = deployed.rows("JOB")
    put(deployed, {**row, "job": {"pace": None}})
    assert queue.work(poll) == [1, 2, 3, 4, 5, 6, 7, 8]

    (entry,) = inspect(operator, "poll-dead")
    assert entry.items() >= {**JOB, "reason": "unreadable_job"}.items()

    put(deployed, row)
    (entry,) = inspect(operator, "poll-dead")
    assert entry["reason"] == "still_due"
    deployed.host.answers[POLL] = answer(sample("sunoapi", "record_info_first_success"))
    assert redrive(operator, "poll-dead") == moved(1)
    assert queue.work(poll) == [1]
    assert deployed.job().polled_at
    assert redrive(operator, "poll-dead") == moved()


def test_a_message_that_is_no_order_is_found_and_dies_again(
    operator: Operator, deployed: Deployed, clock: Traveller
) -> None:
    queue, dispatch = DyingQueue(deployed, "dispatch", clock), deployed.load("dispatch")
    queue.send('{"canary": 1}')
    queue.work(dispatch)

    (entry,) = inspect(operator, "dispatch-dead")

    assert entry["reason"] == "not_an_order"
    assert "job_id" not in entry
    assert "canary" not in json.dumps(entry)
    for _ in range(2):
        assert redrive(operator, "dispatch-dead") == moved(1)
        queue.work(dispatch)
        assert queue.dead == 1


def test_an_order_that_a_later_one_has_replaced_is_done(
    operator: Operator, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(SUNOAPI.accepted)
    deployed.host.answers[POLL] = answer(sample("sunoapi", "record_info_first_success"))
    clock.move_to(at(91))
    DyingQueue(deployed, "poll", clock).send(ORDER)
    DyingQueue(deployed, "poll", clock).work(deployed.load("poll"))
    aws.sqs().send_message(QueueUrl=deployed.queue("poll-dead"), MessageBody=ORDER)

    (entry,) = inspect(operator, "poll-dead")

    assert entry["reason"] == "done_since"


def test_what_was_done_since_is_said_and_redriving_does_nothing(
    operator: Operator, deployed: Deployed, clock: Traveller
) -> None:
    queue, dispatch = DyingQueue(deployed, "dispatch", clock), deployed.load("dispatch")
    deployed.store(SUNOAPI.complete)
    queue.send("no JSON yet")
    url = deployed.queue("dispatch-dead")
    body = load("dispatch", "sunoapi_order")["Records"][0]["body"]
    aws.sqs().send_message(QueueUrl=url, MessageBody=body)
    before = deployed.rows()

    (entry,) = inspect(operator, "dispatch-dead")

    assert entry["reason"] == "done_since"
    redrive(operator, "dispatch-dead")
    queue.work(dispatch)
    assert deployed.rows() == before


def test_many_letters_are_moved_a_part_at_a_time(operator: Operator, deployed: Deployed) -> None:
    url = deployed.queue("poll-dead")
    for _ in range(25):
        aws.sqs().send_message(QueueUrl=url, MessageBody=ORDER)

    found = operator({"command": "inspect", "where": "poll-dead", "limit": 12})
    assert (len(found["entries"]), found["more"]) == (12, True)
    assert found["counts"]["poll-dead"] == 25
    assert redrive(operator, "poll-dead", limit=12) == moved(12, more=True)
    assert redrive(operator, "poll-dead") == moved(13)
    assert deployed.waiting("poll") == 25


def test_of_two_who_redrive_at_once_each_moves_what_the_other_has_not(
    operator: Operator, deployed: Deployed
) -> None:
    url = deployed.queue("poll-dead")
    for _ in range(2):
        aws.sqs().send_message(QueueUrl=url, MessageBody=ORDER)
    aws.sqs().receive_message(QueueUrl=url, VisibilityTimeout=60)

    assert redrive(operator, "poll-dead") == moved(1)

    assert deployed.waiting("poll") == 1


COMMANDS: Mapping[str, Mapping[str, object]] = {
    "no queue": {"command": "redrive"},
    "a work queue": {"command": "redrive", "queue": "poll"},
    "too many": {"command": "redrive", "queue": "poll-dead", "limit": 1001},
    "nowhere": {"command": "inspect", "where": "everywhere"},
    "a strange time": {"command": "inspect", "since": "yesterday"},
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_what_is_no_command_is_refused(command: Mapping[str, object], operator: Operator) -> None:
    with pytest.raises(ValueError, match="validation error"):
        operator(command)


def test_every_queue_of_dead_letters_can_be_inspected_and_redriven(operator: Operator) -> None:
    for queue in Letters:
        assert inspect(operator, queue) == []
        assert redrive(operator, queue) == moved()
