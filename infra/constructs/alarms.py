"""Alarms as rows: what is measured, what is too much, and why somebody should look."""

from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct


@dataclass(frozen=True, slots=True)
class Alarm:
    """One row; `why` is the sentence that the alarm shows to whoever it wakes."""

    name: str
    metric: cloudwatch.IMetric
    above: float
    why: str
    minutes: int = 1


def watch(scope: Construct, *alarms: Alarm) -> None:
    """Make an alarm per row. None has an action: whom to wake is the account's own decision."""
    for alarm in alarms:
        cloudwatch.Alarm(
            scope,
            f"{alarm.name}Alarm",
            metric=alarm.metric,
            threshold=alarm.above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=alarm.minutes,
            alarm_description=alarm.why,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
