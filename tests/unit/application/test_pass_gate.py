"""Passing a provider's gate while others do: each loses some races, and nobody is let in twice."""

from datetime import timedelta

import pytest

from cliphook.application.pass_gate import (
    RACES_MAX,
    TURNS_AHEAD,
    enter_gate,
    reserve_slot,
    tell_gate,
)
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.event import ORDER_AHEAD_S
from cliphook.domain.gate import Gate, Outcome, Rate, Turned, reserve
from tests.support.fakes import FakeGates, FakeTable, Moment
from tests.support.makers import at

RATE = Rate(20, 10)


class Rival:
    """Somebody who takes a slot just before everybody else does, so many times."""

    def __init__(self, times: int = 0) -> None:
        self.left = times
        self.table = FakeTable(hook=self)
        self.gates = FakeGates(self.table)

    def __call__(self, name: str, moment: Moment) -> None:
        if (name, moment) == ("gates.swap", Moment.BEFORE) and self.left:
            self.left -= 1
            taken, _ = reserve(self.gate, RATE, at(0))
            self.table.gates["sunoapi"] = _next(taken)

    @property
    def gate(self) -> Gate:
        return self.table.gates.get("sunoapi", Gate("sunoapi"))

    def fill(self, slots: int = RATE.count) -> None:
        for _ in range(slots):
            taken, _ = reserve(self.gate, RATE, at(0))
            self.table.gates["sunoapi"] = _next(taken)


def _next(gate: Gate) -> Gate:
    return Gate(
        gate.provider, gate.slots, gate.calls, gate.opened_at, gate.probed_at, gate.version + 1
    )


def test_who_is_let_in_has_used_a_slot() -> None:
    rival = Rival()

    assert enter_gate("sunoapi", RATE, at(1), gates=rival.gates) is None

    assert (rival.gate.slots, rival.gate.version) == ((at(1),), 1)


def test_nothing_is_stored_for_a_provider_that_knows_no_rate() -> None:
    rival = Rival()

    assert enter_gate("infery", None, at(1), gates=rival.gates) is None

    assert rival.table.gates == {}


def test_who_is_turned_away_is_told_when_to_come_and_stores_nothing() -> None:
    rival = Rival()
    rival.fill()
    before = rival.gate

    refusal = enter_gate("sunoapi", RATE, at(1), gates=rival.gates)

    assert refusal == Turned(at(12), "its rate is used up", is_rate=True)
    assert rival.gate == before


def test_a_race_that_is_won_at_last_lets_in_once() -> None:
    rival = Rival(RACES_MAX - 1)

    assert enter_gate("sunoapi", RATE, at(1), gates=rival.gates) is None

    assert len(rival.gate.slots) == RACES_MAX


def test_whoever_loses_to_those_who_take_the_last_slots_is_turned_away() -> None:
    rival = Rival(3)
    rival.fill(RATE.count - 3)

    refusal = enter_gate("sunoapi", RATE, at(1), gates=rival.gates)

    assert refusal
    assert refusal.is_rate


def test_who_loses_every_race_is_not_let_in_and_comes_again_soon() -> None:
    rival = Rival(RACES_MAX)

    refusal = enter_gate("sunoapi", Rate(1000, 10), at(1), gates=rival.gates)

    assert refusal == Turned(at(2), "many submit at once")


def test_a_slot_is_the_next_free_one_whoever_else_takes_some_meanwhile() -> None:
    rival = Rival(3)
    rival.fill(2 * RATE.count - 3)

    assert reserve_slot("sunoapi", RATE, at(1), at(600), gates=rival.gates) == at(24)


def test_who_loses_every_race_for_a_slot_has_none() -> None:
    rival = Rival(RACES_MAX)

    turn = reserve_slot("sunoapi", RATE, at(1), at(600), gates=rival.gates)

    assert turn == Turned(at(2), "many submit at once")


@pytest.mark.parametrize(("latest", "has_slot"), [(12, True), (11.999, False)])
def test_a_slot_that_comes_too_late_is_left_to_others(latest: float, has_slot: bool) -> None:  # noqa: FBT001
    rival = Rival()
    rival.fill()

    turn = reserve_slot("sunoapi", RATE, at(1), at(latest), gates=rival.gates)

    assert (turn == at(12)) is has_slot
    assert (rival.gate.slots[-1] == at(12)) is has_slot


def test_a_slot_is_not_given_away_so_far_ahead_that_its_order_could_not_be_kept() -> None:
    rival = Rival()
    last = at(0)
    while last <= at(1) + TURNS_AHEAD:
        rival.fill(1)
        last = rival.gate.slots[-1]

    turn = reserve_slot("sunoapi", RATE, at(1), at(7200), gates=rival.gates)

    assert timedelta(seconds=ORDER_AHEAD_S) >= TURNS_AHEAD
    assert isinstance(turn, Turned)
    assert turn.reason == "many wait for their turn"
    assert at(1) < turn.until < at(1) + TURNS_AHEAD
    assert rival.gate.slots[-1] == last


def test_how_a_call_went_is_noted_whoever_else_passes() -> None:
    rival = Rival(3)

    tell_gate("sunoapi", Outcome.UNWELL, at(1), gates=rival.gates)

    assert rival.gate.calls == ((at(1), Outcome.UNWELL),)
    assert len(rival.gate.slots) == 3


def test_what_cannot_be_noted_under_a_rush_is_let_go() -> None:
    rival = Rival(RACES_MAX)

    tell_gate("sunoapi", Outcome.UNWELL, at(1), gates=rival.gates)

    assert rival.gate.calls == ()


@pytest.mark.parametrize("name", ["gates.load", "gates.swap"])
def test_a_table_that_does_not_answer_lets_nobody_in(name: str) -> None:
    def fail(reached: str, _: Moment) -> None:
        if reached == name:
            raise UnavailableStoreError

    gates = FakeGates(FakeTable(hook=fail))

    with pytest.raises(UnavailableStoreError):
        enter_gate("sunoapi", RATE, at(1), gates=gates)
