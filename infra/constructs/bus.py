"""The bus: what is kept of it, who else may listen, and where its events are described."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_events as events
from constructs import Construct

from cliphook.adapters import schema
from infra.constructs.schema_registry import SchemaRegistry
from infra.constructs.subscribers import let_in
from infra.deployment import Deployment

BUS_NAME: Final = "cliphook"
REPLAY_DAYS: Final = 30


def make_bus(scope: Construct, deployment: Deployment) -> tuple[events.EventBus, str]:
    """Make the bus, and give it with the address of its archive."""
    # Under AWS's own key: no event holds a text or a link, and a bus under a customer's key
    # cannot discover schemas.
    bus = events.EventBus(
        scope, "Bus", event_bus_name=BUS_NAME, description="Cliphook: what became of each job"
    )
    # Announcements can be replayed to any rule. Orders cannot: sweep makes those that are owed.
    archive = bus.archive(
        "Archive",
        event_pattern=events.EventPattern(source=[schema.EVENT_SOURCE]),
        retention=Duration.days(REPLAY_DAYS),
    )
    let_in(scope, bus, deployment.subscribers)
    if deployment.schema_registry:
        SchemaRegistry(scope, deployment)
    return bus, archive.archive_arn
