"""The sweep, where rows cannot be read, stored or announced: none of them keeps another waiting."""

from typing import Any

import pytest
from time_machine import Traveller

from cliphook.adapters import aws, items, schema
from cliphook.application.sweep_jobs import DUE_MAX, PUT_OFF
from cliphook.domain.change import begin
from cliphook.domain.ids import JobId
from tests.functions.conftest import Output
from tests.functions.test_sweep import counts
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load
from tests.support.makers import at, new_job
from tests.support.sample_world import SAMPLES

SUNOAPI = SAMPLES["sunoapi"]
MINUTE = load("sweep", "minute")
# More than one run of the sweep looked at when it looked at no more than two hundred.
MANY = 250


@pytest.fixture
def sweep(deployed: Deployed) -> Function:
    return deployed.load("sweep")


def put(deployed: Deployed, row: dict[str, Any]) -> None:
    aws.dynamodb().put_item(TableName=deployed.table, Item=items.marshal(row))


def put_poison(deployed: Deployed, many: int) -> None:
    """Store jobs that wait longest and that nobody can read: each in another way."""
    ways: tuple[dict[str, Any], ...] = ({"job": {"pace": None}}, {"job": None}, {"job": "nothing"})
    for number in range(many):
        change = begin(new_job(id=JobId(f"job_{number:026d}")))
        row = {**items.job_item(change.job), **ways[number % len(ways)]}
        put(deployed, {**row, schema.DUE.range_key: items.timestamp(at(number / 1000))})


def put_off(deployed: Deployed) -> dict[str, str]:
    rows = [row for row in deployed.rows("JOB") if row.get("unsent_shard", "").startswith("JOB#")]
    return {row["job_id"]: row["stuck_for"] for row in rows}


def test_any_number_of_jobs_that_cannot_be_nudged_keeps_no_other_waiting(
    sweep: Function, deployed: Deployed, clock: Traveller, output: Output
) -> None:
    put_poison(deployed, MANY)
    deployed.store(SUNOAPI.accepted)
    clock.move_to(at(151))

    sweep(MINUTE)

    assert deployed.job().nudged_at == at(151)
    assert counts(output)["PutOffJobs"] == MANY < DUE_MAX
    assert {*put_off(deployed).values()} > {"unavailable_store", "KeyError"}


def test_a_job_that_could_not_be_nudged_is_tried_again_after_a_while(
    sweep: Function, deployed: Deployed, clock: Traveller, output: Output
) -> None:
    put_poison(deployed, 1)
    clock.move_to(at(100))
    sweep(MINUTE)
    clock.shift(PUT_OFF.total_seconds() - 1)
    sweep(MINUTE)
    assert counts(output)["PutOffJobs"] == 0

    clock.shift(1)
    sweep(MINUTE)

    assert counts(output)["PutOffJobs"] == 1


def test_a_job_that_can_be_stored_again_is_nobodys_business_any_more(
    sweep: Function, deployed: Deployed, clock: Traveller
) -> None:
    job = SUNOAPI.accepted[-1].job
    deployed.store(SUNOAPI.accepted)
    put(deployed, {**items.job_item(job), "job": None})
    clock.move_to(at(151))
    sweep(MINUTE)
    (row,) = [row for row in deployed.rows("JOB") if row["job_id"] == job.id]
    put(deployed, {**row, "job": items.job_item(job)["job"]})
    assert put_off(deployed) == {job.id: "KeyError"}
    clock.move_to(at(451))

    sweep(MINUTE)

    assert put_off(deployed) == {}
    assert deployed.job().nudged_at == at(451)


def test_a_row_of_something_else_does_not_end_the_run(
    sweep: Function, deployed: Deployed, clock: Traveller
) -> None:
    row = {"pk": "SOMETHING", "sk": "ELSE", "entity": "X", schema.DUE.hash_key: "0"}
    put(deployed, {**row, schema.DUE.range_key: items.timestamp(at(0))})
    deployed.store(SUNOAPI.accepted)
    clock.move_to(at(151))

    sweep(MINUTE)

    assert deployed.job().nudged_at == at(151)


def test_a_row_that_cannot_be_announced_is_parked_and_the_others_are_announced(
    sweep: Function, deployed: Deployed, clock: Traveller, output: Output
) -> None:
    deployed.store(SUNOAPI.accepted)
    first, second, *others = sorted(deployed.rows("EVENT"), key=lambda row: str(row["unsent_at"]))
    put(deployed, {**first, "detail": None})
    put(deployed, {**second, "detail": "no JSON"})
    clock.move_to(at(70))

    sweep(MINUTE)

    assert len(deployed.heard()) == len(others)
    parked = {row["sk"]: row["stuck_for"] for row in deployed.rows("EVENT") if "stuck_for" in row}
    assert parked == {first["sk"]: "unreadable", second["sk"]: "MalformedDetail"}
    assert counts(output)["ParkedEvents"] == 2


def test_a_parked_row_is_tried_no_more(
    sweep: Function, deployed: Deployed, clock: Traveller, output: Output
) -> None:
    deployed.store((SUNOAPI.queued,))
    (row,) = deployed.rows("EVENT")
    put(deployed, {**row, "detail": "no JSON"})
    clock.move_to(at(70))
    sweep(MINUTE)
    assert counts(output)["ParkedEvents"] == 1

    sweep(MINUTE)

    assert '"unpublished":0,"parked":0' in output.read().splitlines()[-1]
