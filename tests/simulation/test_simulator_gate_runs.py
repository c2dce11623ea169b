"""Sweeps, random runs, pairs, reports and nights: what is played, how it ends, what is told."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from tests.simulator import results, written
from tests.simulator.cases import Case, Outcome, run
from tests.simulator.checks.rules import IN_THE_END
from tests.simulator.decisions import Decision, Kind, Point
from tests.simulator.freezing import StaleCaseError, replay
from tests.simulator.gate import SCHEDULES, SWEPT, Exit, Tally, exit_of
from tests.simulator.nightly import open_night, write
from tests.simulator.pairs import seconds
from tests.simulator.planted.catalogue import CANARY, PATCHES
from tests.simulator.planted_runs import Caught, least
from tests.simulator.play import Violation
from tests.simulator.random_runs import (
    FIXED,
    LONG,
    LONG_MIN,
    LOTS,
    SHORT,
    SHORT_MAX,
    schedule,
    schedules,
    seeds,
)
from tests.simulator.report import again, report
from tests.simulator.scenarios import SCENARIOS
from tests.simulator.sweep import decisions_at, singles
from tests.simulator.table import table

SMALL = Case("refused by all")
AT = Point("submit", 1, 3, "kv.get_item")


@pytest.fixture(scope="module")
def small() -> Outcome:
    return run(SMALL)


def outcome(*messages: str) -> Outcome:
    violations = tuple(Violation("I4", 1.0, message) for message in messages)
    return Outcome(SMALL, violations, (), (), ended=True, calls=9, cpu_s=0.1)


def test_every_point_is_struck_with_each_kind_that_can_strike_it(small: Outcome) -> None:
    cases = singles(small)

    struck = {(one.at, one.kind.value) for case in cases for one in case.decisions or ()}
    assert struck == {(at, str(kind)) for at, kinds in small.points for kind in kinds}
    assert len({case.decisions for case in cases}) == len(cases)


def test_at_least_twelve_scenarios_are_swept_in_every_gate() -> None:
    assert len(set(SWEPT)) >= 12
    assert set(SWEPT) <= SCENARIOS.keys()


def test_a_thousand_seeds_are_always_the_same_and_the_others_follow_from_the_commit() -> None:
    one, other = [*seeds("a", 1_050)], [*seeds("b", 1_050)]

    assert one[:FIXED] == other[:FIXED] == [*range(1, FIXED + 1)]
    assert not set(one[FIXED:]) & set(other[FIXED:])
    assert one == [*seeds("a", 1_050)]
    assert [case.seed for case in schedules("a", 1_050, 1_040)] == one[1_040:]


def test_random_schedules_play_every_scenario() -> None:
    assert {schedule(seed).scenario for seed in range(1, FIXED + 1)} == SCENARIOS.keys()


def test_no_scenario_has_less_than_a_quarter_of_an_equal_share_of_random_schedules() -> None:
    drawn = Counter(case.scenario for case in schedules("a", SCHEDULES))
    equal = SCHEDULES / len(LOTS)
    fewest = FIXED / len(LOTS) + (SCHEDULES - FIXED) * min(LOTS.values()) / sum(LOTS.values())

    assert [*LOTS] == sorted(SCENARIOS)
    assert fewest >= equal / 4
    # Chance may be a little below what is to be expected of it.
    assert min(drawn[name] for name in SCENARIOS) >= equal / 5


def test_a_scenario_has_lots_by_how_much_happens_in_it() -> None:
    points = {name: len(run(Case(name)).points) for name in SCENARIOS}

    assert {name for name, number in points.items() if number <= SHORT_MAX} == SHORT
    assert {name for name, number in points.items() if number >= LONG_MIN} == LONG


def test_the_same_case_is_the_same_history(small: Outcome) -> None:
    random = schedule(5)

    assert replace(run(SMALL), cpu_s=0) == replace(small, cpu_s=0)
    assert replace(run(random), cpu_s=0) == replace(run(random), cpu_s=0)


def test_what_chance_has_decided_is_the_same_history_when_it_is_a_list() -> None:
    for seed in (3, 5, 8):
        random = run(schedule(seed))
        again = run(random.case.fixed(random.decisions))

        assert again.decisions == random.decisions
        assert (again.calls, again.violations) == (random.calls, random.violations)


def test_a_second_fault_strikes_only_after_the_first(small: Outcome) -> None:
    places = {at: place for place, (at, _) in reversed([*enumerate(small.points)])}
    for case in islice(singles(small), 0, None, 60):
        first = run(case)
        (struck,) = case.decisions or ()
        for pair in islice(seconds(first), 40):
            assert pair.decisions
            assert pair.decisions[0] == struck
            assert places.get(pair.decisions[1].at, len(places)) > places[struck.at]


def test_decisions_at_a_point_that_is_passed_twice_are_tried_once() -> None:
    points = [(AT, ("fail-before", "throttle")), (AT, ("fail-before",))]

    assert [one.kind for one in decisions_at(points)] == [Kind.FAIL_BEFORE, Kind.THROTTLE]


def test_a_report_says_all_that_is_needed_to_see_it_again() -> None:
    case = Case("one push job", 7, (Decision(AT, Kind.FAIL_BEFORE),))
    found = replace(outcome("never_replaced: clips/a was replaced"), case=case)

    told = report(found, case)

    for part in ("I4 is violated", "one push job", "submit#1", "kv.get_item (3)", "fail-before"):
        assert part in told
    line = told.splitlines()[-1]
    assert line.strip() == f"again: {again(case)}"
    assert written.write(case.decisions or ()) in line


def test_a_random_schedule_is_played_again_by_its_seed() -> None:
    assert again(schedule(7)) == 'make simulate ARGS="--seed 7"'


def test_a_case_without_a_violation_shrinks_to_itself() -> None:
    decisions = (Decision(AT, Kind.FAIL_BEFORE),)
    found = replace(outcome("never: so"), decisions=decisions)

    assert least(found, 5).decisions == decisions


def test_a_frozen_decision_strikes_where_its_call_has_moved_to() -> None:
    played = replay("refused by all", 1, "submit#1.40 http.submit: fail-before")

    (struck,) = played.decisions
    assert (struck.at.actor, struck.at.operation) == ("submit", "http.submit")
    assert struck.at.call < 40


def test_a_frozen_decision_whose_call_is_gone_is_stale() -> None:
    with pytest.raises(StaleCaseError):
        replay("refused by all", 1, "archive#1.1 blob.put_object: fail-before")


PATCH = PATCHES[0]
ENDS = [
    (Exit.WELL, Tally(schedules=1000, cpu_s=10, caught=[Caught(PATCH, SMALL, "I3")])),
    (Exit.VIOLATED, Tally(violations=[outcome("never: so"), outcome(f"{IN_THE_END}x: y")])),
    (Exit.NOT_LIVE, Tally(violations=[outcome(f"{IN_THE_END}x: y")])),
    (Exit.BUG_MISSED, Tally(schedules=1000, cpu_s=10, caught=[Caught(PATCH)])),
    (Exit.CANARY_MISSED, Tally(schedules=1000, cpu_s=10, is_canary_seen=False)),
    (Exit.SLOW, Tally(schedules=10, cpu_s=10, is_canary_seen=True)),
]


@pytest.mark.parametrize(("ends", "tally"), ENDS, ids=[end.name for end, _ in ENDS])
def test_the_exit_code_says_what_went_wrong(ends: Exit, tally: Tally) -> None:
    assert exit_of(tally) is ends


def test_the_table_says_what_was_tried_and_what_came_of_it() -> None:
    tally = Tally(scenarios=28, points=900, wanted=5000, singles=5000, schedules=10_000)
    tally.cpu_s, tally.wall_s, tally.is_canary_seen = 500, 250, True
    tally.caught = [Caught(PATCH, SMALL, PATCH.breaks), Caught(PATCHES[1], tried=9)]

    told = table(tally, 2)

    for part in ("5,000, all", "10,000, 9,000 of them", "1 of 2", PATCHES[1].name, "seen"):
        assert part in told


def test_a_night_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    night = open_night(tmp_path, "0123456789abcdef")
    night.state["done"]["schedules"] = 2_000
    night.add("random schedules", 2_000, 40.0, 20.0, 0)

    again = open_night(tmp_path, "0123456789abcdef")
    again.add("random schedules", 500, 10.0, 5.0, 1)

    assert again.done("schedules") == 2_000
    assert again.state["parts"]["random schedules"]["played"] == 2_500
    assert results.violations(again.state) == 1
    assert open_night(tmp_path, "another commit").state["parts"] == {}


def test_a_night_that_dies_while_it_writes_keeps_what_was_written_before(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    write(path, {"done": {"schedules": 1}})
    path.with_suffix(".new").write_text("{ half", encoding="utf-8")

    assert path.read_text(encoding="utf-8").startswith("{")
    assert open_night(tmp_path, "state").done("schedules") == 1


def test_the_results_say_commit_date_counts_and_time() -> None:
    row = {"played": 1_234, "cpu_s": 99.0, "wall_s": 50.0, "violations": 0}
    state = {"commit": "abc", "began": "2026-01-01", "parts": {"random schedules": row}, "done": {}}

    told = results.document(state, datetime(2026, 1, 2, tzinfo=UTC))

    for part in ("`abc`", "2026-01-01", "2026-01-02", "1,234", "Python 3.13"):
        assert part in told


def test_the_canary_is_no_bug_that_is_counted() -> None:
    assert CANARY.name not in {patch.name for patch in PATCHES}
