"""Each kind of fault really happens, and to nobody but whom it strikes."""

from collections.abc import Sequence

import pytest

from cliphook.application.dispatch_job import PATIENCE_S
from infra.flows import STREAM_RETRIES_MAX
from tests.simulator.decisions import Decision, Fixed, Kind, Point
from tests.simulator.effects import Killed, Port
from tests.simulator.faults import OUTAGE_S, Faults
from tests.simulator.logs import (
    Announced,
    Answered,
    CalledBack,
    Ended,
    Entry,
    Polled,
    Served,
    Submitted,
    Wrote,
)
from tests.simulator.play import Played, play
from tests.simulator.scenarios import SCENARIOS
from tests.simulator.scheduler import Invocation, Scheduler
from tests.simulator.stream import AGAIN_MAX_S, AGAIN_S

PUSH = SCENARIOS["one push job"]
# The calls of the first `submit`: the fourth stores the job, the tenth the claim.
ADD = Point("submit", 1, 4, "kv.transact_write_items")
CLAIM = Point("submit", 1, 10, "kv.transact_write_items")
SUBMIT = Point("submit", 1, 14, "http.submit")
PUT = Point("publish", 1, 1, "bus.put_events")
# The turn of `publish` that has more than one row to tell of.
BUSY = 7
ARCHIVE = Point("archive", 1, 2, "http.download")


def played(*decisions: Decision) -> Played:
    found = play(PUSH, Fixed(decisions), 1, is_traced=True)
    assert [*found.decisions] == [*decisions]
    return found


def rows_by(found: Played, actor: str, turn: int = 1) -> Sequence[Wrote]:
    return [one for one in found.logs.of(Wrote) if (one.actor, one.turn) == (actor, turn)]


def outcome(found: Played, actor: str, turn: int = 1) -> Ended:
    return next(one for one in found.logs.of(Ended) if (one.actor, one.turn) == (actor, turn))


def count[E: Entry](found: Played, kind: type[E], actor: str) -> int:
    return sum(getattr(one, "actor", "") == actor for one in found.logs.of(kind))


def test_what_fails_before_has_not_happened() -> None:
    found = played(Decision(ADD, Kind.FAIL_BEFORE))

    assert rows_by(found, "submit") == []
    assert [answer.status for answer in found.logs.of(Answered)] == [503]


def test_what_fails_after_has_happened_and_its_caller_does_not_know() -> None:
    found = played(Decision(ADD, Kind.FAIL_AFTER))

    assert {one.key[1][:3] for one in rows_by(found, "submit")} >= {"JOB"}
    assert [answer.status for answer in found.logs.of(Answered)] == [503]


def test_a_provider_that_was_not_reached_has_seen_nothing() -> None:
    found = played(Decision(SUBMIT, Kind.FAIL_BEFORE))

    first = found.logs.of(Submitted)[0]
    assert first.at > outcome(found, "submit").at


def test_a_provider_whose_answer_is_lost_has_taken_the_job() -> None:
    found = played(Decision(SUBMIT, Kind.FAIL_AFTER))

    (submitted,) = found.logs.of(Submitted)
    assert submitted.task_id
    assert submitted.at < outcome(found, "submit").at


@pytest.mark.parametrize("kind", [Kind.CRASH_BEFORE, Kind.CRASH_AFTER])
def test_a_crash_leaves_nothing_after_it(kind: Kind) -> None:
    found = played(Decision(CLAIM, kind))

    ended = outcome(found, "submit")
    rows = [one for one in rows_by(found, "submit") if one.key[0].startswith("JOB#")]
    written = {one.at for one in rows}
    assert (ended.outcome, ended.calls) == ("killed", CLAIM.call)
    # The job itself, and then the claim or not.
    assert len(written) == (2 if kind is Kind.CRASH_AFTER else 1)
    assert found.logs.of(Answered)[0].status == 503
    assert all(one.at > ended.at for one in found.logs.of(Submitted))


def test_the_dead_are_refused_whatever_they_try() -> None:
    scheduler = Scheduler()
    faults = Faults(Fixed(), scheduler, 0, is_traced=False)
    invocation = Invocation("stubborn", 1, ends_at=100)
    refused: list[str] = []

    def live() -> None:
        invocation.die("killed")
        for name in ("one", "two"):
            try:
                with faults.step(Port.KV, name):
                    refused.append("it went through")
            except Killed:
                refused.append(name)
        try:
            scheduler.wait(1)
        except Killed:
            refused.append("sleep")

    scheduler.begin(invocation, live, lambda: refused.append("over"))

    assert refused == ["one", "two", "sleep", "over"]


@pytest.mark.parametrize("times", [1, 3])
def test_calls_are_throttled_as_often_as_it_is_said(times: int) -> None:
    found = played(Decision(PUT, Kind.THROTTLE, times))

    assert min(event.turn for event in found.logs.of(Announced)) == times + 1


def test_part_of_a_batch_is_refused_and_is_sent_again() -> None:
    found = played(Decision(Point("publish", BUSY, 1, "bus.put_events"), Kind.PARTIAL))
    plain = play(PUSH, Fixed(), 1)

    def told(one: Played) -> set[str]:
        return {event.detail for event in one.logs.of(Announced) if event.turn == BUSY}

    def calls(one: Played) -> int:
        mine = [at for at, _ in one.points if (at.actor, at.turn) == ("publish", BUSY)]
        return sum(at.operation == "bus.put_events" for at in mine)

    assert told(found) == told(plain)
    assert calls(found) == calls(plain) + 1


def test_an_answer_breaks_off() -> None:
    found = played(Decision(ARCHIVE, Kind.PARTIAL))

    urls = [served.url for served in found.logs.of(Served)]
    assert sorted(urls.count(url) for url in set(urls)) == [1, 2]


def test_an_index_shows_rows_as_they_were() -> None:
    tick = next(
        at
        for at, _ in play(PUSH, Fixed(), 1).points
        if (at.actor, at.operation) == ("sweep", "kv.query")
    )

    assert played(Decision(tick, Kind.STALE)).ended


@pytest.mark.parametrize("kind", [Kind.OUTAGE, Kind.CRASHING_OUTAGE])
def test_an_outage_lasts_longer_than_anybody_tries_again(kind: Kind) -> None:
    found = played(Decision(PUT, kind))

    told_at = [one.at for one in found.logs.of(Announced)]
    began_at = outcome(found, "publish").began_at
    assert min(told_at) > began_at + OUTAGE_S
    assert found.ended
    # Of those who try again by themselves, these go on for longest.
    assert sum(PATIENCE_S) < OUTAGE_S
    assert (
        sum(min(AGAIN_MAX_S, AGAIN_S * 2**tries) for tries in range(STREAM_RETRIES_MAX)) < OUTAGE_S
    )
    is_fatal = kind is Kind.CRASHING_OUTAGE
    assert any(one.outcome == "killed" for one in found.logs.of(Ended)) is is_fatal


@pytest.mark.parametrize("off_s", [-300, 300])
def test_handlers_see_that_their_clock_is_off(off_s: float) -> None:
    found = played(Decision(Point("submit", 1, 0, "begin"), Kind.SKEW, off_s))

    def created_at(one: Played) -> str:
        rows = [
            wrote.after for wrote in one.logs.of(Wrote) if wrote.key[1] == "JOB" and wrote.after
        ]
        text: str = rows[0]["job"]["M"]["created_at"]["S"]
        return text

    plain = created_at(play(PUSH, Fixed(), 1))
    assert plain.startswith("2026-03-01T00:00:01")
    wanted = "2026-03-01T00:05:01" if off_s > 0 else "2026-02-28T23:55:01"
    assert created_at(found).startswith(wanted)


def test_a_clock_jumps_while_a_call_is_made() -> None:
    found = played(Decision(SUBMIT, Kind.JUMP, 300))

    last = rows_by(found, "submit")[-1].at
    jobs = [one.after for one in rows_by(found, "submit") if one.key[1] == "JOB" and one.after]
    attempt = jobs[-1]["job"]["M"]["attempts"]["L"][0]["M"]
    assert attempt["claimed_at"]["S"].startswith("2026-03-01T00:00:01")
    assert attempt["answered_at"]["S"].startswith("2026-03-01T00:05:01")
    assert last < 2


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
    assert [one.key for one in marked] == [one.key for one in before][::-1]
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
