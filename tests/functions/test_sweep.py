"""The schedule, by whole events: what is overdue is set going again, and counted."""

import json

import pytest
from time_machine import Traveller

from cliphook.adapters.schema import UNSENT
from cliphook.domain.report import Expired
from tests.functions.conftest import Output
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load
from tests.support.makers import at
from tests.support.sample_world import SAMPLES

SUNOAPI = SAMPLES["sunoapi"]
MINUTE = load("sweep", "minute")


@pytest.fixture
def sweep(deployed: Deployed) -> Function:
    return deployed.load("sweep")


def unsent(deployed: Deployed) -> list[str]:
    return [row["detail_type"] for row in deployed.rows("EVENT") if UNSENT.hash_key in row]


def counts(output: Output) -> dict[str, float]:
    """Read what the last run has counted."""
    lines = [json.loads(line) for line in output.read().splitlines()]
    found: dict[str, float] = {}
    for line in lines:
        for told in line.get("_aws", {}).get("CloudWatchMetrics", []):
            assert told["Namespace"] == "Cliphook"
            found |= {metric["Name"]: line[metric["Name"]][-1] for metric in told["Metrics"]}
    return found


def test_where_nothing_is_wrong_nothing_is_done(
    sweep: Function, deployed: Deployed, output: Output
) -> None:
    assert sweep(MINUTE) is None

    assert deployed.heard() == []
    assert counts(output) == {"NudgedJobs": 0, "EventsPublishedLate": 0, "PutOffJobs": 0}


def test_events_on_their_way_are_left_alone(sweep: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.complete)

    sweep(MINUTE)

    # A minute after the start only what was written at the start is late.
    assert [one["detail-type"] for one in deployed.heard()] == ["job.queued"]


def test_events_that_the_stream_lost_are_announced(
    sweep: Function, deployed: Deployed, clock: Traveller, output: Output
) -> None:
    deployed.store(SUNOAPI.story(*SUNOAPI.opening))
    clock.move_to(at(70))

    sweep(MINUTE)

    heard = {one["detail-type"] for one in deployed.heard()}
    assert heard == {"job.queued", "job.accepted", "poll.due"}
    assert unsent(deployed) == []
    assert counts(output)["EventsPublishedLate"] == 3


def test_a_job_whose_poll_was_lost_is_nudged(
    sweep: Function, deployed: Deployed, clock: Traveller, output: Output
) -> None:
    deployed.store(SUNOAPI.accepted)
    sweep(MINUTE)
    clock.move_to(at(151))

    sweep(MINUTE)

    assert deployed.job().nudged_at == at(151)
    orders = [row for row in deployed.rows("EVENT") if row["detail_type"] == "poll.due"]
    assert len(orders) == 2
    assert counts(output)["NudgedJobs"] == 1


def test_a_job_that_was_nudged_is_left_alone_for_a_while(
    sweep: Function, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(SUNOAPI.accepted)
    clock.move_to(at(151))
    sweep(MINUTE)
    clock.move_to(at(450))
    sweep(MINUTE)
    assert deployed.job().nudged_at == at(151)

    clock.move_to(at(451))
    sweep(MINUTE)

    assert deployed.job().nudged_at == at(451)


def test_a_job_whose_request_died_is_dispatched(
    sweep: Function, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store((SUNOAPI.queued,))
    clock.move_to(at(90))

    sweep(MINUTE)

    assert "dispatch.due" in unsent(deployed)


def test_a_job_at_rest_is_never_nudged(
    sweep: Function, deployed: Deployed, clock: Traveller, output: Output
) -> None:
    deployed.store(SUNOAPI.story(*SUNOAPI.opening, Expired(at(50))))
    clock.move_to(at(99_999))

    sweep(MINUTE)

    assert counts(output)["NudgedJobs"] == 0


def test_a_bus_that_takes_nothing_leaves_it_for_the_next_minute(
    deployed: Deployed, clock: Traveller, output: Output
) -> None:
    deployed.store(SUNOAPI.accepted)
    before = sorted(unsent(deployed))
    clock.move_to(at(70))

    deployed.load("sweep", BUS_NAME="nobody")(MINUTE)

    assert sorted(unsent(deployed)) == before
    assert counts(output)["EventsPublishedLate"] == 0
