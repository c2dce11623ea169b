"""The schedule, each minute: what is overdue is set going again."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_outbox import DynamoDbOutbox
from cliphook.adapters.dynamodb_places import DynamoDbPlaces
from cliphook.adapters.eventbridge_bus import EventBridgeBus
from cliphook.adapters.schema import PUT_OFF_JOBS
from cliphook.application.sweep_jobs import sweep_jobs
from cliphook.runtime.clock import now
from cliphook.runtime.observability import count, count_parked, logger
from cliphook.runtime.settings import SweepSettings

settings = SweepSettings.from_environment()
jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
outbox = DynamoDbOutbox(settings.TABLE_NAME, aws.dynamodb())
places = DynamoDbPlaces(settings.TABLE_NAME, aws.dynamodb())
bus = EventBridgeBus(settings.BUS_NAME, aws.events())


def lambda_handler(_: dict[str, Any], __: LambdaContext) -> None:
    """Mend what there is to mend, and count it: work of the sweep means that something broke."""
    swept = sweep_jobs(jobs=jobs, due_jobs=outbox, outbox=outbox, places=places, bus=bus, clock=now)
    count("NudgedJobs", swept.nudged)
    count("EventsPublishedLate", swept.published)
    count(PUT_OFF_JOBS, swept.put_off)
    count_parked(swept.parked)
    logger.info("swept", extra=asdict(swept))
