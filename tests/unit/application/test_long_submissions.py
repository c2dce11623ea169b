"""Submissions that take minutes: one provider may have some of those who submit, and not all."""

from dataclasses import replace

import pytest

from cliphook.adapters.httpx_exchange import CONNECT_S, WRITE_S
from cliphook.adapters.httpx_sender import BODY_SHARE
from cliphook.adapters.providers.provider import Arrival
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.errors import CapReachedError
from cliphook.domain.gate import CALLS_MIN, LONG_MAX, LONG_S, LOOK_AGAIN_S, WINDOW_S, Gate
from cliphook.domain.job import AttemptStatus, Job
from cliphook.domain.plan import Option
from cliphook.domain.report import Accepted
from cliphook.domain.status import Status
from infra.flows import WORKERS
from tests.support.dispatching import DispatchHouse, unreadable
from tests.support.hooks import Moment
from tests.support.makers import PACE, at, new_job

LONG = Option("infery", "music-2", replace(PACE, dispatch_after_s=0))
SHORT = Option("sunoapi", "V5", PACE)
LATE_MAX_S = 300
(DISPATCH,) = (worker for worker in WORKERS if worker.name == "dispatch")


def house_with(*route: Option, under_way: int = 0, ends_at: float = 900) -> DispatchHouse:
    house = DispatchHouse(new_job(route=route, provider=route[0].provider, pace=route[0].pace))
    if under_way:
        ends = (at(ends_at),) * under_way
        house.table.gates["infery"] = Gate("infery", under_way=ends, version=1)
    return house


def under_way(house: DispatchHouse) -> int:
    return len(house.gates.load("infery").under_way)


def test_a_long_submission_counts_for_as_long_as_it_lasts() -> None:
    house = house_with(LONG)
    seen: list[int] = []

    class Sender:
        def submit(self, job: Job, _: str, when: object) -> tuple[Accepted, bytes]:  # noqa: ARG002
            seen.append(under_way(house))
            return Accepted(1, "task-1", at(50)), b"accepted"

    house.sender = Sender()  # type: ignore[assignment]
    house.dispatch()

    assert (seen, under_way(house)) == ([1], 0)


def test_where_as_many_as_may_be_are_under_way_the_next_waits_and_looks_again() -> None:
    house = house_with(LONG, under_way=LONG_MAX)
    house.dispatch()
    assert house.sender.submitted == []
    assert house.job.waiting
    assert house.job.waiting.until == at(40 + LOOK_AGAIN_S)

    house.table.gates["infery"] = Gate("infery", under_way=(at(900),) * (LONG_MAX - 1), version=2)
    house.dispatch(seconds=40 + LOOK_AGAIN_S)

    assert house.job.status is Status.ACCEPTED


def test_another_of_the_route_is_asked_instead() -> None:
    house = house_with(LONG, SHORT, under_way=LONG_MAX)

    house.dispatch()

    assert house.job.provider == "sunoapi"
    assert under_way(house) == LONG_MAX


def test_one_that_was_never_heard_of_again_counts_no_longer_than_it_can_have_lived() -> None:
    house = house_with(LONG, under_way=LONG_MAX, ends_at=39)

    house.dispatch()

    assert house.job.status is Status.ACCEPTED
    assert DISPATCH.timeout_s <= LONG_S


def test_one_that_never_left_makes_room_again() -> None:
    house = house_with(LONG)

    house.dispatch(callback_url=unreadable)

    assert house.job.attempts[0].status is AttemptStatus.UNSENT
    assert under_way(house) == 0


def test_one_that_another_claimed_makes_room_again() -> None:
    house = house_with(LONG)

    def outrun(name: str, moment: Moment) -> None:
        if (name, moment) == ("jobs.commit", Moment.BEFORE):
            house.table.hook = lambda _, __: None
            house.dispatch()

    house.table.hook = outrun
    house.dispatch()

    assert len(house.sender.submitted) == 1
    assert under_way(house) == 0


def test_one_that_an_account_may_not_pay_for_makes_room_again() -> None:
    house = house_with(LONG)
    errors = [CapReachedError()]

    def refuse(name: str, moment: Moment) -> None:
        if (name, moment) == ("jobs.commit", Moment.BEFORE) and errors:
            raise errors.pop()

    house.table.hook = refuse
    house.dispatch()

    assert house.job.status is Status.FAILED
    assert under_way(house) == 0


def test_a_short_submission_is_not_counted() -> None:
    house = house_with(SHORT)
    calls = house.trace.calls
    house.dispatch()

    assert house.gates.load("sunoapi").under_way == ()
    # It passed without a write, and was told of with one.
    assert calls.count("gates.swap") == 1


def test_every_provider_may_hang_and_there_is_room_for_short_ones_left() -> None:
    assert len(PROVIDERS) * LONG_MAX <= DISPATCH.concurrency - CALLS_MIN


@pytest.mark.parametrize(
    "provider", [name for name, row in PROVIDERS.items() if row.facts.arrival is not Arrival.BLOCK]
)
def test_a_provider_that_hangs_over_short_ones_is_given_up_in_time(provider: str) -> None:
    answer_s = PROVIDERS[provider].facts.answer_max_s
    call_s = CONNECT_S + WRITE_S + answer_s * (1 + BODY_SHARE)

    # All may hang at once, and all that began before the first of them ended as well; enough of
    # them end within the window to open the circuit.
    assert 2 * call_s + WINDOW_S < LATE_MAX_S
    assert call_s < DISPATCH.timeout_s
