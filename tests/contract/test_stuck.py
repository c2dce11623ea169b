"""What the operator's lists promise while others write the same rows."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.stub import Stubber

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_outbox import DynamoDbOutbox
from cliphook.adapters.dynamodb_stuck import DynamoDbStuck
from cliphook.adapters.sqs_letters import EMPTY_MAX, SqsLetters
from cliphook.application.operations_ports import Place
from cliphook.application.ports import EventRow
from cliphook.domain.change import begin
from cliphook.domain.errors import UnavailableStoreError
from tests.support.aws_table import make_table
from tests.support.lean_moto import mock_aws
from tests.support.makers import at, new_job

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

names = (f"jobs-{number}" for number in count())
URLS = {"poll-dead": "https://sqs.us-east-1.amazonaws.com/1/poll-dead"}


@pytest.fixture(scope="module", autouse=True)
def moto() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture
def table() -> str:
    return make_table(aws.dynamodb(), next(names))


@pytest.fixture
def outbox(table: str) -> DynamoDbOutbox:
    return DynamoDbOutbox(table, aws.dynamodb())


@pytest.fixture
def stuck(table: str) -> DynamoDbStuck:
    return DynamoDbStuck(table, aws.dynamodb())


@pytest.fixture
def row(table: str, outbox: DynamoDbOutbox) -> EventRow:
    """Park the one row that there is."""
    DynamoDbJobs(table, aws.dynamodb()).add(begin(new_job()), None)
    (row,) = outbox.list_unsent(at(9))
    assert isinstance(row, EventRow)
    outbox.park(replace(row, refusals=4), "NotToday", at(60))
    return row


def test_a_row_that_was_sent_since_it_was_seen_is_not_put_back(
    table: str, outbox: DynamoDbOutbox, stuck: DynamoDbStuck, row: EventRow
) -> None:
    (seen,) = stuck.find(Place.PARKED, 9)
    outbox.mark_sent(row)
    before = aws.dynamodb().scan(TableName=table)["Items"]

    stuck.unpark(seen)
    stuck.settle(seen, "dismissed", at(70))

    assert aws.dynamodb().scan(TableName=table)["Items"] == before


def test_a_row_that_is_put_back_begins_anew(
    outbox: DynamoDbOutbox, stuck: DynamoDbStuck, row: EventRow
) -> None:
    outbox.refuse(replace(row, refusals=3), "NotToday", at(61))
    outbox.park(row, "NotToday", at(62))
    (seen,) = stuck.find(Place.PARKED, 9)

    stuck.unpark(seen)

    assert [*outbox.list_unsent(at(9000))] == [row]


def test_a_list_that_cannot_be_read_says_so(stuck: DynamoDbStuck) -> None:
    nowhere = DynamoDbStuck("nowhere", aws.dynamodb())

    with pytest.raises(UnavailableStoreError):
        nowhere.find(Place.CLIPS, 9)
    with pytest.raises(UnavailableStoreError):
        nowhere.count(Place.CLIPS)
    assert stuck.find(Place.CLIPS, 9) == ()


@pytest.fixture
def sqs() -> "SQSClient":
    client: SQSClient = boto3.client("sqs")
    return client


@pytest.fixture
def stub(sqs: "SQSClient") -> Iterator[Stubber]:
    with Stubber(sqs) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_a_few_empty_answers_do_not_mean_that_there_is_nothing(
    sqs: "SQSClient", stub: Stubber
) -> None:
    message = {
        "MessageId": "one",
        "ReceiptHandle": "handle",
        "Body": "{}",
        "Attributes": {"SentTimestamp": "1795251660000"},
    }
    for _ in range(EMPTY_MAX - 1):
        stub.add_response("receive_message", {})
    stub.add_response("receive_message", {"Messages": [message]})
    for _ in range(EMPTY_MAX):
        stub.add_response("receive_message", {})

    (letter,) = SqsLetters(URLS, sqs).take("poll-dead", 9, 20)

    assert (letter.id, letter.since) == ("one", at(60))


@pytest.mark.parametrize("operation", ["receive_message", "send_message", "get_queue_attributes"])
def test_a_queue_that_does_not_answer_says_so(
    operation: str, sqs: "SQSClient", stub: Stubber
) -> None:
    stub.add_client_error(operation, "InternalError", http_status_code=500)
    letters = SqsLetters(URLS, sqs)
    acts: dict[str, Callable[[], object]] = {
        "receive_message": lambda: letters.take("poll-dead", 1, 20),
        "send_message": lambda: letters.send("poll-dead", "{}"),
        "get_queue_attributes": lambda: letters.depth("poll-dead"),
    }

    with pytest.raises(UnavailableStoreError):
        acts[operation]()
