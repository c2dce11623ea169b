"""Alarms as rows: what is measured, what is too much, and why somebody should look."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aws_cdk import Aws, CfnCondition, CfnParameter, Fn, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.acknowledge import acknowledge
from infra.deployment import Deployment

TOPIC: Final = "AlarmTopicArn"


@dataclass(frozen=True, slots=True)
class Alarm:
    """
    One row, by its name in a deployment, under which docs/operations.md has a section.

    `why` is the sentence that it shows to whoever it wakes, and `look` the operator's command that
    shows more. It goes off where each of so many minutes is `above` a number, or `below` one; with
    `is_missed` where nothing at all was measured, and else that is taken for good news.
    """

    name: str
    metric: cloudwatch.IMetric
    why: str
    above: float = 0
    below: float | None = None
    minutes: int = 1
    look: Mapping[str, str] = field(default_factory=dict)
    is_missed: bool = False


def watch(scope: Construct, deployment: Deployment, *alarms: Alarm) -> None:
    """Make an alarm per row; whom it wakes is for whoever deploys to say."""
    for alarm in alarms:
        told = f" Look: {json.dumps(alarm.look)}" if alarm.look else ""
        comparison = cloudwatch.ComparisonOperator
        missing = cloudwatch.TreatMissingData
        below = 1 if alarm.is_missed else alarm.below
        made = cloudwatch.Alarm(
            scope,
            "".join(part.capitalize() for part in f"{alarm.name}-alarm".split("-")),
            alarm_name=deployment.named(alarm.name),
            metric=alarm.metric,
            threshold=alarm.above if below is None else below,
            comparison_operator=(
                comparison.GREATER_THAN_THRESHOLD
                if below is None
                else comparison.LESS_THAN_THRESHOLD
            ),
            evaluation_periods=alarm.minutes,
            alarm_description=f"{alarm.why}{told}",
            treat_missing_data=missing.BREACHING if alarm.is_missed else missing.NOT_BREACHING,
        )
        acknowledge(made, {"CloudFormation-Validate::F3033": "Without a topic it tells nobody."})
        # The construct takes actions by their topics, and there may be none.
        resource: Any = made.node.default_child
        resource.add_property_override("AlarmActions", _actions(Stack.of(scope)))


def _actions(stack: Stack) -> object:
    """Tell the topic that a stack was given, if it was given one."""
    parameter, condition = stack.node.try_find_child(TOPIC), f"{TOPIC}Named"
    if parameter is None:
        parameter = CfnParameter(
            stack,
            TOPIC,
            default="",
            allowed_pattern="(arn:[^ ]+)?",
            description="The SNS topic that alarms tell; empty tells nobody.",
        )
        named = Fn.condition_not(Fn.condition_equals(parameter.value_as_string, ""))
        CfnCondition(stack, condition, expression=named)
    return {"Fn::If": [condition, [{"Ref": TOPIC}], Aws.NO_VALUE]}
