"""How a template's resources are found."""

from collections.abc import Callable, Iterator
from typing import Any

Template = dict[str, Any]
Finding = str
# A rule of the house: what in a template breaks it.
Rule = Callable[[Template], Iterator[Finding]]


def of(template: Template, kind: str) -> Iterator[tuple[str, Any]]:
    """Find a template's resources of a kind: logical ids and properties."""
    for name, resource in template["Resources"].items():
        if resource["Type"] == kind:
            yield name, resource.get("Properties", {})


def target(value: Any) -> str:
    """Name the resource that a Ref or GetAtt points at; anything else points at none in here."""
    if isinstance(value, dict) and "Ref" in value:
        return str(value["Ref"])
    if isinstance(value, dict) and "Fn::GetAtt" in value:
        return str(value["Fn::GetAtt"][0])
    return ""


def listed(value: Any) -> list[Any]:
    """Make a list of what a policy may write as one or as many."""
    return value if isinstance(value, list) else [value]


def dead_letter_queues(template: Template) -> set[str]:
    """Find the template's queues that anything in it names as where its failures go."""
    places: list[Any] = []
    for _, queue in of(template, "AWS::SQS::Queue"):
        places.append(queue.get("RedrivePolicy", {}).get("deadLetterTargetArn"))
    for _, rule in of(template, "AWS::Events::Rule"):
        places += [aim.get("DeadLetterConfig", {}).get("Arn") for aim in rule["Targets"]]
    for kind in ("AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig"):
        for _, properties in of(template, kind):
            failure = properties.get("DestinationConfig", {}).get("OnFailure", {})
            places.append(failure.get("Destination"))
    return {target(place) for place in places if place} - {""}
