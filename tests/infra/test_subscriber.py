"""The subscriber that docs/ shows keeps the rules of the house for whatever is delivered."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from cliphook.adapters import schema
from tests.infra import delivery_rules
from tests.infra.templates import Rule, Template, of
from tests.support import bus_schemas

EXAMPLE = Path(__file__).parents[2] / "docs/examples/subscriber/template.yaml"


@pytest.fixture(scope="module")
def example() -> Template:
    template: Template = cfn_yaml.load(str(EXAMPLE))
    return template


@pytest.mark.parametrize("rule", delivery_rules.RULES, ids=lambda rule: rule.__name__)
def test_the_example_keeps_the_rule(rule: Rule, example: Template) -> None:
    assert [*rule(example)] == []


@pytest.mark.parametrize("part", ["DeadLetterConfig", "RetryPolicy"])
def test_a_target_without_it_would_be_found(part: str, example: Template) -> None:
    spoilt: Any = deepcopy(example)
    spoilt["Resources"]["Kept"]["Properties"]["Targets"][0].pop(part)

    assert [*delivery_rules.rule_targets_retry_and_keep_what_fails(spoilt)]


def test_its_rules_hear_announcements_that_there_are(example: Template) -> None:
    heard = set()
    for _, rule in of(example, "AWS::Events::Rule"):
        assert rule["EventPattern"]["source"] == [schema.EVENT_SOURCE]
        heard |= {*rule["EventPattern"]["detail-type"]}

    assert heard <= bus_schemas.MEANINGS.keys()
    assert heard >= {"job.archived", "clip.archived"}


def test_a_queue_and_a_function_are_targets(example: Template) -> None:
    kinds = {name: resource["Type"] for name, resource in example["Resources"].items()}
    aims = {
        kinds[aim["Arn"]["Fn::GetAtt"][0]]
        for _, rule in of(example, "AWS::Events::Rule")
        for aim in rule["Targets"]
    }

    assert aims == {"AWS::SQS::Queue", "AWS::Lambda::Function"}
