"""Who else may put rules on the bus: accounts and an organisation, for announcements alone."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from aws_cdk import Aws
from aws_cdk import aws_events as events
from constructs import Construct

from cliphook.adapters import schema
from infra.deployment import Subscribers

# What one may do with a rule that one has made.
_KEEP: Final = (
    "events:DeleteRule",
    "events:DescribeRule",
    "events:DisableRule",
    "events:EnableRule",
    "events:ListTargetsByRule",
    "events:PutTargets",
    "events:RemoveTargets",
)
_OWN: Final = {"events:creatorAccount": "${aws:PrincipalAccount}"}


def let_in(scope: Construct, bus: events.IEventBus, subscribers: Subscribers) -> None:
    """
    Let others make rules on a bus, each account its own.

    A rule must name our announcements as its only source; one that leaves its source open, or
    describes it by a pattern, is refused, since it would hear our work orders too.
    """
    rules = f"arn:{Aws.PARTITION}:events:{Aws.REGION}:{Aws.ACCOUNT_ID}:rule/{bus.event_bus_name}/*"
    for who, principal, condition in _principals(subscribers):
        statements = {
            "MakeRules": {
                "Action": "events:PutRule",
                "Condition": {
                    "ForAllValues:StringEquals": {"events:source": schema.EVENT_SOURCE},
                    "Null": {"events:source": "false"},
                    # A rule that is not there yet has no creator.
                    "StringEqualsIfExists": _OWN,
                    **condition,
                },
            },
            "KeepRules": {
                "Action": [*_KEEP],
                "Condition": {**condition, "StringEquals": {**_OWN, **_equals(condition)}},
            },
        }
        for name, statement in statements.items():
            identity = f"{who}{name}"
            events.CfnEventBusPolicy(
                scope,
                identity,
                event_bus_name=bus.event_bus_name,
                statement_id=identity,
                statement={
                    "Sid": identity,
                    "Effect": "Allow",
                    "Principal": principal,
                    "Resource": rules,
                    **statement,
                },
            )


def _principals(
    subscribers: Subscribers,
) -> Iterator[tuple[str, str | Mapping[str, Any], Mapping[str, Any]]]:
    if subscribers.accounts:
        arns = [f"arn:{Aws.PARTITION}:iam::{name}:root" for name in subscribers.accounts]
        yield "Accounts", {"AWS": arns}, {}
    if subscribers.organisation:
        member = {"aws:PrincipalOrgID": subscribers.organisation}
        yield "Organisation", "*", {"StringEquals": member}


def _equals(condition: Mapping[str, Any]) -> Mapping[str, str]:
    found: Mapping[str, str] = condition.get("StringEquals", {})
    return found
