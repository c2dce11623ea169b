"""What the simulator is run with: texts of decisions, chance, shrinking, and work on all cores."""

import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulator import written
from tests.simulator.decisions import Decision, Kind, Point
from tests.simulator.shrink import Decisions, shrink
from tests.simulator.sizes import DRAWN, SWEPT, every
from tests.simulator.swarm import Swarm
from tests.simulator.workers import HarnessError, spread, spread_apart

# Another test's server may still have its thread; what is forked here does not need it.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")

POINTS = st.builds(
    Point,
    st.sampled_from(["submit", "queue.poll", "provider.sunoapi", "to.client"]),
    st.integers(1, 99),
    st.integers(0, 40),
    st.sampled_from(["kv.get_item", "http.submit", "deliver", "begin"]),
)
FAULTS = st.builds(
    Decision,
    POINTS,
    st.sampled_from([kind for kind in Kind if kind is not Kind.CHOICE]),
    st.sampled_from([0.0, 0.01, 3.0, -300.0, 1800.0]),
)
CHOICES = st.builds(
    Decision, POINTS, st.just(Kind.CHOICE), st.just(0.0), st.sampled_from(["take", "30", "late"])
)
LISTS = st.lists(st.one_of(FAULTS, CHOICES), max_size=30, unique=True).map(tuple)


@given(LISTS)
def test_decisions_are_read_as_they_were_written(decisions: Decisions) -> None:
    assert written.read(written.write(decisions)) == decisions


@pytest.mark.parametrize("text", ["nonsense", "submit#1.2 kv.get_item", "a#b.c d: fail-before"])
def test_what_is_no_decision_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no decision|is not a valid"):
        written.read(text)


def counting(shows: Callable[[Decisions], bool]) -> tuple[Callable[[Decisions], bool], list[int]]:
    tried: list[int] = []

    def count(decisions: Decisions) -> bool:
        tried.append(len(decisions))
        return shows(decisions)

    return count, tried


@given(LISTS, st.data())
def test_what_is_left_shows_the_same_and_nothing_of_it_can_be_left_out(
    decisions: Decisions, data: st.DataObject
) -> None:
    if not decisions:
        return
    needed = set(data.draw(st.lists(st.sampled_from(decisions), max_size=3)))

    def shows(tried: Decisions) -> bool:
        points = {one.at for one in tried}
        return all(one.at in points for one in needed)

    left = shrink(decisions, shows)

    assert shows(left)
    assert {one.at for one in left} == {one.at for one in needed}
    assert len(left) == len({one.at for one in needed})


@given(st.lists(FAULTS, min_size=8, max_size=30, unique=True).map(tuple))
def test_shrinking_ends_when_its_time_is_over_with_something_that_shows_it(
    decisions: Decisions,
) -> None:
    times = iter(range(1000))
    shows, tried = counting(lambda left: len(left) > 2)

    left = shrink(decisions, shows, limit_s=5, clock_s=lambda: float(next(times)))

    assert len(left) > 2
    assert len(tried) <= 6


def test_the_order_of_decisions_is_kept() -> None:
    decisions = tuple(
        Decision(Point("submit", turn, 1, "kv.get_item"), Kind.FAIL_BEFORE) for turn in range(1, 9)
    )

    left = shrink(decisions, lambda tried: {decisions[6], decisions[1]} <= set(tried))

    assert left == (decisions[1], decisions[6])


def test_numbers_become_the_smallest_that_show_it() -> None:
    at = Point("rule.poll", 1, 0, "deliver")

    left = shrink(
        (Decision(at, Kind.DELAY, 1800.0),),
        lambda tried: any(one.number >= 50 for one in tried),
    )

    assert left == (Decision(at, Kind.DELAY, 60.0),)


def test_the_same_seed_decides_the_same_and_another_one_something_else() -> None:
    decided = [_drawn(seed) for seed in (7, 7, 8, 9, 10)]

    assert decided[0] == decided[1]
    assert len({*decided}) > 2


def _drawn(seed: int) -> Decisions:
    swarm = Swarm(seed)
    kinds = tuple(kind for kind in Kind if kind not in {Kind.PAUSE, Kind.CHOICE})
    for turn in range(1, 200):
        at = Point("submit", turn, 1, "kv.put_item")
        swarm.fault(at, kinds)
        swarm.pause_s(at)
        swarm.choose(at, ("plain", "late", "lost"))
    return tuple(swarm.decisions)


def test_a_tenth_of_all_seeds_has_no_fault_and_another_one_many() -> None:
    shares = [Swarm(seed).settings.fault_share for seed in range(1000)]

    assert 50 < sum(1 for share in shares if not share) < 200
    assert sum(1 for share in shares if share > 0.05) > 100


def test_every_kind_with_numbers_is_swept_with_each_of_them() -> None:
    at = Point("submit", 1, 0, "begin")
    kinds = [kind for kind in Kind if kind not in {Kind.PAUSE, Kind.CHOICE}]

    decisions = every(at, kinds)

    assert {one.kind for one in decisions} == set(kinds)
    for kind, numbers in SWEPT.items():
        assert [one.number for one in decisions if one.kind is kind] == [*numbers]


def test_a_report_tells_numbers_as_they_are_played() -> None:
    for numbers in (*SWEPT.values(), *DRAWN.values()):
        for number in numbers:
            decision = Decision(Point("a", 1, 0, "b"), Kind.DELAY, number)
            assert written.read(str(decision)) == (decision,)


def _double(number: int) -> int:
    if number == 13:
        raise RuntimeError("thirteen")
    return 2 * number


def _leave(number: int) -> int:
    if number == 3:
        os._exit(1)
    return number


def _remember(number: int) -> int:
    SEEN.append(number)
    return len(SEEN)


SEEN: list[int] = []

type Spread = Callable[[Callable[[int], int], list[int], int], Iterator[int]]


@pytest.mark.parametrize("way", [spread, spread_apart])
@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_work(way: Spread, workers: int) -> None:
    assert [*way(_double, [*range(9)], workers)] == [2 * number for number in range(9)]


@pytest.mark.parametrize("way", [spread, spread_apart])
def test_what_a_worker_raises_fails_the_whole_and_is_told(way: Spread) -> None:
    with pytest.raises(HarnessError, match="RuntimeError: thirteen"):
        list(way(_double, [*range(20)], 2))


@pytest.mark.parametrize("way", [spread, spread_apart])
def test_a_worker_that_dies_fails_the_whole(way: Spread) -> None:
    with pytest.raises(HarnessError, match="died"):
        list(way(_leave, [*range(6)], 2))


@pytest.mark.parametrize("way", [spread, spread_apart])
def test_whoever_has_seen_enough_waits_for_no_more_than_has_begun(way: Spread) -> None:
    results = way(_double, [*range(10)], 2)

    assert next(results) == 0
    # Whose workers wait for work for ever holds everybody up here.
    results.close()  # type: ignore[attr-defined]


def test_nothing_is_left_behind_in_a_process_of_its_own() -> None:
    assert [*spread_apart(_remember, [1, 2, 3], 1)] == [1, 1, 1]
    assert SEEN == []
