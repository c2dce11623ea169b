"""When a delivery is tried again, and when no more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.domain.delivery import (
    ATTEMPTS_KEPT,
    WAITS_S,
    Attempt,
    Delivery,
    DeliveryStatus,
    Failed,
    Response,
    Trouble,
    again,
    claim,
    give_up,
    is_under_way,
    name_delivery,
    put_off,
    record,
    wait_s,
)
from cliphook.domain.ids import DeliveryId, EndpointId, EventId
from tests.support.makers import ACCOUNT, START, at

EVENT_ID = EventId("evt_01KAJ5T1W0000000000000000V")
ENDPOINT_ID = EndpointId("ep_01KAJ5T1W0000000000000000E")
DELIVERY = Delivery(
    id=DeliveryId("dlv_01KAJ5T1W0000000000000000D"),
    account_id=ACCOUNT,
    event_id=EVENT_ID,
    event_type="job.archived",
    occurred_at="2026-11-21T09:00:00Z",
    detail="{}",
    begun_at=START,
    endpoint_id=ENDPOINT_ID,
    next_attempt_at=START,
)
TAKEN = Response(status=200)
BROKEN = Response(status=500)
LATE = Response(error=Trouble.TIMEOUT, duration_ms=15_000)

deliveries = st.integers(0, 10**6).map(lambda n: replace(DELIVERY, id=DeliveryId(f"dlv_{n}")))
tries = st.integers(1, 9)


def tried(times: int, delivery: Delivery = DELIVERY) -> Delivery:
    return replace(delivery, tries=times)


def test_ten_attempts_take_seventy_five_hours_and_thirty_five_minutes() -> None:
    assert len(WAITS_S) == 10
    assert timedelta(seconds=sum(WAITS_S)) == timedelta(hours=75, minutes=35, seconds=5)


@given(delivery=deliveries, times=tries)
def test_a_wait_is_the_schedules_own_by_a_fifth_more_or_less(
    delivery: Delivery, times: int
) -> None:
    waits = wait_s(tried(times, delivery), BROKEN)

    assert abs(waits - WAITS_S[times]) <= 0.2 * WAITS_S[times] + 0.001


def test_deliveries_that_fail_together_do_not_come_back_together() -> None:
    waits = {
        wait_s(tried(3, replace(DELIVERY, id=DeliveryId(f"dlv_{n}"))), BROKEN) for n in range(50)
    }

    assert max(waits) - min(waits) > 0.3 * WAITS_S[3]


@pytest.mark.parametrize("response", [LATE, Response(status=429)])
def test_whoever_is_late_or_too_busy_is_left_alone_for_a_minute(response: Response) -> None:
    assert wait_s(tried(1), response) == 60
    assert wait_s(tried(2), response) >= 0.8 * 300


@given(delivery=deliveries, times=tries, named=st.integers(0, 10**9))
def test_a_time_that_is_named_counts_between_once_and_twice_the_schedules(
    delivery: Delivery, times: int, named: int
) -> None:
    delivery = tried(times, delivery)
    slot_s = wait_s(delivery, Response(status=503))

    waits = wait_s(delivery, Response(status=503, retry_after_s=named))

    assert waits == min(max(named, slot_s), 2 * slot_s)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_answer_of_the_two_hundreds_ends_it(status: int) -> None:
    done = record(claim(DELIVERY, at(1)), Response(status=status, answer="ok"), at(2))

    assert (done.status, done.reason, done.next_attempt_at) == (
        DeliveryStatus.DELIVERED,
        None,
        None,
    )
    assert done.attempts == (Attempt(at(1), status, None, "ok", 0),)


@pytest.mark.parametrize(
    "response",
    [
        Response(status=199),
        Response(status=302, error=Trouble.REDIRECT),
        Response(status=404),
        Response(status=500),
        Response(error=Trouble.CLOSED),
        Response(status=200, error=Trouble.TIMEOUT),
    ],
)
def test_any_other_answer_is_a_failure(response: Response) -> None:
    failed = record(claim(DELIVERY, at(1)), response, at(2))

    assert failed.status is DeliveryStatus.PENDING
    assert failed.next_attempt_at
    assert failed.next_attempt_at > at(2)
    assert failed.attempts[-1].error


def test_whoever_is_gone_is_not_asked_again() -> None:
    gone = record(claim(DELIVERY, at(1)), Response(status=410), at(2))

    assert (gone.status, gone.reason) == (DeliveryStatus.FAILED, Failed.GONE)
    assert gone.next_attempt_at is None


def test_the_tenth_failure_is_the_last() -> None:
    delivery, now = DELIVERY, START
    for _ in range(10):
        assert delivery.status is DeliveryStatus.PENDING
        now = delivery.next_attempt_at or now
        delivery = record(claim(delivery, now), BROKEN, now)

    assert (delivery.status, delivery.reason) == (DeliveryStatus.FAILED, Failed.EXHAUSTED)
    assert len(delivery.attempts) == 10
    lasts = delivery.attempts[-1].at - START
    assert abs(lasts - timedelta(hours=75, minutes=35)) < 0.2 * timedelta(hours=75, minutes=35)


def test_an_attempt_is_in_the_log_before_anybody_knows_what_becomes_of_it() -> None:
    claimed = claim(DELIVERY, at(1))

    assert claimed.attempts == (Attempt(at(1), None, Trouble.UNKNOWN, "", 0),)
    assert claimed.tries == 1
    assert claimed.next_attempt_at == at(61)


def test_a_delivery_waits_once_it_is_put_off_or_has_failed_and_no_more_at_its_end() -> None:
    failed = record(claim(DELIVERY, at(1)), BROKEN, at(2))

    assert not DELIVERY.is_waiting
    assert put_off(DELIVERY, at(5)).is_waiting
    assert failed.is_waiting
    assert not record(claim(failed, at(9)), TAKEN, at(9)).is_waiting
    assert not give_up(failed, Failed.ENDPOINT_DISABLED).is_waiting


def test_a_delivery_begins_again_with_its_whole_schedule_and_its_log() -> None:
    failed = give_up(tried(10, record(claim(DELIVERY, at(1)), BROKEN, at(2))), Failed.EXHAUSTED)

    begun = again(failed, at(100))

    assert (begun.status, begun.reason, begun.tries) == (DeliveryStatus.PENDING, None, 0)
    assert (begun.begun_at, begun.next_attempt_at) == (at(100), at(100))
    assert begun.attempts == failed.attempts
    assert begun.event_id == DELIVERY.event_id


def test_the_log_of_a_delivery_is_bounded() -> None:
    delivery = DELIVERY
    for number in range(ATTEMPTS_KEPT + 5):
        delivery = record(claim(again(delivery, at(number)), at(number)), BROKEN, at(number))

    assert len(delivery.attempts) == ATTEMPTS_KEPT
    assert delivery.attempts[-1].at == at(ATTEMPTS_KEPT + 4)


def test_what_is_about_to_be_attempted_is_under_way() -> None:
    assert is_under_way(DELIVERY, at(0))
    assert is_under_way(replace(DELIVERY, next_attempt_at=at(60)), at(0))
    assert not is_under_way(replace(DELIVERY, next_attempt_at=at(61)), at(0))
    assert not is_under_way(give_up(DELIVERY, Failed.GONE), at(0))


def test_an_event_has_one_delivery_to_each_receiver() -> None:
    other = EndpointId("ep_01KAJ5T1W0000000000000000F")

    assert name_delivery(EVENT_ID, ENDPOINT_ID, START) == name_delivery(
        EVENT_ID, ENDPOINT_ID, START
    )
    assert name_delivery(EVENT_ID, other, START) != name_delivery(EVENT_ID, ENDPOINT_ID, START)


def test_every_change_counts() -> None:
    changes = (
        claim(DELIVERY, at(1)),
        put_off(DELIVERY, at(1)),
        give_up(DELIVERY, Failed.GONE),
        again(DELIVERY, at(1)),
    )

    assert {one.version for one in changes} == {2}
