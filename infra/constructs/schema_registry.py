"""EventBridge's schema registry, with everything that was ever promised of an event."""

import json
from typing import Final

from aws_cdk import aws_eventschemas as schemas
from constructs import Construct

from cliphook.adapters import schema
from infra.bus_event import registered
from infra.constructs.layers import ROOT
from infra.deployment import Deployment

PUBLISHED: Final = ROOT / "events" / "published"
KIND: Final = "JSONSchemaDraft4"


class SchemaRegistry(Construct):
    """One schema a detail-type and version, of whole events, as EventBridge names its own."""

    def __init__(self, scope: Construct, deployment: Deployment) -> None:
        super().__init__(scope, "Schemas")
        registry = schemas.CfnRegistry(
            self,
            "Registry",
            registry_name=deployment.named("events"),
            description="Cliphook: what its events look like, by type and version",
        )
        for path in sorted(PUBLISHED.glob("*.json")):
            published = json.loads(path.read_bytes())
            schemas.CfnSchema(
                self,
                path.stem,
                registry_name=registry.attr_registry_name,
                schema_name=f"{schema.EVENT_SOURCE}@{path.stem}",
                type=KIND,
                content=json.dumps(registered(published), separators=(",", ":")),
                description=published["description"],
            )
