"""How fast a gate lets submissions in, and whose turn is when."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cliphook.domain.gate import SLOT_S, Gate, Rate, Turned, enter, reserve
from tests.support.makers import at

NEW = Gate("sunoapi")
RATE = Rate(20, 10)


def entered(gate: Gate, *seconds: float, rate: Rate | None = RATE) -> Gate:
    """Let submissions in, each at its second."""
    for second in seconds:
        outcome = enter(gate, rate, at(second))
        assert isinstance(outcome, Gate), (second, outcome)
        gate = outcome
    return gate


def turned(gate: Gate, seconds: float) -> Turned:
    """See a submission turned away."""
    outcome = enter(gate, RATE, at(seconds))
    assert isinstance(outcome, Turned)
    return outcome


def test_a_rate_lets_as_many_in_as_it_says_and_tells_the_next_when_to_come() -> None:
    full = entered(NEW, *[0.5] * 20)

    assert turned(full, 0.5) == Turned(at(12.5), "its rate is used up", is_rate=True)
    entered(full, 12.5)


def test_a_rate_that_was_lowered_holds_from_then_on() -> None:
    used = entered(NEW, *range(8))

    assert enter(used, Rate(2, 10), at(9)) == Turned(at(18), "its rate is used up", is_rate=True)


def test_a_provider_without_a_rate_lets_everybody_in() -> None:
    assert entered(NEW, *[0] * 100, rate=None) == NEW


def test_who_has_a_slot_needs_no_other() -> None:
    full = entered(NEW, *[0] * 20)

    assert enter(full, RATE, at(1), has_slot=True) == full


def reserved(gate: Gate, seconds: float, times: int) -> tuple[Gate, list[datetime]]:
    """Reserve so many slots at one instant."""
    slots: list[datetime] = []
    for _ in range(times):
        gate, slot = reserve(gate, RATE, at(seconds))
        slots.append(slot)
    return gate, slots


def test_slots_are_given_away_once_and_one_after_another() -> None:
    full = entered(NEW, *range(5), *[5] * 15)

    _, slots = reserved(full, 6, 21)

    assert slots == [*map(at, range(12, 17)), *[at(17)] * 15, at(24)]


def test_who_comes_later_does_not_overtake_those_who_wait() -> None:
    waiting, _ = reserved(entered(NEW, *[0] * 20), 1, 20)

    assert turned(waiting, 12).until == at(24)
    assert turned(waiting, 23.999).until == at(24)


def test_a_slot_that_is_free_is_given_at_once() -> None:
    _, (slot,) = reserved(entered(NEW, 0), 3, 1)

    assert slot == at(3)


def test_a_slot_is_never_before_the_one_that_was_given_away_last() -> None:
    _, (slot,) = reserved(entered(NEW, 3), 2.5, 1)

    assert slot == at(3)


def test_a_slot_is_no_hurdle_where_there_is_no_rate() -> None:
    assert reserve(NEW, None, at(3)) == (NEW, at(3))


def test_whoever_looked_at_the_clock_a_moment_too_early_counts_with_those_before() -> None:
    full = entered(NEW, *[1] * 19, 0.5)

    _, slots = reserved(full, 1, 20)

    assert set(slots) == {at(13)}


def test_a_clock_that_is_far_ahead_holds_up_nobody_but_one() -> None:
    full = entered(NEW, 300, *[1] * 19)

    _, slots = reserved(full, 2, 3)

    assert slots == [at(312), at(13), at(13)]


moments = st.integers(min_value=0, max_value=1000).map(lambda part: timedelta(seconds=part / 1000))
arrivals = st.lists(
    st.tuples(
        # Mostly many at once, and now and then nobody for a while.
        st.sampled_from([0, 0, 0, 0.05, 0.3, 1, 13]),
        moments,
        moments.map(lambda part: part * SLOT_S),
    ),
    max_size=120,
)


@given(arrivals=arrivals)
def test_no_ten_seconds_see_more_than_twenty_start(
    arrivals: list[tuple[float, timedelta, timedelta]],
) -> None:
    gate, now, starts = NEW, at(0), list[datetime]()
    for pause_s, since_clock, late in arrivals:
        now += timedelta(seconds=pause_s)
        read = now - since_clock
        outcome = enter(gate, RATE, read)
        if isinstance(outcome, Gate):
            gate = outcome
            starts.append(now)
        else:
            gate, slot = reserve(gate, RATE, read)
            starts.append(max(now, slot + late))

    starts.sort()
    for one, twentieth_after in zip(starts, starts[RATE.count :], strict=False):
        assert twentieth_after - one >= timedelta(seconds=RATE.span_s)
