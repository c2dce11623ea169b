"""Each kind of fault really happens, and to nobody but whom it strikes."""

import pytest

from cliphook.application.dispatch_job import PATIENCE_S
from infra.flows import STREAM_RETRIES_MAX
from tests.simulation.struck import (
    ADD,
    ARCHIVE,
    BUSY,
    CLAIM,
    PUSH,
    PUT,
    SUBMIT,
    outcome,
    played,
    rows_by,
)
from tests.simulator.decisions import Decision, Fixed, Kind, Point
from tests.simulator.effects import Killed, Port
from tests.simulator.faults import OUTAGE_S, Faults
from tests.simulator.logs import (
    Announced,
    Answered,
    Ended,
    Served,
    Submitted,
    Wrote,
)
from tests.simulator.play import Played, play
from tests.simulator.scheduler import Invocation, Scheduler
from tests.simulator.stream import AGAIN_MAX_S, AGAIN_S


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
    found = played(Decision(Point("publish", BUSY, 2, "bus.put_events"), Kind.PARTIAL))
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
