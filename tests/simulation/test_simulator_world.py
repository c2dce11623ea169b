"""Around the functions: queues, stream, schedule, hosts and people do what they do in the world."""

from dataclasses import replace

import pytest

from infra.flows import RECEIVES_MAX, STREAM_RETRIES_MAX, VISIBILITY_FACTOR
from tests.simulator.decisions import Decision, Fixed, Kind, Point
from tests.simulator.effects import Port
from tests.simulator.hosts import tune
from tests.simulator.logs import (
    Alarmed,
    Announced,
    Answered,
    Buried,
    CalledBack,
    Ended,
    Kept,
    Served,
    Submitted,
)
from tests.simulator.numbers import TIMEOUTS_S
from tests.simulator.play import Played, play
from tests.simulator.scenario import Ask, Attack, Audio, Course, Habits, Harm, Scenario, Trouble
from tests.simulator.scenarios import SCENARIOS

PUSH = SCENARIOS["one push job"]
ASK = PUSH.asks[0]


def began(played: Played, actor: str) -> list[float]:
    return [one.began_at for one in played.logs.of(Ended) if one.actor == actor]


def row(**habits: tuple[object, ...]) -> Scenario:
    return Scenario("a row", (ASK,), {"sunoapi": Habits(**habits)})  # type: ignore[arg-type]


def files(played: Played) -> list[Kept]:
    """List what was kept but for the waveforms."""
    return [one for one in played.logs.of(Kept) if not one.key.endswith(".json")]


def test_an_order_whose_process_died_comes_again_when_its_time_is_up() -> None:
    dies = Decision(Point("archive", 1, 1, "kv.get_item"), Kind.CRASH_BEFORE)

    first, *_, again = began(play(PUSH, Fixed([dies]), 1), "archive")

    assert again - first == pytest.approx(VISIBILITY_FACTOR * TIMEOUTS_S["archive"], abs=1)


def test_an_order_that_comes_too_early_is_put_back_until_its_time() -> None:
    early, in_time, *_ = began(play(PUSH, Fixed(), 1), "poll")

    assert early < 3
    assert in_time == pytest.approx(91, abs=1)


def test_an_order_that_is_never_done_is_buried_as_the_template_says() -> None:
    crashing = Trouble(Port.HTTP, 5, 1e9, Harm.CRASHES)
    scenario = replace(SCENARIOS["one poll job"], troubles=(crashing,))

    played = play(scenario, Fixed(), 1, faults_end_s=5 * 3600)

    buried = played.logs.of(Buried)
    assert {one.queue for one in buried} == {"poll-dead"}
    assert {one.reason for one in buried} == {f"received {RECEIVES_MAX} times"}


def test_a_batch_that_breaks_down_is_tried_as_often_as_the_template_says() -> None:
    scenario = replace(PUSH, troubles=(Trouble(Port.BUS, 0, 1400, Harm.CRASHES),))

    played = play(scenario, Fixed(), 1)

    given_up = [one for one in played.logs.of(Buried) if one.queue == "unpublished"]
    before = [
        one for one in played.logs.of(Ended) if one.actor == "publish" and one.at <= given_up[0].at
    ]
    assert given_up[0].reason == "tried too often"
    assert len(before) == STREAM_RETRIES_MAX + 1
    assert played.ended


def test_nothing_in_the_stream_overtakes_a_batch_that_is_tried_again() -> None:
    fails = Decision(Point("publish", 1, 3, "bus.put_events"), Kind.FAIL_BEFORE)

    told = [one.detail_type for one in play(PUSH, Fixed([fails]), 1).logs.of(Announced)]

    jobs = [name for name in told if name.startswith("job.")]
    assert jobs[:3] == ["job.queued", "job.accepted", "job.text"]


def test_the_sweep_comes_as_long_as_something_waits_and_not_after() -> None:
    played = play(SCENARIOS["nobody knows"], Fixed(), 1)

    minutes = [round(at / 60) for at in began(played, "sweep")]
    assert minutes[:2] == [1, 2]
    # An hour after the claim the job is given up; then nothing is left to do.
    assert played.logs.entries[-1].at < 2 * 3600


def test_empty_time_costs_nothing() -> None:
    played = play(row(courses=(Course.LATE,)), Fixed(), 1)

    late = [one for one in played.logs.of(CalledBack) if one.stage == "complete"]
    assert late[0].at > 25 * 3600
    assert late[0].status == 200
    assert played.counts["calls"] < 400


@pytest.mark.parametrize(
    ("attack", "statuses"),
    [
        (Attack.RANDOM_TICKET, {404}),
        (Attack.CHANGED_BODY, {200}),
        (Attack.FALSE_END, {200}),
        # The second time the ticket is too old.
        (Attack.REPLAYED, {200, 404}),
    ],
)
def test_an_attack_is_made_and_written_down(attack: Attack, statuses: set[int]) -> None:
    played = play(row(attacks=(attack,)), Fixed(), 1)

    made = [one for one in played.logs.of(CalledBack) if one.attack]
    assert {one.attack for one in made} == {attack}
    assert {one.status for one in made} == statuses


def test_somebody_uses_the_ticket_of_another_job() -> None:
    scenario = replace(row(attacks=(Attack.OTHER_TICKET,)), asks=(ASK, replace(ASK, client="two")))

    made = [one for one in play(scenario, Fixed(), 1).logs.of(CalledBack) if one.attack]

    tickets = {one.ticket for one in made}
    assert len(tickets) == 1
    assert played_alarms(scenario) >= 1


def played_alarms(scenario: Scenario) -> int:
    alarms = play(scenario, Fixed(), 1).logs.of(Alarmed)
    return sum(one.metric == "QuarantinedCallbacks" for one in alarms)


@pytest.mark.parametrize("audio", [Audio.TRUNCATED_ONCE, Audio.BROKEN_ONCE])
def test_a_host_that_stumbles_serves_the_whole_file_in_the_end(audio: Audio) -> None:
    played = play(row(audio=(audio,)), Fixed(), 1)

    served = played.logs.of(Served)
    assert [one.is_good for one in served].count(True) == 2
    assert len(served) == 4
    assert {kept.body for kept in files(played)} == {
        tune("sunoapi-1-a"),
        tune("sunoapi-1-b"),
    }


def test_music_in_the_answer_is_kept_and_fetched_from_nobody() -> None:
    played = play(SCENARIOS["music in the answer"], Fixed(), 1)

    assert {one.url for one in played.logs.of(Served)} == {"inline:infery-1-a", "inline:infery-1-b"}
    assert {kept.body for kept in files(played)} == {one.body for one in played.logs.of(Served)}


def test_an_operator_puts_dead_letters_back() -> None:
    played = play(SCENARIOS["hosts that serve nothing whole"], Fixed(), 1)

    kept = files(played)
    buried = [one.at for one in played.logs.of(Buried) if one.queue == "archive-dead"]
    assert buried
    assert max(buried) < 7200 < kept[0].at
    assert len({one.key for one in kept}) == 1


def test_a_client_with_a_key_tries_again_and_one_without_does_not() -> None:
    lost = Decision(Point("from.client", 1, 0, "answer"), Kind.DROP)

    def statuses(ask: Ask) -> list[int]:
        played = play(replace(PUSH, asks=(ask,)), Fixed([lost]), 1)
        return [one.status for one in played.logs.of(Answered)]

    assert statuses(Ask(ASK.body)) == [0]
    assert statuses(Ask(ASK.body, key="k")) == [0, 202]


def test_the_same_key_after_eight_days_is_another_wish() -> None:
    played = play(SCENARIOS["a storm of one key"], Fixed(), 1)

    submitted = [one.at for one in played.logs.of(Submitted)]
    assert len(submitted) == 3
    assert submitted[-1] > 8 * 86_400
