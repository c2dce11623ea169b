"""A job that only a newer version can read waits for that one, and keeps nobody else waiting."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from time_machine import Traveller

from cliphook.adapters import aws, items
from cliphook.domain.job import Job
from cliphook.domain.status import Status
from tests.functions.conftest import Output
from tests.support.deployed import Deployed
from tests.support.lambda_events import load, query_event
from tests.support.makers import at
from tests.support.sample_world import SAMPLES

NEWER, OWN = SAMPLES["sunoapi"], SAMPLES["apikley"]


@pytest.fixture
def deployed(deployed: Deployed) -> Deployed:
    """Store an overdue job of ours, and one before it in words of a newer version."""
    deployed.store(NEWER.accepted)
    deployed.store((OWN.queued,))
    rewrite(deployed, NEWER.accepted[-1].job)
    return deployed


def rewrite(deployed: Deployed, job: Job) -> None:
    """Write a job's row as a newer version might."""
    row = {**items.job_item(job), "due_at": "2026-11-21T08:00:00.000000+00:00"}
    row["job"] = {**row["job"], "request": {"operation": "orchestrate", "prompt": "Rain"}}
    aws.dynamodb().put_item(TableName=deployed.table, Item=items.marshal(row))


def test_the_sweep_goes_on_with_the_others(deployed: Deployed, clock: Traveller) -> None:
    clock.move_to(at(600))

    deployed.load("sweep")(load("sweep", "minute"))

    assert deployed.job(OWN).nudged_at


def test_its_provider_is_to_call_back_again(deployed: Deployed) -> None:
    answered = deployed.load("callback").answer(load("callback", "sunoapi_text_a"))

    assert answered.status == HTTPStatus.SERVICE_UNAVAILABLE


def test_its_client_is_to_come_again(deployed: Deployed) -> None:
    path = f"/v1/jobs/{NEWER.job_id}"
    answered = deployed.load("query").answer(query_event("GET /v1/jobs/{id}", path))

    assert answered.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert answered.headers["retry-after"]


def listed(deployed: Deployed, **query: str) -> Any:
    answered = deployed.load("query").answer(query_event("GET /v1/jobs", "/v1/jobs", query))
    assert answered.status == HTTPStatus.OK
    return answered.json


def test_a_list_leaves_it_out_and_shows_the_others(deployed: Deployed, output: Output) -> None:
    page = listed(deployed)

    assert [job["id"] for job in page["data"]] == [OWN.job_id]
    assert page["next_cursor"] is None
    line = next(line for line in output.read().splitlines() if "left out" in line)
    assert json.loads(line)["job_ids"] == [NEWER.job_id]


def test_a_page_of_nothing_else_is_empty_and_leads_on(deployed: Deployed) -> None:
    rewrite(deployed, OWN.queued.job)

    first = listed(deployed, limit="1")
    second = listed(deployed, limit="1", cursor=first["next_cursor"])

    assert (first["data"], first["next_cursor"]) == ([], OWN.job_id)
    assert (second["data"], second["next_cursor"]) == ([], None)


def test_its_orders_come_again_and_those_of_others_are_carried_out(deployed: Deployed) -> None:
    theirs, ours = (
        deployed.deliver(load("dispatch", f"{told.provider}_order"))["Records"][0]
        for told in (NEWER, OWN)
    )

    answered = deployed.load("dispatch")({"Records": [theirs, ours]})

    assert answered == {"batchItemFailures": [{"itemIdentifier": theirs["messageId"]}]}
    assert deployed.job(OWN).status is Status.ACCEPTED
