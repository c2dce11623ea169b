"""Whom of a job's route to ask now, and what becomes of a job that nobody may be asked for."""

from dataclasses import replace
from datetime import datetime

import pytest

from cliphook.application.choose_option import PATIENCE, Decision, choose_option
from cliphook.application.pass_gate import RACES_MAX, TURNS_AHEAD
from cliphook.domain.gate import SLOT_S, Gate, Rate
from cliphook.domain.job import FailureCode, Job, JobError
from cliphook.domain.plan import Option
from cliphook.domain.report import Abandoned, Claimed, Expired, Postponed, Refused
from cliphook.domain.status import Status
from tests.support.fakes import FakeGates, FakeTable, Moment
from tests.support.makers import PACE, at, claimed_option, new_job, told

RATE = Rate(1, 10)
ROUTE = (
    Option("sunoapi", "V5", PACE, reason="the cheapest"),
    Option("apikley", "V5", PACE, reason="the second"),
)
BUSY = JobError("provider_rate_limited", "Busy.", "430")
CIRCUIT = "its circuit is open"
FULL = "its rate is used up"


class House:
    """The gates of two providers."""

    def __init__(self) -> None:
        self.table = FakeTable()
        self.gates = FakeGates(self.table)
        self.rates: dict[str, Rate] = {"sunoapi": RATE, "apikley": RATE}

    def take_slot(self, provider: str, seconds: float) -> None:
        """Have somebody else use a provider's rate up."""
        self.table.gates[provider] = Gate(provider, slots=(at(seconds),), version=1)

    def open_circuit(self, provider: str, seconds: float) -> None:
        """Have a provider answer badly."""
        self.table.gates[provider] = Gate(provider, opened_at=at(seconds), version=1)

    def choose(self, job: Job, seconds: float = 1) -> Decision:
        return choose_option(job, "request-1", at(seconds), gates=self.gates, rates=self.rates.get)

    def postpone(self, job: Job, seconds: float = 1) -> tuple[Job, Postponed]:
        """See a job put off, and fold that."""
        choice = self.choose(job, seconds)
        assert isinstance(choice, Postponed)
        return told(choice, job=job), choice

    def claim(self, job: Job, seconds: float = 1) -> Claimed:
        choice = self.choose(job, seconds)
        assert isinstance(choice, Claimed)
        return choice

    def slots(self, provider: str) -> tuple[datetime, ...]:
        return self.gates.load(provider).slots


@pytest.fixture
def house() -> House:
    return House()


def routed(options: int = 2) -> Job:
    return new_job(route=ROUTE[:options])


def refused(job: Job, option: int = 0, seconds: float = 2, *, may_retry: bool = True) -> Job:
    number = len(job.attempts) + 1
    return told(
        claimed_option(option, number, seconds - 1),
        Refused(number, BUSY, may_retry=may_retry, at=at(seconds)),
        job=job,
    )


def test_the_preferred_one_is_asked_for_the_reason_that_the_route_gives(house: House) -> None:
    assert house.choose(routed()) == Claimed(1, "request-1", at(1), 0, "the cheapest")
    assert house.slots("sunoapi") == (at(1),)


def test_the_next_one_is_asked_where_the_preferred_one_does_not_answer_well(house: House) -> None:
    house.open_circuit("sunoapi", 0)

    claim = house.claim(routed())

    assert (claim.option, claim.reason) == (1, f"sunoapi: {CIRCUIT}")


def test_the_next_one_is_asked_where_the_preferred_ones_rate_is_used_up(house: House) -> None:
    house.take_slot("sunoapi", 0)

    claim = house.claim(routed())

    assert (claim.option, claim.reason) == (1, f"sunoapi: {FULL}")
    assert house.slots("sunoapi") == (at(0),)


def test_who_is_asked_after_a_refusal_is_asked_because_of_it(house: House) -> None:
    claim = house.claim(refused(routed()))

    assert (claim.attempt, claim.option) == (2, 1)
    assert claim.reason == "sunoapi ended with provider_rate_limited"


def test_who_refused_a_moment_ago_is_not_asked_at_once_for_want_of_others(house: House) -> None:
    house.open_circuit("apikley", 0)

    _, choice = house.postpone(refused(routed(), seconds=2), 3)

    assert (choice.until, choice.option, choice.has_slot) == (at(7), 0, False)
    assert choice.reason == f"apikley: {CIRCUIT}; sunoapi: it was asked a moment ago"
    assert house.slots("sunoapi") == ()


def test_who_refused_is_asked_again_in_its_time(house: House) -> None:
    house.open_circuit("apikley", 0)

    claim = house.claim(refused(routed(), seconds=2), 7)

    assert (claim.option, claim.reason) == (0, f"apikley: {CIRCUIT}")


def test_a_job_over_the_budget_waits_for_a_turn_of_its_own(house: House) -> None:
    house.take_slot("sunoapi", 0)

    job, choice = house.postpone(routed(options=1))

    assert job.status is Status.QUEUED
    assert (choice.until, choice.has_slot) == (at(12), True)
    assert job.waiting
    assert job.waiting.reason == f"sunoapi: {FULL}"


def test_everybody_who_waits_has_another_turn(house: House) -> None:
    house.take_slot("sunoapi", 0)

    turns = [house.postpone(routed(options=1))[1].until for _ in range(3)]

    assert turns == [at(12), at(24), at(36)]


def test_the_turn_is_where_it_comes_first(house: House) -> None:
    house.take_slot("sunoapi", 0.5)
    house.take_slot("apikley", 0)

    _, choice = house.postpone(routed())

    assert (choice.option, choice.until) == (1, at(12))
    assert choice.reason == f"sunoapi: {FULL}; apikley: {FULL}"
    assert house.slots("sunoapi") == (at(0.5),)


@pytest.mark.parametrize("late", [0, SLOT_S])
def test_whose_turn_has_come_is_let_in_without_another_slot(house: House, late: float) -> None:
    house.take_slot("sunoapi", 0)
    job, _ = house.postpone(routed(options=1))
    house.postpone(routed(options=1))
    taken = house.slots("sunoapi")

    claim = house.claim(job, 12 + late)

    assert (claim.option, claim.reason) == (0, f"its turn came: sunoapi: {FULL}")
    assert house.slots("sunoapi") == taken


def test_who_comes_before_its_turn_has_none_yet(house: House) -> None:
    house.take_slot("sunoapi", 0)
    job, _ = house.postpone(routed(options=1))

    _, choice = house.postpone(job, 11.999)

    assert choice.until == at(24)


def test_who_missed_its_turn_gets_another(house: House) -> None:
    house.take_slot("sunoapi", 0)
    job, _ = house.postpone(routed(options=1))
    house.postpone(routed(options=1))

    job, choice = house.postpone(job, 12 + SLOT_S + 0.001)

    assert (choice.until, choice.has_slot) == (at(36), True)
    assert house.claim(job, 36).option == 0


def test_a_turn_is_for_one_attempt(house: House) -> None:
    house.take_slot("sunoapi", 0)
    job, _ = house.postpone(routed(options=1))
    again = refused(job, seconds=12.5)
    house.take_slot("sunoapi", 13)

    _, choice = house.postpone(again, 17.5)

    assert choice.until == at(25)


def test_a_turn_does_not_lead_through_an_open_circuit(house: House) -> None:
    house.take_slot("sunoapi", 0)
    job, _ = house.postpone(routed(options=1))
    house.open_circuit("sunoapi", 11)

    _, choice = house.postpone(job, 12)

    assert (choice.until, choice.has_slot) == (at(41), False)


def test_whose_turn_is_in_vain_asks_somebody_else(house: House) -> None:
    for provider in ("sunoapi", "apikley"):
        house.take_slot(provider, 0)
    job, _ = house.postpone(routed())
    house.open_circuit("sunoapi", 11)

    claim = house.claim(job, 12)

    assert (claim.option, claim.reason) == (1, f"sunoapi: {CIRCUIT}")


def test_who_loses_every_race_for_a_turn_has_none(house: House) -> None:
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


def test_a_turn_further_off_than_it_can_be_kept_is_left_to_others(house: House) -> None:
    house.take_slot("sunoapi", TURNS_AHEAD.total_seconds())

    job, choice = house.postpone(routed(options=1))

    assert not choice.has_slot
    assert at(1) < choice.until < at(1) + TURNS_AHEAD
    assert house.slots("sunoapi") == (at(0) + TURNS_AHEAD,)
    assert house.postpone(job, 302)[1].has_slot


def test_a_turn_after_the_deadline_is_left_to_others(house: House) -> None:
    house.take_slot("sunoapi", PACE.deadline_s)

    _, choice = house.postpone(routed(options=1), PACE.deadline_s - 1)

    assert not choice.has_slot
    assert house.slots("sunoapi") == (at(PACE.deadline_s),)


def kept_waiting(house: House, job: Job, until: float) -> Job:
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


def test_a_job_that_nobody_takes_for_ten_minutes_is_given_up(house: House) -> None:
    patience = PATIENCE.total_seconds()
    job = kept_waiting(house, routed(), until=patience)

    choice = house.choose(job, 1 + patience)

    assert isinstance(choice, Abandoned)
    assert choice.error.code == FailureCode.UNAVAILABLE
    assert CIRCUIT in choice.error.message
    given_up = told(choice, job=job)
    assert given_up.status is Status.FAILED
    assert given_up.attempts == ()


def test_a_job_is_not_given_up_before(house: House) -> None:
    patience = PATIENCE.total_seconds()
    job = kept_waiting(house, routed(), until=patience)

    assert house.postpone(job, patience + 0.999)[1].option == 0


def test_the_time_in_which_a_job_waited_for_its_turn_is_not_held_against_a_provider(
    house: House,
) -> None:
    house.take_slot("sunoapi", 590)
    job, _ = house.postpone(routed(options=1))
    house.open_circuit("sunoapi", 601)

    job, choice = house.postpone(job, 602)
    assert choice.unwell_since == at(602)

    house.open_circuit("sunoapi", 1201)
    assert isinstance(house.choose(job, 1201.999), Postponed)
    assert isinstance(house.choose(job, 1202), Abandoned)


def test_a_provider_that_only_has_too_much_to_do_gives_up_no_job(house: House) -> None:
    job = kept_waiting(house, routed(), until=PATIENCE.total_seconds())
    house.take_slot("apikley", 601)

    job, choice = house.postpone(job, 602)

    assert (choice.option, choice.has_slot, choice.unwell_since) == (1, True, None)


def test_a_job_that_may_ask_somebody_again_soon_is_not_given_up(house: House) -> None:
    since = Postponed(2, at(602), 1, CIRCUIT, at(601), unwell_since=at(1))
    job = told(since, job=refused(routed(), seconds=601))
    house.open_circuit("apikley", 600)

    assert house.postpone(job, 602)[1].until == at(606)


@pytest.mark.parametrize(("seconds", "is_over"), [(7199.999, False), (7200, True)])
def test_a_job_that_was_never_sent_expires_at_its_deadline(
    house: House,
    seconds: float,
    is_over: bool,  # noqa: FBT001
) -> None:
    choice = house.choose(routed(), seconds)

    assert isinstance(choice, Expired if is_over else Claimed)
