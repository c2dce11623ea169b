"""Orders from a queue: when they come again, and that none keeps another waiting."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from cliphook.adapters.documents import write_order
from cliphook.application.ports import JobRef
from cliphook.domain.companion import Part
from cliphook.domain.due import Work
from cliphook.domain.event import Order
from cliphook.domain.ids import EventId
from cliphook.runtime.queue import PutBackError, WorkOrder, work_off, work_together
from tests.support.makers import ACCOUNT, JOB, at, completed

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/poll"


@pytest.fixture
def sqs() -> "SQSClient":
    client: SQSClient = boto3.client("sqs")
    return client


@pytest.fixture
def stub(sqs: "SQSClient") -> Iterator[Stubber]:
    with Stubber(sqs) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def message(name: str = "one", tries: int = 1, **more: object) -> dict[str, Any]:
    body = {"account_id": ACCOUNT, "job_id": JOB, "due_at": "2026-11-21T09:00:00Z", **more}
    return {
        "messageId": name,
        "receiptHandle": f"handle of {name}",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": str(tries)},
    }


def raising(error: Exception) -> Callable[[WorkOrder], None]:
    def work(_: WorkOrder) -> None:
        raise error

    return work


def test_an_order_is_read_whole(sqs: "SQSClient") -> None:
    seen: list[WorkOrder] = []
    records = [message(), message(tries=7, clip_id="clip_1")]

    done = work_off({"Records": records}, seen.append, queue_url=URL, sqs=sqs)

    ref = JobRef(ACCOUNT, JOB)
    assert seen == [WorkOrder(ref, at(0), None, 1), WorkOrder(ref, at(0), "clip_1", 7)]  # type: ignore[arg-type]
    assert done == {"batchItemFailures": []}


def test_of_an_order_that_a_newer_version_gave_the_rest_is_carried_out(sqs: "SQSClient") -> None:
    seen: list[WorkOrder] = []

    done = work_off({"Records": [message(newer={"a": 1})]}, seen.append, queue_url=URL, sqs=sqs)

    assert seen == [WorkOrder(JobRef(ACCOUNT, JOB), at(0), None, 1)]
    assert done == {"batchItemFailures": []}


@pytest.mark.parametrize(
    ("wait_s", "seconds"), [(30, 30), (0.2, 1), (0, 0), (-5, 0), (42_300, 42_300), (10**9, 42_300)]
)
def test_an_order_is_put_back_for_as_long_as_the_queue_allows(
    wait_s: float, seconds: int, sqs: "SQSClient", stub: Stubber
) -> None:
    expected = {
        "QueueUrl": URL,
        "ReceiptHandle": "handle of one",
        "VisibilityTimeout": seconds,
    }
    stub.add_response("change_message_visibility", {}, expected)

    done = work_off({"Records": [message()]}, raising(PutBackError(wait_s)), queue_url=URL, sqs=sqs)

    assert done == {"batchItemFailures": [{"itemIdentifier": "one"}]}


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), OSError(), RuntimeError()])
def test_whatever_goes_wrong_with_one_the_others_are_done(
    error: Exception, sqs: "SQSClient"
) -> None:
    done: list[str] = []

    def work(order: WorkOrder) -> None:
        if order.clip_id == "bad":
            raise error
        done.append(order.clip_id or "")

    records = [message(name, clip_id=name) for name in ("a", "bad", "b")]
    answered = work_off({"Records": records}, work, queue_url=URL, sqs=sqs)

    assert done == ["a", "b"]
    assert answered == {"batchItemFailures": [{"itemIdentifier": "bad"}]}


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"account_id": 1}', "\x00"])
def test_a_message_that_is_no_order_comes_again_and_so_to_the_dead_letters(
    body: str, sqs: "SQSClient"
) -> None:
    seen: list[WorkOrder] = []
    odd = message() | {"body": body}

    done = work_off({"Records": [odd]}, seen.append, queue_url=URL, sqs=sqs)

    assert seen == []
    assert done == {"batchItemFailures": [{"itemIdentifier": "one"}]}


def test_an_order_for_a_part_is_read_whole(sqs: "SQSClient") -> None:
    seen: list[WorkOrder] = []
    job = completed()
    order = Order(EventId("evt"), Work.ARCHIVE, at(0), job, job.results[0].id, Part.IMAGE)
    record = message() | {"body": json.dumps(write_order(order))}

    work_off({"Records": [record]}, seen.append, queue_url=URL, sqs=sqs)

    ref = JobRef(ACCOUNT, JOB)
    assert seen == [WorkOrder(ref, at(0), job.results[0].id, 1, Part.IMAGE)]


def test_an_order_for_a_part_is_none_to_whoever_knows_no_parts() -> None:
    job = completed()
    order = Order(EventId("evt"), Work.ARCHIVE, at(0), job, job.results[0].id, Part.IMAGE)

    assert write_order(order).keys() & {"due_at", "clip_id"} == set()


def test_a_part_that_only_a_newer_version_knows_comes_again(sqs: "SQSClient") -> None:
    part = {"name": "video", "clip_id": "clip_1", "due_at": "2026-11-21T09:00:00Z"}

    done = work_off({"Records": [message(part=part)]}, print, queue_url=URL, sqs=sqs)

    assert done == {"batchItemFailures": [{"itemIdentifier": "one"}]}


def test_messages_that_are_worked_off_together_wait_for_no_other(sqs: "SQSClient") -> None:
    records = [message(name) for name in ("one", "two", "three")]
    # Each waits for all others: one after the other would wait for ever.
    meeting = threading.Barrier(len(records), timeout=5)

    def work(record: object) -> None:
        meeting.wait()
        if record == records[1]:
            raise ValueError

    done = work_together({"Records": records}, work, queue_url=URL, sqs=sqs)

    assert done == {"batchItemFailures": [{"itemIdentifier": "two"}]}
