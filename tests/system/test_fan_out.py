"""
Three endpoints, of which one is dead and one slow, and a rule in another system's stack.

Whoever listens hears of the same events under the same ids, and nobody waits for the dead one.
`FAN_OUT_JOBS` chooses how many jobs are made, `FAN_OUT_EVERY_S` after how long each one follows.
"""

import os
from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice
from typing import Any

import pytest
import time_machine
from standardwebhooks.webhooks import Webhook

from local.bring_up import Deployment
from tests.support.hook_server import Hook
from tests.system import fan_out_checks as checks
from tests.system.fan_out_run import CALLBACK, CALLED, CONTROL, DEAD, NAMES, SLOW, WELL, Run, played
from tests.system.kill_songs import listed
from tests.system.processes import soon

JOBS = int(os.environ.get("FAN_OUT_JOBS", "6"))
# A first attempt that another receiver keeps waiting is late by more than this (I15).
DELAYED_MAX_S = 10.0
# As many as a lane lets onto it at first, and at most.
LANE_FIRST, LANE_MAX = 2, 10
REPLAYED_WITHIN_S = 60.0 + JOBS
SHOWN_MAX = 10


@pytest.fixture(scope="module")
def run(deployment: Deployment) -> Iterator[Run]:
    with played(deployment, JOBS) as run:
        yield run


def test_every_job_was_made(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    if "FAN_OUT_JOBS" in os.environ:
        with capsys.disabled():
            print(f"\n{checks.report(run)}")  # noqa: T201 - for whoever asked for so many

    assert [job["status"] for job in run.jobs.values()] == ["archived"] * JOBS


@pytest.mark.parametrize("place", checks.PLACES)
def test_no_event_is_missed_and_each_is_told_everywhere_by_one_id_and_in_the_same_words(
    place: str, run: Run
) -> None:
    assert [*islice(checks.differing(place, run), SHOWN_MAX)] == []


@pytest.mark.parametrize("place", checks.PLACES)
def test_the_numbers_of_a_job_have_no_gap(place: str, run: Run) -> None:
    assert [*islice(checks.misnumbered(place, run), SHOWN_MAX)] == []


def test_the_feed_tells_everything_once(run: Run) -> None:
    assert len(run.feed) == len(run.committed)


def test_no_first_attempt_waits_for_one_who_is_dead(run: Run) -> None:
    well, control = checks.lags(WELL, run), checks.lags(CONTROL, run)

    assert len(well) == len(run.committed)
    assert max(well) <= max(control) + DELAYED_MAX_S, checks.report(run)


def test_nobody_is_asked_by_more_at_a_time_than_a_lane_lets_through(run: Run) -> None:
    assert checks.most_at_once(DEAD, run) == LANE_FIRST, checks.report(run)
    assert checks.most_at_once(SLOW, run) <= LANE_MAX, checks.report(run)


@pytest.mark.parametrize("name", NAMES)
def test_every_delivery_is_verified_by_the_published_library(name: str, run: Run) -> None:
    assert run.hooks.got[name]
    for hook in run.hooks.got[name]:
        body = verified(hook, run.endpoints[name]["secret"])
        assert body["type"] == body["data"]["type"]


def verified(hook: Hook, secret: str) -> Any:
    """Verify a webhook as its receiver does when it comes; after five minutes it is too old."""
    with time_machine.travel(hook.at, tick=False):
        return Webhook(secret).verify(hook.body, dict(hook.headers))


def deliveries(run: Run, name: str) -> list[Any]:
    return [*listed(run.api.http, f"/v1/endpoints/{run.endpoints[name]['id']}/deliveries")]


def test_the_log_tells_what_became_of_every_attempt(run: Run) -> None:
    assert soon(
        lambda: {one["status"] for one in deliveries(run, SLOW)} == {"delivered"},
        within_s=60,
        every_s=1,
    )
    well, dead = deliveries(run, WELL), deliveries(run, DEAD)
    assert {one["event_id"] for one in well} == run.committed.keys()
    assert {one["status"] for one in well} == {"delivered"}
    assert {one["attempts"][0]["status"] for one in well} == {200}
    assert {one["event_id"] for one in dead} == run.committed.keys()
    assert {one["status"] for one in dead} == {"pending"}
    said = [attempt for one in dead for attempt in one["attempts"]]
    assert {(one["status"], one["error"]) for one in said} <= {(None, "timeout"), (None, "unknown")}
    assert any(one["error"] == "timeout" for one in said)


def test_a_jobs_own_url_hears_of_that_job_alone_by_the_accounts_secret(run: Run) -> None:
    wanted = {
        id_
        for id_, detail in run.committed.items()
        if detail["job"]["id"] in run.called and detail["type"].startswith("job.")
    }

    assert len(run.called) == CALLED
    assert soon(lambda: {hook.id for hook in run.hooks.got[CALLBACK]} == wanted, within_s=30)

    for hook in run.hooks.got[CALLBACK]:
        verified(hook, run.signing_secret)
    for job_id, log in (
        (it, [*listed(run.api.http, f"/v1/jobs/{it}/deliveries")]) for it in run.jobs
    ):
        statuses = {one["status"] for one in log}
        assert statuses == ({"delivered"} if job_id in run.called else set())


def test_a_replay_brings_everything_again_under_the_same_ids(run: Run) -> None:
    # A second before: an id tells the millisecond of its event, and clocks are read apart.
    since = min(detail["occurred_at"] for detail in run.committed.values())
    before = len(run.hooks.got[WELL])
    path = f"/v1/endpoints/{run.endpoints[WELL]['id']}/replay"

    answered = run.api.http.post(path, json={"since": since})

    assert answered.status_code == HTTPStatus.ACCEPTED, answered.text
    assert soon(
        lambda: {hook.id for hook in run.hooks.got[WELL][before:]} >= run.committed.keys(),
        within_s=REPLAYED_WITHIN_S,
    )
