"""The embedded AWS: starts it on loopback and hands out clients that can reach nothing else."""

import os
import socket
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import boto3
import httpx
from botocore.config import Config

from local.children import Children
from local.places import ROOT, Places, remove

LAUNCHER: Final = "local.ministack_launcher"
INTERPRETER: Final = ROOT / ".venv-aws" / "bin" / "python"

REGION: Final = "us-east-1"
ACCOUNT: Final = "000000000000"
KEY: Final = "test"
LOOPBACK: Final = "127.0.0.1"

STARTS_WITHIN_S: Final = 40.0
LOOK_EVERY_S: Final = 0.05

# What of the environment its functions may see beside their own: how to trust a real provider.
PASSED: Final = ("LANG", "PATH", "SSL_CERT_DIR", "SSL_CERT_FILE")


class NotInstalledError(Exception):
    """Something that `make install` brings is missing."""


class AwsNotReadyError(Exception):
    """The embedded AWS did not answer in time."""


@dataclass(frozen=True, slots=True)
class Aws:
    """Where the embedded AWS is."""

    endpoint_url: str
    region: str = REGION
    account: str = ACCOUNT

    # boto3 makes the class of a client at run time, one for each service.
    def client(self, service: str) -> Any:  # noqa: ANN401
        """Make a client of one service, which talks to this server and to no other."""
        return _client(self, service)


# Making one reads the service's whole description; one serves all threads.
@cache
def _client(aws: Aws, service: str) -> Any:  # noqa: ANN401
    session = boto3.Session(
        aws_access_key_id=KEY, aws_secret_access_key=KEY, region_name=aws.region
    )
    config = Config(s3={"addressing_style": "path"}, proxies={}, retries={"total_max_attempts": 2})
    return session.client(service, endpoint_url=aws.endpoint_url, config=config)


def start(children: Children, places: Places) -> Aws:
    """Start the embedded AWS, empty; it answers only some seconds later."""
    if not INTERPRETER.exists():
        raise NotInstalledError(f"{INTERPRETER} is missing: run `make install`.")
    remove(places.aws)
    remove(places.logs / "functions")
    for name in ("home", "tmp"):
        (places.aws / name).mkdir(parents=True)
    port = free_port()
    children.start("aws", [str(INTERPRETER), "-m", LAUNCHER], env=environment(places, port))
    return Aws(f"http://{LOOPBACK}:{port}")


def environment(places: Places, port: int) -> dict[str, str]:
    """Write the server's environment, and so most of its functions': nothing of the user's."""
    passed = {name: os.environ[name] for name in PASSED if name in os.environ}
    return passed | {
        "HOME": str(places.aws / "home"),
        "TMPDIR": str(places.aws / "tmp"),
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        # Roles have the rights that the template gives them, and no more. This key has all.
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "LAMBDA_EXECUTOR": "local",
        # Other ways to listen or to start something; the socket is one that does not exist.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{places.aws / 'no-docker.sock'}",
        "CLIPHOOK_UNPACKED": str(places.unpacked),
        "CLIPHOOK_FUNCTION_LOGS": str(places.logs / "functions"),
    }


def wait_until_ready(aws: Aws, children: Children) -> None:
    """Wait for the first answer, but not for a process that died."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        children.check()
        try:
            httpx.get(f"{aws.endpoint_url}/_ministack/ready", trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(LOOK_EVERY_S)
        else:
            return
    raise AwsNotReadyError(f"The embedded AWS did not answer within {STARTS_WITHIN_S:.0f} s.")


def api_address(aws: Aws, api_id: str) -> httpx.URL:
    """Name the address of an HTTP API, without the slash before a path."""
    return httpx.URL(f"{aws.endpoint_url}/_aws/execute-api/{api_id}/$default")


def free_port() -> int:
    """Find a port of loopback that nobody listens on."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
