"""Replays: what was announced in a time, once more to one rule, and never to one of ours."""

from typing import Any

import pytest
from pydantic import ValidationError

from cliphook.adapters import aws, schema
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load
from tests.support.makers import at

type Order = dict[str, Any]


@pytest.fixture
def operator(deployed: Deployed) -> Function:
    return deployed.load("operator")


@pytest.fixture
def order(deployed: Deployed) -> Order:
    """An order of this deployment alone: moto keeps one list of replays for all."""
    wanted = load("operator", "replay")
    return wanted | {"rule": f"{wanted['rule']}-{deployed.number}"}


def put_rule(deployed: Deployed, name: str, source: str = schema.EVENT_SOURCE) -> str:
    pattern = f'{{"source": ["{source}"], "detail-type": ["job.archived"]}}'
    made = aws.events().put_rule(Name=name, EventBusName=deployed.bus, EventPattern=pattern)
    return made["RuleArn"]


def replays(deployed: Deployed) -> list[Any]:
    """Look at every replay of this deployment's archive."""
    listed = aws.events().list_replays(EventSourceArn=deployed.archive)["Replays"]
    return [aws.events().describe_replay(ReplayName=one["ReplayName"]) for one in listed]


def test_a_replay_goes_to_the_named_rule_alone(
    operator: Function, deployed: Deployed, order: Order
) -> None:
    arn = put_rule(deployed, order["rule"])
    put_rule(deployed, "another")

    done = operator(order)

    assert done["state"] == "started"
    (replay,) = replays(deployed)
    assert replay["ReplayName"] == done["replay"]
    assert replay["Destination"] == {"Arn": deployed.bus_arn, "FilterArns": [arn]}
    assert arn.endswith(f"{deployed.bus}/{order['rule']}")
    hour = 3600
    assert (replay["EventStartTime"], replay["EventEndTime"]) == (at(-hour), at(3 * hour))


def test_the_same_replay_again_is_none(
    operator: Function, deployed: Deployed, order: Order
) -> None:
    put_rule(deployed, order["rule"])
    first = operator(order)

    again = operator(order)

    assert again == first | {"state": "started_before"}
    assert len(replays(deployed)) == 1


def test_another_time_is_another_replay(
    operator: Function, deployed: Deployed, order: Order
) -> None:
    put_rule(deployed, order["rule"])
    first = operator(order)

    other = operator(order | {"until": "2026-11-21T12:00:01Z"})

    assert other["state"] == "started"
    assert other["replay"] != first["replay"]


def test_a_name_is_short_enough_for_the_bus(
    operator: Function, deployed: Deployed, order: Order
) -> None:
    rule = "r" * 64
    put_rule(deployed, rule)

    done = operator(order | {"rule": rule})

    assert done["state"] == "started"
    assert len(done["replay"]) <= 64


def test_a_rule_that_is_not_there_is_told(
    operator: Function, deployed: Deployed, order: Order
) -> None:
    assert operator(order)["state"] == "no_such_rule"
    assert replays(deployed) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [("cliphook-test-events-deliver", schema.EVENT_SOURCE), ("orders", schema.ORDER_SOURCE)],
)
def test_nothing_is_replayed_to_our_own_rules(
    name: str, source: str, operator: Function, deployed: Deployed, order: Order
) -> None:
    put_rule(deployed, name, source)

    assert operator(order | {"rule": name})["state"] == "own_rule"
    assert replays(deployed) == []


def test_what_the_bus_says_against_it_is_told(deployed: Deployed, order: Order) -> None:
    put_rule(deployed, order["rule"])
    gone = deployed.archive.replace("archive-", "no-archive-")

    done = deployed.load("operator", ARCHIVE_ARN=gone)(order)

    assert done["state"] == "refused"
    assert "EventSourceArn is not valid" in done["reason"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": "2026-11-21T08:00:00Z"},
        {"since": "2026-11-21T08:00:00"},
        {"since": "yesterday"},
        {"rule": "*"},
        {"rule": ""},
        {"rules": ["billing"]},
    ],
    ids=str,
)
def test_an_order_that_is_none_starts_nothing(
    wrong: dict[str, Any], operator: Function, order: Order
) -> None:
    with pytest.raises(ValidationError):
        operator(order | wrong)
