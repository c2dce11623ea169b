"""The gate before a provider: its circuit, and how well it did lately."""

from functools import reduce

import pytest

from cliphook.domain.gate import (
    CALLS_KEPT,
    Circuit,
    Gate,
    Health,
    Outcome,
    Rate,
    Turned,
    circuit,
    counts,
    enter,
    health,
    outcome_of,
    tell,
)
from cliphook.domain.job import FailureCode, JobError
from cliphook.domain.report import Accepted, Answer, Failure, Refused, Unanswered, Unsent
from tests.support.makers import at

NEW = Gate("sunoapi")
RATE = Rate(20, 10)


def after(*calls: tuple[float, Outcome], gate: Gate = NEW) -> Gate:
    """Tell a gate of calls, each at its second."""
    return reduce(lambda known, call: tell(known, call[1], at(call[0])), calls, gate)


def calls(well: int, unwell: int, seconds: float = 0, bad: Outcome = Outcome.UNWELL) -> Gate:
    """Make a gate that was told of so many calls at once, the bad ones last."""
    good = [(seconds, Outcome.WELL)] * well
    return after(*good, *[(seconds, bad)] * unwell)


def entered(gate: Gate, *seconds: float) -> Gate:
    """Let submissions in, each at its second."""
    for second in seconds:
        outcome = enter(gate, RATE, at(second))
        assert isinstance(outcome, Gate), (second, outcome)
        gate = outcome
    return gate


def turned(gate: Gate, seconds: float, *, has_slot: bool = False) -> Turned:
    """See a submission turned away."""
    outcome = enter(gate, RATE, at(seconds), has_slot=has_slot)
    assert isinstance(outcome, Turned)
    return outcome


OPEN = calls(well=10, unwell=10)
ERROR = JobError("generation_failed", "No.")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Accepted(1, "task", at(1)), Outcome.WELL),
        (Accepted(1, None, at(1), Failure(None, ERROR)), Outcome.WELL),
        (Unsent(1, ERROR, at(1)), Outcome.UNWELL),
        (Unanswered(1, ERROR, at(1)), Outcome.UNWELL),
    ],
)
def test_an_answer_that_came_speaks_for_its_provider(answer: Answer, outcome: Outcome) -> None:
    assert outcome_of(answer) is outcome


def test_a_source_that_was_not_ready_says_nothing_of_the_provider() -> None:
    error = JobError(FailureCode.SOURCE_UNAVAILABLE, "The source broke off.")

    assert outcome_of(Unsent(1, error, at(1))) is None


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (FailureCode.REJECTED, Outcome.WELL),
        (FailureCode.CONTENT_POLICY, Outcome.WELL),
        (FailureCode.OUT_OF_CREDIT, Outcome.BROKE),
        (FailureCode.UNAUTHORIZED, Outcome.BROKE),
        (FailureCode.RATE_LIMITED, Outcome.UNWELL),
        (FailureCode.UNAVAILABLE, Outcome.UNWELL),
        ("a code of a newer version", Outcome.WELL),
    ],
)
def test_a_refusal_speaks_against_its_provider_only_where_it_is_the_providers_own(
    code: str, outcome: Outcome
) -> None:
    assert outcome_of(Refused(1, JobError(code, "No."), may_retry=True, at=at(1))) is outcome


@pytest.mark.parametrize(
    ("gate", "state"),
    [
        (NEW, Circuit.CLOSED),
        (calls(well=10, unwell=10), Circuit.OPEN),
        (calls(well=11, unwell=9), Circuit.CLOSED),
        (calls(well=0, unwell=19), Circuit.CLOSED),
        (calls(well=0, unwell=20), Circuit.OPEN),
        (calls(well=0, unwell=40, bad=Outcome.BROKE), Circuit.CLOSED),
        (calls(well=50, unwell=49), Circuit.CLOSED),
        (calls(well=50, unwell=50), Circuit.OPEN),
    ],
)
def test_half_of_twenty_calls_open_the_circuit(gate: Gate, state: Circuit) -> None:
    assert circuit(gate, at(0)) is state


def test_only_the_calls_of_the_last_half_minute_count() -> None:
    failures = [(second / 10, Outcome.UNWELL) for second in range(19)]

    assert circuit(after(*failures, (29.9, Outcome.UNWELL)), at(29.9)) is Circuit.OPEN
    assert circuit(after(*failures, (30, Outcome.UNWELL)), at(30)) is Circuit.CLOSED


def test_a_gate_remembers_no_more_calls_than_it_has_to() -> None:
    assert len(calls(well=3 * CALLS_KEPT, unwell=0).calls) == CALLS_KEPT


def test_an_open_circuit_lets_nobody_in_for_half_a_minute() -> None:
    for second in (0, 10, 29.999):
        refusal = turned(OPEN, second)
        assert refusal == Turned(at(30), "its circuit is open", is_unwell=True)
    assert circuit(OPEN, at(30)) is Circuit.HALF_OPEN


def test_a_half_open_circuit_lets_one_call_try() -> None:
    probed = entered(OPEN, 30)

    assert turned(probed, 30).until == at(60)
    assert turned(probed, 59.999).is_unwell


def test_whose_turn_has_come_waits_all_the_same_while_the_circuit_is_open() -> None:
    assert turned(OPEN, 10, has_slot=True).until == at(30)


def test_of_those_whose_turn_has_come_a_half_open_circuit_lets_one_try() -> None:
    probed = enter(OPEN, RATE, at(30), has_slot=True)

    assert isinstance(probed, Gate)
    assert turned(probed, 30, has_slot=True).until == at(60)


def test_a_try_that_nobody_tells_of_is_followed_by_another() -> None:
    assert turned(entered(OPEN, 30, 60), 60).until == at(90)


def test_a_try_that_goes_well_closes_the_circuit_and_forgets_what_opened_it() -> None:
    late = after(*[(29, Outcome.UNWELL)] * 19, gate=OPEN)

    closed = after((31, Outcome.WELL), gate=entered(late, 30))

    assert circuit(closed, at(31)) is Circuit.CLOSED
    assert counts(closed, at(31)) == (1, 0)
    again = after(*[(31, Outcome.UNWELL)] * 18, gate=closed)
    assert circuit(again, at(31)) is Circuit.CLOSED


def test_a_provider_that_is_out_of_credit_answers_and_so_closes_the_circuit() -> None:
    assert circuit(after((31, Outcome.BROKE), gate=entered(OPEN, 30)), at(31)) is Circuit.CLOSED


def test_a_try_that_fails_opens_the_circuit_again() -> None:
    failed = after((31, Outcome.UNWELL), gate=entered(OPEN, 30))

    assert turned(failed, 60.999).until == at(61)
    assert turned(entered(failed, 61), 61).until == at(91)


@pytest.mark.parametrize("outcome", Outcome)
def test_an_answer_to_a_call_from_before_leaves_an_open_circuit_as_it_is(outcome: Outcome) -> None:
    late = after((1, outcome), (29, outcome), gate=OPEN)

    assert turned(late, 29.999).until == at(30)
    assert circuit(late, at(30)) is Circuit.HALF_OPEN


@pytest.mark.parametrize(
    ("gate", "expected"),
    [
        (NEW, Health.GOOD),
        (calls(well=0, unwell=3), Health.GOOD),
        (calls(well=3, unwell=1), Health.STRAINED),
        (calls(well=4, unwell=1), Health.GOOD),
        (calls(well=3, unwell=1, bad=Outcome.BROKE), Health.STRAINED),
        (OPEN, Health.DOWN),
    ],
)
def test_a_provider_is_as_well_as_its_last_calls_went(gate: Gate, expected: Health) -> None:
    assert health(gate, at(0)) is expected


def test_health_comes_back_with_time() -> None:
    assert health(calls(well=0, unwell=10), at(30)) is Health.GOOD
    assert health(OPEN, at(30)) is not Health.DOWN
