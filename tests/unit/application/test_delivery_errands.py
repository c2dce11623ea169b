"""Errands that come twice, early or never, and receivers that change: one attempt for each time."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from cliphook.application.ports import JobRef
from cliphook.domain.delivery import (
    DeliveryStatus,
    Failed,
    Response,
    Trouble,
    claim,
)
from cliphook.domain.endpoint import Disabled, disable, remove, rotate
from tests.support.fake_webhooks import FakeDeliveries
from tests.support.makers import ACCOUNT, JOB, START, at
from tests.support.receiving import Receiving, announced

TAKEN = Response(status=200, answer="thanks", duration_ms=20)
BROKEN = Response(status=500, answer="<html>oops</html>", duration_ms=30)


@pytest.fixture
def world() -> Receiving:
    return Receiving()


def test_the_bus_may_bring_an_event_as_often_as_it_likes(world: Receiving) -> None:
    world.endpoint("one", TAKEN)

    assert world.announce(announced(1)) == 1
    assert world.announce(announced(1)) == 0
    world.run()

    assert len(world.poster.posted) == 1


def test_two_errands_for_one_delivery_make_one_attempt(world: Receiving) -> None:
    endpoint = world.endpoint("one", BROKEN)
    world.announce(announced(1))
    delivery = world.delivery_to(endpoint)

    assert world.attempt(delivery)
    assert world.attempt(delivery) is None

    assert len(world.poster.posted) == 1


def test_an_attempt_whose_process_died_is_in_the_log_and_made_up_for(world: Receiving) -> None:
    endpoint = world.endpoint("one", TAKEN)
    world.announce(announced(1))
    delivery = world.delivery_to(endpoint)
    world.deliveries.swap(claim(delivery, START), delivery)
    world.errands.attempts.clear()

    world.run()

    told = [(one.status, one.error) for one in world.delivery_to(endpoint).attempts]
    assert told == [(None, Trouble.UNKNOWN), (200, None)]
    assert 60 <= world.times(endpoint)[0] <= 150


def test_a_delivery_whose_errand_was_lost_is_found(world: Receiving) -> None:
    endpoint = world.endpoint("one", TAKEN)
    world.announce(announced(1))
    world.errands.attempts.clear()

    world.run()

    assert world.delivery_to(endpoint).status is DeliveryStatus.DELIVERED


def test_an_errand_that_comes_a_little_early_waits_for_its_time(world: Receiving) -> None:
    endpoint = world.endpoint("one", BROKEN, TAKEN)
    world.announce(announced(1))
    world.attempt(world.delivery_to(endpoint))
    world.errands.attempts.clear()

    assert world.attempt(world.delivery_to(endpoint)) is None

    assert len(world.poster.posted) == 1
    ((due_at, _),) = world.errands.attempts
    assert due_at == world.delivery_to(endpoint).next_attempt_at


def test_what_is_on_its_way_to_a_disabled_endpoint_is_given_up(world: Receiving) -> None:
    endpoint = world.endpoint("one", BROKEN)
    world.announce(announced(1))
    world.endpoints.swap(disable(endpoint, Disabled.OWNER, START), 1)
    world.run()

    assert world.delivery_to(endpoint).reason is Failed.ENDPOINT_DISABLED
    assert world.poster.posted == []


def test_what_is_on_its_way_to_a_deleted_endpoint_is_given_up(world: Receiving) -> None:
    endpoint = world.endpoint("one", BROKEN)
    world.announce(announced(1))
    world.endpoints.swap(remove(endpoint, START), 1)
    world.run()

    assert world.delivery_to(endpoint).reason is Failed.ENDPOINT_DELETED
    assert world.poster.posted == []


def test_during_a_rotation_a_webhook_has_a_signature_by_each_secret(world: Receiving) -> None:
    endpoint = world.endpoint("one", TAKEN)
    world.endpoints.swap(rotate(endpoint, timedelta(hours=1), START), 1)

    world.announce(announced(1))
    world.run()
    world.clock.now = at(3600)
    world.announce(announced(2, at(3600)))
    world.run()

    signatures = [one.headers["webhook-signature"] for one in world.poster.posted]
    assert [len(one.split(" ")) for one in signatures] == [2, 1]


def test_a_body_that_is_too_large_is_never_posted(world: Receiving) -> None:
    endpoint = world.endpoint("one", TAKEN)
    event = announced(1)
    padded = json.dumps({**json.loads(event.detail), "padding": "x" * 65_536})

    world.announce(replace(event, detail=padded))
    world.run()

    assert world.delivery_to(endpoint).reason is Failed.TOO_LARGE
    assert world.poster.posted == []


def test_an_account_that_is_too_far_behind_has_one_attempt_of_each_and_loses_none() -> None:
    world = Receiving(deliveries=FakeDeliveries(waiting_max=3))
    endpoint = world.endpoint("one", BROKEN)

    for seq in range(1, 6):
        world.announce(announced(seq))
    world.run(timedelta(seconds=4))

    reasons = [one.reason for one in world.deliveries_to(endpoint)]
    assert reasons.count(Failed.BACKLOG_FULL) == 2
    assert {len(one.attempts) for one in world.deliveries_to(endpoint)} == {1}
    world.run()
    assert world.deliveries.waiting[ACCOUNT] == 0


def test_a_jobs_own_url_hears_of_its_stages_alone(world: Receiving) -> None:
    url = "https://client.example.test/done?token=canary"
    world.announcements.urls[JobRef(ACCOUNT, JOB)] = url

    world.announce(announced(1, event_type="job.first"))
    world.announce(announced(2, event_type="clip.archived"))
    world.run()

    (posted,) = world.poster.posted
    assert posted.url == url
    assert json.loads(posted.body)["type"] == "job.first"
    (delivery,) = world.deliveries.rows.values()
    assert (delivery.owner, delivery.status) == (JOB, DeliveryStatus.DELIVERED)


def test_a_jobs_own_url_is_tried_on_the_same_schedule(world: Receiving) -> None:
    url = "https://client.example.test/done"
    world.announcements.urls[JobRef(ACCOUNT, JOB)] = url
    world.poster.scripts[url] = [BROKEN]

    world.announce(announced(1))
    world.run()

    (delivery,) = world.deliveries.rows.values()
    assert (len(delivery.attempts), delivery.reason) == (10, Failed.EXHAUSTED)
