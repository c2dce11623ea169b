"""A job that nobody may be asked for now: it gets a turn, comes again, or is given up."""

from dataclasses import replace

import pytest

from cliphook.application.choose_option import PATIENCE
from cliphook.application.pass_gate import RACES_MAX, TURNS_AHEAD
from cliphook.domain.gate import SLOT_S
from cliphook.domain.job import FailureCode, Job
from cliphook.domain.report import Abandoned, Postponed
from cliphook.domain.status import Status
from tests.support.fakes import Moment
from tests.support.gatehouse import CIRCUIT, FULL, GateHouse, refused, routed
from tests.support.makers import PACE, at, told


@pytest.fixture
def house() -> GateHouse:
    return GateHouse()


def test_a_job_over_the_budget_waits_for_a_turn_of_its_own(house: GateHouse) -> None:
    house.take_slot("sunoapi", 0)

    job, choice = house.postpone(routed(options=1))

    assert job.status is Status.QUEUED
    assert (choice.until, choice.has_slot) == (at(12), True)
    assert job.waiting
    assert job.waiting.reason == f"sunoapi: {FULL}"


def test_everybody_who_waits_has_another_turn(house: GateHouse) -> None:
    house.take_slot("sunoapi", 0)

    turns = [house.postpone(routed(options=1))[1].until for _ in range(3)]

    assert turns == [at(12), at(24), at(36)]


def test_the_turn_is_where_it_comes_first(house: GateHouse) -> None:
    house.take_slot("sunoapi", 0.5)
    house.take_slot("apikley", 0)

    _, choice = house.postpone(routed())

    assert (choice.option, choice.until) == (1, at(12))
    assert choice.reason == f"sunoapi: {FULL}; apikley: {FULL}"
    assert house.slots("sunoapi") == (at(0.5),)


@pytest.mark.parametrize("late", [0, SLOT_S])
def test_whose_turn_has_come_is_let_in_without_another_slot(house: GateHouse, late: float) -> None:
    house.take_slot("sunoapi", 0)
    job, _ = house.postpone(routed(options=1))
    house.postpone(routed(options=1))
    taken = house.slots("sunoapi")

    claim = house.claim(job, 12 + late)

    assert (claim.option, claim.reason) == (0, f"its turn came: sunoapi: {FULL}")
    assert house.slots("sunoapi") == taken


def test_who_comes_before_its_turn_has_none_yet(house: GateHouse) -> None:
    house.take_slot("sunoapi", 0)
    job, _ = house.postpone(routed(options=1))

    _, choice = house.postpone(job, 11.999)

    assert choice.until == at(24)


def test_who_missed_its_turn_gets_another(house: GateHouse) -> None:
    house.take_slot("sunoapi", 0)
    job, _ = house.postpone(routed(options=1))
    house.postpone(routed(options=1))

    job, choice = house.postpone(job, 12 + SLOT_S + 0.001)

    assert (choice.until, choice.has_slot) == (at(36), True)
    assert house.claim(job, 36).option == 0


def test_a_turn_is_for_one_attempt(house: GateHouse) -> None:
    house.take_slot("sunoapi", 0)
    job, _ = house.postpone(routed(options=1))
    again = refused(job, seconds=12.5)
    house.take_slot("sunoapi", 13)

    _, choice = house.postpone(again, 17.5)

    assert choice.until == at(25)


def test_a_turn_does_not_lead_through_an_open_circuit(house: GateHouse) -> None:
    house.take_slot("sunoapi", 0)
    job, _ = house.postpone(routed(options=1))
    house.open_circuit("sunoapi", 11)

    _, choice = house.postpone(job, 12)

    assert (choice.until, choice.has_slot) == (at(41), False)


def test_a_turn_is_used_where_it_is(house: GateHouse) -> None:
    house.take_slot("sunoapi", 0.5)
    house.take_slot("apikley", 0)
    job, _ = house.postpone(routed())

    assert house.claim(job, 13).option == 1
    assert house.slots("sunoapi") == (at(0.5),)


def test_whose_turn_is_in_vain_asks_somebody_else(house: GateHouse) -> None:
    for provider in ("sunoapi", "apikley"):
        house.take_slot(provider, 0)
    job, _ = house.postpone(routed())
    house.open_circuit("sunoapi", 11)

    claim = house.claim(job, 12)

    assert (claim.option, claim.reason) == (1, f"sunoapi: {CIRCUIT}")


def test_who_loses_every_race_for_a_turn_has_none(house: GateHouse) -> None:
    house.take_slot("sunoapi", 0)
    left = RACES_MAX

    def hurry(name: str, moment: Moment) -> None:
        nonlocal left
        if (name, moment) == ("gates.swap", Moment.BEFORE) and left:
            left -= 1
            gate = house.table.gates["sunoapi"]
            house.table.gates["sunoapi"] = replace(gate, version=gate.version + 1)

    house.table.hook = hurry
    job, choice = house.postpone(routed(options=1))

    assert (choice.until, choice.has_slot) == (at(2), False)
    house.table.hook = lambda _, __: None
    assert house.postpone(job, 2)[1].until == at(12)


def test_a_turn_further_off_than_it_can_be_kept_is_left_to_others(house: GateHouse) -> None:
    house.take_slot("sunoapi", TURNS_AHEAD.total_seconds())

    job, choice = house.postpone(routed(options=1))

    assert not choice.has_slot
    assert at(1) < choice.until < at(1) + TURNS_AHEAD
    assert house.slots("sunoapi") == (at(0) + TURNS_AHEAD,)
    assert house.postpone(job, 302)[1].has_slot


def test_a_turn_after_the_deadline_is_left_to_others(house: GateHouse) -> None:
    house.take_slot("sunoapi", PACE.deadline_s)

    _, choice = house.postpone(routed(options=1), PACE.deadline_s - 1)

    assert not choice.has_slot
    assert house.slots("sunoapi") == (at(PACE.deadline_s),)


def kept_waiting(house: GateHouse, job: Job, until: float) -> Job:
    """Have a job ask again and again while circuits are open."""
    seconds = 1.0
    while seconds < until:
        for provider in ("sunoapi", "apikley"):
            house.open_circuit(provider, seconds)
        job, choice = house.postpone(job, seconds)
        seconds = (choice.until - at(0)).total_seconds()
    for provider in ("sunoapi", "apikley"):
        house.open_circuit(provider, seconds)
    return job


def test_a_job_that_nobody_takes_for_ten_minutes_is_given_up(house: GateHouse) -> None:
    patience = PATIENCE.total_seconds()
    job = kept_waiting(house, routed(), until=patience)

    choice = house.choose(job, 1 + patience)

    assert isinstance(choice, Abandoned)
    assert choice.error.code == FailureCode.UNAVAILABLE
    assert CIRCUIT in choice.error.message
    given_up = told(choice, job=job)
    assert given_up.status is Status.FAILED
    assert given_up.attempts == ()


def test_a_job_is_not_given_up_before(house: GateHouse) -> None:
    patience = PATIENCE.total_seconds()
    job = kept_waiting(house, routed(), until=patience)

    assert house.postpone(job, patience + 0.999)[1].option == 0


def test_the_time_in_which_a_job_waited_for_its_turn_is_not_held_against_a_provider(
    house: GateHouse,
) -> None:
    house.take_slot("sunoapi", 590)
    job, _ = house.postpone(routed(options=1))
    house.open_circuit("sunoapi", 601)

    job, choice = house.postpone(job, 602)
    assert choice.unwell_since == at(602)

    house.open_circuit("sunoapi", 1201)
    assert isinstance(house.choose(job, 1201.999), Postponed)
    assert isinstance(house.choose(job, 1202), Abandoned)


def test_a_provider_that_only_has_too_much_to_do_gives_up_no_job(house: GateHouse) -> None:
    job = kept_waiting(house, routed(), until=PATIENCE.total_seconds())
    house.take_slot("apikley", 601)

    job, choice = house.postpone(job, 602)

    assert (choice.option, choice.has_slot, choice.unwell_since) == (1, True, None)


def test_a_job_that_may_ask_somebody_again_soon_is_not_given_up(house: GateHouse) -> None:
    since = Postponed(2, at(602), 1, CIRCUIT, at(601), unwell_since=at(1))
    job = told(since, job=refused(routed(), seconds=601))
    house.open_circuit("apikley", 600)

    assert house.postpone(job, 602)[1].until == at(606)
