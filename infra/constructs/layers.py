"""The layers: ours, which is a folder, and third-party pins: every function's, and for sound."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import jsii
from aws_cdk import (
    AssetHashType,
    BundlingOptions,
    DockerImage,
    ILocalBundling,
)
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.deployment import Deployment

ROOT: Final = Path(__file__).parents[2]
PYTHON: Final = lambda_.Runtime.PYTHON_3_13
PYTHON_VERSION: Final = "3.13"
ARCHITECTURE: Final = lambda_.Architecture.ARM_64
# A test run must not change a hash.
LEFTOVERS: Final = ("**/__pycache__", "**/*.pyc", "**/.mypy_cache", "**/.ruff_cache")


def house_layers(scope: Construct, deployment: Deployment) -> list[lambda_.ILayerVersion]:
    """
    Make a stack's own two layer versions.

    Each stack has its own: a version that one stack exports and another imports could never be
    replaced.
    """
    vendor = _pinned("vendor", deployment)
    ours = lambda_.Code.from_asset(str(ROOT / "layers/cliphook"), exclude=list(LEFTOVERS))
    return [
        _layer(scope, "VendorLayer", vendor, "Third-party packages, as pinned in the lock."),
        _layer(scope, "CliphookLayer", ours, "The package cliphook."),
    ]


def audio_layer(scope: Construct, deployment: Deployment) -> lambda_.ILayerVersion:
    """Make the layer of those functions that listen to sound: FFmpeg, which is large."""
    code = _pinned("audio", deployment)
    return _layer(scope, "AudioLayer", code, "What decodes sound, as pinned in the lock.")


def _pinned(layer: str, deployment: Deployment) -> lambda_.Code:
    requirements = (ROOT / "layers" / layer / "requirements.txt").read_bytes()
    recipe = Path(__file__).read_bytes()
    wheels = deployment.wheels or f"{sys.platform} {platform.machine()}"
    return lambda_.Code.from_asset(
        str(ROOT / "layers" / layer),
        asset_hash=hashlib.sha256(b"\0".join((requirements, recipe, wheels.encode()))).hexdigest(),
        asset_hash_type=AssetHashType.CUSTOM,
        bundling=BundlingOptions(
            # Never pulled: the local bundling below does it all.
            image=DockerImage.from_registry("unused"),
            local=PinnedBundling(layer, deployment.wheels),
        ),
    )


def _layer(scope: Construct, name: str, code: lambda_.Code, says: str) -> lambda_.ILayerVersion:
    return lambda_.LayerVersion(
        scope,
        name,
        code=code,
        description=says,
        compatible_runtimes=[PYTHON],
        compatible_architectures=[ARCHITECTURE],
    )


@jsii.implements(ILocalBundling)
class PinnedBundling:
    """Wheels into a folder, checked against their hashes and compiled; no container."""

    def __init__(self, layer: str, wheels: str | None) -> None:
        self._requirements = ROOT / "layers" / layer / "requirements.txt"
        self._platform = ("--python-platform", wheels) if wheels else ()

    def try_bundle(self, output_dir: str, *, image: DockerImage, **_options: object) -> bool:
        """Fill the CDK's folder. A failure is raised: there is no other way to bundle."""
        self.bundle(Path(output_dir))
        return True

    def bundle(self, folder: Path) -> None:
        """Fill a folder as Lambda will see it below /opt."""
        target = folder / "python"
        _run(
            *(_uv(), "pip", "install", "--quiet", "--link-mode", "copy", "--require-hashes"),
            *("--only-binary", ":all:", "--python", sys.executable),
            *("--python-version", PYTHON_VERSION, *self._platform),
            *("--target", str(target), "-r", str(self._requirements)),
        )
        # Scripts are for a shell, and name the interpreter of this machine.
        shutil.rmtree(target / "bin", ignore_errors=True)
        # Packing rewrites times, which makes bytecode that is checked by time stale, and Lambda
        # cannot write it anew. Paths are those that a traceback on Lambda will have.
        _run(
            *(sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"),
            *("-s", str(folder), "-p", "/opt", str(target)),
        )


def _uv() -> str:
    # Not a function's setting: `make` says which uv it installed.
    named = os.environ.get("UV")  # noqa: TID251
    installed = ROOT / ".tools/uv/bin/uv"
    found = named or (str(installed) if installed.exists() else shutil.which("uv"))
    if found is None:
        raise FileNotFoundError("uv is not installed: run `make install`, or set UV to its path")
    return found


def _run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - our own command lines, no shell
