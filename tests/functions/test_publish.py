"""The table's stream, by whole events: what was committed reaches the bus."""

import json

import pytest

from cliphook.adapters.schema import UNSENT
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load
from tests.support.lambda_shapes import Event
from tests.support.sample_world import SAMPLES

SUNOAPI = SAMPLES["sunoapi"]


@pytest.fixture
def publish(deployed: Deployed) -> Function:
    deployed.store(SUNOAPI.complete)
    return deployed.load("publish")


def unsent(deployed: Deployed) -> set[str]:
    return {row["event_id"] for row in deployed.rows("EVENT") if UNSENT.hash_key in row}


def ids(event: Event) -> list[str]:
    images = [record["dynamodb"]["NewImage"] for record in event["Records"]]
    return [image["event_id"]["S"] for image in images]


def test_every_row_reaches_the_bus_as_it_was_written(publish: Function, deployed: Deployed) -> None:
    event = load("publish", "everything")

    assert publish(event) == {"batchItemFailures": []}

    heard = [(one["source"], one["detail-type"], one["detail"]) for one in deployed.heard()]
    rows = deployed.rows("EVENT")
    written = [(row["source"], row["detail_type"], json.loads(row["detail"])) for row in rows]
    assert sorted(heard, key=str) == sorted(written, key=str)
    assert unsent(deployed) == set()


def test_a_row_that_was_announced_is_no_longer_waiting(
    publish: Function, deployed: Deployed
) -> None:
    event = load("publish", "queued")
    before = unsent(deployed)

    publish(event)

    assert unsent(deployed) == before - set(ids(event))


def test_a_row_that_the_bus_refuses_is_reported_and_stays(
    publish: Function, deployed: Deployed
) -> None:
    event = load("publish", "one_is_refused")

    answered = publish(event)

    refused = event["Records"][1]
    number = refused["dynamodb"]["SequenceNumber"]
    assert answered == {"batchItemFailures": [{"itemIdentifier": number}]}
    assert unsent(deployed) == {ids(event)[1]}
    assert len(deployed.heard()) == len(event["Records"]) - 1


def test_a_bus_that_is_not_there_leaves_everything_for_the_sweep(deployed: Deployed) -> None:
    deployed.store(SUNOAPI.complete)
    before = unsent(deployed)
    event = load("publish", "everything")
    gone = [{"itemIdentifier": one["dynamodb"]["SequenceNumber"]} for one in event["Records"]]

    answered = deployed.load("publish", BUS_NAME="nobody")(event)

    assert answered == {"batchItemFailures": gone}
    assert unsent(deployed) == before


def test_the_batch_again_announces_the_same_ids_again(
    publish: Function, deployed: Deployed
) -> None:
    publish(load("publish", "queued"))
    publish(load("publish", "queued"))

    first, again = deployed.heard()
    assert first["detail"] == again["detail"]


def test_a_row_that_is_gone_by_now_is_not_made_again(deployed: Deployed) -> None:
    assert deployed.load("publish")(load("publish", "queued")) == {"batchItemFailures": []}

    assert deployed.rows("EVENT") == []
