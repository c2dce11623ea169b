"""The pieces of a deployment: the same zip for the same files, stacks in order, reasons told."""

import json
import os
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local import simulated, simulators, synth
from local.assembly import Asset, Stack, assets, stacks, zipped
from local.bring_up import Deployment
from local.children import Children
from local.deploy import DeploymentError, create, template_url
from local.places import Places
from local.progress import Progress
from local.synth import ToolMissingError

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient
    from types_boto3_s3.client import S3Client


def write_assembly(folder: Path, *, stacks: dict[str, list[str]]) -> Path:
    """Write an assembly of empty stacks, each with the ones it needs."""
    artifacts: dict[str, Any] = {}
    for name, needs in stacks.items():
        (folder / f"{name}.template.json").write_text("{}")
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "properties": {
                "templateFile": f"{name}.template.json",
                "stackTemplateAssetObjectUrl": f"s3://assets/{name}.json",
            },
            "dependencies": [*needs, f"{name}.assets"],
        }
        artifacts[f"{name}.assets"] = {
            "type": "cdk:asset-manifest",
            "properties": {"file": f"{name}.assets.json"},
        }
        place = {"bucketName": "assets-${AWS::AccountId}-${AWS::Region}", "objectKey": "1.zip"}
        entry = {"source": {"path": "code", "packaging": "zip"}, "destinations": {"here": place}}
        (folder / f"{name}.assets.json").write_text(json.dumps({"files": {"1": entry}}))
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    return folder


def test_a_stack_comes_after_those_it_needs(tmp_path: Path) -> None:
    needs = {"events": ["api", "data"], "api": ["data"], "data": []}

    ordered = stacks(write_assembly(tmp_path, stacks=needs))

    assert [stack.name for stack in ordered] == ["data", "api", "events"]


def test_an_asset_of_several_stacks_is_uploaded_once(tmp_path: Path) -> None:
    assembly = write_assembly(tmp_path, stacks={"data": [], "api": ["data"]})

    (asset,) = assets(assembly, account="1", region="eu")

    assert asset == Asset(
        hash="1", path=assembly / "code", is_folder=True, bucket="assets-1-eu", key="1.zip"
    )


def test_the_same_files_make_the_same_zip(tmp_path: Path) -> None:
    zips = []
    for age_s, name in enumerate(("one", "two")):
        code = tmp_path / name
        (code / "package").mkdir(parents=True)
        for file in ("b.py", "a.py", "package/c.py") if age_s else ("package/c.py", "a.py", "b.py"):
            (code / file).write_text(file)
            os.utime(code / file, (age_s, age_s))
        asset = Asset(hash=name, path=code, is_folder=True, bucket="", key="")
        zips.append(zipped(asset, tmp_path / "zips").read_bytes())

    assert zips[0] == zips[1]


def test_a_change_of_name_content_or_place_is_a_change(tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "__pycache__").mkdir()
    seen = [synth.fingerprint(tmp_path)]
    app = tmp_path / "infra" / "app.py"
    for change in (
        lambda: app.write_text("a"),
        lambda: app.write_text("b"),
        lambda: app.rename(tmp_path / "infra" / "main.py"),
        lambda: (tmp_path / "cdk.json").write_text("b"),
    ):
        change()
        seen.append(synth.fingerprint(tmp_path))

    (tmp_path / "infra" / "__pycache__" / "app.pyc").write_text("a")

    assert len({*seen}) == len(seen)
    assert synth.fingerprint(tmp_path) == seen[-1]


def test_every_provider_that_has_a_simulator_is_simulated() -> None:
    assert {*simulated.PROVIDERS} == simulators.PROVIDERS.keys()


def test_a_machine_without_node_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with (
        Children(tmp_path) as children,
        pytest.raises(ToolMissingError, match=r"Node\.js 20"),
    ):
        synth.synthesize(children, Places.under(tmp_path), Progress(StringIO()))


def test_a_stack_that_fails_is_told_with_its_reason(deployment: Deployment) -> None:
    cloudformation: CloudFormationClient = deployment.aws.client("cloudformation")
    taken = {"Type": "AWS::Events::EventBus", "Properties": {"Name": deployment.addresses.bus_name}}
    s3: S3Client = deployment.aws.client("s3")
    place = f"{deployment.addresses.bucket_name}/second.json"
    stack = Stack("second", "second", {"Resources": {"Bus": taken}}, f"s3://{place}", frozenset())
    bucket, _, key = place.partition("/")
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(stack.template).encode())

    with pytest.raises(DeploymentError, match=r"(?s)second was not deployed.*Bus: .*exists"):
        create(cloudformation, stack, template_url(deployment.aws, stack), {})
