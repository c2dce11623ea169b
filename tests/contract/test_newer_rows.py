"""Rows that a newer version wrote as well: what this one does not know stays as it is."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest
from boto3.dynamodb.types import Binary

from cliphook.adapters import aws, items, schema
from cliphook.adapters.dynamodb_gates import DynamoDbGates
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.application.ports import Evidence, JobRef, Origin
from cliphook.application.record import record
from cliphook.domain.change import begin
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.gate import Gate
from cliphook.domain.report import ClipArchived, Via
from cliphook.domain.status import Stage
from tests.support.aws_table import make_table
from tests.support.lean_moto import mock_aws
from tests.support.makers import (
    ACCOUNT,
    JOB,
    WHOLE,
    accepted,
    at,
    claimed,
    new_job,
    passport,
    progressed,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

REF: Final = JobRef(ACCOUNT, JOB)
MUSIC: Final = progressed(Stage.COMPLETE, WHOLE[0], via=Via.POLL)
KEPT: Final = ClipArchived("one", passport("one"), at(300))
# Of every type that a row can have.
NEWER: Final = {
    "newer": {"text": "t", "list": [1, None, {"x": "y"}]},
    "newer_bytes": Binary(b"\x00"),
    "newer_set": {"a", "b"},
    "status_of_newer": "mastered",
}


@pytest.fixture(scope="module")
def client() -> "Iterator[DynamoDBClient]":
    with mock_aws():
        yield aws.dynamodb()


@pytest.fixture
def jobs(client: "DynamoDBClient", request: pytest.FixtureRequest) -> DynamoDbJobs:
    table = make_table(client, request.node.name)
    jobs = DynamoDbJobs(table, client)
    jobs.add(begin(new_job()), None)
    for report in (claimed(), accepted(), MUSIC):
        record(REF, report, jobs=jobs)
    return jobs


@pytest.fixture
def rows(client: "DynamoDBClient", request: pytest.FixtureRequest, jobs: object) -> "Rows":  # noqa: ARG001 - it makes them
    return Rows(client, request.node.name)


class Rows:
    """What stands on the table, as a person sees it."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self.client, self.table = client, table

    def find(self, kind: str) -> dict[str, Any]:
        """Find the one row of a kind."""
        found = map(items.unmarshal, self.client.scan(TableName=self.table)["Items"])
        (row,) = [row for row in found if row["entity"] == kind]
        return row

    def write(self, kind: str, **attributes: object) -> None:
        """Write more attributes into it, as a newer version would."""
        row = self.find(kind) | attributes
        self.client.put_item(TableName=self.table, Item=items.marshal(row))


@pytest.mark.parametrize("kind", ["JOB", "CLIP"])
def test_attributes_that_nobody_knows_stay_when_a_row_is_written_again(
    kind: str, jobs: DynamoDbJobs, rows: Rows
) -> None:
    rows.write(kind, **NEWER)
    before = rows.find(kind)

    record(REF, KEPT, jobs=jobs)

    after = rows.find(kind)
    assert before["status"] != after["status"]
    assert {name: after[name] for name in NEWER} == NEWER


def test_names_in_the_document_stay_when_it_is_written_again(
    jobs: DynamoDbJobs, rows: Rows
) -> None:
    document = rows.find("JOB")["job"]
    document["clips"]["one"] |= NEWER
    document["attempts"][0] |= NEWER
    rows.write("JOB", job={**document, **NEWER})

    record(REF, KEPT, jobs=jobs)

    after = rows.find("JOB")["job"]
    assert after["clips"]["one"]["passport"]
    for part in (after, after["clips"]["one"], after["attempts"][0]):
        assert {name: part[name] for name in NEWER} == NEWER


def test_what_a_kept_body_has_beside_stays_when_it_comes_again(
    jobs: DynamoDbJobs, rows: Rows
) -> None:
    evidence = Evidence(REF, Origin.CALLBACK, b"{}", at(60), "unreadable")
    jobs.keep(evidence)
    rows.write("REPORT", **NEWER)
    before = rows.find("REPORT")

    jobs.keep(evidence)

    assert rows.find("REPORT") == before


def test_a_gate_that_only_a_newer_version_can_read_is_a_table_in_trouble(rows: Rows) -> None:
    gates = DynamoDbGates(rows.table, rows.client)
    gates.swap(Gate("sunoapi", version=1), 0)
    rows.write("GATE", gate={"provider": "sunoapi", "calls": [[at(0).isoformat(), "so so"]]})

    with pytest.raises(UnavailableStoreError):
        gates.load("sunoapi")


def test_a_job_that_waits_for_nothing_is_in_no_index_of_those_that_do(
    jobs: DynamoDbJobs, rows: Rows
) -> None:
    assert rows.find("JOB").keys() >= set(schema.DUE_NAMES)

    record(REF, KEPT, jobs=jobs)

    assert not rows.find("JOB").keys() & set(schema.DUE_NAMES)
