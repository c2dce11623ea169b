"""What the README tells a newcomer to type is typed, as it stands there."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from local import aws_server, front_door
from local.aws_server import KEY, LOOPBACK, REGION, Aws, free_port
from local.bring_up import Deployment
from local.children import Children
from local.options import FOLDER
from local.places import ROOT, Places
from tests.system.shell import BLOCK, blocks, run

README: Final = (ROOT / "README.md").read_text(encoding="utf-8")

# Between two blocks the README says "a moment later".
WAIT_FOR_ARCHIVE: Final = """
for _ in $(seq 120); do
  curl -s "$API/v1/jobs/$JOB" -H "Authorization: Bearer $KEY" | grep -q '"done": true' && break
  sleep 0.5
done
"""
FIND_JOB: Final = 'JOB=$(python3 -c \'import json; print(json.load(open("job.json"))["id"])\')\n'
READ_JOB: Final = 'curl -s "$API/v1/jobs/$JOB" -H "Authorization: Bearer $KEY" > job.json\n'


def test_a_newcomer_makes_music_on_one_machine(deployment: Deployment, tmp_path: Path) -> None:
    (tmp_path / ".local").symlink_to(deployment.places.home)
    first, second = blocks(README, "Make something")

    run(first + WAIT_FOR_ARCHIVE + second, tmp_path, {})

    job = json.loads((tmp_path / "job.json").read_text())
    heard = sha256((tmp_path / "clip.mp3").read_bytes()).hexdigest()
    assert job["status"] == "archived"
    assert heard == job["clips"][0]["audio"]["sha256"]


@pytest.fixture
def empty_account(tmp_path: Path) -> Iterator[tuple[Aws, Children]]:
    """An AWS account into which nothing was deployed."""
    places = Places(home=tmp_path, cache=FOLDER)
    with Children(places.logs) as children:
        aws = aws_server.start(children, places)
        aws_server.wait_until_ready(aws, children)
        yield aws, children


def for_this_machine(text: str, parameters: Mapping[str, str]) -> str:
    """
    Put the deployment in the place of `dev` whose wheels run here, and the simulator's key.

    Providers cannot reach the embedded AWS by its own address, so it is told a public one.
    """
    said = "".join(f" --parameters '{name}={value}'" for name, value in parameters.items())
    text = text.replace("deployment=dev", "deployment=local").replace(
        "cliphook-dev-", "cliphook-local-"
    )
    text = text.replace("cliphook/dev/", "cliphook/local/").replace("YOUR-KEY", "sim-sunoapi")
    return text.replace("--require-approval never", f"--require-approval never{said}")


def test_a_newcomer_deploys_into_an_empty_account(
    deployment: Deployment, empty_account: tuple[Aws, Children], tmp_path: Path
) -> None:
    aws, _ = empty_account
    port = free_port()
    address = f"http://{LOOPBACK}:{port}"
    simulators = json.dumps(deployment.addresses.simulators)
    parameters = {"PublicUrl": address, "ProviderUrls": simulators}
    prepare, store_key, make_account, give_credit, ask = (
        for_this_machine(block, parameters) for block in blocks(README, "Into your own account")
    )
    ask = ask.replace("curl -s", f'test -n "$API"; API={address}; curl -s', 1).rstrip()

    run(prepare, ROOT, {**surroundings(aws, tmp_path / "cdk.out"), "HOME": os.environ["HOME"]})
    with ExitStack() as stack:
        door = stack.enter_context(front_door.opened(front_door.listen(port)))
        door.api = aws_server.api_address(aws, api_id(aws))
        follow = FIND_JOB + WAIT_FOR_ARCHIVE + READ_JOB
        run(
            f"{store_key}{make_account}{give_credit}{ask} > job.json\n{follow}",
            tmp_path,
            surroundings(aws, tmp_path / "cdk.out"),
        )

    job = json.loads((tmp_path / "job.json").read_text())
    assert job["status"] == "archived", job


def surroundings(aws: Aws, assembly: Path) -> Mapping[str, str]:
    """Give the commands the embedded AWS for their only one, and the AWS command itself."""
    return {
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "PATH": f"{ROOT}/.venv-aws/bin:{os.environ['PATH']}",
        "UV_SYSTEM_CERTS": "1",
        # The gate's other parts look at cdk.out meanwhile.
        "CDK_OUTPUT": str(assembly),
    }


def api_id(aws: Aws) -> str:
    stacks = aws.client("cloudformation").describe_stacks(StackName="cliphook-local-api")["Stacks"]
    found = {output["OutputKey"]: output["OutputValue"] for output in stacks[0]["Outputs"]}
    return str(found["ApiId"])


def test_the_readme_says_nothing_that_is_not_run_here() -> None:
    run_elsewhere = ["make run\n", "make test\n"]
    said = [text for _, text in BLOCK.findall(README)]

    tried = [
        *blocks(README, "Make something"),
        *blocks(README, "Into your own account"),
        *run_elsewhere,
    ]
    assert len(said) == len(tried)
