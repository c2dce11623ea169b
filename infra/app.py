"""
A deployment's stacks: `python -m infra.app [-c deployment=local]`, or by the CDK's own command.

The assembly is written to CDK_OUTDIR. A finding of a policy check makes the synthesis fail.
"""

import argparse
from collections.abc import Mapping
from typing import Final

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infra.deployment import DEPLOYMENTS
from infra.stacks.api import ApiStack
from infra.stacks.data import DataStack
from infra.stacks.events import EventsStack
from infra.stacks.operations import OperationsStack

# Here and not in cdk.json, so that the template is the same with the CDK's command and without.
FLAGS: Final[Mapping[str, object]] = {
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True,
    "@aws-cdk/aws-events:eventsTargetQueueSameAccount": True,
    "@aws-cdk/core:checkSecretUsage": True,
    # What another stack uses cannot be taken away from under it.
    "@aws-cdk/core:defaultCrossStackReferences": "strong",
}


def build(context: Mapping[str, object], *, outdir: str | None = None) -> App:
    """Declare the stacks of the deployment that the context names; `prod` if it names none."""
    app = App(
        analytics_reporting=False,
        # What is written is the same whenever and wherever it is written.
        stack_traces=False,
        tree_metadata=False,
        context={**FLAGS, **context},
        outdir=outdir,
    )
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    deployment = DEPLOYMENTS[app.node.try_get_context("deployment") or "prod"]
    data = DataStack(app, deployment)
    api = ApiStack(app, deployment, data=data)
    events = EventsStack(app, deployment, data=data, api=api)
    OperationsStack(app, deployment, data=data, events=events)
    return app


def _context() -> dict[str, str]:
    parser = argparse.ArgumentParser(description="Synthesize a deployment's stacks.")
    parser.add_argument("-c", "--context", action="append", default=[], metavar="NAME=VALUE")
    return dict(pair.split("=", 1) for pair in parser.parse_args().context)


if __name__ == "__main__":
    build(_context()).synth()
