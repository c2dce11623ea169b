"""What an operator deletes: jobs and whole accounts, and how it is known afterwards."""

import json
from dataclasses import replace
from http import HTTPStatus
from typing import Final

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_deliveries import DynamoDbDeliveries
from cliphook.adapters.dynamodb_endpoints import DynamoDbEndpoints
from cliphook.adapters.dynamodb_files import DynamoDbFiles
from cliphook.application.ports import JobRef
from cliphook.domain.file import File
from cliphook.domain.ids import FileId
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load, query_event
from tests.support.makers import ACCOUNT, START, at
from tests.support.operating import JOB
from tests.support.paid_jobs import PRICE, SUNOAPI, Found, paid
from tests.support.queued_jobs import queued_jobs
from tests.support.sample_world import KEY, OTHER_ACCOUNT, OTHER_KEY, SAMPLES
from tests.support.webhook_rows import ENDPOINT, delivery

DAY_S: Final = 86_400
MINUTE: Final = load("erase", "minute")


@pytest.fixture
def operator(deployed: Deployed) -> Function:
    return deployed.load("operator")


def test_an_operator_deletes_a_job_that_goes_on_and_what_it_cost_comes_back(
    operator: Function, deployed: Deployed
) -> None:
    deployed.store(paid(*SUNOAPI.opening))

    told = operator({"command": "delete_job", **JOB})

    assert (told["job_id"], told["by"]) == (SUNOAPI.job_id, "operator")
    assert deployed.jobs.load(JobRef(ACCOUNT, SUNOAPI.job_id)) is None
    assert Found(deployed).moved() == [("charge", PRICE), ("refund", PRICE)]


def fill(deployed: Deployed) -> None:
    """Give an account all that it can have: jobs at every stage, a promise, a file, webhooks."""
    deployed.store(paid(*SUNOAPI.opening))
    deployed.store(SAMPLES["apikley"].complete)
    queued_jobs(deployed)
    file = File(
        FileId("file_1"), ACCOUNT, "canary.mp3", "audio/mpeg", 3, f"files/{ACCOUNT}/file_1.mp3",
        START, at(DAY_S),
    )  # fmt: skip
    DynamoDbFiles(deployed.table, aws.dynamodb()).add(file)
    aws.s3().put_object(Bucket=deployed.bucket, Key=file.key, Body=b"ID3")
    DynamoDbEndpoints(deployed.table, aws.dynamodb()).add(replace(ENDPOINT, description="canary"))
    of_job = delivery(2, endpoint_id=None, job_id=SUNOAPI.job_id, url="https://canary.test")
    for one in (delivery(1, detail='"canary"'), of_job):
        DynamoDbDeliveries(deployed.table, aws.dynamodb()).add(one)


def test_an_account_is_deleted_with_all_that_it_has_and_its_books_stay(
    operator: Function, deployed: Deployed, clock: Traveller
) -> None:
    fill(deployed)
    erase = deployed.load("erase")

    told = operator(load("operator", "delete_account"))
    erase(MINUTE)

    assert (told["account_id"], told["job_id"], told["keys_revoked"]) == (ACCOUNT, None, 1)
    jobs = "GET /v1/jobs", "/v1/jobs"
    query = deployed.load("query")
    assert query.answer(query_event(*jobs, key=KEY)).status == HTTPStatus.UNAUTHORIZED
    assert query.answer(query_event(*jobs, key=OTHER_KEY)).status == HTTPStatus.OK
    # Some of its jobs come from a clock that is ahead; the bus has to hear of them all the same.
    clock.move_to(at(20_000))
    deployed.load("sweep")(load("sweep", "minute"))
    erase(MINUTE)

    left = [row for row in deployed.rows() if ACCOUNT in row["pk"]]
    assert {row["entity"] for row in left} == {"BALANCE", "LEDGER", "DELETION"}
    over = [row for row in left if row["entity"] == "DELETION"]
    assert len(over) == 1 + 2 + 5
    assert all("erased_at" in row and "unsent_shard" not in row for row in over)
    assert "canary" not in json.dumps(left, default=str)
    assert not aws.s3().list_objects_v2(Bucket=deployed.bucket).get("Contents")
    audited = operator({"command": "audit"})
    assert (audited["audited"], audited["discrepancies"]) == (2, [])


def test_another_account_is_left_as_it_was(operator: Function, deployed: Deployed) -> None:
    fill(deployed)
    before = [row for row in deployed.rows() if ACCOUNT in row["pk"]]

    operator({"command": "delete_account", "account_id": OTHER_ACCOUNT})
    deployed.load("erase")(MINUTE)

    assert [row for row in deployed.rows() if ACCOUNT in row["pk"]] == before


def test_deletions_are_listed_from_an_instant_on(
    operator: Function, deployed: Deployed, clock: Traveller
) -> None:
    for number, job_id in enumerate(reversed(queued_jobs(deployed))):
        clock.move_to(at(100 + number))
        operator({"command": "delete_job", "account_id": ACCOUNT, "job_id": job_id})

    told = operator({"command": "deletions", "since": at(101).isoformat(), "limit": 2})

    assert [one["deleted_at"] for one in told["deletions"]] == [
        at(101).isoformat(),
        at(102).isoformat(),
    ]
    assert told["next_since"] == at(102).isoformat()
    last = operator({"command": "deletions", "since": at(104).isoformat()})
    assert (len(last["deletions"]), last["next_since"]) == (1, None)
