"""What `Bus` promises."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

import pytest

from cliphook.adapters import aws
from cliphook.adapters.eventbridge_bus import EventBridgeBus
from cliphook.application.outbox_ports import Bus, Delivery
from cliphook.application.ports import EventRow
from cliphook.domain.ids import EventId
from tests.support.fakes import FakeBus
from tests.support.lean_moto import mock_aws
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
    assert stand.bus.put([]) == Delivery(frozenset(), {})
    assert stand.sent() == []


def test_what_is_taken_is_sent_as_it_was_written(stand: Stand) -> None:
    rows = [row(1, '{"title": "Käse ♪"}'), replace(row(2), source="cliphook.internal")]

    assert stand.bus.put(rows).taken == {"evt_1", "evt_2"}

    assert sorted(stand.sent()) == sorted(map(sent_of, rows))


@pytest.mark.parametrize("most", [10, 11, 25])
def test_more_rows_than_fit_into_one_call_are_all_sent(stand: Stand, most: int) -> None:
    rows = [row(number, json.dumps({"number": number})) for number in range(most)]

    assert stand.bus.put(rows).taken == {one.event_id for one in rows}

    assert sorted(stand.sent()) == sorted(map(sent_of, rows))


def test_a_row_that_is_refused_keeps_no_other_back(stand: Stand) -> None:
    rows = [row(1), row(2, detail="no JSON"), row(3)]

    delivery = stand.bus.put(rows)

    assert delivery.taken == {"evt_1", "evt_3"}
    assert [(name, one.is_final) for name, one in delivery.refused.items()] == [("evt_2", True)]
    assert len(stand.sent()) == 2
