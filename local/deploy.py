"""Deploys the synthesized template and its assets, as `cdk bootstrap` and `cdk deploy` would."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from local.assembly import Stack, assets, located, stacks, zipped
from local.aws_server import Aws

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient
    from types_boto3_s3.client import S3Client
    from types_boto3_ssm.client import SSMClient

BOOTSTRAP_PARAMETER: Final = "/cdk-bootstrap/hnb659fds/version"
BOOTSTRAP_VERSION: Final = "30"

DEPLOYED_WITHIN_S: Final = 60.0
LOOK_EVERY_S: Final = 0.05


class DeploymentError(Exception):
    """A stack could not be deployed; the message names each resource that failed, and why."""


def deploy(
    aws: Aws, assembly: Path, *, zips: Path, parameters: Mapping[str, str]
) -> dict[str, str]:
    """
    Deploy every stack of the assembly, and return the outputs of all of them.

    A parameter is passed to those stacks whose template has it.
    """
    bootstrap(aws, assembly, zips)
    outputs: dict[str, str] = {}
    cloudformation: CloudFormationClient = aws.client("cloudformation")
    for stack in stacks(assembly):
        outputs |= create(cloudformation, stack, template_url(aws, stack), parameters)
    return outputs


def names(assembly: Path) -> str:
    """Name the stacks of the assembly, in order."""
    return ", ".join(stack.name for stack in stacks(assembly))


def bootstrap(aws: Aws, assembly: Path, zips: Path) -> None:
    """Seed what a template takes for granted: the bootstrap's version, and its assets."""
    ssm: SSMClient = aws.client("ssm")
    ssm.put_parameter(
        Name=BOOTSTRAP_PARAMETER, Value=BOOTSTRAP_VERSION, Type="String", Overwrite=True
    )
    s3: S3Client = aws.client("s3")
    buckets: set[str] = set()
    for asset in assets(assembly, account=aws.account, region=aws.region):
        if asset.bucket not in buckets:
            s3.create_bucket(Bucket=asset.bucket)
            buckets.add(asset.bucket)
        s3.put_object(Bucket=asset.bucket, Key=asset.key, Body=zipped(asset, zips).read_bytes())


def template_url(aws: Aws, stack: Stack) -> str:
    """Tell where a stack's template lies, as CloudFormation wants to be told."""
    place = located(stack.place, account=aws.account, region=aws.region)
    return f"https://s3.{aws.region}.amazonaws.com/{place.removeprefix('s3://')}"


def create(
    cloudformation: "CloudFormationClient",
    stack: Stack,
    url: str,
    parameters: Mapping[str, str],
) -> dict[str, str]:
    """Create one stack and wait until it is there; its template is an asset like any other."""
    wanted = parameters.keys() & stack.template.get("Parameters", {}).keys()
    cloudformation.create_stack(
        StackName=stack.name,
        TemplateURL=url,
        Parameters=[
            {"ParameterKey": name, "ParameterValue": parameters[name]} for name in sorted(wanted)
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    deadline = time.monotonic() + DEPLOYED_WITHIN_S
    while time.monotonic() < deadline:
        (found,) = cloudformation.describe_stacks(StackName=stack.name)["Stacks"]
        if found["StackStatus"] == "CREATE_COMPLETE":
            return {pair["OutputKey"]: pair["OutputValue"] for pair in found.get("Outputs", ())}
        if found["StackStatus"] != "CREATE_IN_PROGRESS":
            raise DeploymentError(why_failed(cloudformation, stack.name))
        time.sleep(LOOK_EVERY_S)
    raise DeploymentError(f"{stack.name} was not there within {DEPLOYED_WITHIN_S:.0f} s.")


def why_failed(cloudformation: "CloudFormationClient", name: str) -> str:
    """List the resources of a stack that failed, with the reasons given."""
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    reasons = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED")
    ]
    return "\n    ".join([f"{name} was not deployed.", *reasons])
