"""Whom of a job's route to ask now, and why."""

from dataclasses import replace

import pytest

from cliphook.domain.job import Job
from cliphook.domain.report import Claimed, Expired, Postponed
from tests.support.gatehouse import CIRCUIT, FULL, ROUTE, GateHouse, refused, routed
from tests.support.makers import PACE, at, new_job


@pytest.fixture
def house() -> GateHouse:
    return GateHouse()


def test_the_preferred_one_is_asked_for_the_reason_that_the_route_gives(house: GateHouse) -> None:
    assert house.choose(routed()) == Claimed(1, "request-1", at(1), 0, "the cheapest")
    assert house.slots("sunoapi") == (at(1),)


def test_the_next_one_is_asked_where_the_preferred_one_does_not_answer_well(
    house: GateHouse,
) -> None:
    house.open_circuit("sunoapi", 0)

    claim = house.claim(routed())

    assert (claim.option, claim.reason) == (1, f"sunoapi: {CIRCUIT}")


def test_the_next_one_is_asked_where_the_preferred_ones_rate_is_used_up(house: GateHouse) -> None:
    house.take_slot("sunoapi", 0)

    claim = house.claim(routed())

    assert (claim.option, claim.reason) == (1, f"sunoapi: {FULL}")
    assert house.slots("sunoapi") == (at(0),)


def test_who_is_asked_after_a_refusal_is_asked_because_of_it(house: GateHouse) -> None:
    claim = house.claim(refused(routed()))

    assert (claim.attempt, claim.option) == (2, 1)
    assert claim.reason == "sunoapi ended with provider_rate_limited"


def test_who_refused_a_moment_ago_is_not_asked_at_once_for_want_of_others(house: GateHouse) -> None:
    house.open_circuit("apikley", 0)

    _, choice = house.postpone(refused(routed(), seconds=2), 3)

    assert (choice.until, choice.option, choice.has_slot) == (at(7), 0, False)
    assert choice.reason == f"apikley: {CIRCUIT}; sunoapi: it was asked a moment ago"
    assert house.slots("sunoapi") == ()


def test_who_refused_is_asked_again_in_its_time(house: GateHouse) -> None:
    house.open_circuit("apikley", 0)

    claim = house.claim(refused(routed(), seconds=2), 7)

    assert (claim.option, claim.reason) == (0, f"apikley: {CIRCUIT}")


def slow_second() -> Job:
    """Make a job whose second option may take minutes to answer."""
    slow = replace(ROUTE[1], pace=replace(PACE, dispatch_after_s=0))
    return new_job(route=(ROUTE[0], slow))


def test_who_has_only_seconds_leaves_one_who_takes_minutes_to_somebody_else(
    house: GateHouse,
) -> None:
    house.take_slot("sunoapi", 0)

    choice = house.choose(slow_second(), is_brief=True)

    assert isinstance(choice, Postponed)
    assert (choice.option, choice.until, choice.has_slot) == (1, at(1), False)
    assert choice.reason == "apikley may take minutes to answer"
    assert house.slots("apikley") == ()
    assert house.claim(slow_second()).option == 1


def test_who_has_only_seconds_asks_one_who_answers_within_them(house: GateHouse) -> None:
    choice = house.choose(slow_second(), is_brief=True)

    assert isinstance(choice, Claimed)
    assert choice.option == 0


@pytest.mark.parametrize(("seconds", "is_over"), [(7199.999, False), (7200, True)])
def test_a_job_that_was_never_sent_expires_at_its_deadline(
    house: GateHouse,
    seconds: float,
    is_over: bool,  # noqa: FBT001
) -> None:
    choice = house.choose(routed(), seconds)

    assert isinstance(choice, Expired if is_over else Claimed)
