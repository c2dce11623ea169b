"""The table may be gone just when an answer has come: how long that is waited for."""

import pytest

from cliphook.application.dispatch_job import BRIEF_PATIENCE_S, PATIENCE_S, dispatch_job
from cliphook.domain.errors import RetryableError
from cliphook.domain.status import Status
from tests.support.dispatching import REF, DispatchHouse, address

# What an API request has, less what the longest answer takes of it.
REQUEST_LEFT_S = 29 - 25
# How long a client waits at most, whatever happens.
CLIENT_S = 25


def test_the_dispatch_queue_waits_more_than_a_minute_for_what_is_paid_for() -> None:
    house = DispatchHouse()
    house.fail("jobs.commit", len(PATIENCE_S))

    house.dispatch()

    assert house.job.status is Status.ACCEPTED
    assert 60 < sum(house.waits) < 120


def test_a_request_waits_as_long_as_it_has() -> None:
    house = DispatchHouse()
    house.fail("jobs.commit", len(BRIEF_PATIENCE_S))

    dispatch_briefly(house)

    assert house.job.status is Status.ACCEPTED
    assert 1 <= sum(house.waits) <= REQUEST_LEFT_S + 1


@pytest.mark.parametrize("call_s", [22, 24, 300])
def test_a_request_that_has_used_up_its_time_waits_no_longer_than_a_client(call_s: float) -> None:
    house = DispatchHouse()
    house.call_s = call_s
    house.fail("jobs.commit", 10)

    with pytest.raises(RetryableError):
        dispatch_briefly(house)

    assert call_s + sum(house.waits) <= CLIENT_S or not house.waits


def dispatch_briefly(house: DispatchHouse) -> None:
    dispatch_job(
        REF,
        jobs=house.jobs,
        sender=house.sender,
        gates=house.gates,
        rates=house.rates.get,
        callback_url=address,
        owner="request-1",
        clock=lambda: house.now,
        sleep=house.waits.append,
        is_brief=True,
    )
