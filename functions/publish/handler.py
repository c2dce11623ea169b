"""The table's stream, new event rows only: what was committed is announced on the bus."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_outbox import DynamoDbOutbox
from cliphook.adapters.eventbridge_bus import EventBridgeBus
from cliphook.adapters.items import event_row, unmarshal
from cliphook.application.publish_events import publish_events
from cliphook.runtime.observability import logger
from cliphook.runtime.settings import PublishSettings

settings = PublishSettings.from_environment()
outbox = DynamoDbOutbox(settings.TABLE_NAME, aws.dynamodb())
bus = EventBridgeBus(settings.BUS_NAME, aws.events())


def lambda_handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """
    Announce a batch, and report the rows that the bus did not take.

    The stream tries those again; when it has given up, the sweep finds them on the table.
    """
    records = event["Records"]
    rows = [event_row(unmarshal(record["dynamodb"]["NewImage"])) for record in records]
    left = {row.event_id for row in publish_events(rows, bus=bus, outbox=outbox)}
    logger.info("published", extra={"taken": len(rows) - len(left), "left": len(left)})
    failures = [
        {"itemIdentifier": record["dynamodb"]["SequenceNumber"]}
        for record, row in zip(records, rows, strict=True)
        if row.event_id in left
    ]
    return {"batchItemFailures": failures}
