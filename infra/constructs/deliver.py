"""How webhooks are delivered: one queue of events, attempts and replays, and one function on it."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cliphook.adapters import schema
from infra.constructs.alarms import Alarm, watch
from infra.constructs.house_function import HouseFunction, counted
from infra.constructs.house_queue import HouseQueue
from infra.constructs.rights import Right, Stores
from infra.constructs.triggers import events_to_queue, on_schedule, queue_to_function
from infra.deployment import Deployment
from infra.flows import (
    ANNOUNCED_PREFIXES,
    DELIVER,
    DELIVER_BATCH,
    DELIVER_OLDEST_S,
    DELIVER_S,
    EACH_MINUTE,
    RECEIVES_MAX,
)


def deliver_queue(scope: Construct, deployment: Deployment, key: kms.IKey) -> HouseQueue:
    """Make the queue of what is to be delivered."""
    return HouseQueue(
        scope,
        DELIVER,
        deployment=deployment,
        key=key,
        consumer_timeout_s=DELIVER_S,
        receives_max=RECEIVES_MAX,
        oldest_s=DELIVER_OLDEST_S,
    )


def deliver_rights(stores: Stores, queue_arn: str, undelivered_arn: str) -> list[Right]:
    """Say what whoever delivers may: the table, one secret, its own queue, and no bucket."""
    return [
        stores.read_items(schema.DUE, schema.LIST),
        stores.list_items(),
        stores.write_items(),
        stores.read_secrets(schema.Secret.WEBHOOKS),
        stores.consume(queue_arn),
        # Later attempts, and a start by the clock that was given up.
        stores.send(queue_arn, undelivered_arn),
    ]


def deliver(
    house: HouseFunction,
    deployment: Deployment,
    *,
    bus: events.IEventBus,
    queue: sqs.IQueue,
    undelivered: sqs.IQueue,
) -> None:
    """Start the function by what is announced, by what it sends itself, and by the clock."""
    events_to_queue(house, ANNOUNCED_PREFIXES, bus=bus, queue=queue, undelivered=undelivered)
    batch, concurrency = DELIVER_BATCH, deployment.deliver_concurrency
    queue_to_function(house, queue, house, batch=batch, concurrency=concurrency)
    why = "What waits for its next attempt is looked for each minute"
    on_schedule(house, EACH_MINUTE, house, undelivered=undelivered, why=why)
    watch(house, deployment, *_alarms())


def _alarms() -> tuple[Alarm, ...]:
    minute, five = Duration.minutes(1), Duration.minutes(5)
    return (
        Alarm(
            "backlog-full",
            counted(schema.FULL_BACKLOGS, minute),
            "An account's receivers are so far behind that what fails is not tried again.",
        ),
        Alarm(
            "endpoint-disabled",
            counted(schema.DISABLED_ENDPOINTS, minute),
            "An endpoint is told no more: it is gone, or has failed for five days.",
        ),
        Alarm(
            "reminder-silent",
            counted(schema.REMINDED_DELIVERIES, five, "SampleCount"),
            "Nobody has looked for five minutes for deliveries that wait.",
            is_missed=True,
        ),
    )
