"""The table's stream, new event rows only: into the feed and onto the bus with them."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_outbox import DynamoDbOutbox
from cliphook.adapters.dynamodb_places import DynamoDbPlaces
from cliphook.adapters.eventbridge_bus import EventBridgeBus
from cliphook.adapters.outbox_rows import key_of_record, row_of_record
from cliphook.application.publish_events import publish_events
from cliphook.runtime.clock import now, within
from cliphook.runtime.observability import count_parked, logger
from cliphook.runtime.settings import PublishSettings

# Of the function's minute: until then rows are marked, and whatever is left then the sweep finds.
MARKING_S = 40

settings = PublishSettings.from_environment()
outbox = DynamoDbOutbox(settings.TABLE_NAME, aws.dynamodb())
places = DynamoDbPlaces(settings.TABLE_NAME, aws.dynamodb())
bus = EventBridgeBus(settings.BUS_NAME, aws.events())


def lambda_handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """
    Announce a batch, and report the rows for which the bus did not answer.

    The stream tries those again. One that the bus does not want, or that cannot be read, is not
    reported: it would keep all those behind it waiting. It stays listed for the sweep, or is
    parked for an operator.
    """
    records = event["Records"]
    rows = [row_of_record(record) for record in records]
    has_time = within(MARKING_S)
    done = publish_events(rows, places=places, bus=bus, outbox=outbox, now=now(), has_time=has_time)
    left = {row.key for row in done.unreached}
    count_parked(done.parked)
    counts = {"taken": done.taken, "refused": done.refused, "left": len(left)}
    logger.info("published", extra=counts)
    failures = [
        {"itemIdentifier": record["dynamodb"]["SequenceNumber"]}
        for record in records
        if key_of_record(record) in left
    ]
    return {"batchItemFailures": failures}
