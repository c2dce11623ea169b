"""
Every function imports as Lambda imports it.

A fresh interpreter is started in `/`. On its path are our layer and the packages that the vendor
layer pins; neither the repository's root nor anything that only tests or builds need. It imports
what of those packages all functions share, and is then forked once for each: on the path of a fork
is the function's folder as well, and nothing of ours was imported before.
"""

import json
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from cliphook.runtime.settings import ENVIRONMENT

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"
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

IMPORTS = """
import json, os, sys

sys.path[:0] = sys.argv[1:]
import aws_lambda_powertools.event_handler, aws_lambda_powertools.logging
import aws_lambda_powertools.metrics, boto3, httpx, pydantic

assert "cliphook" not in sys.modules
for line in sys.stdin:
    folder, environment, told = json.loads(line)
    if fork := os.fork():
        os.waitpid(fork, 0)
        continue
    os.dup2(os.open(told, os.O_CREAT | os.O_WRONLY), 1)
    os.dup2(1, 2)
    os.environ.clear()
    os.environ.update(environment)
    sys.path.insert(0, folder)
    import handler

    assert callable(handler.lambda_handler)
    print(handler.__file__)
    print(sys.modules["cliphook"].__file__, flush=True)
    os._exit(0)
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


@pytest.fixture(scope="module")
def told(vendor: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Have each function imported; a file of its name holds what came of that."""
    folder = tmp_path_factory.mktemp("told")
    asked = [
        json.dumps((str(FUNCTIONS / name), environment(name), str(folder / name)))
        for name in ENVIRONMENT
    ]
    # Isolated and without `site`: the path holds the standard library and what is given here.
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", IMPORTS, LAYER, vendor],
        cwd="/",
        env={},
        input="\n".join(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    return folder


@pytest.mark.parametrize("function", ENVIRONMENT)
def test_a_function_imports_as_lambda_imports_it(function: str, told: Path) -> None:
    assert (told / function).read_text().splitlines() == [
        str(FUNCTIONS / function / "handler.py"),
        str(LAYER / "cliphook" / "__init__.py"),
    ]


def test_every_folder_of_functions_is_a_function() -> None:
    folders = {path.name for path in FUNCTIONS.iterdir() if path.is_dir()}

    assert folders == ENVIRONMENT.keys()
