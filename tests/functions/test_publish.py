"""The table's stream, by whole events: what was committed reaches the bus."""

import json

import pytest

from cliphook.adapters.schema import UNSENT
from tests.functions.conftest import Output
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


def test_what_a_newer_version_wrote_into_an_event_reaches_the_bus_with_it(
    publish: Function, deployed: Deployed
) -> None:
    event = load("publish", "queued")
    image = event["Records"][0]["dynamodb"]["NewImage"]
    detail = {**json.loads(image["detail"]["S"]), "newer": {"a": [1]}}
    image |= {"detail": {"S": json.dumps(detail)}, "newer": {"S": "beside"}}

    assert publish(event) == {"batchItemFailures": []}

    assert [one["detail"] for one in deployed.heard()] == [detail]


def test_a_row_that_was_announced_is_no_longer_waiting(
    publish: Function, deployed: Deployed
) -> None:
    event = load("publish", "queued")
    before = unsent(deployed)

    publish(event)

    assert unsent(deployed) == before - set(ids(event))


def stuck(deployed: Deployed) -> dict[str, str]:
    """Say which rows wait for an operator, and why."""
    rows = [row for row in deployed.rows() if "#" in row.get(UNSENT.hash_key, "")]
    return {row["sk"]: row["stuck_for"] for row in rows}


def spoil(event: Event, number: int, **changed: object) -> str:
    """Put something else into a row of a batch, or take something out; give its key."""
    told = event["Records"][number]["dynamodb"]
    for name, value in changed.items():
        told["NewImage"].pop(name, None)
        told["NewImage"] |= {name: value} if value else {}
    return str(told["Keys"]["sk"]["S"])


def test_a_row_that_the_bus_never_takes_is_parked_and_keeps_no_other_back(
    publish: Function, deployed: Deployed, output: Output
) -> None:
    event = load("publish", "one_is_refused")

    # Reported, it would come again, and all those behind it with it.
    assert publish(event) == {"batchItemFailures": []}

    assert stuck(deployed) == {spoil(event, 1): "MalformedDetail"}
    assert len(deployed.heard()) == len(event["Records"]) - 1
    assert unsent(deployed) == {ids(event)[1]}
    assert '"ParkedEvents":[1.0]' in output.read()


SPOILT: dict[str, dict[str, object]] = {
    "no detail": {"detail": None},
    "no time": {"at": {"S": "yesterday"}},
    "another type": {"detail": {"N": "7"}},
    "an empty type": {"detail_type": {"S": ""}},
    "another row's key": {"pk": {"S": "JOB#somebody#else"}},
    "no count": {"refusals": {"S": "many"}},
    "no value at all": {"detail": {"X": "7"}},
}


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT)
def test_a_row_that_cannot_be_read_is_parked_and_keeps_no_other_back(
    spoilt: dict[str, object], publish: Function, deployed: Deployed
) -> None:
    event = load("publish", "everything")
    key = spoil(event, 0, **spoilt)

    assert publish(event) == {"batchItemFailures": []}

    assert stuck(deployed) == {key: "unreadable"}
    assert len(deployed.heard()) == len(event["Records"]) - 1


def test_a_row_without_an_image_is_parked(publish: Function, deployed: Deployed) -> None:
    event = load("publish", "queued")
    event["Records"][0]["dynamodb"].pop("NewImage")

    assert publish(event) == {"batchItemFailures": []}

    assert [*stuck(deployed).values()] == ["unreadable"]


def test_a_row_that_no_call_can_carry_is_parked(publish: Function, deployed: Deployed) -> None:
    event = load("publish", "everything")
    key = spoil(event, 2, detail={"S": json.dumps({"title": "x" * 256 * 1024})})

    assert publish(event) == {"batchItemFailures": []}

    assert stuck(deployed) == {key: "too_large"}
    assert len(deployed.heard()) == len(event["Records"]) - 1


def test_a_parked_row_that_is_gone_is_not_made_again(deployed: Deployed) -> None:
    assert deployed.load("publish")(load("publish", "one_is_refused")) == {"batchItemFailures": []}

    assert deployed.rows("EVENT") == []


def test_what_publish_writes_wakes_nobody(publish: Function, deployed: Deployed) -> None:
    before = {(row["pk"], row["sk"]) for row in deployed.rows()}

    publish(load("publish", "one_is_refused"))

    # The stream hands on what is inserted and announces something, and nothing of that kind was.
    new = [row for row in deployed.rows() if (row["pk"], row["sk"]) not in before]
    assert {row["entity"] for row in new} == {"FEED"}


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
