"""What `Bus` promises, and how EventBridge is asked to keep it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

import pytest
from botocore.stub import Stubber
from moto import mock_aws

from cliphook.adapters import aws
from cliphook.adapters.eventbridge_bus import EventBridgeBus
from cliphook.application.ports import Bus, EventRow
from cliphook.domain.ids import EventId
from tests.support.fakes import FakeBus
from tests.support.makers import START

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_events.type_defs import TargetTypeDef

numbers = count()
ALL = json.dumps({"source": [{"prefix": ""}]})

type Sent = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Stand:
    """A bus, and what it has taken."""

    bus: Bus
    sent: Callable[[], list[Sent]]


@pytest.fixture(scope="module")
def client() -> "Iterator[EventBridgeClient]":
    with mock_aws():
        yield aws.events()


@pytest.fixture(params=["fake", "eventbridge"])
def stand(request: pytest.FixtureRequest) -> Stand:
    if request.param == "fake":
        fake = FakeBus()
        return Stand(fake, lambda: [sent_of(row) for row in fake.sent])
    client: EventBridgeClient = request.getfixturevalue("client")
    return on_eventbridge(client, f"cliphook-{next(numbers)}")


def on_eventbridge(client: "EventBridgeClient", name: str) -> Stand:
    sqs = aws.sqs()
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    client.create_event_bus(Name=name)
    client.put_rule(Name="all", EventBusName=name, EventPattern=ALL)
    target: TargetTypeDef = {"Id": "queue", "Arn": arn["Attributes"]["QueueArn"]}
    client.put_targets(Rule="all", EventBusName=name, Targets=[target])

    def sent() -> list[Sent]:
        found: list[Sent] = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                event = json.loads(message["Body"])
                found.append((event["source"], event["detail-type"], json.dumps(event["detail"])))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    return Stand(EventBridgeBus(name, client), sent)


def sent_of(row: EventRow) -> Sent:
    return row.source, row.detail_type, json.dumps(json.loads(row.detail))


def row(number: int, detail: str = '{"id": "x"}', source: str = "cliphook") -> EventRow:
    key = ("JOB", f"EVENT#{number:06d}")
    return EventRow(key, EventId(f"evt_{number}"), source, "job.queued", detail, START)


def test_nothing_to_send_is_nothing_taken(stand: Stand) -> None:
    assert stand.bus.put([]) == frozenset()
    assert stand.sent() == []


def test_what_is_taken_is_sent_as_it_was_written(stand: Stand) -> None:
    rows = [row(1, '{"title": "Käse ♪"}'), replace(row(2), source="cliphook.internal")]

    assert stand.bus.put(rows) == {"evt_1", "evt_2"}

    assert sorted(stand.sent()) == sorted(map(sent_of, rows))


@pytest.mark.parametrize("most", [10, 11, 25])
def test_more_rows_than_fit_into_one_call_are_all_sent(stand: Stand, most: int) -> None:
    rows = [row(number, json.dumps({"number": number})) for number in range(most)]

    assert stand.bus.put(rows) == {one.event_id for one in rows}

    assert sorted(stand.sent()) == sorted(map(sent_of, rows))


def test_a_row_that_is_refused_keeps_no_other_back(stand: Stand) -> None:
    rows = [row(1), row(2, detail="no JSON"), row(3)]

    assert stand.bus.put(rows) == {"evt_1", "evt_3"}

    assert len(stand.sent()) == 2


@pytest.fixture
def stubbed(client: "EventBridgeClient") -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


@pytest.fixture
def bus(client: "EventBridgeClient", stubbed: Stubber) -> EventBridgeBus:
    """Make a bus that is answered by the stub."""
    assert stubbed.client is client
    return EventBridgeBus("cliphook", client)


def entries(*errors: str | None) -> dict[str, object]:
    answers = [{"ErrorCode": error} if error else {"EventId": "1"} for error in errors]
    return {"FailedEntryCount": sum(map(bool, errors)), "Entries": answers}


def test_of_a_call_that_fails_in_part_the_rest_was_taken(
    stubbed: Stubber, bus: EventBridgeBus
) -> None:
    stubbed.add_response("put_events", entries(None, "ThrottlingException", "InternalFailure"))

    taken = bus.put([row(1), row(2), row(3)])

    assert taken == {"evt_1"}


def test_a_call_that_fails_took_nothing_and_the_next_is_made(
    stubbed: Stubber, bus: EventBridgeBus
) -> None:
    stubbed.add_client_error("put_events", "InternalException", http_status_code=500)
    stubbed.add_response("put_events", entries(None))

    taken = bus.put([row(number) for number in range(11)])

    assert taken == {"evt_10"}


def test_rows_that_are_too_large_together_are_sent_apart(
    stubbed: Stubber, bus: EventBridgeBus
) -> None:
    large = json.dumps({"title": "♪" * 30_000}, ensure_ascii=False)
    for _ in range(3):
        stubbed.add_response("put_events", entries(None, None))

    taken = bus.put([row(number, large) for number in range(6)])

    assert len(taken) == 6
    stubbed.assert_no_pending_responses()
