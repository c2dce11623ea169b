"""How EventBridge is asked to keep what `Bus` promises: calls, refusals, and a busy moment."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.stub import Stubber

from cliphook.adapters.eventbridge_bus import PATIENCE_S, EventBridgeBus
from cliphook.application.ports import EventRow
from cliphook.domain.ids import EventId
from tests.support.makers import START

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient

BUSY = "ThrottlingException"


@pytest.fixture
def client() -> "EventBridgeClient":
    client: EventBridgeClient = boto3.client("events")
    return client


@pytest.fixture
def stubbed(client: "EventBridgeClient") -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def waits() -> list[float]:
    """How long the bus has slept."""
    return []


@pytest.fixture
def bus(client: "EventBridgeClient", stubbed: Stubber, waits: list[float]) -> EventBridgeBus:
    """Make a bus that is answered by the stub."""
    assert stubbed.client is client
    return EventBridgeBus("cliphook", client, waits.append)


def row(number: int, detail: str = "{}", *, job: str = "JOB") -> EventRow:
    key = (job, f"EVENT#{number:06d}")
    return EventRow(key, EventId(f"evt_{number}"), "cliphook", "job.queued", detail, START)


def entries(*errors: str | None) -> dict[str, object]:
    answers = [{"ErrorCode": error} if error else {"EventId": "1"} for error in errors]
    return {"FailedEntryCount": sum(map(bool, errors)), "Entries": answers}


def test_of_a_call_that_fails_in_part_only_the_rest_is_sent_again(
    stubbed: Stubber, bus: EventBridgeBus, waits: list[float]
) -> None:
    stubbed.add_response("put_events", entries(None, BUSY, "InternalFailure"))
    stubbed.add_response("put_events", entries(BUSY, None))
    stubbed.add_response("put_events", entries(None))

    delivery = bus.put([row(1), row(2), row(3)])

    assert delivery.taken == {"evt_1", "evt_2", "evt_3"}
    assert not delivery.refused
    assert waits == [*PATIENCE_S]


def test_a_bus_that_stays_busy_has_refused_for_now(stubbed: Stubber, bus: EventBridgeBus) -> None:
    for _ in range(len(PATIENCE_S) + 1):
        stubbed.add_response("put_events", entries(BUSY))

    (refusal,) = bus.put([row(1)]).refused.values()

    assert (refusal.reason, refusal.is_final, refusal.is_busy) == (BUSY, False, True)


@pytest.mark.parametrize(
    ("code", "is_final"), [("MalformedDetail", True), ("AccessDeniedException", False)]
)
def test_a_row_that_is_refused_for_itself_is_not_sent_again(
    code: str,
    is_final: bool,  # noqa: FBT001
    stubbed: Stubber,
    bus: EventBridgeBus,
    waits: list[float],
) -> None:
    stubbed.add_response("put_events", entries(None, code))

    delivery = bus.put([row(1), row(2)])

    assert delivery.refused["evt_2"].is_final == is_final  # type: ignore[index]
    assert not delivery.refused["evt_2"].is_busy  # type: ignore[index]
    assert waits == []


def test_a_call_that_is_not_answered_took_nothing_and_the_next_is_made(
    stubbed: Stubber, bus: EventBridgeBus
) -> None:
    stubbed.add_client_error("put_events", "InternalException", http_status_code=500)
    stubbed.add_response("put_events", entries(None))

    delivery = bus.put([row(number, job=f"JOB#{number}") for number in range(11)])

    assert delivery.taken == {"evt_10"}
    assert not delivery.refused


def test_what_a_job_announced_later_does_not_overtake_a_call_that_was_not_answered(
    stubbed: Stubber, bus: EventBridgeBus
) -> None:
    stubbed.add_client_error("put_events", "InternalException", http_status_code=500)
    stubbed.add_response("put_events", entries(None))
    other = row(11, job="ANOTHER")

    delivery = bus.put([*(row(number) for number in range(11)), other])

    assert delivery.taken == {other.event_id}
    assert not delivery.refused


def test_what_a_job_announced_later_waits_while_the_bus_is_busy(
    stubbed: Stubber, bus: EventBridgeBus
) -> None:
    rows = [row(number) for number in range(11)]
    sent = [*([None] * 9), BUSY]
    stubbed.add_response("put_events", entries(*sent))
    stubbed.add_response("put_events", entries(None, None))

    assert bus.put(rows).taken == {one.event_id for one in rows}


def test_what_waits_behind_a_busy_bus_is_for_the_sweep_and_not_for_the_stream(
    stubbed: Stubber, bus: EventBridgeBus
) -> None:
    rows = [row(number) for number in range(40)]
    stubbed.add_response("put_events", entries(*([None] * 9), BUSY))
    for _ in PATIENCE_S:
        stubbed.add_response("put_events", entries(BUSY, *([None] * 9)))

    delivery = bus.put(rows)

    waiting = {one.event_id for one in (rows[9], *rows[28:])}
    assert delivery.refused.keys() == waiting
    assert delivery.taken == {one.event_id for one in rows} - waiting
    assert all(refusal.is_busy for refusal in delivery.refused.values())


def test_a_bus_that_is_away_is_called_twice_and_then_left_alone(
    stubbed: Stubber, bus: EventBridgeBus, client: "EventBridgeClient"
) -> None:
    calls: list[object] = []
    client.meta.events.register("provide-client-params", lambda **told: calls.append(told))
    for _ in range(2):
        stubbed.add_client_error("put_events", "InternalException", http_status_code=500)

    delivery = bus.put([row(number, job=f"JOB#{number}") for number in range(100)])

    assert len(calls) == 2
    assert not delivery.taken
    assert not delivery.refused


def test_a_call_that_one_row_makes_invalid_is_made_for_each_by_itself(
    stubbed: Stubber, bus: EventBridgeBus
) -> None:
    stubbed.add_client_error("put_events", "ValidationException", http_status_code=400)
    stubbed.add_response("put_events", entries(None))
    stubbed.add_client_error("put_events", "ValidationException", http_status_code=400)
    stubbed.add_response("put_events", entries(None))

    delivery = bus.put([row(1), row(2), row(3)])

    assert delivery.taken == {"evt_1", "evt_3"}
    assert delivery.refused["evt_2"].is_final  # type: ignore[index]


def test_a_row_that_is_too_large_for_any_call_is_refused_without_one(
    stubbed: Stubber, bus: EventBridgeBus
) -> None:
    stubbed.add_response("put_events", entries(None))
    stubbed.add_response("put_events", entries(None))

    delivery = bus.put([row(1), row(2, json.dumps("x" * 256 * 1024)), row(3)])

    assert delivery.taken == {"evt_1", "evt_3"}
    assert delivery.refused["evt_2"].reason == "too_large"  # type: ignore[index]


def test_rows_that_are_too_large_together_are_sent_apart(
    stubbed: Stubber, bus: EventBridgeBus
) -> None:
    large = json.dumps({"title": "♪" * 30_000}, ensure_ascii=False)
    for _ in range(3):
        stubbed.add_response("put_events", entries(None, None))

    assert len(bus.put([row(number, large) for number in range(6)]).taken) == 6
