"""A table that does not answer as it should: nobody takes that for an answer."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.adapters.dynamodb_ledger import DynamoDbLedger
from cliphook.adapters.dynamodb_library import DynamoDbLibrary
from cliphook.application.library_ports import ClipFilter
from cliphook.application.ports import Evidence, JobRef, Origin, Promise
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import ClipId
from cliphook.domain.ledger import Entry, EntryKind
from tests.support.aws_table import make_table
from tests.support.lean_moto import mock_aws
from tests.support.makers import ACCOUNT, JOB, at, claimed, new_job
from tests.support.sample_world import stored_key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

REF = JobRef(ACCOUNT, JOB)
CLIP = ClipId("clip_01KAJ5T1W0000000000000000C")
ADDED = begin(new_job())
PROMISE = Promise("key", "body", at(3600))
GRANT = Entry(ACCOUNT, EntryKind.GRANT, "invoice-1", Decimal(25), at(0))
EVIDENCE = Evidence(REF, Origin.CALLBACK, b"{}", at(60))


def claim() -> Change:
    change = apply(ADDED.job, claimed())
    assert isinstance(change, Change)
    return change


CALLS: dict[str, Callable[[DynamoDbJobs, DynamoDbLibrary, DynamoDbKeys], object]] = {
    "jobs.add": lambda jobs, _, __: jobs.add(ADDED, None),
    "jobs.add with a promise": lambda jobs, _, __: jobs.add(ADDED, PROMISE),
    "jobs.load": lambda jobs, _, __: jobs.load(REF),
    "jobs.commit": lambda jobs, _, __: jobs.commit(claim(), None),
    "jobs.keep": lambda jobs, _, __: jobs.keep(EVIDENCE),
    "library.load": lambda _, library, __: library.load(REF),
    "library.find_clip": lambda _, library, __: library.find_clip(ACCOUNT, CLIP),
    "library.list_clips": lambda _, library, __: library.list_clips(
        ACCOUNT, ClipFilter(), 10, None
    ),
    "library.list_jobs": lambda _, library, __: library.list_jobs(ACCOUNT, 10, None),
    "keys.find": lambda _, __, keys: keys.find("kAJ5T1W00-_z"),
    "keys.add": lambda _, __, keys: keys.add(stored_key(1), "laptop"),
}


@pytest.fixture(scope="module")
def client() -> "Iterator[DynamoDBClient]":
    with mock_aws():
        yield aws.dynamodb()


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_table_that_is_not_there_is_not_an_empty_one(
    call: Callable[..., object], client: "DynamoDBClient"
) -> None:
    jobs = DynamoDbJobs("nobody", client)
    library = DynamoDbLibrary("nobody", client, jobs)

    with pytest.raises(UnavailableStoreError):
        call(jobs, library, DynamoDbKeys("nobody", client))


LEDGER_CALLS: dict[str, Callable[[DynamoDbLedger], object]] = {
    "balance": lambda ledger: ledger.balance(ACCOUNT),
    "grant": lambda ledger: ledger.grant(GRANT),
    "list_entries": lambda ledger: ledger.list_entries(ACCOUNT, 10, None),
    "list_accounts": lambda ledger: [*ledger.list_accounts()],
    "audit": lambda ledger: ledger.audit(ACCOUNT),
}


@pytest.mark.parametrize("call", LEDGER_CALLS.values(), ids=LEDGER_CALLS)
def test_a_table_that_is_not_there_is_no_empty_ledger(
    call: Callable[[DynamoDbLedger], object], client: "DynamoDBClient"
) -> None:
    with pytest.raises(UnavailableStoreError):
        call(DynamoDbLedger("nobody", client))


def test_entries_that_are_found_but_cannot_be_read_are_no_empty_page(
    client: "DynamoDBClient",
) -> None:
    ledger = DynamoDbLedger(make_table(client, "unreadable-entries"), client)
    ledger.grant(GRANT)
    client.meta.events.register("before-call.dynamodb.BatchGetItem", _time_out)

    try:
        with pytest.raises(UnavailableStoreError):
            ledger.list_entries(ACCOUNT, 10, None)
    finally:
        client.meta.events.unregister("before-call.dynamodb.BatchGetItem", _time_out)


def test_a_page_that_is_found_but_cannot_be_read_is_not_an_empty_one(
    client: "DynamoDBClient",
) -> None:
    table = make_table(client, "unreadable")
    jobs = DynamoDbJobs(table, client)
    jobs.add(ADDED, None)
    client.meta.events.register("before-call.dynamodb.BatchGetItem", _time_out)

    try:
        with pytest.raises(UnavailableStoreError):
            DynamoDbLibrary(table, client, jobs).list_jobs(ACCOUNT, 10, None)
    finally:
        client.meta.events.unregister("before-call.dynamodb.BatchGetItem", _time_out)


def _time_out(**_: Any) -> None:
    raise ReadTimeoutError(endpoint_url="https://dynamodb.us-east-1.amazonaws.com")


def canceled(stubber: Stubber, *codes: str) -> None:
    """Let DynamoDB cancel the next transaction, with a reason for each of its writes."""
    stubber.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        modeled_fields={"CancellationReasons": [{"Code": code} for code in codes]},
    )


@pytest.fixture
def stubber(client: "DynamoDBClient") -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


@pytest.mark.parametrize("code", ["ConditionalCheckFailed", "TransactionConflict"])
def test_whoever_met_another_at_the_row_has_lost_the_race(
    code: str, client: "DynamoDBClient", stubber: Stubber
) -> None:
    canceled(stubber, code, "None")

    assert not DynamoDbJobs("jobs", client).commit(claim(), None)


@pytest.mark.parametrize("code", ["ThrottlingError", "ValidationError", "ItemCollectionSize"])
def test_any_other_reason_is_no_lost_race(
    code: str, client: "DynamoDBClient", stubber: Stubber
) -> None:
    canceled(stubber, "None", code)

    with pytest.raises(UnavailableStoreError):
        DynamoDbJobs("jobs", client).commit(claim(), None)
