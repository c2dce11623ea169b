"""The assembly as a whole: what a deployment is told and tells, and that the checks can fail."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import Stack
from aws_cdk import aws_sqs as sqs

from infra.app import build
from infra.constructs.layers import PinnedBundling
from infra.deployment import DEPLOYMENTS, LAMBDA_WHEELS
from tests.infra.assembly import UNBUNDLED, Assembly

ROOT = Path(__file__).parents[2]
# What an ELF file for that machine has in the place of its machine.
AARCH64 = (183).to_bytes(2, "little")
# What CreateStack takes from a bucket.
TEMPLATE_BYTES_MAX = 1_000_000
PARAMETERS = {"PublicUrl": "", "ProviderUrls": "{}"}


@pytest.mark.parametrize(
    ("stack", "names"),
    [
        ("Data", {"TableName", "BucketName"}),
        ("Api", {"ApiUrl", "ApiId"}),
        ("Events", {"BusName", "DispatchQueueUrl", "PollQueueUrl", "ArchiveQueueUrl"}),
        ("Operations", {"OperatorFunction"}),
    ],
)
def test_a_stack_tells_what_is_asked_of_it(stack: str, names: set[str], assembly: Assembly) -> None:
    assert names <= assembly.templates[stack]["Outputs"].keys()


@pytest.mark.parametrize("stack", ["Api", "Events"])
def test_addresses_are_parameters_with_a_default(stack: str, assembly: Assembly) -> None:
    parameters = assembly.templates[stack]["Parameters"]

    assert {name: parameters[name]["Default"] for name in PARAMETERS} == PARAMETERS


def test_stacks_need_each_other_in_one_direction(assembly: Assembly) -> None:
    manifest = json.loads((assembly.folder / "manifest.json").read_text())
    stacks = {
        artifact["properties"]["stackName"].rpartition("-")[2]: {
            needed.rpartition("-")[2]
            for needed in artifact.get("dependencies", [])
            if not needed.endswith(".assets")
        }
        for artifact in manifest["artifacts"].values()
        if artifact["type"] == "aws:cloudformation:stack"
    }

    assert stacks == {
        "data": set(),
        "api": {"Data"},
        "events": {"Data", "Api"},
        "operations": {"Data", "Events"},
    }


def test_no_stack_holds_on_to_anothers_layers(assembly: Assembly) -> None:
    exported = json.dumps([template["Outputs"] for template in assembly.templates.values()])

    assert "Layer" not in exported


def test_a_template_is_no_longer_than_cloudformation_takes(assembly: Assembly) -> None:
    for name, template in assembly.templates.items():
        assert len(json.dumps(template, indent=1).encode()) < TEMPLATE_BYTES_MAX, name


def test_our_layer_is_our_package_and_nothing_that_a_test_run_leaves(assembly: Assembly) -> None:
    (layer,) = assembly.folder.glob("asset.*/python/cliphook")
    left = [path for path in layer.rglob("*") if path.suffix == ".pyc" or path.name[:2] == "._"]

    assert (layer / "runtime/settings.py").is_file()
    assert [*layer.parent.iterdir()] == [layer]
    assert left == []
    assert not [*layer.rglob("__pycache__")]


def test_a_functions_asset_is_its_handler(assembly: Assembly) -> None:
    handlers = [path.parent for path in assembly.folder.glob("asset.*/handler.py")]

    assert handlers
    assert {path.name for folder in handlers for path in folder.iterdir()} == {"handler.py"}


def test_cfn_lint_finds_nothing(prod: Assembly, local: Assembly) -> None:
    templates = [
        str(path)
        for assembly in (prod, local)
        for path in sorted(assembly.folder.glob("*.template.json"))
    ]
    # .cfnlintrc says what is let pass, and why.
    command = [str(Path(sys.executable).with_name("cfn-lint")), *templates]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (run.returncode, run.stdout) == (0, "")


def test_a_policy_check_stops_the_synthesis(tmp_path: Path) -> None:
    app = build({"deployment": "prod", **UNBUNDLED}, outdir=str(tmp_path))
    stack = app.node.find_child("Cliphook-prod-Data")
    assert isinstance(stack, Stack)
    sqs.Queue(stack, "Planted")

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()

    report = (tmp_path / "validation-report.json").read_text()
    assert "AwsSolutions-SQS4" in report
    assert "Serverless-SQSRedrivePolicy" in report


def test_prod_is_what_is_meant_when_nothing_is_said() -> None:
    stacks = [child.node.id for child in build(UNBUNDLED).node.children]

    names = ("Data", "Api", "Events", "Operations")
    assert {f"Cliphook-prod-{name}" for name in names} <= set(stacks)


def test_an_unknown_deployment_is_refused() -> None:
    with pytest.raises(KeyError, match="staging"):
        build({"deployment": "staging", **UNBUNDLED})


def test_a_deployment_is_a_row_of_its_own_name() -> None:
    assert [name for name, row in DEPLOYMENTS.items() if row.name != name] == []
    assert DEPLOYMENTS.keys() == {"local", "dev", "prod"}


@pytest.mark.parametrize("layer", ["vendor", "audio"])
def test_a_layer_of_pins_is_for_lambda_and_compiled_for_good(layer: str, tmp_path: Path) -> None:
    PinnedBundling(layer, LAMBDA_WHEELS).bundle(tmp_path)

    python = tmp_path / "python"
    native = [path.read_bytes()[18:20] for path in python.rglob("*.so*")]
    compiled = [*python.rglob("*.pyc")]
    assert native
    assert set(native) == {AARCH64}
    assert len(compiled) == len([*python.rglob("*.py")])
    # Bytes 4 to 8 of bytecode are its flags: 1 is a hash in place of a time, and never checked.
    assert {path.read_bytes()[4:8] for path in compiled} == {b"\x01\x00\x00\x00"}
    assert not (python / "bin").exists()
