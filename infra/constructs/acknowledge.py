"""An exception to a policy check, written at the resource that needs it."""

from collections.abc import Mapping

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(resource: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accept findings at one resource; each reason is a sentence."""
    acknowledgments = [Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items()]
    Validations.of(resource).acknowledge(*acknowledgments)
