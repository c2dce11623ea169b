"""A deployment as it is synthesized, to be read by tests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.app import build
from tests.infra.templates import Template, of

# What a template says is the same whether the vendor layer holds packages or only their list.
UNBUNDLED: Mapping[str, object] = {"aws:cdk:bundling-stacks": []}


@dataclass(frozen=True, slots=True)
class Assembly:
    """What a synthesis has written, its templates by the last word of the stack's name."""

    deployment: str
    folder: Path
    templates: Mapping[str, Template]

    def resources(self, kind: str) -> dict[str, Any]:
        """Find the properties of all resources of a kind, in all stacks, by logical id."""
        return {
            name: properties
            for template in self.templates.values()
            for name, properties in of(template, kind)
        }

    def one(self, kind: str) -> Any:
        """Find the properties of the only resource of a kind."""
        (properties,) = self.resources(kind).values()
        return properties

    @property
    def functions(self) -> dict[str, Any]:
        """Find the functions by their own names, without the deployment's."""
        prefix = f"cliphook-{self.deployment}-"
        found = self.resources("AWS::Lambda::Function").values()
        return {function["FunctionName"].removeprefix(prefix): function for function in found}


def synthesize(deployment: str, folder: Path) -> Assembly:
    """Write a deployment's assembly and read it."""
    build({"deployment": deployment, **UNBUNDLED}, outdir=str(folder)).synth()
    return Assembly(
        deployment=deployment,
        folder=folder,
        templates={
            name: json.loads((folder / f"Cliphook-{deployment}-{name}.template.json").read_text())
            for name in ("Data", "Api", "Events", "Operations")
        },
    )
