"""A history of the simulator ends as it should by itself, and is the same wherever it is played."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.simulator.decisions import Decision, Fixed, Kind, Point
from tests.simulator.logs import Announced, Answered, Asked, Ended, Kept, Submitted, Wrote
from tests.simulator.play import Played, play
from tests.simulator.scenario import Scenario
from tests.simulator.scenarios import SCENARIOS
from tests.simulator.scheduler import Scheduler
from tests.simulator.swarm import Swarm

ROOT = Path(__file__).parents[2]
PUSH = SCENARIOS["one push job"]
SEEDS = (1, 7, 12, 33)

each_scenario = pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=[*SCENARIOS])


def statuses(played: Played) -> dict[str, str]:
    """Tell the status in which each job was left that nobody has deleted."""
    rows = {one.key[0]: one.after for one in played.logs.of(Wrote) if one.key[1] == "JOB"}
    return {key: after["status"]["S"] for key, after in rows.items() if after}


def story(played: Played) -> str:
    """Write down everything that could differ."""
    told = [f"{entry.at:.6f} {type(entry).__name__}" for entry in played.logs.entries]
    writes = [f"{one.actor} {one.turn} {one.key} {one.after}" for one in played.logs.of(Wrote)]
    answers = [f"{one.status} {one.body}" for one in played.logs.of(Answered)]
    return json.dumps([*played.steps, *map(str, played.decisions), *told, *writes, *answers])


def stories(seeds: Sequence[int]) -> list[str]:
    """Play random histories, and tell them."""
    rows = [*SCENARIOS.values()]
    return [
        story(play(rows[seed % len(rows)], Swarm(seed), seed, is_traced=True)) for seed in seeds
    ]


@each_scenario
def test_a_history_without_faults_ends_as_its_row_says(scenario: Scenario) -> None:
    played = play(scenario, Fixed(), 1)

    assert played.ended
    assert statuses(played)
    assert set(statuses(played).values()) <= scenario.ends
    assert played.decisions == []


@pytest.mark.parametrize("name", ["one push job", "one poll job", "one block job"])
def test_a_job_ends_archived_with_its_provider_asked_once(name: str) -> None:
    played = play(SCENARIOS[name], Fixed(), 1)

    (submitted,) = played.logs.of(Submitted)
    assert [*statuses(played).values()] == ["archived"]
    assert submitted.task_id
    kept = [one.key.partition(".")[2] for one in played.logs.of(Kept)]
    assert sorted(kept) == ["mp3", "mp3", "peaks.json", "peaks.json"]
    assert {event.detail_type for event in played.logs.of(Announced)} >= {"job.archived"}
    assert {ended.outcome for ended in played.logs.of(Ended)} == {"done"}


def test_a_client_hears_of_every_request() -> None:
    played = play(SCENARIOS["a storm of one key"], Fixed(), 1)

    assert len(played.logs.of(Asked)) == len(played.logs.of(Answered)) == 9
    assert sorted(answer.status for answer in played.logs.of(Answered)) == [202] * 8 + [422]


def test_a_history_is_the_same_in_another_process() -> None:
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from tests.simulation.test_simulator_play import stories\n"
        f"print('\\n'.join(stories({SEEDS})))"
    )

    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "77", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.splitlines() == stories(SEEDS)


def test_a_history_does_not_depend_on_those_before() -> None:
    first = story(play(PUSH, Fixed(), 1, is_traced=True))
    stories([5, 6])

    assert story(play(PUSH, Fixed(), 1, is_traced=True)) == first


def test_the_seed_makes_a_difference() -> None:
    ids = {min(statuses(play(PUSH, Fixed(), seed))) for seed in (1, 2)}

    assert len(ids) == 2


@pytest.mark.parametrize("seed", SEEDS)
def test_what_chance_has_decided_can_be_played_again(seed: int) -> None:
    by_chance = play(PUSH, Swarm(seed), seed, is_traced=True)

    again = play(PUSH, Fixed(by_chance.decisions), seed, is_traced=True)

    assert story(again) == story(by_chance)


def test_taking_a_fault_away_leaves_the_others_where_they_are() -> None:
    slow = Decision(Point("submit", 1, 3, "kv.get_item"), Kind.PAUSE, 0.5)
    lost = Decision(Point("publish", 2, 2, "bus.put_events"), Kind.FAIL_AFTER)
    late = Decision(Point("to.provider", 2, 0, "request"), Kind.DELAY, 30)

    both = play(PUSH, Fixed([slow, lost, late]), 1)

    assert [*both.decisions] == [slow, lost, late]
    for gone in (slow, lost, late):
        left = [one for one in (slow, lost, late) if one != gone]
        assert [*play(PUSH, Fixed(left), 1).decisions] == left


def test_every_point_is_passed_once_and_names_what_could_happen_there() -> None:
    points = play(PUSH, Fixed(), 1).points

    assert len({at for at, _ in points}) == len(points)
    assert all(kinds for _, kinds in points)


def test_nothing_goes_wrong_once_faults_have_stopped() -> None:
    played = play(PUSH, Fixed(), 1, faults_end_s=50)

    kept = [at for at, _ in played.points]
    assert kept
    assert len(kept) < len(play(PUSH, Fixed(), 1).points)


def test_what_has_no_end_is_left_in_the_midst_of_it() -> None:
    scheduler = Scheduler()

    def again() -> None:
        scheduler.after(0.0, again)

    scheduler.at(1.0, again)
    scheduler.run(10.0)

    assert scheduler.next_at == 1.0
