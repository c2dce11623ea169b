"""What is on its way comes late, twice, in another place, or not at all; and others go on."""

import pytest

from tests.simulation.struck import BUSY, PUSH, count, outcome, played, rows_by
from tests.simulator.decisions import Decision, Fixed, Kind, Point
from tests.simulator.logs import (
    Announced,
    Answered,
    CalledBack,
    Ended,
    Polled,
    Submitted,
)
from tests.simulator.play import Played, play
from tests.simulator.scenarios import SCENARIOS


def test_a_message_is_delivered_twice() -> None:
    plain, found = (
        play(PUSH, Fixed(), 1),
        played(Decision(Point("queue.poll", 1, 0, "deliver"), Kind.DUPLICATE)),
    )

    assert count(found, Ended, "poll") > count(plain, Ended, "poll")


def test_a_callback_comes_twice_late_or_never() -> None:
    plain = Decision(Point("provider.sunoapi", 1, 0, "course"), Kind.CHOICE, name="false-error")
    first = Point("to.provider", 1, 0, "request")

    def stages(*decisions: Decision) -> list[str]:
        found = play(SCENARIOS["false alarms"], Fixed([*decisions, plain]), 1)
        return [str(one.stage) for one in found.logs.of(CalledBack) if one.status == 200]

    assert stages() == ["text", "error", "complete"]
    assert stages(Decision(first, Kind.DROP)) == ["error", "complete"]
    assert stages(Decision(first, Kind.DELAY, 25)) == ["error", "text", "complete"]
    assert stages(Decision(first, Kind.REORDER, 12)) == ["error", "text", "complete"]
    twice = played(Decision(first, Kind.DUPLICATE))
    assert count(twice, Ended, "callback") == 4


def test_rows_of_a_transaction_change_places_in_the_stream_and_not_on_the_bus() -> None:
    plain = play(PUSH, Fixed(), 1)
    found = played(Decision(Point("stream", BUSY, 0, "deliver"), Kind.REORDER))

    def told(one: Played) -> list[str]:
        return [event.detail_type for event in one.logs.of(Announced) if event.turn == BUSY]

    marked, before = (rows_by(one, "publish", BUSY) for one in (found, plain))
    keys = [[one.key for one in rows if one.key[0].startswith("JOB#")] for rows in (marked, before)]
    assert keys[0] == keys[1][::-1]
    assert told(found) == told(plain)
    assert len(told(plain)) > 1


def test_a_tick_that_is_dropped_is_not_made_up_for() -> None:
    found = played(Decision(Point("schedule", 1, 0, "tick"), Kind.DROP))

    assert outcome(found, "sweep").began_at >= 120


def test_another_goes_on_while_one_is_held_up() -> None:
    at = Point("submit", 1, 15, "kv.get_item")
    found = played(Decision(at, Kind.PAUSE, 2.5))

    # The provider's first callback comes ten seconds after it took the job.
    assert outcome(found, "submit").paused_s == 2.5
    assert count(found, Ended, "publish") == count(play(PUSH, Fixed(), 1), Ended, "publish")


def test_an_invocation_is_killed_once_its_time_is_up() -> None:
    slow = [
        Decision(Point("submit", 1, call, "kv.get_item"), Kind.PAUSE, 3)
        for call in (1, 3, 5, 6, 7, 9)
    ]
    more = [
        Decision(Point("submit", 1, call, name), Kind.PAUSE, 3)
        for call, name in (
            (2, "secrets.get_secret_value"),
            (4, "kv.transact_write_items"),
            (8, "kv.put_item"),
            (10, "kv.transact_write_items"),
        )
    ]

    found = play(PUSH, Fixed([*slow, *more]), 1)

    ended = outcome(found, "submit")
    assert ended.outcome == "timed-out"
    assert ended.at - ended.began_at == pytest.approx(29)
    assert found.logs.of(Answered)[0].status == 503
    # The sweep takes the job to its provider all the same.
    assert len(found.logs.of(Submitted)) == 1


def test_a_client_gets_no_answer() -> None:
    found = played(Decision(Point("from.client", 1, 0, "answer"), Kind.DROP))

    assert found.logs.of(Answered)[0].status == 0
    assert outcome(found, "submit").outcome == "done"


def test_the_provider_s_own_view_may_lag() -> None:
    lag = Decision(Point("provider.sunoapi", 1, 0, "lag"), Kind.CHOICE, name="15")

    said = [one.said for one in played(lag).logs.of(Polled)]

    assert said.count("complete") == 1
    assert said.index("complete") > [
        one.said for one in play(PUSH, Fixed(), 1).logs.of(Polled)
    ].index("complete")
