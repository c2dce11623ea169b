"""Every scenario of the simulated Stratizon ends as it says, and costs what it must."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest

from local.simulators import Served, serve
from local.simulators.stratizon_scenarios import SCENARIOS
from tests.unit.local.conftest import QUICK
from tests.unit.local.receiver import get, wait
from tests.unit.local.scenes import creates
from tests.unit.local.stratizon_client import (
    ended,
    made,
    play,
    poll,
    post,
    wait_for_wallet,
    wallet,
)

PRICES = {"suno-5.5": Decimal(80), "minimax-music-2.6": Decimal(50)}
CREATES = creates(invalid=422, accepted=202) | {
    "refuse-too-long": (413, False),
    "refuse-maintenance": (503, False),
}
ENDS = {
    "S1-happy": "succeeded",
    "S2-slow": "succeeded",
    "S10-unknown-fields": "succeeded",
    "S11-failure-after-accept": "failed",
    "fail-upstream_failed": "failed",
    "fail-content_policy_violation": "failed",
    "fail-timeout": "failed",
    "fail-reference_audio_unavailable": "failed",
    "failed-at-once": "failed",
    "canceled": "canceled",
    "cancelled": "cancelled",
    "complete-without-audio": "succeeded",
    "one-track": "succeeded",
    "no-tracks": "succeeded",
    "status-completed": "completed",
    "status-success": "success",
    "status-unknown": "succeeded",
    "clip-url": "succeeded",
    "clip-audio-url": "succeeded",
    "credits-number": "succeeded",
    "credits-string": "succeeded",
    "refund-in-usd-too": "failed",
    "refund-unsaid": "failed",
}
LOST = {"failed", "canceled", "cancelled"}
# Looked at by a test of their own.
OWN = {"S12-never-finishes", "S13-unknown-task", "error-then-complete", "first-poll-html-502"}


@pytest.fixture(scope="module")
def sim() -> Iterator[Served]:
    with serve("stratizon", QUICK) as served:
        yield served


def test_no_scenario_goes_unwatched() -> None:
    shared = {
        name for name, row in SCENARIOS.items() if row.files or row.cover or row.length_lie != 1
    }
    polls = {name for name in SCENARIOS if name.startswith("poll-")}

    assert {*CREATES, *ENDS} | OWN | shared | polls == {*SCENARIOS}


@pytest.mark.parametrize("name", CREATES)
def test_a_create_is_answered_as_its_scenario_says(sim: Served, name: str) -> None:
    status, accepted = CREATES[name]
    before = wallet(sim)

    try:
        got: int | None = post(sim, play(name)).status_code
    except httpx.RemoteProtocolError:
        got = None

    entry = get(sim, "/_sim/requests").json()["requests"][-1]
    assert (got, entry["accepted"], bool(entry["task_id"])) == (status, accepted, accepted)
    assert before - wallet(sim) == (PRICES["suno-5.5"] if accepted else 0)


@pytest.mark.parametrize("name", ENDS)
def test_a_task_ends_as_its_scenario_says_and_is_paid_for_only_if_it_succeeds(
    sim: Served, name: str
) -> None:
    before = wallet(sim)

    task = ended(sim, made(sim, play(name)))

    lost = ENDS[name] in LOST
    assert task["status"] == ENDS[name]
    assert ("output" in task, "error" in task) == (not lost, ENDS[name] == "failed")
    wait_for_wallet(sim, before - (0 if lost else PRICES["suno-5.5"]))


def test_statuses_pass_in_their_order(sim: Served) -> None:
    task, seen = made(sim, play("S2-slow")), []

    def look() -> bool:
        seen.append(poll(sim, task).json()["status"])
        return bool(seen[-1] == "succeeded")

    wait(look)
    assert list(dict.fromkeys(seen)) == ["queued", "running", "succeeded"]


def test_what_never_finishes_says_running_and_what_is_unknown_404(sim: Served) -> None:
    endless, unknown, other = (
        made(sim, play(name)) for name in ("S12-never-finishes", "S13-unknown-task", "S1-happy")
    )
    ended(sim, other)

    assert poll(sim, endless).json()["status"] == "running"
    assert poll(sim, unknown).status_code == poll(sim, "task_0").status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [("html-502", 502), ("empty-500", 500), ("unknown", 404), ("rate", 429)],
)
def test_polls_fail_three_times_and_then_tell(sim: Served, name: str, status: int) -> None:
    task = made(sim, play(f"poll-{name}"))

    assert [poll(sim, task).status_code for _ in range(4)] == [status] * 3 + [200]


def test_a_first_poll_may_fail_alone(sim: Served) -> None:
    task = made(sim, play("first-poll-html-502"))

    assert [poll(sim, task).status_code for _ in range(2)] == [502, 200]


def test_a_failure_names_its_reason(sim: Served) -> None:
    task = ended(sim, made(sim, play("fail-content_policy_violation")))

    assert task["error"]["code"] == "content_policy_violation"
    assert task["error"]["message"]


def test_a_refund_that_was_made_stays_when_the_music_comes_nevertheless(sim: Served) -> None:
    before = wallet(sim)
    task = made(sim, play("error-then-complete"))

    wait(lambda: poll(sim, task).json()["status"] == "failed")
    wait(lambda: poll(sim, task).json()["status"] == "succeeded")

    assert poll(sim, task).json()["billing"]["refunded_credits"] == "80.0000"
    wait_for_wallet(sim, before)


def test_complete_comes_without_links_and_then_with_them() -> None:
    # Between the two are 40 s, so that whoever looks sees both however busy the machine is.
    with serve("stratizon", replace(QUICK, scale=0.02)) as sim:
        task = made(sim, play("complete-without-audio"))

        def links() -> list[str | None]:
            output = ended(sim, task)["output"]
            return [clip["audio_url"] for clip in output["clips"]]

        assert links() == [None, None]
        assert wait(lambda: all(links()))
