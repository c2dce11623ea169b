"""The CDK's own command deploys the assembly as it is, and a job goes through what it made."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local import aws_server, demo, front_door, inspection, synth, witness
from local.aws_server import ACCOUNT, KEY, LOOPBACK, REGION, Aws, free_port
from local.bring_up import Deployment, move_in
from local.children import Children
from local.options import FOLDER
from local.places import ROOT, Places
from local.progress import Progress

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient

CDK = ROOT / "node_modules" / ".bin" / "cdk"


def cdk(aws: Aws, places: Places, *arguments: str) -> None:
    """Run the command with the embedded AWS for its only AWS."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(places.home),
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_REGION": REGION,
        "CI": "true",
    }
    done = subprocess.run(
        [CDK, "--no-notices", "--no-version-reporting", *arguments],
        check=False,
        cwd=places.home,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def outputs(aws: Aws) -> dict[str, str]:
    cloudformation: CloudFormationClient = aws.client("cloudformation")
    return {
        output["OutputKey"]: output["OutputValue"]
        for stack in cloudformation.describe_stacks()["Stacks"]
        for output in stack.get("Outputs", ())
    }


@pytest.fixture
def deployed(deployment: Deployment, tmp_path: Path) -> Iterator[Deployment]:
    """A second embedded AWS, with the first one's simulators behind it."""
    places = Places(home=tmp_path, cache=FOLDER)
    simulators, port = deployment.addresses.simulators, free_port()
    api_url = f"http://{LOOPBACK}:{port}"
    with ExitStack() as stack:
        door = stack.enter_context(front_door.opened(front_door.listen(port)))
        children = stack.enter_context(Children(places.logs))
        aws = aws_server.start(children, places)
        assembly = synth.synthesize(children, places, Progress(StringIO()))
        aws_server.wait_until_ready(aws, children)
        app = ("--app", str(assembly))
        parameters = {"PublicUrl": api_url, "ProviderUrls": json.dumps(simulators)}
        said = [word for pair in parameters.items() for word in ("--parameters", "=".join(pair))]

        cdk(aws, places, "bootstrap", *app, f"aws://{ACCOUNT}/{REGION}")
        cdk(aws, places, "deploy", "--all", *app, *said, "--require-approval", "never")

        found = outputs(aws)
        door.api = aws_server.api_address(aws, found["ApiId"])
        addresses = move_in(aws, found, api_url=api_url, providers=simulators)
        yield Deployment(places, aws, addresses, witness.place(aws, addresses.bus_name))


def test_a_job_goes_through_what_the_cdk_deployed(deployed: Deployment) -> None:
    with demo.client(deployed.addresses) as api:
        jobs = demo.make_music(api, [*demo.requests()][:1], Progress(StringIO()))

    assert (
        inspection.complaints(
            jobs,
            aws=deployed.aws,
            bucket=deployed.addresses.bucket_name,
            witness=deployed.witness,
        )
        == []
    )
