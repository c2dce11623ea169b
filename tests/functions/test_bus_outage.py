"""The bus was down for a while: nobody does anything, and everything comes, in each job's order."""

from collections import defaultdict
from collections.abc import Iterable

import pytest
from time_machine import Traveller

from cliphook.adapters.schema import UNSENT
from tests.support.deployed import Deployed
from tests.support.lambda_events import load, rows_of
from tests.support.lambda_shapes import stream_event
from tests.support.makers import at
from tests.support.sample_world import SAMPLES

MINUTE = load("sweep", "minute")
NOWHERE = "nobody"
# No change of a sample is later than that.
LAST_S = 100

type Order = dict[str, list[int]]


@pytest.fixture
def down(deployed: Deployed) -> list[str]:
    """Commit the lives of five jobs while there is no bus; give the ids of all that is owed."""
    stories = [told.complete for told in SAMPLES.values()]
    publish = deployed.load("publish", BUS_NAME=NOWHERE)
    for story in stories:
        deployed.store(story)
        for change in story:
            event = stream_event(*rows_of(change), at=at(LAST_S))
            # The stream tries for an hour, and then gives up.
            assert len(publish(event)["batchItemFailures"]) == len(event["Records"])
    assert deployed.heard() == []
    return [event.id for story in stories for change in story for event in change.events]


def numbers(deployed: Deployed) -> tuple[list[str], Order]:
    """Tell what was announced since the last look: ids as they came, and each job's numbers."""
    ids: list[str] = []
    order: Order = defaultdict(list)
    for one in deployed.heard():
        if one["source"] == "cliphook":
            ids.append(one["detail"]["id"])
            order[one["detail"]["job"]["id"]].append(one["detail"]["seq"])
    return ids, order


def is_without_gap(order: Iterable[list[int]]) -> bool:
    return all(found == [*range(1, len(found) + 1)] for found in order)


def test_everything_comes_in_each_jobs_order_once_the_bus_is_back(
    deployed: Deployed, down: list[str], clock: Traveller
) -> None:
    clock.move_to(at(LAST_S + 61))
    deployed.load("sweep", BUS_NAME=NOWHERE)(MINUTE)
    assert deployed.heard() == []

    clock.move_to(at(LAST_S + 3600))
    deployed.load("sweep")(MINUTE)

    ids, order = numbers(deployed)
    assert sorted(ids) == sorted(down)
    assert is_without_gap(order.values()), order
    assert len(order) == len(SAMPLES)


def test_nothing_is_left_for_an_operator(
    deployed: Deployed, down: list[str], clock: Traveller
) -> None:
    clock.move_to(at(LAST_S + 3600))
    deployed.load("sweep")(MINUTE)

    waiting = {row["event_id"] for row in deployed.rows("EVENT") if UNSENT.hash_key in row}
    assert waiting & {*down} == set()
    counts = deployed.load("operator")({"command": "measure"})["counts"]
    assert (counts["parked"], counts["jobs"]) == (0, 0)


def test_the_next_minute_brings_nothing_again(
    deployed: Deployed, down: list[str], clock: Traveller
) -> None:
    sweep = deployed.load("sweep")
    clock.move_to(at(LAST_S + 3600))
    sweep(MINUTE)
    assert {*numbers(deployed)[0]} == {*down}

    clock.shift(60)
    sweep(MINUTE)

    assert numbers(deployed)[0] == []
