"""A cover that was given up is found by an operator with its reason, and goes back."""

from dataclasses import replace

import pytest
from time_machine import Traveller

from cliphook.domain.change import Change
from cliphook.domain.companion import Companion, Part
from cliphook.domain.companions import companion_of
from cliphook.domain.event import Order
from cliphook.domain.report import Progress
from tests.support.deployed import Deployed
from tests.support.dying import DyingQueue
from tests.support.loopback import answer
from tests.support.operating import JOB, SUNOAPI, Operator, inspect, operator_of, redrive

PATH = "/covers/one.jpeg"
PICTURE = b"\xff\xd8\xff\xe0" + bytes(99)
GIVEN_UP = [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.fixture
def operator(deployed: Deployed, clock: Traveller) -> Operator:
    return operator_of(deployed, clock)


@pytest.fixture
def whole(deployed: Deployed) -> tuple[Change, ...]:
    """Store a job whose covers lie on a host of ours, which does not have them."""
    word = SUNOAPI.whole.word
    assert isinstance(word, Progress)
    clips = tuple(replace(one, image_url=deployed.host.url(PATH)) for one in word.clips)
    said = replace(SUNOAPI.whole, word=replace(word, clips=clips))
    changes = SUNOAPI.story(*SUNOAPI.opening, said)
    deployed.store(changes)
    return changes


def cover_order(story: tuple[Change, ...]) -> Order:
    return next(order for order in story[-1].orders if order.part is Part.IMAGE)


def cover(deployed: Deployed, order: Order) -> Companion:
    clips = deployed.job().results
    return companion_of(next(one for one in clips if one.id == order.clip_id), Part.IMAGE)


def test_a_cover_that_is_given_up_is_found_with_its_reason_and_kept_after_all(
    operator: Operator, deployed: Deployed, clock: Traveller, whole: tuple[Change, ...]
) -> None:
    queue, archive = DyingQueue(deployed, "archive", clock), deployed.load("archive")
    order = cover_order(whole)
    queue.order(order)
    assert queue.work(archive) == GIVEN_UP

    (entry,) = inspect(operator, "archive-dead")

    told = {**JOB, "clip_id": order.clip_id, "part": "image", "reason": "http_404"}
    assert entry.items() >= told.items()
    loss = cover(deployed, order).loss
    assert loss
    assert loss[1] == "http_404"
    deployed.host.answers[PATH] = answer(PICTURE)
    assert redrive(operator, "archive-dead")["moved"] == 1
    assert queue.work(archive) == [1]
    assert cover(deployed, order).file
    assert redrive(operator, "archive-dead")["moved"] == 0


def test_a_cover_that_is_kept_since_is_not_fetched_by_its_letter(
    operator: Operator, deployed: Deployed, clock: Traveller, whole: tuple[Change, ...]
) -> None:
    queue, archive = DyingQueue(deployed, "archive", clock), deployed.load("archive")
    order = cover_order(whole)
    queue.order(order)
    assert queue.work(archive) == GIVEN_UP
    deployed.host.answers[PATH] = answer(PICTURE)
    tried = {"command": "retry_clip", **JOB, "clip_id": order.clip_id, "part": "image"}
    assert operator(tried) == {"sent": True}
    assert queue.work(archive) == [1]
    asked = len(deployed.host.requests)

    (entry,) = inspect(operator, "archive-dead")
    assert entry["reason"] == "done_since"
    redrive(operator, "archive-dead")
    assert queue.work(archive) == [1]

    assert len(deployed.host.requests) == asked
    assert operator(tried) == {"sent": False, "reason": "done_since"}


def test_what_a_provider_would_have_to_make_is_not_tried_again(
    operator: Operator, deployed: Deployed, whole: tuple[Change, ...]
) -> None:
    tried = {"command": "retry_clip", **JOB, "clip_id": cover_order(whole).clip_id}

    for part in (Part.WAV, Part.TIMED_LYRICS):
        assert operator({**tried, "part": part}) == {"sent": False, "reason": "done_since"}

    assert deployed.waiting("archive") == 0
    assert cover(deployed, cover_order(whole)) == Companion()
