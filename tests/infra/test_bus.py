"""The bus for others: who may make rules on it, what they may not hear, and what is registered."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template
from jsonschema import Draft4Validator

from cliphook.adapters import schema
from infra.constructs.bus import make_bus
from infra.deployment import DEPLOYMENTS, Subscribers
from tests.infra.assembly import Assembly
from tests.support import bus_schemas, event_files
from tests.support.bus_examples import examples

POLICY = "AWS::Events::EventBusPolicy"
SCHEMA = "AWS::EventSchemas::Schema"
OWN = {"events:creatorAccount": "${aws:PrincipalAccount}"}
ACCOUNT = "111122223333"
ORGANISATION = "o-a1b2c3d4e5"


def statements(subscribers: Subscribers) -> dict[str, Any]:
    """Write the bus's policy for subscribers, by the names of its statements."""
    stack = Stack(App(), "Bus")
    row = replace(DEPLOYMENTS["prod"], subscribers=subscribers)
    make_bus(stack, row)
    found = Template.from_stack(stack).find_resources(POLICY)
    return {
        one["Properties"]["StatementId"]: one["Properties"]["Statement"] for one in found.values()
    }


def all_statements() -> Iterator[tuple[str, Any]]:
    yield from statements(Subscribers((ACCOUNT,), ORGANISATION)).items()


@pytest.fixture(scope="module")
def policy() -> dict[str, Any]:
    return dict(all_statements())


def test_nobody_else_is_let_in_unless_a_row_says_so(assembly: Assembly) -> None:
    assert assembly.resources(POLICY) == {}
    assert statements(Subscribers()) == {}


def test_accounts_and_an_organisation_may_make_rules(policy: dict[str, Any]) -> None:
    accounts, members = policy["AccountsMakeRules"], policy["OrganisationMakeRules"]

    assert f":iam::{ACCOUNT}:root" in json.dumps(accounts["Principal"])
    assert members["Principal"] == "*"
    for name, statement in policy.items():
        member = statement["Condition"].get("StringEquals", {}).get("aws:PrincipalOrgID")
        assert member == (ORGANISATION if name.startswith("Organisation") else None)


def test_a_rule_of_others_hears_announcements_and_never_an_order(policy: dict[str, Any]) -> None:
    makers = [one for one in policy.values() if "events:PutRule" in str(one["Action"])]

    assert len(makers) == 2
    for one in makers:
        assert one["Action"] == "events:PutRule"
        # Every source that it names is ours, and it names one.
        assert one["Condition"]["ForAllValues:StringEquals"] == {"events:source": "cliphook"}
        assert one["Condition"]["Null"] == {"events:source": "false"}
        assert one["Condition"]["StringEqualsIfExists"] == OWN


def test_who_made_a_rule_may_change_it_and_nobody_elses(policy: dict[str, Any]) -> None:
    keepers = [one for one in policy.values() if one["Action"] != "events:PutRule"]

    assert len(keepers) == 2
    for one in keepers:
        assert one["Condition"]["StringEquals"].items() >= OWN.items()
        assert {"events:PutTargets", "events:DeleteRule"} <= {*one["Action"]}


def test_others_reach_rules_of_this_bus_and_announce_nothing(policy: dict[str, Any]) -> None:
    for one in policy.values():
        assert ":rule/" in json.dumps(one["Resource"])
        assert "PutEvents" not in str(one["Action"])
        assert "*" not in str(one["Action"])


def test_all_that_was_published_is_registered(prod: Assembly) -> None:
    found = {row["SchemaName"]: row for row in prod.resources(SCHEMA).values()}
    published = {name.removesuffix(".json") for name in event_files.published()}

    assert found.keys() == {f"{schema.EVENT_SOURCE}@{name}" for name in published}
    assert {row["Type"] for row in found.values()} == {"JSONSchemaDraft4"}
    assert prod.one("AWS::EventSchemas::Registry")["RegistryName"] == "cliphook-prod-events"


def test_the_embedded_aws_has_no_registry(local: Assembly) -> None:
    assert local.resources(SCHEMA) == {}
    assert local.resources("AWS::EventSchemas::Registry") == {}


def test_what_is_registered_is_of_the_draft_that_is_taken_and_fits_events(prod: Assembly) -> None:
    found = {row["SchemaName"]: row["Content"] for row in prod.resources(SCHEMA).values()}
    shown = examples()

    for name in bus_schemas.MEANINGS:
        registered = json.loads(found[f"{schema.EVENT_SOURCE}@{name}.v1"])
        assert "const" not in json.dumps(registered)
        assert registered["$schema"] == "http://json-schema.org/draft-04/schema#"
        Draft4Validator.check_schema(registered)
        for detail in shown[name]:
            event = whole(name, detail)
            assert [*Draft4Validator(registered).iter_errors(event)] == []
            for spoilt in (event | {"source": "x"}, event | {"detail": {**detail, "version": 2}}):
                assert [*Draft4Validator(registered).iter_errors(spoilt)]


def whole(name: str, detail: Any) -> dict[str, Any]:
    """Write an event as EventBridge hands it on."""
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": name,
        "source": "cliphook",
        "account": "111122223333",
        "time": "2026-11-21T09:00:40Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": json.loads(json.dumps(detail)),
    }
