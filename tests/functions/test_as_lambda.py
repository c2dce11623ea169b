"""
Every function imports as Lambda imports it.

A fresh interpreter is started in `/`. On its path are the function's folder, our layer, and the
packages that the vendor layer pins; neither the repository's root nor anything that only tests
or builds need.
"""

import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from cliphook.runtime.settings import ENVIRONMENT

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers" / "cliphook" / "python"
PINS = ROOT / "layers" / "vendor" / "requirements.txt"

VALUES = {
    "DEPLOYMENT": "test",
    "TABLE_NAME": "jobs",
    "BUCKET_NAME": "clips",
    "BUS_NAME": "cliphook",
    "SECRETS_PREFIX": "cliphook/test",
    "PUBLIC_URL": "https://music.test",
    "PROVIDER_URLS": "{}",
    "PROVIDER_SETTINGS": "{}",
    "PRICES": "{}",
    "DAILY_CAPS": "{}",
    "POLLED_FIRST_S": "10",
    "POLL_FIRST_S": "90",
    "JOB_DEADLINE_S": "7200",
    "UNKNOWN_DEADLINE_S": "3600",
    "FETCH_LOOPBACK": "false",
    "ARCHIVE_RETRY_S": "2,5",
    "DISPATCH_QUEUE_URL": "https://sqs.test/dispatch",
    "POLL_QUEUE_URL": "https://sqs.test/poll",
    "ARCHIVE_QUEUE_URL": "https://sqs.test/archive",
    "DELIVER_QUEUE_URL": "https://sqs.test/deliver",
    "QUEUE_URLS": "{}",
    "BUS_ARN": "arn:aws:events:us-east-1:123456789012:event-bus/cliphook",
    "ARCHIVE_ARN": "arn:aws:events:us-east-1:123456789012:archive/cliphook",
}

IMPORT = """
import sys

sys.path[:0] = sys.argv[1:]
import handler

assert callable(handler.lambda_handler)
print(handler.__file__)
print(sys.modules["cliphook"].__file__)
"""


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay out what the vendor layer holds, as links into the environment that tests run in."""
    folder = tmp_path_factory.mktemp("vendor")
    for name in re.findall(r"^([A-Za-z0-9._-]+)==", PINS.read_text(), re.MULTILINE):
        packages = {Path(str(file)).parts[0] for file in distribution(name).files or ()}
        for package in packages - {"..", "__pycache__"}:
            source = Path(str(distribution(name).locate_file(package)))
            (folder / package).symlink_to(source)
    return folder


def environment(function: str) -> dict[str, str]:
    """Say what Lambda tells the function, and nothing else."""
    told = {name: VALUES[name] for name in ENVIRONMENT[function].model_fields}
    return told | {
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "POWERTOOLS_SERVICE_NAME": "cliphook",
        "POWERTOOLS_METRICS_NAMESPACE": "Cliphook",
    }


@pytest.mark.parametrize("function", ENVIRONMENT)
def test_a_function_imports_as_lambda_imports_it(function: str, vendor: Path) -> None:
    folder = ROOT / "functions" / function

    # Isolated and without `site`: the path holds the standard library and what is given here.
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", IMPORT, folder, LAYER, vendor],
        cwd="/",
        env=environment(function),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stderr == ""
    assert ran.returncode == 0
    handler, package = ran.stdout.splitlines()
    assert handler == str(folder / "handler.py")
    assert package == str(LAYER / "cliphook" / "__init__.py")


def test_every_folder_of_functions_is_a_function() -> None:
    folders = {path.name for path in (ROOT / "functions").iterdir() if path.is_dir()}

    assert folders == ENVIRONMENT.keys()
