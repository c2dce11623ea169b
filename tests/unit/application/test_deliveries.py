"""Receivers that fail in every way, in virtual time: the promised schedule, and a truthful log."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from cliphook.application.judge_endpoint import Notice
from cliphook.domain.delivery import (
    WAITS_S,
    DeliveryStatus,
    Failed,
    Response,
    Trouble,
)
from cliphook.domain.endpoint import Disabled
from tests.support.makers import ACCOUNT, START, at
from tests.support.receiving import Receiving, announced

TAKEN = Response(status=200, answer="thanks", duration_ms=20)
BROKEN = Response(status=500, answer="<html>oops</html>", duration_ms=30)
LATE = Response(error=Trouble.TIMEOUT, duration_ms=15_000)

# Every way in which a receiver can fail, each once; and what stands in the log of it.
FAILURES = {
    "500": BROKEN,
    "time-out": LATE,
    "slow body": replace(LATE, duration_ms=15_001),
    "redirect": Response(status=302, error=Trouble.REDIRECT),
    "503 with a time": Response(status=503, retry_after_s=400),
    "closed connection": Response(error=Trouble.CLOSED),
    "unreachable": Response(error=Trouble.UNREACHABLE),
    "a host that is gone": Response(error=Trouble.UNKNOWN_HOST),
    "a name that has turned private": Response(error=Trouble.FORBIDDEN_ADDRESS),
    "an answer that is none": Response(error=Trouble.MALFORMED),
}

type Begin = Callable[[], Receiving]


@pytest.fixture
def world() -> Receiving:
    return Receiving()


def test_an_event_is_posted_once_to_whoever_takes_it(world: Receiving) -> None:
    endpoint = world.endpoint("one", TAKEN)

    world.announce(announced(1))
    world.run()

    (posted,) = world.poster.posted
    delivery = world.delivery_to(endpoint)
    assert delivery.status is DeliveryStatus.DELIVERED
    assert [(one.status, one.error, one.answer) for one in delivery.attempts] == [
        (200, None, "thanks")
    ]
    event = announced(1)
    assert json.loads(posted.body) == {
        "type": "job.archived",
        "timestamp": event.occurred_at,
        "data": json.loads(event.detail),
    }
    assert event.detail.encode() in posted.body
    assert posted.headers["webhook-id"] == event.event_id


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_whoever_fails_for_ever_is_tried_ten_times_on_the_schedule(
    failure: Response, world: Receiving
) -> None:
    endpoint = world.endpoint("one", failure)

    world.announce(announced(1))
    world.run()

    delivery = world.delivery_to(endpoint)
    assert (delivery.status, delivery.reason) == (DeliveryStatus.FAILED, Failed.EXHAUSTED)
    gaps = [after - before for before, after in pairwise(world.times(endpoint))]
    assert len(gaps) == 9
    took_s = failure.duration_ms / 1000
    for gap, slot_s in zip(gaps, WAITS_S[1:], strict=True):
        # A minute to be left alone, twice the slot for who names a time, and a minute and a half
        # until somebody comes upon what waits for more than a quarter of an hour.
        floor_s = 60 if failure.is_late else 0
        most_s = max(1.2 * slot_s, floor_s) * (2 if failure.retry_after_s else 1)
        late_s = 95 if most_s > 600 else 5
        assert max(0.8 * slot_s, floor_s) <= gap - took_s <= most_s + late_s
    log = [(one.status, one.error, one.answer) for one in delivery.attempts]
    assert log == [(failure.status, failure.error or Trouble.STATUS, failure.answer)] * 10
    assert [(one.at - START).total_seconds() for one in delivery.attempts] == world.times(endpoint)


def test_a_receiver_with_every_fault_in_turn_has_the_event_in_the_end(world: Receiving) -> None:
    script = [*FAILURES.values()][:9]
    endpoint = world.endpoint("one", *script, TAKEN)

    world.announce(announced(1))
    world.run()

    delivery = world.delivery_to(endpoint)
    assert delivery.status is DeliveryStatus.DELIVERED
    told = [(one.status, one.error) for one in delivery.attempts]
    assert told == [
        *((one.status, one.error or Trouble.STATUS) for one in script),
        (200, None),
    ]
    assert {one.headers["webhook-id"] for one in world.poster.posted} == {delivery.event_id}
    stamps = [int(one.headers["webhook-timestamp"]) for one in world.poster.posted]
    assert stamps == [int(one.at.timestamp()) for one in world.poster.posted]


def test_whoever_asks_for_a_time_with_429_gets_it(world: Receiving) -> None:
    busy = Response(status=429, retry_after_s=100)
    endpoint = world.endpoint("one", busy, TAKEN)

    world.announce(announced(1))
    world.run()

    first, second = world.times(endpoint)
    assert 100 <= second - first <= 105


def test_whoever_is_gone_is_told_no_more_and_is_disabled(world: Receiving) -> None:
    endpoint = world.endpoint("one", Response(status=410))

    world.announce(announced(1))
    world.run()
    world.announce(announced(2, at(10)))

    found = world.endpoints.find(ACCOUNT, endpoint.id)
    assert found
    assert (found.is_active, found.disabled_reason) == (False, Disabled.GONE)
    assert [one.notice for one in world.done] == [Notice.DISABLED]
    (delivery,) = world.deliveries_to(endpoint)
    assert (delivery.status, delivery.reason) == (DeliveryStatus.FAILED, Failed.GONE)
    assert len(world.poster.posted) == 1


def test_five_days_of_nothing_but_failures_disable_with_a_notice_after_one(
    world: Receiving,
) -> None:
    endpoint = world.endpoint("one", BROKEN)

    for hour in range(0, 6 * 24, 6):
        world.announce(announced(hour + 1, at(hour * 3600)))
    world.run(timedelta(days=8))

    found = world.endpoints.find(ACCOUNT, endpoint.id)
    assert found
    assert (found.disabled_reason, found.failing_since) == (Disabled.FAILING, at(0.03))
    assert found.disabled_at
    assert timedelta(days=5) <= found.disabled_at - START <= timedelta(days=5, hours=7)
    notices = [one.notice for one in world.done if one.notice]
    assert notices == [Notice.FAILING, Notice.DISABLED]
    left = {one.reason for one in world.deliveries_to(endpoint)}
    assert left == {Failed.EXHAUSTED, Failed.ENDPOINT_DISABLED}


def test_one_success_takes_the_notice_back(world: Receiving) -> None:
    script = [BROKEN] * 9
    endpoint = world.endpoint("one", *script, TAKEN)

    world.announce(announced(1))
    world.run()

    found = world.endpoints.find(ACCOUNT, endpoint.id)
    assert found
    assert found.failing_since is None
    assert [one.notice for one in world.done if one.notice] == [Notice.FAILING, Notice.RECOVERED]
