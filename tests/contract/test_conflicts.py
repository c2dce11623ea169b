"""What moto cannot show: transactions that meet at a row, and when what they say counts."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from botocore.stub import Stubber

from cliphook.adapters import aws, items
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_ledger import DynamoDbLedger
from cliphook.adapters.transactions import CONFLICT, REFUSED, WAITS_S
from cliphook.application.ports import JobRef, Promise
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.errors import (
    ContendedJobError,
    InsufficientBalanceError,
    UnavailableStoreError,
)
from cliphook.domain.ledger import Entry, EntryKind
from cliphook.domain.report import Abandoned, Claimed
from tests.support.lean_moto import mock_aws
from tests.support.makers import ACCOUNT, JOB, REFUSAL, START, at, claimed, new_job

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

REF = JobRef(ACCOUNT, JOB)
PAID = begin(new_job(charge=Decimal(10)))
PROMISE = Promise("key", "body", at(3600))
GRANT = Entry(ACCOUNT, EntryKind.GRANT, "invoice-1", Decimal(25), START)
# What a new job that costs something writes besides its promise: itself, what is announced of it,
# its entry, and last the balance.
ROWS = 1 + len(PAID.events) + len(PAID.orders) + 1
SHORT = [*["None"] * ROWS, REFUSED]


def change(report: Abandoned | Claimed) -> Change:
    found = apply(PAID.job, report)
    assert isinstance(found, Change)
    return found


END = change(Abandoned(REFUSAL, at(9)))


@pytest.fixture(scope="module")
def client() -> "Iterator[DynamoDBClient]":
    with mock_aws():
        yield aws.dynamodb()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def jobs(client: "DynamoDBClient", waits: list[float]) -> DynamoDbJobs:
    return DynamoDbJobs("jobs", client, waits.append)


@pytest.fixture
def stubber(client: "DynamoDBClient") -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def canceled(stubber: Stubber, *codes: str) -> None:
    """Let DynamoDB cancel the next transaction, with a reason for each of its writes."""
    reasons = {"CancellationReasons": [{"Code": code} for code in codes]}
    stubber.add_client_error(
        "transact_write_items", "TransactionCanceledException", modeled_fields=reasons
    )


def written(stubber: Stubber) -> None:
    stubber.add_response("transact_write_items", {})


def test_a_job_that_only_met_others_is_added_after_all(
    jobs: DynamoDbJobs, stubber: Stubber, waits: list[float]
) -> None:
    canceled(stubber, *["None"] * ROWS, CONFLICT)
    canceled(stubber, *["None"] * ROWS, CONFLICT)
    written(stubber)

    assert jobs.add(PAID, None) == REF
    assert len(waits) == 2


def test_a_grant_and_a_refund_that_only_met_others_are_made_after_all(
    client: "DynamoDBClient", jobs: DynamoDbJobs, stubber: Stubber, waits: list[float]
) -> None:
    for _ in range(2):
        canceled(stubber, "None", CONFLICT)
        written(stubber)

    assert jobs.commit(END, None)
    assert DynamoDbLedger("jobs", client, waits.append).grant(GRANT)
    assert len(waits) == 2


def test_whoever_meets_others_again_and_again_waits_longer_and_gives_up_in_time(
    jobs: DynamoDbJobs, stubber: Stubber, waits: list[float]
) -> None:
    for _ in WAITS_S:
        canceled(stubber, *["None"] * ROWS, CONFLICT)

    with pytest.raises(ContendedJobError):
        jobs.add(PAID, None)

    assert all(0 <= wait <= longest for wait, longest in zip(waits, WAITS_S, strict=True))
    # By chance all of them could be as short as the first: once in a hundred million times.
    assert max(waits) > WAITS_S[0]
    assert list(WAITS_S) == sorted(WAITS_S)
    assert sum(WAITS_S) < 5


def test_a_lack_of_credit_counts_once_nobody_is_met_any_more(
    jobs: DynamoDbJobs, stubber: Stubber, waits: list[float]
) -> None:
    """The first of two with one key may have emptied the balance, and its promise counts."""
    canceled(stubber, CONFLICT, *SHORT)
    earlier = items.promise_item(JobRef(ACCOUNT, JOB), PROMISE)
    reason = {"Code": REFUSED, "Item": items.marshal(earlier)}
    reasons = {"CancellationReasons": [reason, *({"Code": code} for code in SHORT)]}
    stubber.add_client_error(
        "transact_write_items", "TransactionCanceledException", modeled_fields=reasons
    )

    assert jobs.add(PAID, PROMISE) == REF
    assert len(waits) == 1


def test_a_promise_is_found_though_only_the_lack_of_credit_was_told(
    jobs: DynamoDbJobs, stubber: Stubber
) -> None:
    canceled(stubber, "None", *SHORT)
    earlier = items.marshal(items.promise_item(REF, PROMISE))
    stubber.add_response("get_item", {"Item": earlier})

    assert jobs.add(PAID, PROMISE) == REF


def test_without_a_promise_the_lack_of_credit_is_told(jobs: DynamoDbJobs, stubber: Stubber) -> None:
    canceled(stubber, "None", *SHORT)
    stubber.add_response("get_item", {})

    with pytest.raises(InsufficientBalanceError):
        jobs.add(PAID, PROMISE)


def test_a_commit_that_moves_no_credit_is_folded_anew(jobs: DynamoDbJobs, stubber: Stubber) -> None:
    canceled(stubber, CONFLICT, "None")

    assert not jobs.commit(change(claimed()), None)


def test_a_grant_of_which_nothing_is_found_is_not_called_repeated(
    client: "DynamoDBClient", stubber: Stubber
) -> None:
    canceled(stubber, REFUSED, "None")
    stubber.add_response("get_item", {})

    with pytest.raises(UnavailableStoreError):
        DynamoDbLedger("jobs", client).grant(GRANT)
