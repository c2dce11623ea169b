"""The deliver queue: receivers are told of events; each minute, what nobody is on the way to."""

from typing import Any, Final

from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.schema import REMINDED_DELIVERIES
from cliphook.application.remind_deliveries import remind_deliveries
from cliphook.runtime.clock import now, within
from cliphook.runtime.delivering import make_delivering
from cliphook.runtime.observability import count
from cliphook.runtime.queue import work_together
from cliphook.runtime.settings import WebhookSettings

# Of the function's half a minute.
REMINDING_S: Final = 20

settings = WebhookSettings.from_environment()
delivering = make_delivering(settings)
sqs = aws.sqs()


def lambda_handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Work off a batch of messages, or be reminded by the clock."""
    if "Records" in event:
        queue_url = settings.DELIVER_QUEUE_URL
        return work_together(event, delivering.work, queue_url=queue_url, sqs=sqs)
    world = delivering.world
    reminded = remind_deliveries(
        deliveries=world.deliveries, errands=world.errands, now=now(), has_time=within(REMINDING_S)
    )
    count(REMINDED_DELIVERIES, reminded)
    return {}
